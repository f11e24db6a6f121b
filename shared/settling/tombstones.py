"""Settling: what marks that a conversation has left a list or an agent goes once it has stood long enough."""

from dataclasses import replace

from shared.committing.committer import Committer
from shared.state.contact import Departure, Released
from shared.state.contact_store import StoredContact
from shared.state.conversation_lists import TOMBSTONE_STANDS, ConversationLists
from shared.state.draft import Draft
from shared.vocabulary.time import CLOCKS_DIFFER, Clock


class ClearTombstones:
    """Deletes the tombstones whose time is over, and has the others looked at again.

    The empty entries of agents' loads need no deleting: the next write to the agent's row leaves them out.
    """

    def __init__(self, conversation_lists: ConversationLists, committer: Committer, clock: Clock) -> None:
        self._conversation_lists = conversation_lists
        self._committer = committer
        self._clock = clock

    async def __call__(self, stored: StoredContact) -> StoredContact:
        """Delete what has stood long enough, and send a check for the time when the rest will have."""
        left: tuple[Departure | Released, ...] = (*stored.contact.departures, *stored.contact.released)
        if not left:
            return stored
        over_by = self._clock.now() + CLOCKS_DIFFER  # no other check would come for it
        over = tuple(each for each in left if each.at + TOMBSTONE_STANDS <= over_by)
        for each in over:
            if isinstance(each, Departure):
                await self._conversation_lists.clear(each)
        standing = max((each.at + TOMBSTONE_STANDS for each in left if each not in over), default=None)
        if standing and standing != stored.cleared_at:
            await self._committer.check_later(stored.contact, standing)
            stored = replace(stored, cleared_at=standing)
            self._committer.contacts.keep(stored)
        return await self._committer.revise(
            stored, lambda current, now: Draft.without(current, now, departures=over, released=over)
        )
