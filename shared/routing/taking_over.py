"""Whose conversation goes on under which contact, once two contacts are known to be one person. Pure."""

from datetime import datetime

from shared.configuration.document import Configuration
from shared.lifecycle.takeover import fill_from, open_in_place_of
from shared.replies.drafts import hand_over_held
from shared.state.contact import Contact
from shared.state.conversation import Conversation
from shared.state.draft import Draft


def take_over(
    draft: Draft, joined: Conversation, conversation_id: str, at: datetime, configuration: Configuration
) -> None:
    """Go on where the conversation of the other contact stands: in a new one, unless one is open.

    Args:
        conversation_id: Of the new one.
    """
    if starts_anew(draft.contact):
        former = draft.contact.conversation
        open_in_place_of(draft, joined, conversation_id, at, configuration)
        hand_over_held(draft, former, configuration)
    else:
        fill_from(draft, joined)


def starts_anew(contact: Contact) -> bool:
    """Tell whether what comes next starts a conversation, since none is open."""
    return contact.conversation is None or contact.conversation.closed
