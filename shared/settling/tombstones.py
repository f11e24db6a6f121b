"""Settling: tombstones of the lists are deleted once they have stood long enough."""

from datetime import datetime

from shared.committing.committer import Committer
from shared.state.contact import Departure
from shared.state.contact_store import StoredContact
from shared.state.conversation_lists import TOMBSTONE_STANDS, ConversationLists
from shared.state.draft import Draft
from shared.vocabulary.time import Clock


class ClearTombstones:
    """Deletes the tombstones whose time is over, and has the others looked at again."""

    def __init__(self, conversation_lists: ConversationLists, committer: Committer, clock: Clock) -> None:
        self._conversation_lists = conversation_lists
        self._committer = committer
        self._clock = clock

    async def __call__(self, stored: StoredContact) -> StoredContact:
        """Delete what has stood long enough, and send a check for the time when the rest will have."""
        departures = stored.contact.departures
        if not departures:
            return stored
        over = tuple(each for each in departures if each.at + TOMBSTONE_STANDS <= self._clock.now())
        for departure in over:
            await self._conversation_lists.clear(departure)
        standing = max((each.at for each in departures if each not in over), default=None)
        if standing:
            await self._committer.check_later(stored.contact, standing + TOMBSTONE_STANDS)
        return await self._committer.revise(stored, lambda current, now: _without(current, over, now))


def _without(stored: StoredContact, over: tuple[Departure, ...], now: datetime) -> Draft | None:
    rest = tuple(each for each in stored.contact.departures if each not in over)
    return None if rest == stored.contact.departures else Draft.of(stored, now, departures=rest)
