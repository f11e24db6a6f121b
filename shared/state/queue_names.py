"""The names of all queues that a conversation was ever in (table `settings`): also those that the file has lost.

A worker notes a queue before it writes the first row to the queue's lists, so that none is forgotten; from then on it
knows, and that costs nothing.
"""

from datetime import datetime, timedelta
from typing import Final

from shared.state.tables import Put, Table, Tables
from shared.vocabulary.time import Clock

PARTITION: Final = "queue"
FRESH_FOR: Final = timedelta(seconds=10)


class QueueNames:
    """The names, on Table Storage."""

    def __init__(self, tables: Tables, clock: Clock) -> None:
        self._tables = tables
        self._clock = clock
        self._noted: set[str] = set()
        self._known: frozenset[str] = frozenset()
        self._read_at: datetime | None = None

    async def note(self, queue: str) -> None:
        """Keep a queue's name, unless this worker has done so."""
        if queue not in self._noted:
            await self._tables.commit(Table.SETTINGS, PARTITION, [Put(queue, "{}")])
            self._noted.add(queue)

    async def known(self) -> frozenset[str]:
        """Return the names, as they were within the last seconds."""
        now = self._clock.now()
        if self._read_at is None or now - self._read_at >= FRESH_FOR:
            rows = await self._tables.scan(Table.SETTINGS, PARTITION, first="", last="~")
            self._known, self._read_at = frozenset(row.key for row in rows), now
        return self._known | self._noted
