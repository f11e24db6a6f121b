"""Erasing: the customer who asked to be forgotten, and what nobody has to keep any longer."""

from datetime import timedelta
from typing import Final

from shared.committing.committer import Committer
from shared.erasure.erasing import EraseContact
from shared.erasure.retention import EraseOldConversations
from shared.queue.erasure_messages import Erase, EraseOld, ForgetErasure, TellErasure
from shared.queue.topic import CloudEvent, Topic
from shared.state.aliases import Aliases
from shared.state.events_out import EventType
from shared.vocabulary.errors import Unavailable
from shared.vocabulary.time import Clock

_AGAIN_AFTER: Final = timedelta(seconds=60)


class HandleErase:
    """Erases a contact that is marked. A message that comes before the mark, or instead of it, finds nothing to do."""

    def __init__(self, erase: EraseContact) -> None:
        self._erase = erase

    async def __call__(self, message: Erase) -> None:
        """See `Handler`."""
        await self._erase(message.contact_id, message.after)


class HandleEraseOld:
    """Erases what was closed long enough ago of a contact."""

    def __init__(self, erase_old: EraseOldConversations) -> None:
        self._erase_old = erase_old

    async def __call__(self, message: EraseOld) -> None:
        """See `Handler`."""
        await self._erase_old(message.contact_id)


class HandleForgetErasure:
    """Lets names that were erased a month ago say nothing any more."""

    def __init__(self, aliases: Aliases) -> None:
        self._aliases = aliases

    async def __call__(self, message: ForgetErasure) -> None:
        """See `Handler`."""
        for key in message.aliases:
            await self._aliases.forget_erasure(key, message.erased_at)


class HandleTellErasure:
    """Tells other systems that a contact was erased; where the topic is away, again in a minute."""

    def __init__(self, topic: Topic | None, committer: Committer, clock: Clock) -> None:
        self._topic = topic
        self._committer = committer
        self._clock = clock

    async def __call__(self, message: TellErasure) -> None:
        """See `Handler`; nobody is told where there is no topic any more."""
        if self._topic is None:
            return
        told = CloudEvent(
            id=f"{message.contact_id}-erased",
            type=EventType.CONTACT_ERASED,
            contact_id=message.contact_id,
            at=message.erased_at,
            data={},
        )
        try:
            await self._topic.publish([told])
        except Unavailable:
            again = self._clock.now() + _AGAIN_AFTER
            await self._committer.send_to_session(message, message.contact_id, again)
