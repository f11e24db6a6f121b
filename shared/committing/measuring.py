"""What a committed change means for the metrics and the log. Pure.

Comes in: the contact as it was, and the change that was committed over it. Each thing that happened is told by one
change only, so that what is repeated counts once.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from shared.committing.held_changes import held_changes
from shared.committing.measuring_conversations import conversation_measurements
from shared.state.change import Change
from shared.state.contact_store import StoredContact
from shared.state.conversation import Conversation
from shared.state.outgoing import Outgoing
from shared.telemetry import Measurement, Metric
from shared.vocabulary.time import rfc3339
from shared.vocabulary.words import AuthorType, ConversationStatus, Delivery, MessageStatus


def measurements(before: StoredContact | None, change: Change, now: datetime) -> Iterator[Measurement]:
    """Return what happened in a change that was decided at `now`."""
    channel = change.contact.channel_id
    for message in change.messages.values():
        if message.author.type is AuthorType.CUSTOMER:
            yield Metric.MESSAGES_IN.of(kind=message.kind, channel=channel)
    for outgoing in change.outgoing:
        yield from _became(before.outgoing.get(outgoing.id) if before else None, outgoing, channel)
        if change.mark and outgoing.id == change.mark.reply_id:
            yield Metric.REPLIES.of(delivery=outgoing.delivery)
    yield from (Metric.HELD_REPLIES.of(change=became) for _, became in held_changes(before, change))
    yield from conversation_measurements(before.contact if before else None, change.contact, now)


def conversation_line(before: StoredContact | None, change: Change) -> Mapping[str, Any] | None:
    """Return the fields of the log line on where a conversation stands now; None if it stands where it stood."""
    was, conversation = _conversation(before), change.contact.conversation
    if conversation is None or (was and _place(was) == _place(conversation)):
        return None
    return {
        "conversation_id": conversation.id,
        "status": conversation.status,
        "queue": conversation.queue,
        "assigned": conversation.agent is not None,
        "since": rfc3339(conversation.created_at),
    }


def _became(was: Outgoing | None, outgoing: Outgoing, channel: str) -> Iterator[Measurement]:
    """Count that the channel took a message for the first time, or gave it up; `was` is it, if it waited."""
    if was and outgoing.taken and not was.taken:
        delivery = Delivery.MESSAGE if outgoing.content.free_form else Delivery.TEMPLATE
        yield Metric.MESSAGES_OUT.of(
            kind=outgoing.content.kind, author=outgoing.author.type, delivery=delivery, channel=channel
        )
    if outgoing.status is MessageStatus.FAILED:
        yield Metric.MESSAGES_FAILED.of(code=outgoing.error.code if outgoing.error else "unknown", channel=channel)


def _conversation(stored: StoredContact | None) -> Conversation | None:
    return stored.contact.conversation if stored else None


def _place(conversation: Conversation) -> tuple[str, ConversationStatus, str, str | None]:
    return conversation.id, conversation.status, conversation.queue, conversation.agent
