"""Closed conversations whose message failed: a list shows each until somebody has seen it, or the time is over. Pure.

A failure may come minutes after the end, when the customer has another conversation already; nobody would look for it.
"""

from datetime import timedelta
from typing import Final

from shared.state.contact import ClosedWithFailure, Contact, Departure
from shared.state.conversation import Conversation
from shared.state.draft import Draft

LISTED_FOR: Final = timedelta(days=7)
MOST_LISTED: Final = 20
"""Of one contact; of more, the newest."""


def keep_listed(draft: Draft, conversation: Conversation) -> None:
    """Let the list of its queue show a closed conversation, for a week from now."""
    listed = ClosedWithFailure(conversation_id=conversation.id, queue=conversation.queue, until=draft.now + LISTED_FOR)
    others = [each for each in draft.contact.closed_with_failure if each.conversation_id != conversation.id]
    for each in others[: 1 - MOST_LISTED]:
        end_listing(draft, each.conversation_id)
    draft.update(closed_with_failure=(*others[1 - MOST_LISTED :], listed))


def end_listing(draft: Draft, conversation_id: str) -> None:
    """Let no list show a closed conversation any more."""
    over = [each for each in draft.contact.closed_with_failure if each.conversation_id == conversation_id]
    if not over:
        return
    rest = tuple(each for each in draft.contact.closed_with_failure if each not in over)
    left = (Departure(queue=each.queue, conversation_id=conversation_id, at=draft.now) for each in over)
    draft.update(closed_with_failure=rest, departures=(*draft.contact.departures, *left))


def is_listed(contact: Contact, queue: str, conversation_id: str) -> bool:
    """Tell whether the list of a queue shows a conversation that is closed."""
    return any((each.queue, each.conversation_id) == (queue, conversation_id) for each in contact.closed_with_failure)
