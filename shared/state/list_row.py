"""What a list shows of a conversation: its row, with who has it and where it waits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from shared.state.contact import Contact
from shared.state.conversation import Closure, Conversation, Declines, LastMessage, NeededSkill, Offer
from shared.state.line_row import LineRow, line_key
from shared.state.session_window import window_closes_at
from shared.vocabulary.words import ConversationStatus, Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRow:
    """A conversation as a list shows it; `gone` is a tombstone.

    Attributes:
        line: The key of its row in the waiting line, if it has one.
    """

    version: int
    conversation_id: str
    gone: bool = False
    contact_id: str = ""
    name: str | None = None
    phone: str | None = None
    bsuid: str | None = None
    language: str | None = None
    channel_id: str = ""
    workstream: str = ""
    queue: str = ""
    status: ConversationStatus = ConversationStatus.OPEN
    agent: str | None = None
    priority: Priority = Priority.NORMAL
    created_at: datetime | None = None
    last_message_at: datetime | None = None
    window_closes_at: datetime | None = None
    unread: int = 0
    waiting_since: datetime | None = None
    queued_since: datetime | None = None
    offer: Offer | None = None
    failed: int = 0
    held: int = 0
    tags: tuple[str, ...] = ()
    last_message: LastMessage | None = None
    closure: Closure | None = None
    skills: tuple[NeededSkill, ...] = ()
    declines: Mapping[str, Declines] = field(default_factory=dict)
    line: str | None = None

    @property
    def waiting(self) -> LineRow | None:
        """What the choice of an agent has to know of it; None when it is in no line."""
        if self.line is None:
            return None
        return LineRow(
            conversation_id=self.conversation_id,
            version=self.version,
            workstream=self.workstream,
            skills=self.skills,
            declines=self.declines,
            language=self.language,
        )


def list_row(contact: Contact) -> ListRow | None:
    """Return what a list shows of the contact's conversation; None when it has none that is not closed."""
    conversation = contact.conversation
    return row_of(contact, conversation) if conversation and not conversation.closed else None


def row_of(contact: Contact, conversation: Conversation) -> ListRow:
    """Return what a list would show of one of the contact's conversations."""
    return ListRow(
        version=contact.version,
        conversation_id=conversation.id,
        contact_id=contact.id,
        name=contact.shown_name,
        phone=contact.phone,
        bsuid=contact.bsuid,
        language=contact.language,
        channel_id=contact.channel_id,
        workstream=conversation.workstream,
        queue=conversation.queue,
        status=conversation.status,
        agent=conversation.agent,
        priority=conversation.priority,
        created_at=conversation.created_at,
        last_message_at=conversation.last_message_at,
        window_closes_at=window_closes_at(contact),
        unread=conversation.unread,
        waiting_since=conversation.waiting_since,
        queued_since=conversation.queued_since,
        offer=conversation.offer,
        failed=conversation.failed,
        held=conversation.held_count,
        tags=conversation.tags,
        last_message=conversation.last_message,
        closure=conversation.closure,
        skills=conversation.skills,
        declines=conversation.declines,
        line=line_key(conversation) if conversation.in_line else None,
    )
