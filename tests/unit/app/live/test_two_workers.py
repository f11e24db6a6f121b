"""What one worker told, another does not tell again, and nothing falls between the readings of a slow one."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from shared.live.sight import Sight
from shared.live.waiting import Asked, Live, Told
from shared.queue.house_requests import HourRequests
from shared.state.changes import ChangeKind, Changes, LoggedChange
from shared.state.list_row import ListRow
from shared.telemetry import NoTelemetry
from shared.vocabulary.time import Clock
from tests.fakes.clock import FakeClock, OffClock
from tests.fakes.sender import FakeSender
from tests.fakes.tables import FakeTables

type LooksUp = Callable[[], Awaitable[Sight]]


class Workers:
    """Two of them, whose clocks differ by six seconds, and a desk that polls."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.tables = FakeTables()
        clocks = OffClock(self.clock, 3), OffClock(self.clock, -3)
        self.lives = [Live(self._changes(each), each, NoTelemetry()) for each in clocks]
        self.cursor: str | None = None

    def _changes(self, clock: Clock) -> Changes:
        return Changes(self.tables, HourRequests(FakeSender(), clock), clock)

    async def write(self, name: str, off: float = 0) -> None:
        """A row is there, whose key is off by some seconds."""
        row = ListRow(version=1, conversation_id=name, contact_id=name, queue="general")
        change = LoggedChange(
            kind=ChangeKind.ROW, conversation_id=name, version=1, revision=1, queue="general", row=row
        )
        await self._changes(OffClock(self.clock, off)).write(change)

    async def poll(self, worker: int, sight: LooksUp | None = None, caller: str = "sue", wait: float = 0) -> list[str]:
        """The ids of which a desk is told."""
        told = await self._poll(worker, sight or _sees_all, caller, wait)
        if caller == "sue":
            self.cursor = told.cursor.encode()
        return [each.conversation_id for each in told.rows]

    async def _poll(self, worker: int, sight: LooksUp, caller: str, wait: float) -> Told:
        clock = OffClock(self.clock, (3, -3)[worker])
        until = clock.now() + timedelta(seconds=wait)
        cursor = self.cursor if caller == "sue" else None
        asked = Asked(
            caller_id=caller, client="one", cursor=cursor, opened=(), until=until, sight=sight, may_see=_may_see
        )
        return await self.lives[worker].poll(asked)


async def _sees_all() -> Sight:
    return Sight(queues=None, agent="sue")


async def _may_see(_: str) -> bool:
    return True


async def test_a_desk_that_polls_two_workers_by_turns_is_told_once() -> None:
    workers = Workers()
    await workers.poll(0)
    await workers.write("c1")
    told = []
    for number in range(30):
        workers.clock.step(1)
        told += await workers.poll(number % 2)
    assert told == ["c1"]


async def test_what_the_worker_finds_while_it_looks_up_rights_is_told_by_the_next_answer() -> None:
    workers, looked_up = Workers(), 0
    await workers.poll(0)

    async def slow() -> Sight:
        nonlocal looked_up
        looked_up += 1
        if looked_up == 2:  # a row comes late, is found for another desk, and is old by then
            await workers.write("late", off=-2.9)
            workers.clock.step(5)
            await workers.poll(0, caller="bob")
        elif looked_up == 1:
            workers.clock.step(1)
            await workers.poll(0, caller="bob")
            await workers.write("c1")
        return Sight(queues=None, agent="sue")

    assert await workers.poll(0, slow, wait=3) == ["c1"]
    workers.clock.step(1)
    assert await workers.poll(0) == ["late"]
