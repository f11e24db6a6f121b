"""The window closes between the agent's click and the phone: by the clock, or because WhatsApp says so (131047)."""

from collections.abc import Mapping
from typing import Any

import pytest

from shared.configuration import WhenWindowClosed
from shared.sending.channel import Postponed, Refusal
from shared.state.session_window import window_open
from shared.state.tables import Table
from shared.vocabulary.words import MessageStatus
from tests.fakes.channel import FakeChannel
from tests.fakes.clock import OffClock
from tests.fakes.sample import sample
from tests.fakes.world import HOURS, World, refusal

BUSY = Postponed(code="503", message="busy", in_doubt=False)
CLOSED = Refusal(code="131047", message="re-engagement")
TEMPLATE, HOLD, REJECT = WhenWindowClosed
PING = "Bonjour client, nous avons une réponse pour vous : Un"


async def answered(**replies: Any) -> World:
    """A customer wrote, and the agent's answer is on the phone."""
    world = World(sample(**replies))
    await world.customer("Bonjour")
    await world.reply("Un")
    return world


def statuses(world: World) -> Mapping[str, MessageStatus | None]:
    return {line.text or "": line.status for line in world.said()[1:]}


async def test_whatsapp_says_so_and_the_template_goes_out_with_the_words_held() -> None:
    world = await answered()
    await world.status(world.channel_id_of("Un"), "Failed", code="131047")
    assert world.phone == ["Un", PING]
    assert statuses(world) == {"Un": MessageStatus.HELD, PING: MessageStatus.SENT}
    assert world.line("Un").message_id is None


async def test_whatsapp_says_so_and_the_policy_holds() -> None:
    world = await answered(when_window_closed="hold")
    await world.status(world.channel_id_of("Un"), "Failed", code="131047")
    assert world.phone == ["Un"]
    assert statuses(world) == {"Un": MessageStatus.HELD}


async def test_whatsapp_says_so_and_the_policy_rejects() -> None:
    world = await answered(when_window_closed="reject")
    await world.status(world.channel_id_of("Un"), "Failed", code="131047")
    assert world.phone == ["Un"]
    line = world.line("Un")
    assert line.status is MessageStatus.FAILED
    assert line.error is not None
    assert "24 hours" in line.error.message
    assert line.error.hint


@pytest.mark.parametrize("wish", [TEMPLATE, HOLD, REJECT])
async def test_what_the_request_asked_for_counts_when_whatsapp_says_so(wish: WhenWindowClosed) -> None:
    world = World(sample(when_window_closed="hold"))
    await world.customer("Bonjour")
    await world.reply("Un", when_closed=wish)
    await world.status(world.channel_id_of("Un"), "Failed", code="131047")
    assert world.phone == (["Un", PING] if wish is TEMPLATE else ["Un"])
    expected = MessageStatus.FAILED if wish is REJECT else MessageStatus.HELD
    assert world.line("Un").status is expected


async def test_the_channel_refuses_at_once_and_the_caller_sees_a_template() -> None:
    world = World(sample())
    await world.customer("Bonjour")
    world.channel.answer_next(CLOSED)
    state = await world.reply("Un")
    assert world.phone == [PING]
    assert state.outgoing.status is MessageStatus.HELD
    assert state.acting.status is MessageStatus.SENT


async def test_the_words_go_out_under_another_request_id_once_the_customer_writes() -> None:
    """The channel would take a repetition of the refused request for the same request, and do nothing."""
    world = await answered()
    await world.status(world.channel_id_of("Un"), "Failed", code="131047")
    await world.customer("Oui ?")
    assert world.phone == ["Un", PING, "Un"]
    requests = [each.request_id for each in world.channel.attempts]
    assert len(set(requests)) == len(requests) == 3
    assert world.line("Un").status is MessageStatus.SENT


