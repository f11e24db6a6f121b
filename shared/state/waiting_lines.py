"""Reads the waiting lines of queues, the first to be served first. `shared.state.conversation_lists` writes them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shared.state.line_row import LINE, LineRow
from shared.state.rows import decode
from shared.state.tables import Table, Tables
from shared.vocabulary.errors import Unreadable
from shared.vocabulary.time import of_milliseconds

PAGE: Final = 100
MOST_COUNTED: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class InLine:
    """A conversation in a queue's line.

    Attributes:
        key: Its row's key: of two in one queue, the smaller is served first.
        row: None when it can't be read.
        etag: The row's; None for one that is imagined.
    """

    queue: str
    key: str
    row: LineRow | None
    etag: str | None = None

    @property
    def queued_since(self) -> datetime:
        """Its place in the line."""
        return _place(self.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinePage:
    """A piece of a line; `after` is where the next one begins, None at the end of the line."""

    waiting: tuple[InLine, ...] = ()
    after: str | None = None


class WaitingLines:
    """The lines, on Table Storage."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def read(self, queue: str, after: str | None = None) -> LinePage:
        """Return the first of a line, or the next after a key.

        Raises:
            Unavailable: Storage is away.
        """
        first, last = LINE
        start = f"{after}\x20" if after else first  # the first key that could follow
        rows = await self._tables.scan(Table.INBOX, queue, first=start, last=last, limit=PAGE)
        waiting = tuple(InLine(queue=queue, key=row.key, row=_readable(row.body), etag=row.etag) for row in rows)
        return LinePage(waiting=waiting, after=rows[-1].key if len(rows) == PAGE else None)

    async def places(self, queue: str) -> Sequence[datetime]:
        """Return since when each in a line has had its place: of the first thousand.

        Raises:
            Unavailable: Storage is away.
        """
        first, last = LINE
        keys = await self._tables.keys(Table.INBOX, queue, first=first, last=last, limit=MOST_COUNTED)
        return [_place(key) for key in keys]

    async def length(self, queue: str, at_most: int = MOST_COUNTED) -> int:
        """Return how many wait in a line; of more than `at_most`, that number.

        Raises:
            Unavailable: Storage is away.
        """
        first, last = LINE
        return len(await self._tables.keys(Table.INBOX, queue, first=first, last=last, limit=at_most))


def _place(key: str) -> datetime:
    return of_milliseconds(int(key.split(":")[2]))


def _readable(body: str) -> LineRow | None:
    try:
        return decode(LineRow, body)
    except Unreadable:
        return None
