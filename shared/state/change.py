"""What one decision about a contact writes, in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.state.contact import Contact
from shared.state.conversation import Conversation
from shared.state.done_mark import Mark
from shared.state.outgoing import Outgoing, StatusRecord
from shared.vocabulary.message import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one decision writes, all of it or nothing.

    Attributes:
        contact: The contact as it will be.
        messages: Lines of the history, by row key.
        moved: Row keys of lines that are written under another key now.
        closed: Closed conversations, each of which has a row of its own.
        status_is_new: Whether a status row that exists already makes the change stale.
        watched: Attempts whose end nobody knows, by their request ids.
    """

    contact: Contact
    messages: Mapping[str, Message] = field(default_factory=dict)
    moved: tuple[str, ...] = ()
    outgoing: tuple[Outgoing, ...] = ()
    closed: tuple[Conversation, ...] = ()
    status: StatusRecord | None = None
    status_is_new: bool = False
    watched: tuple[StatusRecord, ...] = ()
    mark: Mark | None = None
