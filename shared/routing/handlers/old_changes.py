"""Rows of the log of changes that nobody reads any more, or that nobody may."""

from typing import Final

from shared.queue.erasure_messages import EraseChanges, ForgetHour
from shared.queue.house_requests import HourRequests
from shared.state.changes import Changes

_PIECE: Final = 5_000


class HandleForgetHour:
    """Erases an hour to which no cursor reaches back, in pieces, which go on by another message."""

    def __init__(self, changes: Changes, hours: HourRequests) -> None:
        self._changes = changes
        self._hours = hours

    async def __call__(self, message: ForgetHour) -> None:
        """See `Handler`."""
        if not await self._changes.forget(message.hour, _PIECE):
            await self._hours.go_on(message.hour)


class HandleEraseChanges:
    """Erases what somebody who was late has told desks of an erased contact."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes

    async def __call__(self, message: EraseChanges) -> None:
        """See `Handler`."""
        await self._changes.erase(message.contact_id)
