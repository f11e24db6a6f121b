"""The files of messages, both ways: from the copy, from what was uploaded, or else from the channel."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from shared.at_once import Places
from shared.commands.finding import MaySee, contact_of, find_conversation
from shared.commands.history_lines import keyed_line
from shared.media.blobs import Blobs, upload_name
from shared.media.copying import MediaCopies, copy_of, may_be_hidden
from shared.media.file_names import clean_file_name
from shared.media.limits import MEGABYTE
from shared.media.types import ending_of, type_of
from shared.media.uploads import file_in
from shared.sending.channel import Channel
from shared.state.contact_store import Contacts
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import NotKnown, Refused
from shared.vocabulary.message import Media, Message
from shared.vocabulary.time import Clock
from shared.vocabulary.words import MediaProblem

MOST_BYTES: Final = 16 * MEGABYTE
"""Of a file that is read through the worker, which has it in memory as a whole."""
_AT_ONCE: Final = 4
_LINK_FOR: Final = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaFile:
    """A file, and what it is: its type by its first bytes, its name with nothing odd in it."""

    content: bytes
    mime_type: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An address that opens one file for whoever has it."""

    url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A message with a file.

    Attributes:
        key: The row key of its line.
        kept_as: The name of the copy or the upload; None of a file that lies at an address of others.
    """

    contact_id: str
    key: str
    message: Message
    media: Media
    kept_as: str | None


class MediaFiles:
    """Gives the files of messages to those who may see the conversation, a few at once a worker.

    Args:
        blobs: None where files are not kept.
        links: Whether copies are kept, and others than the app can reach them.
    """

    def __init__(
        self,
        *,
        contacts: Contacts,
        channel: Channel,
        blobs: Blobs | None,
        copies: MediaCopies,
        links: bool,
        clock: Clock,
    ) -> None:
        self._contacts = contacts
        self._channel = channel
        self._blobs = blobs
        self._copies = copies
        self._links = links
        self._clock = clock
        self._places = Places(_AT_ONCE)

    async def read(self, conversation_id: str, message_id: str, may_see: MaySee) -> MediaFile:
        """Return the file of a message, by the message's id or its reply's.

        Raises:
            Refused: `conversation_not_found`, `media_not_found`, `media_gone`, `media_by_link`; `unavailable` where
                enough are read already.
            Unavailable: Storage or channel are away.
        """
        found = await self._find(conversation_id, message_id, may_see)
        with self._places.take() as free:
            if not free:
                raise Refused(Code.UNAVAILABLE, "Enough files are read at the moment.", retry_after=1)
            content = await self._content(found)
        mime_type = type_of(content)
        name = clean_file_name(found.media.file_name) or f"{found.message.kind}{ending_of(mime_type)}"
        return MediaFile(content=content, mime_type=mime_type, name=name)

    async def link(self, conversation_id: str, message_id: str, may_see: MaySee) -> Link:
        """Return an address of the kept file of a message, good for a minute.

        Raises:
            Refused: `conversation_not_found`, `media_not_found`, `media_gone`, `media_not_available`.
            Unavailable: Storage is away.
        """
        found = await self._find(conversation_id, message_id, may_see)
        if self._blobs is None or not self._links:
            raise Refused(Code.MEDIA_NOT_AVAILABLE, "No copies are kept that a link could open.")
        if found.kept_as is None or await self._blobs.find(found.kept_as) is None:
            if found.media.problem is MediaProblem.GONE:
                raise _gone()
            raise Refused(Code.MEDIA_NOT_AVAILABLE, "There is no copy of this file, or not yet.")
        until = self._clock.now().replace(microsecond=0) + _LINK_FOR
        return Link(url=await self._blobs.address(found.kept_as, until, as_attachment=True), expires_at=until)

    async def _find(self, conversation_id: str, message_id: str, may_see: MaySee) -> _Found:
        await find_conversation(self._contacts, conversation_id, may_see)
        line = await keyed_line(self._contacts, conversation_id, message_id)
        media = file_in(line[1]) if line else None
        if line is None or media is None:
            raise _not_found("There is no such message, or none with a file.")
        key, message = line
        contact_id = contact_of(conversation_id)
        return _Found(
            contact_id=contact_id,
            key=key,
            message=message,
            media=media,
            kept_as=_kept_as(contact_id, message, media),
        )

    async def _content(self, found: _Found) -> bytes:
        kept = await self._kept(found.kept_as) if found.kept_as else None
        if kept is not None:
            return kept
        media = found.media
        if media.problem is MediaProblem.GONE:
            raise _gone()
        if media.id is None:
            raise _gone() if media.upload else _not_found("The file lies at the address that the reply named.")
        try:
            async with self._channel.media(found.message.provider, media.id) as pieces:
                if pieces is not None:
                    return await _whole(pieces)
        except NotKnown:
            if may_be_hidden(found.message, self._clock.now()):
                raise
        await self._copies.note_gone(found.contact_id, found.key, found.message.message_id or "")
        raise _gone()

    async def _kept(self, name: str) -> bytes | None:
        blob = await self._blobs.find(name) if self._blobs else None
        if self._blobs is None or blob is None:
            return None
        if blob.size > MOST_BYTES:
            raise _too_large()
        async with self._blobs.read(name) as pieces:
            return await _whole(pieces) if pieces else None


def _kept_as(contact_id: str, message: Message, media: Media) -> str | None:
    if media.upload:
        return upload_name(contact_id, media.upload)
    return copy_of(contact_id, message.message_id) if media.id and message.message_id else None


async def _whole(pieces: AsyncIterator[bytes]) -> bytes:
    content = bytearray()
    async for piece in pieces:
        content += piece
        if len(content) > MOST_BYTES:
            raise _too_large()
    return bytes(content)


def _not_found(detail: str) -> Refused:
    return Refused(Code.MEDIA_NOT_FOUND, detail, status=404)


def _gone() -> Refused:
    return Refused(Code.MEDIA_GONE, "Nobody has this file any more.")


def _too_large() -> Refused:
    return Refused(Code.MEDIA_BY_LINK, f"Files over {MOST_BYTES:,} bytes are read by a link.")
