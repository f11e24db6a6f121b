"""The port to Table Storage: rows with a text body, read by point or range, changed in one transaction a partition."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Table(StrEnum):
    """The tables of the app."""

    CONTACTS = "contacts"
    ALIASES = "aliases"
    INBOX = "inbox"
    AGENTS = "agents"
    CHANGES = "changes"
    CLOSED = "closed"
    CHANNELS = "channels"
    SETTINGS = "settings"
    QUARANTINE = "quarantine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row as it was read. `etag` changes with every write."""

    key: str
    body: str
    etag: str


@dataclass(frozen=True, slots=True)
class Insert:
    """Write a row that must not exist yet."""

    key: str
    body: str


@dataclass(frozen=True, slots=True)
class Replace:
    """Write a row that must still have this ETag."""

    key: str
    body: str
    etag: str


@dataclass(frozen=True, slots=True)
class Put:
    """Write a row, whatever is there."""

    key: str
    body: str


@dataclass(frozen=True, slots=True)
class Delete:
    """Remove a row: with an ETag it must be unchanged, without one it must be there."""

    key: str
    etag: str | None = None


type Operation = Insert | Replace | Put | Delete


class Tables(Protocol):
    """Reads and writes rows. A body may be up to about 1 MiB of UTF-16; the adapter splits it as the service needs."""

    async def get(self, table: Table, partition: str, key: str) -> Row | None:
        """Return the row, None when there is none.

        Raises:
            Unavailable: The service did not answer, or said that it is busy, or refuses for now.
        """

    async def scan(
        self, table: Table, partition: str, *, first: str, last: str, limit: int | None = None
    ) -> Sequence[Row]:
        """Return the rows of one partition with first <= key < last, by key, at most `limit`.

        Raises:
            Unavailable: As for `get`.
        """

    async def keys(
        self, table: Table, partition: str, *, first: str, last: str, limit: int | None = None
    ) -> Sequence[str]:
        """Return the keys of the rows that `scan` would return, without what is in them.

        Raises:
            Unavailable: As for `get`.
        """

    async def commit(self, table: Table, partition: str, operations: Sequence[Operation]) -> Mapping[str, str]:
        """Do all operations (1 to 100, each key once) or none; the new ETag of each row written, by key.

        Raises:
            Conflict: A row exists, changed, or is gone; its key is the first such operation's.
            TooLarge: A row or the transaction is over the limit.
            Unavailable: As for `get`; what was asked may have been done.
        """
