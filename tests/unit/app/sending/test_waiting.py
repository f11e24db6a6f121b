"""A message that has to wait for the channel: what it holds up, how often it is tried, and when it is given up."""

import pytest

from shared.queue.messages import Subject
from shared.sending.channel import NothingDone, Postponed, Refusal
from shared.vocabulary.words import MessageStatus
from tests.fakes.sample import sample
from tests.fakes.world import World, refusal

BUSY = Postponed(code="503", message="busy")
MINUTES = 60
OTHER = "33687654321"


@pytest.fixture
async def world() -> World:
    """A customer has written."""
    world = World(sample())
    await world.customer("Bonjour")
    return world


async def test_a_message_that_waits_holds_up_the_later_ones_of_its_contact(world: World) -> None:
    world.channel.answer_next(BUSY, BUSY)
    await refusal(world.reply("Un"))
    await refusal(world.reply("Deux"))
    assert world.phone == []
    await world.pass_time(1 * MINUTES)
    assert world.phone == ["Un", "Deux"]


async def test_a_message_that_waits_does_not_hold_up_another_contact(world: World) -> None:
    world.channel.answer_next(Postponed(code="429", message="slow down", retry_after=300))
    await refusal(world.reply("Un"))
    await world.customer("Et moi ?", phone=OTHER)
    await world.reply("Bien sûr", to=OTHER)
    assert world.phone == ["Bien sûr"]


async def test_a_new_sender_tries_the_waiting_message_at_once(world: World) -> None:
    world.channel.answer_next(BUSY)
    await refusal(world.reply("Un"))
    await world.reply("Deux")
    assert world.phone == ["Un", "Deux"]


async def test_nobody_tries_before_the_time_that_the_channel_gave(world: World) -> None:
    world.channel.answer_next(Postponed(code="429", message="slow down", retry_after=300))
    assert (await refusal(world.reply("Un"))).retry_after == 300
    await refusal(world.reply("Deux"))
    await world.customer("Alors ?")
    await world.pass_time(4 * MINUTES)
    assert len(world.channel.attempts) == 1
    await world.pass_time(2 * MINUTES)
    assert world.phone == ["Un", "Deux"]


async def test_a_check_that_comes_a_little_early_does_not_strand_the_message(world: World) -> None:
    """The queue's clock may be up to a second ahead of the worker's."""
    world.channel.answer_next(Postponed(code="429", message="slow down", retry_after=300))
    await refusal(world.reply("Un"))
    checks = [message for message in world.timers if message.subject is Subject.CHECK]
    due = max(message.deliver_at for message in checks if message.deliver_at)
    world.clock.step((due - world.clock.now()).total_seconds() - 1)
    (check,) = [message for message in checks if message.deliver_at == due]
    await world.deliver(check)
    assert world.phone == ["Un"]


async def test_after_15_minutes_it_has_failed_and_may_be_sent_again(world: World) -> None:
    world.channel.answer_next(*[BUSY] * 100)
    state = await refusal(world.reply("Un"))
    await world.pass_time(14 * MINUTES)
    assert world.line("Un").status is MessageStatus.PENDING
    await world.pass_time(1 * MINUTES + 5)
    line = world.line("Un")
    assert line.status is MessageStatus.FAILED
    assert line.error is not None
    assert line.error.retryable
    assert state.extra["replyId"] == line.reply_id
    assert world.contact.unsent == ()


async def test_when_the_first_is_given_up_the_next_goes(world: World) -> None:
    world.channel.answer_next(Postponed(code="429", message="slow down", retry_after=60 * MINUTES))
    await refusal(world.reply("Un"))
    await refusal(world.reply("Deux"))
    await world.pass_time(16 * MINUTES)
    assert world.phone == ["Deux"]
    assert [world.line(text).status for text in ("Un", "Deux")] == [MessageStatus.FAILED, MessageStatus.SENT]


async def test_what_was_never_tried_is_not_given_up(world: World) -> None:
    """All workers were away for 20 minutes after the commit."""
    await world.reply("Un")
    world.channel.answer_next(Postponed(code="429", message="slow down", retry_after=10 * MINUTES))
    await refusal(world.reply("Deux"))
    await refusal(world.reply("Trois"))
    world.clock.step(20 * MINUTES)
    await world.drain()
    assert world.phone == ["Un", "Trois"]


