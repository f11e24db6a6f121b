"""Asking for turns: what is on the queue after somebody asked, by the second."""

import pytest

from shared.queue.messages import Turn
from shared.queue.turn_requests import TurnRequests
from shared.vocabulary.errors import Unavailable
from tests.fakes.clock import FakeClock
from tests.fakes.faults import Faults
from tests.fakes.sender import FakeSender

MINUTE = 60


class Asker:
    """One worker, and what it sent: in how many seconds, from when it began, each turn is due."""

    def __init__(self, seconds: float = 0) -> None:
        self.clock = FakeClock()
        self.began = self.clock.now().timestamp()
        self.clock.step(seconds)
        self.sender = FakeSender()
        self.turns = TurnRequests(self.sender, self.clock)

    @property
    def due(self) -> list[int]:
        return [round(each.deliver_at.timestamp() - self.began) for each in self.sender.sent if each.deliver_at]


async def test_a_turn_begins_two_seconds_after_the_row_is_there() -> None:
    asker = Asker(10.7)
    await asker.turns.ask()
    assert asker.due[0] == 12
    first = asker.sender.sent[0]
    assert (first.session_id, first.message_id) == ("distribution", f"turn:{first.body['due']}")
    assert Turn.decode(first.body).due == round(asker.began) + 12


async def test_once_a_minute_the_full_minute_after_the_next_is_asked_for_too() -> None:
    asker = Asker(10)
    for _ in range(12):
        await asker.turns.ask()
        asker.clock.step(10)
    assert [due for due in asker.due if due % MINUTE == 0] == [2 * MINUTE, 3 * MINUTE, 4 * MINUTE]


async def test_a_second_that_this_worker_asked_for_is_not_asked_for_again() -> None:
    asker = Asker()
    await asker.turns.ask()
    asker.clock.step(0.9)
    await asker.turns.ask()
    assert asker.due == [2, 2 * MINUTE]


async def test_one_that_was_not_confirmed_is() -> None:
    asker = Asker()
    faults = Faults(call=1, error=Unavailable("away"), after=True)
    turns = TurnRequests(faults.wrap(asker.sender), asker.clock)
    with pytest.raises(Unavailable):
        await turns.ask()
    await turns.ask()
    assert asker.due == [2, 2, 2 * MINUTE]


async def test_a_change_without_a_contact_is_announced_a_minute_ahead() -> None:
    asker = Asker()
    await asker.turns.ask_before()
    await asker.turns.ask()
    assert asker.due == [MINUTE, 2, 2 * MINUTE]


async def test_one_repair_under_way_is_enough() -> None:
    asker = Asker()
    for _ in range(130):
        await asker.turns.ask_for_repair(during=0)
        asker.clock.step(1)
    assert asker.due == [MINUTE, 2 * MINUTE, 3 * MINUTE]


async def test_a_continuation_has_an_id_of_its_own() -> None:
    asker = Asker()
    await asker.turns.go_on({"general": "line:2:x"})
    await asker.turns.go_on({"general": "line:2:x"})
    assert len({each.message_id for each in asker.sender.sent}) == 2
    assert [each.body["after"] for each in asker.sender.sent] == [{"general": "line:2:x"}] * 2
