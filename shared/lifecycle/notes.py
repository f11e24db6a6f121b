"""What people note of a conversation: lines that no customer reads, and how far its agent has read. Pure."""

from dataclasses import replace

from shared.lifecycle.situation import Situation
from shared.lifecycle.transitions import Action, not_assigned_to_you, require
from shared.state.conversation import Conversation
from shared.state.counts import put_failed
from shared.state.draft import Draft
from shared.vocabulary.actor import Actor
from shared.vocabulary.identity import ulid
from shared.vocabulary.message import Message
from shared.vocabulary.words import Direction, MessageKind


def note(draft: Draft, conversation: Conversation, situation: Situation, text: str, note_id: str) -> None:
    """Add a note to a conversation, which may be closed.

    Raises:
        Refused: `not_assigned_to_you`.
    """
    require(Action.NOTE, draft, conversation, situation)
    add_note(draft, conversation, situation.by, text, note_id)


def add_note(draft: Draft, conversation: Conversation, by: Actor, text: str, note_id: str | None = None) -> None:
    """Add what somebody of the team says to the others; nobody outside reads it."""
    draft.add_line(
        Message(
            message_id=note_id or ulid(draft.now, conversation.id, "note", str(draft.contact.counter)),
            conversation_id=conversation.id,
            direction=Direction.INTERNAL,
            author=by.author,
            kind=MessageKind.NOTE,
            at=draft.now,
            text=text,
        )
    )


def read_up_to(draft: Draft, conversation: Conversation, situation: Situation, newer: int) -> None:
    """Note that its agent has read the conversation; a closed one is listed no more for a message that failed.

    Args:
        newer: How many messages of the customer's came after the last that was read.

    Raises:
        Refused: `not_assigned_to_you`, also to supervisors; `invalid_transition`.
    """
    if not situation.by.same_as(conversation.agent) and (conversation.failed or not conversation.closed):
        raise not_assigned_to_you(conversation.agent)
    require(Action.READ, draft, conversation, situation)
    unread = min(conversation.unread, newer)
    if (conversation.unread, conversation.failed) != (unread, 0):
        put_failed(draft, replace(conversation, unread=unread), 0)