async def test_while_the_channel_is_away_checks_do_not_multiply(world: World) -> None:
    """Many senders in a row, and 14 minutes without an answer."""
    world.channel.answer_next(*[BUSY] * 1000)
    for number in range(10):
        await refusal(world.reply(f"Réponse {number}"))
    before = len(world.timers)
    for number in range(7):
        await world.customer(f"Message {number}")
        await world.pass_time(2 * MINUTES)
    assert len(world.timers) - before <= 25
    assert len(world.contact.unsent) == 10


async def test_after_14_minutes_without_the_channel_everything_goes_out_once_in_order(world: World) -> None:
    world.channel.answer_next(*[BUSY] * 1000)
    for number in range(5):
        await refusal(world.reply(f"Réponse {number}"))
    await world.pass_time(13 * MINUTES)
    world.channel.answer_again()
    await world.pass_time(2 * MINUTES)
    assert world.phone == [f"Réponse {number}" for number in range(5)]


async def test_a_channel_that_does_nothing_is_asked_anew_but_not_for_ever(world: World) -> None:
    world.channel.answer_next(*[NothingDone()] * 1000)
    await refusal(world.reply("Un"))
    await world.pass_time(20 * MINUTES)
    assert world.phone == []
    assert world.line("Un").status is MessageStatus.FAILED
    assert len(world.channel.attempts) < 25


async def test_nothing_done_once_is_made_good_at_once(world: World) -> None:
    world.channel.answer_next(NothingDone())
    state = await world.reply("Un")
    assert state.outgoing.status is MessageStatus.SENT
    assert world.phone == ["Un"]


async def test_the_pair_rate_limit_pauses_this_contact_and_says_so(world: World) -> None:
    world.channel.answer_next(Refusal(code="131056", message="pair rate"))
    first, second = await refusal(world.reply("Un")), await refusal(world.reply("Deux"))
    assert [each.code for each in (first, second)] == ["recipient_rate_limited"] * 2
    assert first.retry_after
    await world.customer("Et moi ?", phone=OTHER)
    await world.reply("Bien sûr", to=OTHER)
    assert world.phone == ["Bien sûr"]
    await world.pass_time(1 * MINUTES)
    assert world.phone == ["Bien sûr", "Un", "Deux"]


async def test_a_time_that_the_channel_gives_later_is_waited_for_with_a_check_of_its_own() -> None:
    """The check that is on its way comes before that time, and would find nothing that it may do."""
    world = World(sample())
    await world.customer("Bonjour")
    world.channel.answer_next(Postponed(code="503", message="busy"))
    await refusal(world.reply("Un"))
    world.clock.step(1)
    world.channel.answer_next(Postponed(code="429", message="busy", retry_after=90))
    await refusal(world.reply("Deux"))
    await world.pass_time(10 * 60)
    assert world.phone == ["Un", "Deux"]


async def test_a_repetition_goes_to_the_same_address() -> None:
    """The same request with another address would be another request, and be rejected or be a double."""
    world = World(sample())
    await world.customer("Bonjour", phone="", bsuid="FR.1")
    world.channel.lose_next_answer()
    await refusal(world.reply("Un"))
    await world.customer("Encore", bsuid="FR.1")
    await world.pass_time(120)
    assert world.phone == ["Un"]
    assert {shipment.to for shipment in world.channel.attempts} == {"FR.1"}


@pytest.mark.parametrize("behind", [0.5, 1.5, 3])
async def test_a_worker_whose_clock_is_behind_the_queues_checks_again(behind: float) -> None:
    """The check comes before the time that the worker waits for, by its own clock."""
    world = World(sample(greeting=True))
    world.channel.answer_next(Postponed(code="429", message="busy", retry_after=5))
    await world.customer("Bonjour")
    world.clock.step(6 - behind)
    for message in [each for each in world.sender.sent if each.subject == Subject.CHECK]:
        await world.deliver(message)
    await world.pass_time(30)
    assert len(world.phone) == 1
