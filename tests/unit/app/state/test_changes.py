"""The log of changes: no row is missed by whoever reads it as the worker does, whatever clocks and hours do."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.live.cursor import Cursor, decode_cursor
from shared.live.lateness import Lateness
from shared.live.reader import MOST_CAUGHT_UP, LogReader
from shared.queue.house_requests import HourRequests
from shared.state.changes import ChangeKind, Changes, Logged, LoggedChange, hour_of
from shared.state.rows import encode
from shared.state.tables import Delete, Operation, Row, Table, Tables
from shared.telemetry import NoTelemetry
from shared.vocabulary.errors import Unavailable
from tests.fakes.clock import FakeClock, OffClock
from tests.fakes.sender import FakeSender
from tests.fakes.tables import FakeTables

LONGEST_QUERY = 4_096
"""That Azure Functions takes."""
FIVE_TO_TEN = FakeClock().now().replace(minute=59, second=50)


def log(tables: Tables, clock: FakeClock, ahead: float = 0, sender: FakeSender | None = None) -> Changes:
    """The log as a worker has it, whose clock is ahead by some seconds."""
    off = OffClock(clock, ahead)
    return Changes(tables, HourRequests(sender or FakeSender(), off), off)


def change(number: int) -> LoggedChange:
    return LoggedChange(kind=ChangeKind.ROW, conversation_id=f"c{number}", version=number)


class SlowTables(FakeTables):
    """Takes a while of the clock's time until a row is there, though its key says when the writer began."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self.clock = clock
        self.late: list[tuple[float, str, Sequence[Operation]]] = []
        self.takes = 0.0

    async def commit(self, table: Table, partition: str, operations: Sequence[Operation]) -> dict[str, str]:
        at = self.clock.now().timestamp() + self.takes
        self.late.append((at, partition, operations))
        return {}

    async def arrive(self) -> None:
        """What has taken its time is there."""
        now = self.clock.now().timestamp()
        for at, partition, operations in [each for each in self.late if each[0] <= now]:
            await super().commit(Table.CHANGES, partition, operations)
            self.late.remove((at, partition, operations))


STEP = st.tuples(
    st.sampled_from(["write by one", "write by other", "read", "pause"]),
    st.sampled_from([0.0, 0.3, 1.0, 2.9]),  # how long the write takes, or time passes
)


@settings(max_examples=60, deadline=None)
@given(steps=st.lists(STEP, max_size=40), one=st.sampled_from([-3.0, 0.0]), other=st.sampled_from([0.0, 3.0]))
def test_two_workers_write_and_a_third_reads_all_of_it(
    steps: list[tuple[str, float]], one: float, other: float
) -> None:
    """Across the end of an hour, with clocks three seconds apart each way, tries that take their time, pauses."""

    async def run() -> None:
        clock = FakeClock(FIVE_TO_TEN)
        tables = SlowTables(clock)
        writers = {"write by one": log(tables, clock, one), "write by other": log(tables, clock, other)}
        reader = LogReader(log(tables, clock), clock, Lateness(NoTelemetry()))
        written, found = set(), set()
        for number, (what, seconds) in enumerate(steps):
            if what in writers:
                tables.takes = seconds
                await writers[what].write(change(number))
                written.add(f"c{number}")
            else:
                clock.step(1 if what == "read" else seconds)
            await tables.arrive()
            if what == "read":
                await reader.refresh()
                found |= {each.change.conversation_id for each in reader.window.since(FIVE_TO_TEN - timedelta(hours=1))}
        for _ in range(4):  # what was on its way arrives
            clock.step(1)
            await tables.arrive()
            await reader.refresh()
            found |= {each.change.conversation_id for each in reader.window.since(FIVE_TO_TEN - timedelta(hours=1))}
        assert written <= found

    asyncio.run(run())


