"""Settling: the lists show closed conversations whose message failed."""

from dataclasses import replace

from shared.state.contact_store import Contacts, StoredContact
from shared.state.conversation_lists import ConversationLists
from shared.state.list_row import row_of


class ShowClosedFailures:
    """Puts the row of each such conversation into the list of its queue; of most contacts there is none."""

    def __init__(self, conversation_lists: ConversationLists, contacts: Contacts) -> None:
        self._conversation_lists = conversation_lists
        self._contacts = contacts

    async def __call__(self, stored: StoredContact) -> StoredContact:
        """Write what the lists do not show yet; the tombstones of what has ended are the other lists' step's."""
        contact, known = stored.contact, stored.failures_listed
        if contact.closed_with_failure == known:
            return stored
        for each in contact.closed_with_failure:
            if each not in known and (found := await self._contacts.conversation(contact, each.conversation_id)):
                await self._conversation_lists.show_closed(replace(row_of(contact, found), queue=each.queue))
        stored = replace(stored, failures_listed=contact.closed_with_failure)
        self._contacts.keep(stored)
        return stored
