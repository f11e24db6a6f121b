"""Finds the contact and the conversation that a call names.

What is not there is refused like what is not for the caller to see.
"""

from collections.abc import Callable

from shared.state.contact_store import Contacts, StoredContact
from shared.state.conversation import Conversation
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Refused
from shared.vocabulary.identity import split_conversation_id

type MaySee = Callable[[Conversation], bool]
"""Tells whether the caller may know that a conversation exists."""


async def find_conversation(
    contacts: Contacts, conversation_id: str, may_see: MaySee
) -> tuple[StoredContact, Conversation]:
    """Return a conversation, open or closed, and its contact as it is stored.

    Raises:
        Refused: `conversation_not_found`.
    """
    stored = await load_contact(contacts, contact_of(conversation_id))
    conversation = await contacts.conversation(stored.contact, conversation_id)
    if conversation is None or not may_see(conversation):
        raise not_found()
    return stored, conversation


async def load_contact(contacts: Contacts, contact_id: str) -> StoredContact:
    """Return the contact as it is stored.

    Raises:
        Refused: `conversation_not_found`.
    """
    stored = await contacts.load(contact_id)
    if stored is None:
        raise not_found()
    return stored


def contact_of(conversation_id: str) -> str:
    """Return the contact id in a conversation id.

    Raises:
        Refused: `conversation_not_found`.
    """
    ids = split_conversation_id(conversation_id)
    if ids is None:
        raise not_found()
    return ids[0]


def not_found() -> Refused:
    """Return the answer for a conversation that does not exist, or not for this caller."""
    return Refused(Code.CONVERSATION_NOT_FOUND, "There is no such conversation.")


def no_contact() -> Refused:
    """Return the answer for a contact that does not exist, not any more, or not for this caller."""
    return Refused(Code.NOT_FOUND, "There is no such contact.")


def no_agent() -> Refused:
    """Return the answer for an agent of whom there is no record."""
    return Refused(Code.NOT_FOUND, "There is no such agent.")
