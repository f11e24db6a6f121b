"""Settling: the lists show the contact's conversation as it stands."""

from shared.state.contact_store import Contacts, StoredContact
from shared.state.conversation_lists import ConversationLists
from shared.state.queue_names import QueueNames
from shared.vocabulary.time import Clock


class ShowInLists:
    """Brings the lists to the contact's version."""

    def __init__(
        self, conversation_lists: ConversationLists, queue_names: QueueNames, contacts: Contacts, clock: Clock
    ) -> None:
        self._conversation_lists = conversation_lists
        self._queue_names = queue_names
        self._contacts = contacts
        self._clock = clock

    async def __call__(self, stored: StoredContact) -> StoredContact:
        """Write what the lists do not show yet, and keep warm what they show now."""
        if conversation := stored.contact.conversation:
            await self._queue_names.note(conversation.queue)
        stored = await self._conversation_lists.record(stored, self._clock.now())
        self._contacts.keep(stored)
        return stored
