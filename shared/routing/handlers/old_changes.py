"""An hour of the log of changes is over, and no cursor reaches back to it."""

from typing import Final

from shared.queue.erasure_messages import ForgetHour
from shared.queue.house_requests import HourRequests
from shared.state.changes import Changes

_PIECE: Final = 5_000


class HandleForgetHour:
    """Erases an hour in pieces, which go on by another message."""

    def __init__(self, changes: Changes, hours: HourRequests) -> None:
        self._changes = changes
        self._hours = hours

    async def __call__(self, message: ForgetHour) -> None:
        """See `Handler`."""
        if not await self._changes.forget(message.hour, _PIECE):
            await self._hours.go_on(message.hour)
