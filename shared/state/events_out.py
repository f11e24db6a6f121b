"""What other systems are told of a contact: events that were committed and are kept until the topic has them. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

MOST_EVENTS: Final = 20
"""Kept of one contact; statuses of messages make room for the rest."""


class EventType(StrEnum):
    """What may have happened."""

    CONVERSATION_OPENED = "conversation.opened"
    CONVERSATION_QUEUED = "conversation.queued"
    CONVERSATION_OFFERED = "conversation.offered"
    CONVERSATION_ASSIGNED = "conversation.assigned"
    CONVERSATION_ACCEPTED = "conversation.accepted"
    CONVERSATION_WAITING = "conversation.waiting"
    CONVERSATION_WRAPPED_UP = "conversation.wrapped_up"
    CONVERSATION_CLOSED = "conversation.closed"
    MESSAGE_RECEIVED = "message.received"
    MESSAGE_SENT = "message.sent"
    MESSAGE_STATUS = "message.status"
    MESSAGE_FAILED = "message.failed"
    REPLY_HELD = "reply.held"
    REPLY_RELEASED = "reply.released"
    REPLY_EXPIRED = "reply.expired"
    REPLY_CANCELLED = "reply.cancelled"
    SURVEY_ANSWERED = "survey.answered"
    CONTACT_MERGED = "contact.merged"
    CONTACT_ERASED = "contact.erased"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventOut:
    """Something that a commit made happen.

    Attributes:
        revision, number: The contact's with that commit, and which of the commit's events this is.
        data: Ids, names of the file and codes; texts and numbers only where the team wants them told.
    """

    revision: int
    number: int
    type: EventType
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)


def event_id(contact_id: str, event: EventOut) -> str:
    """Return the id by which consumers know an event again; a contact's sort as they happened."""
    return f"{contact_id}-{event.revision:012}-{event.number:02}"


def kept(events: Iterable[EventOut]) -> tuple[tuple[EventOut, ...], int]:
    """Return the events for which there is room, and how many there is none for: the oldest statuses go first."""
    left = list(events)
    over = max(len(left) - MOST_EVENTS, 0)
    statuses = [each for each in left if each.type is EventType.MESSAGE_STATUS][:over]
    left = [each for each in left if each not in statuses]
    return tuple(left[-MOST_EVENTS:]), over
