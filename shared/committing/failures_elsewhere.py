"""Counts messages that failed when their conversation was no longer the contact's current one.

A decision knows that one alone. It is rare enough that the other is read before the commit, under whose ETag it is
written: should it have changed since, the commit is stale, and all is decided again.
"""

from shared.state.contact_store import Contacts
from shared.state.counts import put_failed
from shared.state.draft import Draft


async def count_failures_elsewhere(draft: Draft, contacts: Contacts) -> None:
    """Add to a draft that messages of earlier conversations failed, as far as these are there.

    Raises:
        Unavailable: Storage is away.
    """
    for conversation_id in draft.failed_elsewhere:
        found = draft.conversation(conversation_id) or await contacts.conversation(draft.contact, conversation_id)
        if found:
            put_failed(draft, found, found.failed + 1)
    draft.failed_elsewhere.clear()
