"""Settling: what is unsent is sent, and desks that watch need not wait for a slow channel."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import Final

from shared.settling.settler import Step
from shared.state.contact_store import StoredContact
from shared.vocabulary.errors import Unavailable

MOST_ARE_SENT_WITHIN: Final = timedelta(seconds=0.5)


class SendAndTell:
    """Sends; where that takes longer than most do, or fails, desks are told meanwhile of what is to be sent.

    Else they are told once, afterwards, of the message and what became of it.
    """

    def __init__(self, send: Step, tell: Step, patience: timedelta = MOST_ARE_SENT_WITHIN) -> None:
        self._send = send
        self._tell = tell
        self._patience = patience

    async def __call__(self, stored: StoredContact) -> StoredContact:
        """See `Step`."""
        if not stored.contact.unsent:
            return stored
        sending = asyncio.ensure_future(self._send(stored))
        try:
            await asyncio.wait({sending}, timeout=self._patience.total_seconds())
            if not _succeeded(sending):
                with suppress(Unavailable):  # whoever tells of what was sent, or settles again, tells of this too
                    await self._tell(stored)
            return await sending
        finally:
            # Only where this is cancelled itself is it still under way.
            if not sending.done():
                sending.cancel()
                with suppress(asyncio.CancelledError):
                    await sending


def _succeeded(sending: "asyncio.Future[StoredContact]") -> bool:
    return sending.done() and not sending.cancelled() and sending.exception() is None
