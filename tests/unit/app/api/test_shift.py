"""A desk on shift gives signs of life, and its agent is there."""

from datetime import timedelta

import pytest

from shared.queue.messages import Subject
from shared.state.rows import decode
from shared.state.signs_of_life import SEEN, Seen
from shared.state.tables import Table
from tests.unit.app.api.desk import ANA, BOB, Desk
from tests.unit.app.api.poller import Poller


def seen(desk: Desk) -> list[Seen]:
    """The signs that are stored."""
    return [decode(Seen, row.body) for row in desk.world.tables.rows(Table.AGENTS, SEEN)]


async def test_it_says_so_once_a_minute_and_the_first_in_a_minute_asks_for_a_roll_call() -> None:
    desk = await Desk.staffed()
    ana, bob = Poller(desk), Poller(desk, BOB)
    for _ in range(5):
        await ana.poll(shift=1)
        await bob.poll(shift=1)
    assert sorted(each.agent for each in seen(desk)) == ["ana", "bob"]
    first = desk.world.clock.now()
    assert all(each.at < first - timedelta(seconds=6) for each in seen(desk))
    rolls = [each for each in desk.world.timers if each.subject is Subject.ROLL_CALL]
    assert [each.message_id for each in rolls] == [f"roll:{int(first.timestamp()) // 60 + 1}"]
    await desk.world.pass_time(61)
    await ana.poll(shift=1)
    assert any(each.at > first for each in seen(desk))


async def test_whoever_ends_it_is_not_expected_any_more_and_who_says_nothing_of_it_never_was() -> None:
    desk = await Desk.staffed()
    ana = Poller(desk)
    await ana.poll()
    assert seen(desk) == []
    await ana.poll(shift=1)
    await ana.poll()
    assert len(seen(desk)) == 1
    await ana.poll(shift=0)
    assert seen(desk) == []
    await ana.poll(shift=1)
    assert len(seen(desk)) == 1


@pytest.mark.parametrize(("minutes", "presence"), [(10, "available"), (29, "available"), (40, "offline")])
async def test_a_desk_that_comes_back_within_half_an_hour_finds_its_agent_as_before(
    minutes: int, presence: str
) -> None:
    desk = await Desk.staffed()
    ana = Poller(desk)
    await desk.put("/agents/me/presence", {"presence": "available"}, ANA)
    desk.world.clock.step(3600)
    await ana.poll(shift=1)
    await desk.world.pass_time(60 * minutes)
    assert (await desk.get("/agents/me")).json["presence"] == "offline"
    turns = len([each for each in desk.world.timers if each.subject is Subject.TURN])
    await ana.poll(shift=1)
    assert (await desk.get("/agents/me")).json["presence"] == presence
    asked = len([each for each in desk.world.timers if each.subject is Subject.TURN]) - turns
    assert (asked > 0) == (presence == "available")
