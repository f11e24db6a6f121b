"""Finds what a path names, as far as the caller may see it: what it may not see is not there."""

from collections.abc import Sequence

from shared.api.access import Visibility
from shared.commands.command import contact_of, not_found
from shared.state.contact import Contact
from shared.state.contact_store import Contacts
from shared.state.conversation import Conversation
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Refused
from shared.vocabulary.identity import is_contact_id


async def find_conversation(
    contacts: Contacts, conversation_id: str, visibility: Visibility
) -> tuple[Contact, Conversation]:
    """Return a conversation, open or closed, and its contact.

    Raises:
        Refused: `conversation_not_found`.
    """
    stored = await contacts.load(contact_of(conversation_id))
    conversation = await contacts.conversation(stored.contact, conversation_id) if stored else None
    if stored is None or conversation is None or not visibility.sees(conversation):
        raise not_found()
    return stored.contact, conversation


async def find_contact(
    contacts: Contacts, contact_id: str, visibility: Visibility
) -> tuple[Contact, Sequence[Conversation]]:
    """Return a contact, and those of its conversations that the caller may see, also from before it was merged.

    An agent may see a contact that has or had a conversation in the agent's queues.

    Raises:
        Refused: `not_found`.
    """
    stored = await contacts.load(contact_id) if is_contact_id(contact_id) else None
    if stored is None:
        raise _no_contact()
    found = await contacts.conversations(stored.contact)
    visible = [conversation for conversation in found if visibility.sees(conversation)]
    if visibility.queues is not None and not visible:
        raise _no_contact()
    return stored.contact, visible


def _no_contact() -> Refused:
    return Refused(Code.NOT_FOUND, "There is no such contact.")
