"""Settles contacts from the session `distribution`, which waits for nothing that the channel does."""

from shared.committing.committer import Committer
from shared.queue.messages import Check
from shared.settling.settler import Settler
from shared.state.contact_store import StoredContact


class QuietSettling:
    """Brings lists and agents' rows up to date; what is to be sent is left to the contact's own session."""

    def __init__(self, committer: Committer, settler: Settler) -> None:
        self._committer = committer
        self._settler = settler

    async def settle(self, stored: StoredContact) -> StoredContact:
        """Settle all but sending, and have a check do that at once, if nobody has yet.

        Raises:
            Unavailable: Something is left to do; settle again.
        """
        stored = await self._settler.settle(stored, send=False)
        contact = stored.contact
        if any(each.next_check is None for each in contact.unsent):
            await self._committer.send_to_session(Check(contact_id=contact.id), contact.session_id)
        return stored
