"""What forty desks cost the worker at which they wait, while a whole centre works."""

import time
from collections.abc import Sequence

from shared.live.sight import Sight
from shared.live.waiting import Asked, Live, Told
from shared.queue.house_requests import HourRequests
from shared.state.changes import ChangeKind, Changes, LoggedChange
from shared.state.list_row import ListRow
from shared.telemetry import Metric
from tests.fakes.clock import FakeClock
from tests.fakes.sender import FakeSender
from tests.fakes.tables import FakeTables
from tests.fakes.telemetry import FakeTelemetry

DESKS = 40
A_SECOND = 75
"""Rows, of fifty messages a second and of what becomes of them."""
SOON = 2.0
MOST_OF_A_PROCESSOR = 0.5


class Floor:
    """Supervisors' desks, each of which sees all that the log says."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.telemetry = FakeTelemetry()
        self.changes = Changes(FakeTables(), HourRequests(FakeSender(), self.clock), self.clock)
        self.live = Live(self.changes, self.clock, self.telemetry)
        self.cursors: list[str | None] = [None] * DESKS
        self.written = 0

    async def second(self) -> None:
        """A little more than a second goes by, in which the centre writes, each time of one of forty conversations."""
        for _ in range(A_SECOND):
            self.clock.step(1.01 / A_SECOND)
            self.written += 1
            name = f"c{self.written % 40}"
            row = ListRow(version=self.written, conversation_id=name, contact_id=name, queue="general")
            await self.changes.write(
                LoggedChange(
                    kind=ChangeKind.ROW,
                    conversation_id=name,
                    version=self.written,
                    revision=self.written,
                    queue="general",
                    row=row,
                    committed_at=self.clock.now(),
                )
            )

    async def poll(self) -> Sequence[Told]:
        """The answer to each desk."""
        told = [await self._poll(number) for number in range(DESKS)]
        self.cursors = [each.cursor.encode() for each in told]
        return told

    async def _poll(self, number: int) -> Told:
        asked = Asked(
            caller_id=f"sue{number}",
            client="one",
            cursor=self.cursors[number],
            opened=("c1",),
            until=self.clock.now(),
            sight=_sees_all,
            may_see=_may_see,
        )
        return await self.live.poll(asked)


async def _sees_all() -> Sight:
    return Sight(queues=None, agent="sue")


async def _may_see(_: str) -> bool:
    return True


async def test_each_is_told_within_two_seconds_and_all_take_half_a_processor_at_most() -> None:
    floor = Floor()
    for _ in range(20):
        await floor.second()
    await floor.poll()
    for _ in range(3):
        await floor.second()
        began = time.process_time()
        told = await floor.poll()
        assert time.process_time() - began <= MOST_OF_A_PROCESSOR
        assert [(len(each.rows), each.resync) for each in told] == [(40, False)] * DESKS
    delays = floor.telemetry.values(Metric.CHANGE_DELAY)
    assert len(delays) >= 3 * A_SECOND
    assert max(delays) <= SOON
