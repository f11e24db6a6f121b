"""What a change means to other systems: the events that its commit puts into the contact. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from shared.committing.held_changes import held_changes
from shared.state.change import Change
from shared.state.contact_store import StoredContact
from shared.state.conversation import Conversation, SurveyStatus
from shared.state.events_out import EventOut, EventType, kept
from shared.state.outgoing import Outgoing
from shared.state.rows import counter_of
from shared.vocabulary.identity import without_number
from shared.vocabulary.readable import readable_text
from shared.vocabulary.words import AuthorType, ConversationStatus, HeldStatus, MessageStatus

type Happened = tuple[EventType, dict[str, Any]]

_TEXT: Final = "text"
"""The field that is told only where the team wants it."""
_MESSAGE_ID: Final = "messageId"
_LONGEST_TEXT: Final = 4096
"""WhatsApp's own limit: whatever comes, twenty events fit into the contact's row."""

_STATUS_EVENTS: Final = {
    ConversationStatus.WAITING: EventType.CONVERSATION_WAITING,
    ConversationStatus.WRAP_UP: EventType.CONVERSATION_WRAPPED_UP,
    ConversationStatus.CLOSED: EventType.CONVERSATION_CLOSED,
}
_HELD_EVENTS: Final = {
    HeldStatus.HELD: EventType.REPLY_HELD,
    HeldStatus.RELEASED: EventType.REPLY_RELEASED,
    HeldStatus.EXPIRED: EventType.REPLY_EXPIRED,
    HeldStatus.CANCELLED: EventType.REPLY_CANCELLED,
}


class Tells(StrEnum):
    """What other systems are told: that something happened, or texts and numbers too."""

    IDS = "ids"
    FULL = "full"


def with_events(before: StoredContact | None, change: Change, now: datetime, tells: Tells | None) -> tuple[Change, int]:
    """Return a change with its events in the contact, without those that were told; and how many found no room.

    Args:
        tells: None: nobody is told, nor of what is left from before that was so.
    """
    contact = change.contact
    if tells is None:
        return (replace(change, contact=replace(contact, events_out=())) if contact.events_out else change), 0
    full = tells is Tells.FULL
    happened = [*_of_conversations(before, change), *_of_messages(before, change), *_of_held(before, change)]
    if contact.merged_into and not (before and before.contact.merged_into):
        happened.append((EventType.CONTACT_MERGED, {"into": contact.merged_into}))
    numbers = {"phone": contact.phone, "bsuid": contact.bsuid} if full else {}
    new = (
        EventOut(revision=contact.revision, number=number, type=kind, at=now, data=_told(data | numbers, full=full))
        for number, (kind, data) in enumerate(happened)
    )
    told = before.told if before else 0
    events, dropped = kept((*(each for each in contact.events_out if each.revision > told), *new))
    return replace(change, contact=replace(contact, events_out=events)), dropped


def _told(data: Mapping[str, Any], *, full: bool) -> dict[str, Any]:
    told = {name: value for name, value in data.items() if value is not None and name != _TEXT}
    if full and data.get(_TEXT):
        told[_TEXT] = data[_TEXT][:_LONGEST_TEXT]
    if not full and _MESSAGE_ID in told:
        told[_MESSAGE_ID] = without_number(told[_MESSAGE_ID])
    return told


def _of_conversations(before: StoredContact | None, change: Change) -> Iterator[Happened]:
    known = (before.contact.conversation, before.surveyed) if before else ()
    were = {each.id: each for each in known if each}
    current = change.contact.conversation
    now = {each.id: each for each in (*change.closed, *((current,) if current else ()))}
    for conversation in now.values():
        was = were.get(conversation.id)
        if was or conversation is current:  # else it ended long ago, and something else of it changed
            yield from _of_conversation(was, conversation)


def _of_conversation(was: Conversation | None, conversation: Conversation) -> Iterator[Happened]:
    place = {"conversationId": conversation.id, "queue": conversation.queue, "agent": conversation.agent}
    if was is None:
        yield EventType.CONVERSATION_OPENED, place
    if conversation.in_line and not (was and was.in_line and was.queue == conversation.queue):
        yield EventType.CONVERSATION_QUEUED, place
    offer = conversation.offer
    if offer and not (was and was.offer == offer):
        yield EventType.CONVERSATION_OFFERED, {**place, "agent": offer.agent}
    is_given = conversation.status is ConversationStatus.ACTIVE and conversation.agent is not None
    if is_given and not (was and was.status is not ConversationStatus.OPEN and was.agent == conversation.agent):
        yield EventType.CONVERSATION_ASSIGNED, place
    if conversation.accepted_at and not (was and was.accepted_at == conversation.accepted_at):
        yield EventType.CONVERSATION_ACCEPTED, place
    if conversation.status in _STATUS_EVENTS and not (was and was.status is conversation.status):
        reason = conversation.closure.reason if conversation.closure else None
        yield _STATUS_EVENTS[conversation.status], {**place, "reason": reason}
    survey = conversation.survey
    if survey and survey.status is SurveyStatus.ANSWERED and not (was and was.survey == survey):
        yield EventType.SURVEY_ANSWERED, {**place, "score": survey.score, _TEXT: survey.text}


def _of_messages(before: StoredContact | None, change: Change) -> Iterator[Happened]:
    counter = before.contact.counter if before else 0
    for key, line in change.messages.items():
        if line.author.type is AuthorType.CUSTOMER and counter_of(key) > counter:  # else it says something else now
            received = {_MESSAGE_ID: line.message_id, "kind": line.kind, _TEXT: readable_text(line)}
            yield EventType.MESSAGE_RECEIVED, {"conversationId": line.conversation_id, **received}
    for outgoing in change.outgoing:
        was = before.outgoing.get(outgoing.id) if before else None
        if was and outgoing.taken and not was.taken:
            yield EventType.MESSAGE_SENT, {**_message(outgoing), _TEXT: outgoing.content.words}
        if outgoing.status is MessageStatus.FAILED:
            yield EventType.MESSAGE_FAILED, {**_message(outgoing), "code": outgoing.error and outgoing.error.code}
    status = change.status
    # One that came before its send is told with that.
    if status and status.outgoing_id and status.status in (MessageStatus.DELIVERED, MessageStatus.READ):
        conversation_id = {each.id: each.conversation_id for each in change.outgoing}.get(status.outgoing_id)
        message = {_MESSAGE_ID: status.message_id, "replyId": status.outgoing_id}
        yield EventType.MESSAGE_STATUS, {"conversationId": conversation_id, **message, "status": status.status}


def _message(outgoing: Outgoing) -> dict[str, Any]:
    return {
        "conversationId": outgoing.conversation_id,
        _MESSAGE_ID: outgoing.message_id,
        "replyId": outgoing.id,
        "kind": outgoing.content.kind,
        "author": outgoing.author.type,
    }


def _of_held(before: StoredContact | None, change: Change) -> Iterator[Happened]:
    known = {**(before.outgoing if before else {}), **{each.id: each for each in change.outgoing}}
    for outgoing_id, became in held_changes(before, change):
        yield _HELD_EVENTS[became], _reply(known[outgoing_id])


def _reply(outgoing: Outgoing) -> dict[str, Any]:
    return {"conversationId": outgoing.conversation_id, "replyId": outgoing.id}