async def test_a_second_131047_on_the_released_words_is_final() -> None:
    world = await answered()
    await world.status(world.channel_id_of("Un"), "Failed", code="131047")
    await world.customer("Oui ?")
    await world.status(world.channel_id_of("Un"), "Failed", code="131047")
    await world.pass_time(1 * HOURS)
    assert world.line("Un").status is MessageStatus.FAILED
    assert world.phone == ["Un", PING, "Un"]
    assert not world.contact.held
    assert not world.contact.unsent


async def test_a_released_reply_that_falls_back_is_announced_by_a_new_ping() -> None:
    """The first ping went out days ago under its own request id."""
    world = World(sample())
    await world.customer("Bonjour")
    await world.pass_time(25 * HOURS)
    await world.reply("Un")
    await world.customer("Oui ?")
    assert world.phone == [PING, "Un"]
    await world.status(world.channel_id_of("Un"), "Failed", code="131047")
    assert world.phone == [PING, "Un", PING]
    assert len({each.request_id for each in world.channel.sent}) == 3
    assert world.line("Un").status is MessageStatus.HELD
    assert [line.status for line in world.said() if line.text == PING] == [MessageStatus.SENT] * 2


async def test_a_customer_who_wrote_after_the_send_has_opened_the_window_again() -> None:
    """131047 about a message that went out before the customer wrote says nothing of the window now."""
    world = await answered()
    world.clock.step(2)
    await world.customer("Encore moi")
    await world.status(world.channel_id_of("Un"), "Failed", code="131047")
    assert world.phone == ["Un", "Un"]
    assert world.line("Un").status is MessageStatus.SENT
    assert window_open(world.contact, world.clock.now())


async def test_replies_after_131047_find_the_window_closed() -> None:
    world = await answered(when_window_closed="hold")
    await world.status(world.channel_id_of("Un"), "Failed", code="131047")
    await world.reply("Deux")
    assert statuses(world) == {"Un": MessageStatus.HELD, "Deux": MessageStatus.HELD}
    await world.customer("Oui ?")
    assert world.phone == ["Un", "Un", "Deux"]


async def test_an_older_message_that_comes_late_does_not_release_the_words() -> None:
    """It is older than what WhatsApp refused: the window that it opened was closed by then."""
    world = World(sample(when_window_closed="hold"))
    await world.customer("Bonjour")
    await world.pass_time(300)
    late = world.clock.now()
    await world.pass_time(300)
    await world.reply("Un")
    await world.status(world.channel_id_of("Un"), "Failed", code="131047")
    await world.customer("Vieux", at=late)
    assert world.phone == ["Un"]
    await world.customer("Oui ?")
    assert world.phone == ["Un", "Un"]


HELD = "La fenêtre de 24 heures s’était fermée : une réponse de Ana attend le client."
FAILED = "La fenêtre de 24 heures s’était fermée : une réponse de Ana n’est pas arrivée."
REPLACED = "La fenêtre de 24 heures s’était fermée : un modèle remplace une réponse de Ana."
NO_HOLD = {"hold": {"enabled": False}}


@pytest.mark.parametrize(
    ("replies", "line", "failed", "held"),
    [
        ({"when_window_closed": "template"}, HELD, 0, 1),
        ({"when_window_closed": "hold"}, HELD, 0, 1),
        ({"when_window_closed": "reject"}, FAILED, 1, 0),
        ({"when_window_closed": "template", **NO_HOLD}, REPLACED, 1, 0),
    ],
)
async def test_minutes_later_the_agent_sees_what_became_of_it(
    replies: Mapping[str, Any], line: str, failed: int, held: int
) -> None:
    world = await answered(**replies)
    await world.pass_time(180)
    await world.status(world.channel_id_of("Un"), "Failed", code="131047")
    assert line in [each.text for each in world.history()]
    assert (world.conversation.failed, world.conversation.held_count) == (failed, held)
    (listed,) = world.listed()
    assert (listed.get("failed", 0), listed.get("held", 0)) == (failed, held)


