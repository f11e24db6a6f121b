"""Erasing: the customer who asked to be forgotten, and what nobody has to keep any longer."""

from shared.erasure.erasing import EraseContact
from shared.erasure.retention import EraseOldConversations
from shared.queue.erasure_messages import Erase, EraseOld, ForgetErasure
from shared.state.aliases import Aliases


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
