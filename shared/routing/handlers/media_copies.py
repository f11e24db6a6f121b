"""A customer's file is copied from the channel to Blob Storage, or noted to be gone.

What does not work now is asked for again later, by a message: a channel that is away must not hold the worker's slots,
which texts need.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from shared.at_once import Places
from shared.committing.committer import Committer
from shared.logs import log
from shared.media.blobs import Blobs, copy_name
from shared.media.copying import MediaCopies, beginning, bounded, may_be_hidden
from shared.media.types import type_of
from shared.queue.media_messages import CopyMedia
from shared.sending.channel import Channel
from shared.sending.pauses import GIVE_UP_AFTER, pause_after
from shared.settling.settler import Settler
from shared.state.contact import Erasing
from shared.state.contact_store import StoredContact
from shared.state.draft import Draft
from shared.vocabulary.errors import Conflict, NotKnown, TooLarge, Unavailable
from shared.vocabulary.identity import digest
from shared.vocabulary.message import Media, Message
from shared.vocabulary.time import Clock
from shared.vocabulary.words import MediaProblem

_SURELY_GONE: Final = 3
"""After so many tries what the channel does not know is gone: it may tell of a file before it has it."""
_AT_ONCE: Final = 4
_PUT_OFF: Final = timedelta(seconds=5)
_COMMITTED_BY: Final = timedelta(seconds=60)
_LONGEST: Final = 80  # seconds for one try; less than an attempt of `route` may take


class HandleCopyMedia:
    """Copies files, a few at once a worker.

    Args:
        blobs: None where no copies are kept: then it is only found out whether the channel has a file.
    """

    def __init__(
        self,
        *,
        committer: Committer,
        settler: Settler,
        channel: Channel,
        blobs: Blobs | None,
        copies: MediaCopies,
        clock: Clock,
    ) -> None:
        self._committer = committer
        self._settler = settler
        self._channel = channel
        self._blobs = blobs
        self._copies = copies
        self._clock = clock
        self._places = Places(_AT_ONCE)

    async def __call__(self, message: CopyMedia) -> str | None:
        """See `Handler`."""
        if await self._erased(message):
            return None
        line = await self._committer.contacts.line(message.contact_id, message.line)
        if line is None or line.media is None or digest(line.message_id or "") != message.message_digest:
            await self._look_again(message)
            return None
        with self._places.take() as free:
            if not free:
                spread = _PUT_OFF * (1 + self._clock.jitter())  # or they would all come back together
                await self._copies.send(message, self._clock.now() + spread)
                return None
            await self._try(message, line, line.media)
        return line.conversation_id

    async def _erased(self, message: CopyMedia) -> bool:
        """Tell whether the contact is being erased, or was: then a copy that there is goes again."""
        found = await self._committer.contacts.look_up(message.contact_id)
        if not isinstance(found, Erasing):
            return False
        if self._blobs:
            await self._blobs.delete(_name(message))
        return True

    async def _look_again(self, message: CopyMedia) -> None:
        """Come back once for what is not there: it is about to be committed, or never was under this key."""
        if not message.tries:
            await self._copies.send(replace(message, tries=1), message.asked_at + _COMMITTED_BY)

    async def _try(self, message: CopyMedia, line: Message, media: Media) -> None:
        try:
            async with asyncio.timeout(_LONGEST):
                problem = await self._copy(message, line, media)
        except (Unavailable, TimeoutError) as error:
            await self._try_later(message, error)
            return
        if await self._erased(message):  # meanwhile
            return
        if problem and problem is not media.problem:
            await self._note(message, replace(line, media=replace(media, problem=problem)))
        log("media", outcome=problem or "copied", conversation_id=line.conversation_id, message_id=line.message_id)

    async def _try_later(self, message: CopyMedia, error: Exception) -> None:
        now = self._clock.now()
        if now - message.asked_at >= GIVE_UP_AFTER:
            log("media", level=logging.WARNING, outcome="given up", contact_id=message.contact_id, reason=str(error))
            return
        at = now + max(pause_after(message.tries), _asked_for(error))
        await self._copies.send(replace(message, tries=message.tries + 1), at)

    async def _copy(self, message: CopyMedia, line: Message, media: Media) -> MediaProblem | None:
        """Copy the file; what is the matter with it, if anything.

        Raises:
            Unavailable: Channel or storage are away, or the channel does not have the file yet.
        """
        try:
            async with self._channel.media(line.provider, media.id or "") as pieces:
                if pieces is None:
                    return await self._not_at_the_channel(message)
                return await self._put(message, pieces)
        except NotKnown:
            return await self._not_at_the_channel(message, hidden=may_be_hidden(line, self._clock.now()))

    async def _put(self, message: CopyMedia, pieces: AsyncIterator[bytes]) -> MediaProblem | None:
        if self._blobs is None:
            return None
        first = await beginning(pieces)
        try:
            await self._blobs.put(_name(message), bounded(first, pieces), mime_type=type_of(first))
        except Conflict:
            return None  # copied before
        except TooLarge:
            return MediaProblem.TOO_LARGE
        return None

    async def _not_at_the_channel(self, message: CopyMedia, *, hidden: bool = False) -> MediaProblem | None:
        if self._blobs and await self._blobs.find(_name(message)):
            return None
        if hidden or message.tries < _SURELY_GONE:
            raise Unavailable("the channel does not have the file")
        return MediaProblem.GONE

    async def _note(self, message: CopyMedia, line: Message) -> None:
        def decide(stored: StoredContact, now: datetime) -> Draft:
            draft = Draft.of(stored, now)
            draft.rewrite_line(message.line, line)
            return draft

        stored = await self._committer.load_and_revise(message.contact_id, decide)
        if stored:
            await self._settler.settle(stored)


def _name(message: CopyMedia) -> str:
    return copy_name(message.contact_id, message.message_digest)


def _asked_for(error: Exception) -> timedelta:
    return timedelta(seconds=getattr(error, "retry_after", None) or 0)
