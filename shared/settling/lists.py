"""Settling: the lists show the contact's conversation as it stands."""

from shared.state.contact_store import Contacts, StoredContact
from shared.state.conversation_lists import ConversationLists
from shared.vocabulary.time import Clock


class ShowInLists:
    """Brings the lists to the contact's version."""

    def __init__(self, conversation_lists: ConversationLists, contacts: Contacts, clock: Clock) -> None:
        self._conversation_lists = conversation_lists
        self._contacts = contacts
        self._clock = clock

    async def __call__(self, stored: StoredContact) -> StoredContact:
        """Write what the lists do not show yet, and keep warm what they show now."""
        stored = await self._conversation_lists.record(stored, self._clock.now())
        self._contacts.keep(stored)
        return stored
