"""The line of the history that a customer's message makes. Pure."""

from datetime import datetime

from shared.intake.events import InboundMessage
from shared.state.contact import Contact
from shared.state.draft import Draft
from shared.vocabulary.message import Author, Message
from shared.vocabulary.words import AuthorType, Direction, MessageKind


def append_line(draft: Draft, event: InboundMessage, at: datetime, conversation_id: str) -> None:
    """Add the line of a message that came `at` a time to the history of one of the contact's conversations."""
    draft.add_line(
        Message(
            message_id=event.message_id,
            conversation_id=conversation_id,
            direction=Direction.IN,
            author=_author_of(event, draft.contact),
            kind=event.kind,
            at=at,
            text=event.text,
            media=event.media,
            reaction=event.reaction,
            choice=event.choice,
            context_id=event.context_id,
            provider=event.provider,
            original_kind=event.original_kind if event.kind is MessageKind.UNSUPPORTED else None,
            error=event.error,
            data=event.data,
        )
    )


def _author_of(event: InboundMessage, contact: Contact) -> Author:
    if event.by_system:
        return Author(type=AuthorType.SYSTEM)
    return Author(type=AuthorType.CUSTOMER, id=contact.id, name=contact.shown_name)