async def test_the_template_does_not_hide_that_another_reply_failed() -> None:
    world = await answered()
    await world.reply("Deux")
    await world.status(world.channel_id_of("Deux"), "Failed", code="131026")
    await world.status(world.channel_id_of("Un"), "Failed", code="131047")
    assert world.phone[-1] == PING
    assert world.conversation.failed == 1


async def test_a_text_that_waited_until_the_window_closed_is_decided_again() -> None:
    world = World(sample())
    await world.customer("Bonjour")
    await world.pass_time(24 * HOURS - 300)
    world.channel.answer_next(*[BUSY] * 100)
    await refusal(world.reply("Un"))
    await world.pass_time(299)
    world.channel.answer_again()
    await world.pass_time(200)
    assert world.phone == [PING]
    assert statuses(world) == {"Un": MessageStatus.HELD, PING: MessageStatus.SENT}
    await world.customer("Oui ?")
    assert world.phone == [PING, "Un"]


async def test_an_automated_message_whose_window_closed_is_given_up() -> None:
    world = World(sample(greeting=True))
    world.channel.answer_next(*[BUSY] * 100)
    await world.customer("Bonjour", at=world.clock.now().replace(day=23, hour=9, minute=5))
    world.channel.answer_again()
    world.clock.step(300)
    await world.drain()
    assert world.phone == []
    assert world.said()[-1].status is MessageStatus.FAILED


class WrittenTo:
    """Tables: while a worker looks for templates, the customer writes to another one, whose channel is busy."""

    def __init__(self, world: World) -> None:
        self._world = world

    def __getattr__(self, name: str) -> Any:
        return getattr(self._world.tables, name)

    async def get(self, table: Table, partition: str, key: str) -> Any:
        if table is Table.CHANNELS and key == "templates":
            busy = FakeChannel()
            busy.answer_next(BUSY)
            await self._world.customer("Me revoilà", by=self._world.worker(channel=busy))
        return await self._world.tables.get(table, partition, key)


async def test_a_customer_who_writes_in_that_very_moment_gets_the_words() -> None:
    """The window was closed when the worker looked, and is open when it commits."""
    world = World(sample())
    await world.customer("Bonjour")
    await world.pass_time(24 * HOURS - 300)
    world.channel.answer_next(*[BUSY] * 100)
    await refusal(world.reply("Un"))
    world.channel.answer_again()
    world.clock.step(300)
    await world.drain(by=world.worker(tables=WrittenTo(world)))
    assert world.line("Un").status is MessageStatus.SENT


async def test_a_text_that_may_have_arrived_is_not_sent_in_another_way_when_the_window_closes() -> None:
    """The channel took it and its answer was lost: the same attempt finds that out, another one would be a double."""
    world = World(sample())
    await world.customer("Bonjour")
    await world.pass_time(24 * HOURS - 65)
    world.channel.lose_next_answer()
    await refusal(world.reply("Un"))
    await world.pass_time(200)
    await world.customer("Oui ?")
    assert world.phone == ["Un"]
    assert world.line("Un").status is MessageStatus.SENT


async def test_words_of_a_closed_conversation_are_not_held_for_a_message_that_cannot_come() -> None:
    """Whoever was merged into another contact hears nothing any more: the words fail, visibly."""
    world = await answered()
    await world.close()
    await world.status(world.channel_id_of("Un"), "Failed", code="131047")
    assert world.line("Un").status is MessageStatus.FAILED
    assert not world.contact.held


async def test_a_refusal_that_is_read_by_a_clock_behind_the_senders_lets_no_reply_vanish() -> None:
    world = World()
    await world.customer("Bonjour")
    state = await world.reply("Voici")
    behind = world.worker(clock=OffClock(world.clock, -3))

    await world.status(world.channel_id_of("Voici"), "Failed", code="131047", by=behind)

    assert world.outgoing(state.outgoing.id).status is MessageStatus.HELD
