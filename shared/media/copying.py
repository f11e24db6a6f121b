"""Copies of customers' files are asked for when their messages come.

    copy asked for ── commit ──       2 s later, in a session of its own: channel ──▶ Blob Storage

A file never holds back what the contact writes next; and what was committed is always copied, whoever dies in between.
"""

from collections.abc import AsyncIterable, AsyncIterator, Iterator
from datetime import datetime, timedelta
from typing import Final

from shared.media.blobs import copy_name
from shared.media.limits import MEGABYTE
from shared.media.types import FIRST_BYTES
from shared.queue.media_messages import CopyMedia
from shared.queue.sender import QueueMessage, Sender
from shared.state.draft import Draft
from shared.vocabulary.errors import TooLarge
from shared.vocabulary.identity import digest, media_session
from shared.vocabulary.message import Message
from shared.vocabulary.time import Clock

MOST_BYTES: Final = 100 * MEGABYTE
_AFTER: Final = timedelta(seconds=2)
"""By then the message is committed, most of the time."""
_KEPT_FOR: Final = timedelta(days=7)


class MediaCopies:
    """Asks for copies of files.

    Args:
        kept: Whether the deployment keeps copies.
    """

    def __init__(self, sender: Sender, clock: Clock, *, kept: bool) -> None:
        self._sender = sender
        self._clock = clock
        self._kept = kept

    async def ask_for(self, draft: Draft) -> None:
        """Have the files of a draft's messages copied, once it is committed; to be called before.

        Raises:
            Unavailable: That was not taken.
        """
        for wanted in copies_of_draft(draft) if self._kept else ():
            await self.send(wanted, draft.now + _AFTER)

    async def note_gone(self, contact_id: str, line: str, message_id: str) -> None:
        """Have it noted in the history that a file is gone, if that is so.

        Raises:
            Unavailable: That was not taken.
        """
        name, now = digest(message_id), self._clock.now()
        await self.send(CopyMedia(contact_id=contact_id, line=line, message_digest=name, asked_at=now))

    async def send(self, wanted: CopyMedia, at: datetime | None = None) -> None:
        """Have a file copied, or found to be gone, at a time or at once.

        Raises:
            Unavailable: That was not taken.
        """
        frame = QueueMessage.of(
            wanted,
            session_id=media_session(wanted.contact_id),
            message_id=self._clock.new_id(),
            deliver_at=at,
        )
        await self._sender.send(frame)


def may_be_hidden(message: Message, now: datetime) -> bool:
    """Tell whether the channel still keeps a customer's file, so that it may only hide what it says not to know.

    Meta keeps one for seven days, and answers a token that has lost a right as if there were no such file.
    """
    return now - message.at < _KEPT_FOR


def copies_of_draft(draft: Draft) -> Iterator[CopyMedia]:
    """Yield what is to be copied of what a draft adds to the history."""
    for key, message in draft.lines.items():
        if message.message_id and message.media and message.media.id:
            yield CopyMedia(
                contact_id=draft.contact.id,
                line=key,
                message_digest=digest(message.message_id),
                asked_at=draft.now,
            )


def copy_of(contact_id: str, message_id: str) -> str:
    """Return the name of the copy of a file that came with a message of a contact's."""
    return copy_name(contact_id, digest(message_id))


async def beginning(pieces: AsyncIterator[bytes]) -> bytes:
    """Read as much as tells the type of a file, or the whole of a shorter one; whole pieces."""
    first = b""
    async for piece in pieces:
        first += piece
        if len(first) >= FIRST_BYTES:
            break
    return first


async def bounded(first: bytes, rest: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    """Yield a file from its beginning on, as long as it may be copied.

    Raises:
        TooLarge: It is longer.
    """
    size = len(first)
    if first:
        yield first
    async for piece in rest:
        size += len(piece)
        if size > MOST_BYTES:
            raise TooLarge("a file is too large to be copied")
        yield piece
