"""Queues that a supervisor closed for a while (table `settings`), over the hours in the file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shared.state.settings_rows import SettingsRows
from shared.state.tables import Tables
from shared.vocabulary.time import Clock

PARTITION: Final = "closed-until"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedUntil:
    """A queue is closed until a moment, and why."""

    until: datetime
    reason: str | None = None


class ClosedQueues:
    """What is closed, on Table Storage."""

    def __init__(self, tables: Tables, clock: Clock) -> None:
        self._rows = SettingsRows(tables, clock, PARTITION, ClosedUntil)
        self._clock = clock

    @property
    def changed(self) -> int:
        """How often this worker has closed a queue or let it open."""
        return self._rows.changed

    async def read(self) -> Mapping[str, ClosedUntil]:
        """Return the queues that are closed now, as they were within the last seconds."""
        now = self._clock.now()
        return {queue: closed for queue, closed in (await self._rows.read()).items() if closed.until > now}

    async def put(self, queue: str, closed: ClosedUntil) -> None:
        """Close a queue."""
        await self._rows.put(queue, closed)

    async def clear(self, queue: str) -> None:
        """Let a queue's hours count again."""
        await self._rows.delete(queue)
