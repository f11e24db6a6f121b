"""Settling: the agents' rows show what the contact gave to an agent, and took."""

from dataclasses import replace

from shared.state.agent import LoadEntry, LoadKind
from shared.state.agents import Agents
from shared.state.contact import Contact, Released
from shared.state.contact_store import Contacts, StoredContact
from shared.state.holding import Holding, holding_of
from shared.state.shown import Loaded
from shared.vocabulary.time import Clock
from shared.vocabulary.words import ConversationStatus


class KeepLoads:
    """Brings the agents' loads to the contact's version.

    What was given was reserved before the commit, and stands in the agent's row: where nothing was taken, or set aside,
    this makes no call.
    """

    def __init__(self, agents: Agents, contacts: Contacts, clock: Clock) -> None:
        self._agents = agents
        self._contacts = contacts
        self._clock = clock

    async def __call__(self, stored: StoredContact) -> StoredContact:
        """Write what the agents' rows do not show yet, and keep warm what they show now."""
        contact, known = stored.contact, stored.loaded
        freed = False
        for each in contact.released:
            if known is None or each not in known.released:
                freed |= await self._release(contact, each)
        has = holding_of(contact.conversation)
        if has and (has != known.holding if known else _may_differ(contact)):
            freed |= await self._hold(contact, has)
        loaded = Loaded(holding=has, released=contact.released)
        if loaded == known:
            return stored
        stored = replace(stored, loaded=loaded, turn_due=stored.turn_due or freed)
        self._contacts.keep(stored)
        return stored

    async def _release(self, contact: Contact, released: Released) -> bool:
        """Write that the agent does not have it any more; whether the row said otherwise."""
        gone = LoadEntry(kind=LoadKind.GONE, version=contact.version, queue="", at=released.at)
        return await self._agents.settle_entry(released.agent, released.conversation_id, gone)

    async def _hold(self, contact: Contact, has: Holding) -> bool:
        """Write what the agent has; whether that freed capacity."""
        entry = has.entry(contact.version, self._clock.now())
        changed = await self._agents.settle_entry(has.agent, has.conversation_id, entry)
        return changed and has.kind is LoadKind.PARKED


def _may_differ(contact: Contact) -> bool:
    """Tell whether a row may still show something else, for all that a worker knows who has not written it.

    A conversation is given under a reservation, so that only what frees capacity, or changes the queue, is written
    after its commit.
    """
    conversation = contact.conversation
    waits = conversation is not None and conversation.status is ConversationStatus.WAITING
    return waits or bool(contact.departures or contact.released)
