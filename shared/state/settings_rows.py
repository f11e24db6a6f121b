"""The rows of one partition of the table `settings`, read at most every ten seconds."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from shared.state.rows import decode, encode
from shared.state.tables import Delete, Put, Table, Tables
from shared.vocabulary.errors import Conflict
from shared.vocabulary.time import Clock

FRESH_FOR: Final = timedelta(seconds=10)


class SettingsRows[Kind]:
    """One kind of what the app or its supervisors set, on Table Storage.

    Every method raises Unavailable when the service is away.

    Attributes:
        changed: How often this worker has put or deleted a row.
    """

    def __init__(self, tables: Tables, clock: Clock, partition: str, kind: type[Kind]) -> None:
        self._tables = tables
        self._clock = clock
        self._partition = partition
        self._kind = kind
        self._known: Mapping[str, Kind] = {}
        self._read_at: datetime | None = None
        self.changed = 0

    async def read(self) -> Mapping[str, Kind]:
        """Return all by key, as they were within the last seconds, with all that was changed here."""
        now = self._clock.now()
        if self._read_at is None or now - self._read_at >= FRESH_FOR:
            rows = await self._tables.scan(Table.SETTINGS, self._partition, first="", last="~")
            self._known = {row.key: decode(self._kind, row.body) for row in rows}
            self._read_at = now
        return self._known

    async def put(self, key: str, value: Kind) -> None:
        """Write one, whatever is there."""
        await self._tables.commit(Table.SETTINGS, self._partition, [Put(key, encode(value))])
        self._note_change()

    async def delete(self, key: str) -> bool:
        """Remove one; whether it was there."""
        try:
            await self._tables.commit(Table.SETTINGS, self._partition, [Delete(key)])
        except Conflict:
            return False
        finally:
            self._note_change()
        return True

    def _note_change(self) -> None:
        self._read_at, self.changed = None, self.changed + 1
