"""Queues that a supervisor closed for a while (table `settings`), over the hours in the file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from shared.state.rows import decode, encode
from shared.state.tables import Delete, Put, Table, Tables
from shared.vocabulary.errors import Conflict
from shared.vocabulary.time import Clock

PARTITION: Final = "closed-until"
FRESH_FOR: Final = timedelta(seconds=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedUntil:
    """A queue is closed until a moment, and why."""

    until: datetime
    reason: str | None = None


class ClosedQueues:
    """What is closed, on Table Storage; read at most every ten seconds.

    Attributes:
        changed: How often this worker has closed a queue or let it open.
    """

    def __init__(self, tables: Tables, clock: Clock) -> None:
        self._tables = tables
        self._clock = clock
        self._known: Mapping[str, ClosedUntil] = {}
        self._read_at: datetime | None = None
        self.changed = 0

    async def read(self) -> Mapping[str, ClosedUntil]:
        """Return the queues that are closed now, as they were within the last seconds."""
        now = self._clock.now()
        if self._read_at is None or now - self._read_at >= FRESH_FOR:
            rows = await self._tables.scan(Table.SETTINGS, PARTITION, first="", last="~")
            self._known = {row.key: decode(ClosedUntil, row.body) for row in rows}
            self._read_at = now
        return {queue: closed for queue, closed in self._known.items() if closed.until > now}

    async def put(self, queue: str, closed: ClosedUntil) -> None:
        """Close a queue."""
        await self._tables.commit(Table.SETTINGS, PARTITION, [Put(queue, encode(closed))])
        self._read_at, self.changed = None, self.changed + 1

    async def clear(self, queue: str) -> None:
        """Let a queue's hours count again."""
        try:
            await self._tables.commit(Table.SETTINGS, PARTITION, [Delete(queue)])
        except Conflict:
            pass  # it was not closed
        self._read_at, self.changed = None, self.changed + 1
