"""The waiting line of a queue: a row for each conversation that waits for an agent, in the order of being served.

It lies in the queue's partition of the table `inbox`, beside the conversation's list row and written in one transaction
with it; the key sorts by priority, then by the place in the line.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from shared.state.contact import Contact
from shared.state.conversation import Conversation, Declines, NeededSkill
from shared.vocabulary.words import Priority

LINE: Final = ("line:", "line;")
"""The (first, last) row key of a queue's line; the last is exclusive."""
_MOST_URGENT_FIRST: Final = tuple(reversed(Priority))


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    """A conversation in line, with what the choice of an agent has to know of it."""

    conversation_id: str
    version: int
    workstream: str
    skills: tuple[NeededSkill, ...] = ()
    declines: Mapping[str, Declines] = field(default_factory=dict)
    language: str | None = None


def line_key(conversation: Conversation) -> str:
    """Return where a conversation stands in its queue's line."""
    since = conversation.queued_since or conversation.created_at
    urgency = _MOST_URGENT_FIRST.index(conversation.priority)
    return f"line:{urgency}:{int(since.timestamp() * 1000):013d}:{conversation.id}"


def line_row(contact: Contact) -> tuple[str, LineRow] | None:
    """Return the key and row of the contact's conversation in its queue's line; None when it does not wait there."""
    conversation = contact.conversation
    if conversation is None or not conversation.in_line:
        return None
    return line_key(conversation), LineRow(
        conversation_id=conversation.id,
        version=contact.version,
        workstream=conversation.workstream,
        skills=conversation.skills,
        declines=conversation.declines,
        language=contact.language,
    )
