"""How far the day's housekeeping has come (table `settings`)."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from shared.state.rows import decode, encode
from shared.state.tables import Put, Table, Tables

PARTITION: Final = "house"
_KEY: Final = "kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What was looked at.

    Attributes:
        day: The last day, since 1970, whose housekeeping came to its end.
        closed_until: The last day of whose closed conversations the contacts were told.
        counted_until: The last day of which the figures were counted.
    """

    day: int
    closed_until: date | None = None
    counted_until: date | None = None


class Housekeeping:
    """The one row, on Table Storage. Every method raises Unavailable when the service is away."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def kept(self) -> Kept | None:
        """Return how far it has come; None before the first time."""
        row = await self._tables.get(Table.SETTINGS, PARTITION, _KEY)
        return decode(Kept, row.body) if row else None

    async def note(self, kept: Kept) -> None:
        """Note how far it has come."""
        await self._tables.commit(Table.SETTINGS, PARTITION, [Put(_KEY, encode(kept))])
