"""A desk that waits, while the log is read for others."""

from shared.live.sight import Sight
from shared.live.waiting import Asked, Live
from shared.queue.house_requests import HourRequests
from shared.state.changes import ChangeKind, Changes, LoggedChange
from shared.state.list_row import ListRow
from tests.fakes.clock import FakeClock, OffClock
from tests.fakes.sender import FakeSender
from tests.fakes.tables import FakeTables
from tests.fakes.telemetry import FakeTelemetry


async def test_what_is_read_while_it_looks_who_asks_is_told_with_the_next_answer() -> None:
    """A row that took its seconds to be there is found by a reading, ten seconds before which the next one begins."""
    clock, tables, asks = FakeClock(), FakeTables(), 0

    async def write(name: str, *, seconds_ago: float = 0) -> None:
        then = OffClock(clock, -seconds_ago)
        row = ListRow(version=1, conversation_id=name, contact_id=name, queue="general")
        change = LoggedChange(kind=ChangeKind.ROW, conversation_id=name, version=1, queue="general", row=row)
        await Changes(tables, HourRequests(FakeSender(), then), then).write(change)

    async def sight() -> Sight:
        nonlocal asks
        asks += 1
        if asks == 3:  # once a row was found: storage is slow now
            await write("late", seconds_ago=2)
            clock.step(9)
            await live.poll(asked("other", None))
        return Sight(queues=None, agent="sue")

    async def may_see(_: str) -> bool:
        return True

    def asked(client: str, cursor: str | None, wait: float = 0) -> Asked:
        return Asked(
            caller_id="sue",
            client=client,
            cursor=cursor,
            opened=(),
            until=OffClock(clock, wait).now(),
            sight=sight,
            may_see=may_see,
        )

    live = Live(Changes(tables, HourRequests(FakeSender(), clock), clock), clock, FakeTelemetry())
    began = await live.poll(asked("one", None))
    clock.step(0.5)
    await write("soon")
    told = await live.poll(asked("one", began.cursor.encode(), wait=5))
    assert [row.conversation_id for row in told.rows] == ["soon"]
    told = await live.poll(asked("one", told.cursor.encode()))
    assert [row.conversation_id for row in told.rows] == ["late"]