async def test_a_try_that_fails_is_made_again_under_a_key_of_its_own_time() -> None:
    clock, tables = FakeClock(), FakeTables()

    class Failing(FakeTables):
        tries = 0

        async def commit(self, table: Table, partition: str, operations: Sequence[Operation]) -> dict[str, str]:
            self.tries += 1
            clock.step(2)
            if self.tries < 3:
                raise Unavailable("busy")
            return dict(await tables.commit(table, partition, operations))

    began = clock.now()
    await log(Failing(), clock).write(change(1))
    (row,) = tables.rows(Table.CHANGES, hour_of(began))
    assert row.key.startswith(f"{int((began + timedelta(seconds=4)).timestamp() * 1000):013d}:c1:1")

    class Away(FakeTables):
        async def commit(self, table: Table, partition: str, operations: Sequence[Operation]) -> dict[str, str]:
            raise Unavailable("away")

    with pytest.raises(Unavailable):
        await log(Away(), clock).write(change(2))


async def test_an_hour_is_asked_to_be_erased_once_a_worker_before_its_first_row() -> None:
    clock, tables, sender = FakeClock(FIVE_TO_TEN), FakeTables(), FakeSender()
    changes = log(tables, clock, sender=sender)
    for seconds in (0, 5, 10):
        clock.step(seconds)
        await changes.write(change(seconds))
    assert [each.message_id for each in sender.sent] == ["house:2026-11-24T09", "house:2026-11-24T10"]
    assert sender.sent[0].deliver_at == FIVE_TO_TEN + timedelta(hours=3)
    assert await changes.forget("2026-11-24T09", 100)
    assert (tables.rows(Table.CHANGES, "2026-11-24T09"), len(tables.rows(Table.CHANGES, "2026-11-24T10"))) == ([], 1)


async def test_an_hour_is_erased_whole_though_somebody_else_erases_some_of_it() -> None:
    clock = FakeClock()

    class Raced(FakeTables):
        """A customer is erased between a look at the hour and the first deletion of its rows."""

        async def keys(
            self, table: Table, partition: str, *, first: str, last: str, limit: int | None = None
        ) -> Sequence[str]:
            keys = await super().keys(table, partition, first=first, last=last, limit=limit)
            await self.commit(table, partition, [Delete(keys[1])])
            return keys

    tables = Raced()
    changes = log(tables, clock)
    for number in range(3):
        await changes.write(change(number))
    assert await changes.forget(hour_of(clock.now()), 100)
    assert tables.rows(Table.CHANGES, hour_of(clock.now())) == []


async def test_too_much_for_one_who_was_away_is_not_read_to_its_end() -> None:
    clock, tables = FakeClock(), FakeTables()
    changes, reader = log(tables, clock), LogReader(log(tables, clock), clock, Lateness(NoTelemetry()))
    since = clock.now()
    for number in range(MOST_CAUGHT_UP):
        await changes.write(change(number))
    clock.step(600)
    await reader.refresh()
    assert await reader.since(since) is None


def test_hardly_any_row_has_the_short_hash_of_another() -> None:
    body = encode(change(1))
    rows = [Row(key=f"{number:013d}:c:1:1", body=body, etag="") for number in range(30_000)]
    assert len({Logged.of(each).short for each in rows}) == len(rows)


def test_a_poll_of_one_who_was_given_very_much_is_no_longer_than_queries_may_be() -> None:
    cursor = Cursor(at=FIVE_TO_TEN, sight="0" * 8, viewers="f" * 8, given=("abcdef",) * 5_000).encode()
    opened = ",".join([f"{'0' * 32}-{'0' * 26}"] * 5)
    query = urlencode({"cursor": cursor, "open": opened, "client": "c" * 64, "shift": 1, "wait": 25})
    assert len(query) <= LONGEST_QUERY


def test_a_cursor_is_read_as_it_was_written_and_nothing_else_is_one() -> None:
    cursor = Cursor(at=FIVE_TO_TEN, sight="0" * 8, viewers="f" * 8, given=("abcDEF", "12-4_6"))
    assert decode_cursor(cursor.encode()) == cursor
    for odd in ("", "x", cursor.encode() + "0", cursor.encode().upper() + "X", "9" * 40):
        assert decode_cursor(odd) is None
