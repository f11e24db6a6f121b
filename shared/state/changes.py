"""What desks are told (table `changes`): a row a change, in the partition of the hour in which it was written.

A row's key begins with the writer's time before each try, and a try is short: whoever reads again what lies ten seconds
back misses nothing, although workers' clocks differ. Rows repeat harmlessly, since each has its contact's version.
"""

import asyncio
from base64 import urlsafe_b64encode
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Final, Self

from shared.queue.house_requests import HourRequests
from shared.state.deleting import delete_rows
from shared.state.list_row import ListRow
from shared.state.rows import decode, encode
from shared.state.tables import Put, Row, Table, Tables
from shared.state.versions import HIGHEST_VERSION
from shared.vocabulary.errors import Unavailable
from shared.vocabulary.identity import digest
from shared.vocabulary.time import Clock, of_milliseconds

LOOK_BACK: Final = timedelta(seconds=10)
"""More than a try takes, by two clocks that differ by three seconds each way."""
SHORT: Final = 6
"""Characters, of six bits each, that stand for a row in a cursor; one with those of another that was given is lost."""
KEPT: Final = timedelta(hours=3)
"""From the first row of an hour until the hour is erased."""
_ONE_TRY: Final = 3.0  # seconds
_TRIES: Final = 3
_HOUR: Final = timedelta(hours=1)
_MILLISECOND: Final = timedelta(milliseconds=1)
_EPOCH: Final = datetime.fromtimestamp(0, UTC)
_LAST_KEY: Final = "~"
_OF_ERASED: Final = f":{HIGHEST_VERSION}:"


class ChangeKind(StrEnum):
    """What is told: how a list shows a conversation; that it is in no list; lines of it; who looks at what."""

    ROW = "row"
    GONE = "gone"
    THREAD = "thread"
    VIEWING = "viewing"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedChange:
    """A row of the log.

    Attributes:
        queue, agent, offered_to: Where the conversation is now, as far as rights go.
        left_queues, left_agents: Where it was within the last minutes.
        row: How lists show it.
        lines_from: The time of the oldest line that changed; None: none did.
        committed_at: When the newest of what is told was decided.
        viewer, client: Whose desk it is that has conversations open.
        open: Their ids.
    """

    kind: ChangeKind
    conversation_id: str = ""
    version: int = 0
    revision: int = 0
    queue: str = ""
    agent: str | None = None
    offered_to: str | None = None
    left_queues: tuple[str, ...] = ()
    left_agents: tuple[str, ...] = ()
    row: ListRow | None = None
    lines_from: datetime | None = None
    committed_at: datetime | None = None
    viewer: str | None = None
    client: str | None = None
    open: tuple[str, ...] = ()


@dataclass(frozen=True)
class Logged:
    """A change with its key, which says when it was written."""

    key: str
    change: LoggedChange
    short: str

    @classmethod
    def of(cls, row: Row) -> Self:
        """Read a row; `short` stands for it in cursors."""
        short = urlsafe_b64encode(bytes.fromhex(digest(row.key)))[:SHORT].decode()
        return cls(row.key, decode(LoggedChange, row.body), short)

    @cached_property
    def at(self) -> datetime:
        """When its writer began to write it, by the writer's clock."""
        return of_milliseconds(int(self.key[:13]))


class Changes:
    """The log, on Table Storage. Every method raises Unavailable when the service is away."""

    def __init__(self, tables: Tables, hours: HourRequests, clock: Clock) -> None:
        self._tables = tables
        self._hours = hours
        self._clock = clock

    async def write(self, change: LoggedChange) -> None:
        """Log a change, and have its hour erased in time."""
        for left in reversed(range(_TRIES)):
            now = self._clock.now()
            try:
                async with asyncio.timeout(_ONE_TRY):
                    await self._hours.ask(hour_of(now), now + KEPT)
                    await self._tables.commit(Table.CHANGES, hour_of(now), [Put(_key(change, now), encode(change))])
            except (Unavailable, TimeoutError) as error:
                if not left:
                    raise Unavailable("a change could not be logged") from error
            else:
                return

    async def read(
        self, since: datetime, until: datetime, *, known: Container[str] = (), limit: int | None = None
    ) -> Sequence[Logged]:
        """Return what was written since a time, over every hour until another, oldest first.

        Args:
            known: Keys of rows that are left out.
            limit: The most rows that are read, known ones among them.
        """
        found: list[Row] = []
        for hour in _hours(since, until):
            rest = limit - len(found) if limit else None
            if rest == 0:
                break
            found += await self._tables.scan(Table.CHANGES, hour, first=first_key(since), last=_LAST_KEY, limit=rest)
        return [Logged.of(row) for row in found if row.key not in known]

    async def forget(self, hour: str, most: int) -> bool:
        """Delete some of an hour; whether nothing is left."""
        keys = await self._tables.keys(Table.CHANGES, hour, first="", last=_LAST_KEY, limit=most)
        await delete_rows(self._tables, Table.CHANGES, hour, keys)
        return len(keys) < most

    async def erase(self, contact_id: str) -> None:
        """Delete what is said of a contact's conversations, but not that they are gone: a desk may ask much later."""
        now = self._clock.now()
        for hour in _hours(now - KEPT - _HOUR, now + LOOK_BACK):
            keys = await self._tables.keys(Table.CHANGES, hour, first="", last=_LAST_KEY)
            said = [key for key in keys if f":{contact_id}-" in key and _OF_ERASED not in key]
            await delete_rows(self._tables, Table.CHANGES, hour, said)


def hour_of(at: datetime) -> str:
    """Return the partition of what is written at a time."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H")


def first_key(at: datetime) -> str:
    """Return what the keys of rows begin with that are written at a time; no key since then is before it."""
    return f"{(at - _EPOCH) // _MILLISECOND:013d}"


def _hours(since: datetime, until: datetime) -> Iterator[str]:
    at = since.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    while at <= until:
        yield hour_of(at)
        at += _HOUR


def _key(change: LoggedChange, now: datetime) -> str:
    at = first_key(now)
    if change.kind is ChangeKind.VIEWING:
        return f"{at}:{digest(change.viewer or '', change.client or '')}"
    return f"{at}:{change.conversation_id}:{change.version}:{change.revision}"
