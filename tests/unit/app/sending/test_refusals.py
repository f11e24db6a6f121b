"""What becomes of a message that the channel refuses, at once or by a status: by WhatsApp's code."""

from dataclasses import replace

import pytest

from shared.sending.channel import Outcome, Postponed, Refusal, Shipment
from shared.vocabulary.templates import ListedTemplate
from shared.vocabulary.words import MessageStatus
from tests.fakes.channel import FakeChannel
from tests.fakes.sample import sample
from tests.fakes.world import CHANNEL, HOURS, World, refusal

PING = "Bonjour client, nous avons une réponse pour vous : {}"


@pytest.fixture
async def world() -> World:
    """A customer has written."""
    world = World(sample())
    await world.customer("Bonjour")
    return world


async def fails(world: World, text: str, code: str) -> None:
    """The newest message that the channel took with this text fails."""
    await world.status(world.channel_id_of(text), "Failed", code=code)


async def test_a_repetition_keeps_request_id_and_first_sent(world: World) -> None:
    world.channel.answer_next(Postponed(code="500", message="broken"), Postponed(code="500", message="broken"))
    await refusal(world.reply("Un"))
    await world.pass_time(60)
    first, second, third = world.channel.attempts
    assert first == second == third
    assert world.phone == ["Un"]


async def test_an_answer_that_was_lost_is_asked_for_again_and_the_message_goes_out_once(world: World) -> None:
    world.channel.lose_next_answer()
    await refusal(world.reply("Un"))
    await world.pass_time(60)
    assert world.phone == ["Un"]
    assert world.line("Un").status is MessageStatus.SENT


@pytest.mark.parametrize("code", ["2", "131016", "131057", "133004", "130429"])
async def test_a_failure_that_passes_is_made_good_by_a_new_request(world: World, code: str) -> None:
    await world.reply("Un")
    world.clock.step(1)
    await fails(world, "Un", code)
    assert world.phone == ["Un"]
    await world.pass_time(60)
    assert world.phone == ["Un", "Un"]
    first, second = world.channel.sent
    assert first.request_id != second.request_id
    assert first.first_sent < second.first_sent
    assert world.line("Un").message_id == world.channel.message_id(second)


async def test_a_failure_without_a_known_end_is_given_up_after_15_minutes(world: World) -> None:
    await world.reply("Un")
    for _ in range(40):
        if world.line("Un").status is not MessageStatus.FAILED:
            await fails(world, "Un", "131016")
            await world.pass_time(60)
    line = world.line("Un")
    assert line.status is MessageStatus.FAILED
    assert line.error is not None
    assert line.error.retryable
    assert len(world.phone) < 20


async def test_an_unclear_failure_is_tried_three_times(world: World) -> None:
    await world.reply("Un")
    for _ in range(5):
        await fails(world, "Un", "131000")
        await world.pass_time(120)
    assert world.phone == ["Un"] * 3
    assert world.line("Un").status is MessageStatus.FAILED


async def test_a_failure_that_is_final_says_why_and_what_to_do(world: World) -> None:
    await world.reply("Un")
    await fails(world, "Un", "131026")
    await world.pass_time(1 * HOURS)
    line = world.line("Un")
    assert world.phone == ["Un"]
    assert line.status is MessageStatus.FAILED
    assert line.error is not None
    assert (line.error.code, line.error.retryable) == ("131026", False)
    assert "can't be delivered" in line.error.message
    assert "may not be on WhatsApp" in line.error.hint


async def test_an_unknown_code_is_final_in_the_channels_own_words(world: World) -> None:
    await world.reply("Un")
    await fails(world, "Un", "999999")
    line = world.line("Un")
    assert line.error is not None
    assert (line.error.code, line.error.message, line.error.retryable) == ("999999", "refused", False)


async def test_a_refusal_at_once_is_told_to_the_caller_and_kept(world: World) -> None:
    world.channel.answer_next(Refusal(code="131026", message="undeliverable"))
    refused = await refusal(world.reply("Un"))
    assert refused.code == "channel_rejected"
    assert world.outgoing(refused.extra["replyId"]).status is MessageStatus.FAILED


async def test_the_pair_rate_pause_grows_and_ends(world: World) -> None:
    world.channel.answer_next(*[Refusal(code="131056", message="pair rate")] * 3)
    await refusal(world.reply("Un"))
    await world.pass_time(300)
    assert world.phone == ["Un"]
    requests = [each.request_id for each in world.channel.attempts]
    assert len(set(requests)) == 4


@pytest.fixture
async def closed() -> World:
    """The window of the only contact is closed, and the channel lists its templates."""
    world = World(sample())
    await world.lists(
        *(ListedTemplate(name="follow_up", language=language, status="approved") for language in ("fr", "en"))
    )
    await world.customer("Bonjour")
    await world.pass_time(25 * HOURS)
    return world


