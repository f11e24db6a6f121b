"""The names of all queues that a conversation was ever in (table `settings`): also those that the file has lost.

A worker notes a queue before it writes the first row to the queue's lists, so that none is forgotten; from then on it
knows, and that costs nothing.
"""

from dataclasses import dataclass
from typing import Final

from shared.state.settings_rows import SettingsRows
from shared.state.tables import Tables
from shared.vocabulary.time import Clock

PARTITION: Final = "queue"


@dataclass(frozen=True, slots=True)
class KnownQueue:
    """A queue that there was; its key says all."""


class QueueNames:
    """The names, on Table Storage."""

    def __init__(self, tables: Tables, clock: Clock) -> None:
        self._rows = SettingsRows(tables, clock, PARTITION, KnownQueue)
        self._noted: set[str] = set()

    async def note(self, queue: str) -> None:
        """Keep a queue's name, unless this worker has done so."""
        if queue not in self._noted:
            await self._rows.put(queue, KnownQueue())
            self._noted.add(queue)

    async def known(self) -> frozenset[str]:
        """Return the names, as they were within the last seconds."""
        return frozenset(await self._rows.read())
