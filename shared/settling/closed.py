"""Settling: a conversation that has ended, or changed after its end, is put among the closed ones."""

from datetime import datetime

from shared.committing.committer import Committer
from shared.state.closed_conversations import ClosedConversations, closed_row, counts_of
from shared.state.contact import Contact
from shared.state.contact_store import StoredContact
from shared.state.draft import Draft
from shared.vocabulary.identity import conversation_id_of


class ReportClosed:
    """Puts the row of each conversation that the contact names as unreported, then forgets them."""

    def __init__(self, closed_conversations: ClosedConversations, committer: Committer) -> None:
        self._closed_conversations = closed_conversations
        self._committer = committer

    async def __call__(self, stored: StoredContact) -> StoredContact:
        """Report what is unreported."""
        episodes = stored.contact.unreported
        for episode in episodes:
            await self._report(stored.contact, episode)
        if not episodes:
            return stored
        reported = stored.contact.revision
        return await self._committer.revise(stored, lambda current, now: _forgotten(current, reported, now))

    async def _report(self, contact: Contact, episode: str) -> None:
        contacts = self._committer.contacts
        conversation = await contacts.conversation(contact, conversation_id_of(contact.id, episode))
        if conversation is None or conversation.closure is None:
            return
        # Counted once, at the end: the path of a message need not keep count.
        lines = await contacts.history(contact.id, episode, limit=None)
        counts = counts_of(line for _, line in lines)
        await self._closed_conversations.put(closed_row(contact, conversation, conversation.closure, counts))


def _forgotten(stored: StoredContact, reported: int, now: datetime) -> Draft | None:
    # Who changed the contact meanwhile may have changed what was reported, and settles it.
    return Draft.of(stored, now, unreported=()) if stored.contact.revision == reported else None
