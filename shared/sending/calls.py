"""Calls to a provider that does not know a repetition again: each is claimed by one sender, and the others wait for it.

What is decided on them stands in `shared.sending.in_doubt`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

from shared.committing.committer import Committer
from shared.sending.attempts import revise_attempt
from shared.sending.channel import Outcome, Postponed
from shared.sending.in_doubt import call_ends, claim, end_doubt
from shared.sending.waiting import wait_for_status
from shared.state.channel_heard import ChannelHeard
from shared.state.contact_store import StoredContact
from shared.state.draft import Draft
from shared.state.outgoing import Unsent
from shared.vocabulary.errors import Unavailable
from shared.vocabulary.time import Clock

_MOST_ARE_ANSWERED_WITHIN: Final = timedelta(seconds=5)
_FIRST_PAUSE: Final = 0.1  # seconds


class Calls:
    """Claims calls, and brings those without an answer to an end.

    Every method raises Unavailable when storage is away, or the contact keeps changing.

    Args:
        doubt: So long a call without an answer waits for a status.
    """

    def __init__(self, committer: Committer, heard: ChannelHeard, clock: Clock, doubt: timedelta) -> None:
        self._committer = committer
        self._heard = heard
        self._clock = clock
        self._doubt = doubt

    async def claim(self, stored: StoredContact, unsent: Unsent) -> tuple[StoredContact, bool]:
        """Commit that a call is about to be made; whether it is this sender's to make, since nobody was first."""
        is_own, by = False, self._clock.new_id()

        def decide(current: StoredContact, now: datetime) -> Draft | None:
            nonlocal is_own
            draft = claim(current, unsent, by, self._doubt, now)
            is_own = draft is not None
            return draft

        try:
            stored = await self._committer.revise(stored, decide)
        except Unavailable:
            # It may have been written all the same: then nobody else would make the call.
            current = await self._committer.contacts.load(stored.contact.id)
            if current is None or all(each.called_by != by for each in current.contact.unsent):
                raise
            return current, True
        return stored, is_own

    async def make(self, claimed: StoredContact, unsent: Unsent, send: Callable[[], Awaitable[Outcome]]) -> Outcome:
        """Make a call of one's own, and cut it off in time: it is never repeated while it may still run.

        A claim that took too long to be committed leaves no time for it: then it is not made.
        """
        now = self._clock.now()
        calls = (each.called_at for each in claimed.contact.unsent if each.attempt_id == unsent.attempt_id)
        left = call_ends(next(calls, None) or now, self._doubt) - now
        if left <= timedelta(0):
            return Postponed(code="no_answer", message="There was no time left for the call", in_doubt=False)
        try:
            async with asyncio.timeout(left.total_seconds()):
                return await send()
        except TimeoutError:
            return Postponed(code="no_answer", message="The channel did not answer in time")

    async def wait(self, stored: StoredContact, unsent: Unsent) -> StoredContact:
        """Wait a moment for the sender who makes a call; where nothing is heard, have somebody come back for it."""
        pause = _FIRST_PAUSE
        while unsent.called_at and self._clock.now() - unsent.called_at < _MOST_ARE_ANSWERED_WITHIN:
            await self._clock.sleep(pause)
            pause *= 2
            current = await self._committer.contacts.load(stored.contact.id)
            if current is None:
                raise Unavailable("the contact is gone")
            stored = current
            if unsent not in stored.contact.unsent:
                return stored
        return await revise_attempt(self._committer, stored, unsent, wait_for_status)

    async def end(self, stored: StoredContact, unsent: Unsent) -> StoredContact:
        """Decide on a call of which no status has told in time."""
        heard_at = await self._heard.last(stored.contact.channel_id)
        return await revise_attempt(
            self._committer,
            stored,
            unsent,
            lambda draft, unsent, outgoing: end_doubt(draft, unsent, outgoing, heard_at),
        )


def is_under_way(unsent: Unsent) -> bool:
    """Tell whether somebody makes a call, or did, of which nothing is recorded yet."""
    return unsent.called_at is not None and unsent.next_check is None
