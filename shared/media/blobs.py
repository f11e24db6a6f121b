"""The port to Blob Storage: files under names, written once, read in pieces, opened to others by signed addresses."""

from collections.abc import AsyncIterable, AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Blob:
    """A file as it is kept.

    Attributes:
        size: In bytes.
        mime_type: What its first bytes say.
        labels: What else is known of it; text of any characters, together at most 4 KiB.
    """

    name: str
    size: int
    mime_type: str
    labels: Mapping[str, str] = field(default_factory=dict)


class Blobs(Protocol):
    """The container `media`. Every method raises Unavailable when the service is away, busy, or refuses for now."""

    async def put(
        self, name: str, pieces: AsyncIterable[bytes], *, mime_type: str, labels: Mapping[str, str] | None = None
    ) -> None:
        """Write a file in pieces, none of which is kept longer than its turn; a name is given once.

        What `pieces` raises is raised, and nothing is there then.

        Raises:
            Conflict: There is one of that name.
        """

    async def find(self, name: str) -> Blob | None:
        """Return what is known of a file; None when there is none."""

    def read(self, name: str) -> AbstractAsyncContextManager[AsyncIterator[bytes] | None]:
        """Open a file, to be read in pieces; None when there is none."""

    async def delete(self, name: str) -> None:
        """Remove a file, if it is there."""

    async def names(self, prefix: str, limit: int) -> Sequence[str]:
        """Return the names that begin so, at most `limit`."""

    async def address(self, name: str, until: datetime, *, as_attachment: bool = False) -> str:
        """Return an address that lets anybody read this one file until a time, and do nothing else.

        Args:
            until: At most a day ahead.
            as_attachment: Whether it is answered with as a file of unknown type, to be saved.
        """


def copy_name(contact_id: str, message_digest: str) -> str:
    """Return the name of the copy of a file that came with a message."""
    return f"{copies_of(contact_id)}{message_digest}"


def upload_name(contact_id: str, media_id: str) -> str:
    """Return the name of a file that was uploaded for a reply to a contact."""
    return f"{uploads_of(contact_id)}{media_id}"


def copies_of(contact_id: str) -> str:
    """Return how the names of all copies of a contact begin."""
    return f"copies/{contact_id}/"


def uploads_of(contact_id: str) -> str:
    """Return how the names of all uploads for a contact begin."""
    return f"uploads/{contact_id}/"
