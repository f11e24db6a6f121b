"""The figures of each day (UTC), for reports: counted from its closed conversations, and kept once the day is over.

They lie in one row beside the conversations (table `closed`). Whoever writes a conversation of a day that is over
takes them away in the same transaction, so they never say anything else than the conversations do.
"""

from collections.abc import AsyncIterable
from datetime import date, timedelta
from typing import Final

from shared.state.closed_conversations import REPORT, ClosedRow
from shared.state.closed_figures import ClosedDay
from shared.state.rows import decode, encode
from shared.state.tables import Insert, Operation, Replace, Row, Table, Tables
from shared.vocabulary.errors import Conflict, TooLarge
from shared.vocabulary.time import Clock

_IS_OVER_AFTER: Final = timedelta(hours=1)
"""Well above how late a conversation is written by one who began while it was still that day."""


class ClosedDays:
    """The days' figures, on Table Storage."""

    def __init__(self, tables: Tables, clock: Clock) -> None:
        self._tables = tables
        self._clock = clock

    async def figures(self, day: date, rows: AsyncIterable[ClosedRow]) -> ClosedDay:
        """Return the figures of a day, and keep them if it is over.

        Args:
            rows: The day's conversations. They are read where the figures are not kept yet, and only after it was
                looked for them: what is written meanwhile keeps these from being kept.

        Raises:
            Unavailable: The service is away.
        """
        found = await self._tables.get(Table.CLOSED, day.isoformat(), REPORT)
        kept = decode(ClosedDay, found.body) if found else None
        if kept and kept.folded:
            return kept
        counted = ClosedDay(folded=True)
        async for row in rows:
            counted.add(row)
        if counted.queues and (self._clock.now() - _IS_OVER_AFTER).date() > day:
            await self._keep(day, counted, found)
        return counted

    async def _keep(self, day: date, counted: ClosedDay, found: Row | None) -> None:
        body = encode(counted)
        step: Operation = Replace(REPORT, body, found.etag) if found else Insert(REPORT, body)
        try:
            await self._tables.commit(Table.CLOSED, day.isoformat(), [step])
        except (Conflict, TooLarge):  # it changed meanwhile; or had more agents than fit into a row
            return