async def test_a_ping_that_arrives_is_the_only_one_of_its_window(closed: World) -> None:
    await closed.reply("Un")
    await closed.reply("Deux")
    assert closed.phone == [PING.format("Un")]


@pytest.mark.parametrize("code", ["131026", "131049"])
async def test_a_ping_that_failed_does_not_count(closed: World, code: str) -> None:
    await closed.reply("Un")
    await fails(closed, PING.format("Un"), code)
    await closed.reply("Deux")
    assert closed.phone == [PING.format("Un"), PING.format("Deux")]
    assert [closed.line(text).status for text in ("Un", "Deux")] == [MessageStatus.HELD] * 2


async def test_a_ping_that_failed_too_often_does_not_count(closed: World) -> None:
    await closed.reply("Un")
    for _ in range(3):
        await fails(closed, PING.format("Un"), "131000")
        await closed.pass_time(60)
    await closed.reply("Deux")
    assert closed.phone == [PING.format("Un")] * 3 + [PING.format("Deux")]


async def test_a_ping_that_the_channel_did_not_take_for_15_minutes_does_not_count(closed: World) -> None:
    closed.channel.answer_next(*[Postponed(code="503", message="busy")] * 100)
    assert (await refusal(closed.reply("Un"))).code == "channel_unavailable"
    await closed.pass_time(16 * 60)
    closed.channel.answer_again()
    await closed.reply("Deux")
    assert closed.phone == [PING.format("Deux")]


async def test_after_a_template_failed_the_channel_is_asked_for_its_templates_again(closed: World) -> None:
    held = (await closed.reply("Un")).outgoing.id
    await closed.cancel(held)  # so that no other template goes out for it
    closed.channel.listed[CHANNEL] = [
        ListedTemplate(name="follow_up", language="fr", status="paused"),
        ListedTemplate(name="follow_up", language="en", status="approved"),
    ]
    await fails(closed, PING.format("Un"), "132015")
    await closed.background()
    await closed.reply("Deux")
    assert closed.phone[1:] == ["Hello client, we have an answer for you: Deux"]


class SlowToRefuse(FakeChannel):
    """Before it answers its first call, another worker hears the same answer to the same request."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world

    async def send(self, shipment: Shipment) -> Outcome:
        outcome = await super().send(shipment)
        if len(self.attempts) == 1:
            await self._world.customer("Encore moi", by=self._world.worker(channel=self))
        return outcome


async def test_a_refusal_that_two_workers_heard_counts_once(world: World) -> None:
    channel = SlowToRefuse(world)
    channel.answer_next(Refusal(code="131016", message="away"))
    await refusal(world.reply("Un", by=world.worker(channel=channel)))
    assert [due.attempt for due in world.contact.unsent] == [1]


async def test_replies_that_fail_one_after_the_other_are_sent_again_in_their_order() -> None:
    """Whatever comes back takes its old place among those that are due."""
    world = World()
    await world.customer("Bonjour")
    for text in ("un", "deux", "trois"):
        await world.reply(text)
    for text in ("un", "trois", "deux"):
        await world.status(world.channel_id_of(text), "Failed", code="131056")
    await world.pass_time(60)
    assert world.phone[-3:] == ["un", "deux", "trois"]


async def test_while_it_is_tried_again_the_history_says_why() -> None:
    """The line and the reply tell the same."""
    world = World()
    await world.customer("Bonjour")
    await world.reply("un")
    await world.status(world.channel_id_of("un"), "Failed", code="131056")
    error = world.history()[-1].error
    assert error is not None
    assert (error.code, error.retryable) == ("131056", True)
    await world.pass_time(60)
    assert world.history()[-1].error is None


async def test_too_many_requests_without_a_time_are_told_as_such() -> None:
    """The caller learns when the reply is tried again."""
    world = World()
    await world.customer("Bonjour")
    world.channel.answer_next(Postponed(code="429", message="busy"))
    refused = await refusal(world.reply("un"))
    assert refused.code == "recipient_rate_limited"
    assert refused.retry_after is not None
    await world.pass_time(60)
    assert world.phone[-1] == "un"


async def test_an_attempt_in_doubt_is_not_repeated_once_its_file_cannot_be_fetched_any_more(world: World) -> None:
    world.channel.answer_next(Postponed(code="no_answer", message="cut off"))
    await refusal(world.reply("Un"))
    (unsent,) = world.contact.unsent
    tried = len(world.channel.attempts)

    await world.change(unsent=(replace(unsent, file_until=world.clock.now()),))

    line = world.line("Un")
    assert line.error
    assert (line.status, line.error.code, line.error.retryable) == (MessageStatus.FAILED, "address_expired", True)
    assert len(world.channel.attempts) == tried
