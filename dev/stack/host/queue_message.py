"""A Service Bus message as the input of a function: its body and the trigger metadata that Azure's host sends along."""

import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from dev.stack.host.amqp.links import Received
from dev.stack.host.protocol import Value
from dev.stack.host.service_bus import Lock, from_milliseconds
from dev.stack.host.trace_context import FIELD

_NEVER = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


def delivery_count(received: Received) -> int:
    """How often the message has been delivered, this time included, as Azure's host counts."""
    return int(received.message.delivery_count) + 1


def lock_token(received: Received) -> uuid.UUID:
    """The lock of the message; Service Bus puts it into the delivery tag in .NET's byte order."""
    return uuid.UUID(bytes_le=received.tag)


def message_lock(received: Received) -> Lock:
    """How long the message itself is locked (in a queue without sessions)."""
    until = (received.message.annotations or {}).get("x-opt-locked-until")
    return Lock(from_milliseconds(until) if until is not None else datetime.now(UTC))


def body(message: Any) -> Value:
    """The body: text if it is UTF-8, else bytes."""
    content = message.body
    if isinstance(content, str):
        return Value(type="string", value=content)
    if not isinstance(content, bytes | memoryview):
        return Value(type="json", value=json.dumps(content, default=str))
    data = bytes(content)
    try:
        return Value(type="string", value=data.decode())
    except UnicodeDecodeError:
        return Value(type="bytes", value=data)


def traceparent(message: Any) -> str | None:
    """The trace in which the message was sent."""
    value = (message.properties or {}).get(FIELD)
    return value if isinstance(value, str) else None


def metadata(received: Received, locked_until: datetime) -> dict[str, Value]:
    """The trigger metadata of a message that is locked until then."""
    message = received.message
    annotations: dict[str, Any] = {str(name): value for name, value in (message.annotations or {}).items()}
    properties = {str(name): value for name, value in (message.properties or {}).items()}
    enqueued = _time(annotations.get("x-opt-enqueued-time"))
    texts = {
        "MessageId": message.id,
        "SessionId": message.group_id,
        "ContentType": message.content_type,
        "CorrelationId": message.correlation_id,
        "Label": message.subject,
        "Subject": message.subject,
        "To": message.address,
        "ReplyTo": message.reply_to,
        "ReplyToSessionId": message.reply_to_group_id,
        "PartitionKey": annotations.get("x-opt-partition-key"),
        "LockToken": lock_token(received),
        "DeadLetterSource": annotations.get("x-opt-deadletter-source"),
        "DeadLetterReason": properties.get("DeadLetterReason"),
        "DeadLetterErrorDescription": properties.get("DeadLetterErrorDescription"),
    }
    numbers = {
        "DeliveryCount": delivery_count(received),
        "SequenceNumber": annotations.get("x-opt-sequence-number"),
        "EnqueuedSequenceNumber": annotations.get("x-opt-enqueue-sequence-number"),
    }
    times = {
        "EnqueuedTimeUtc": enqueued,
        "ExpiresAtUtc": enqueued + timedelta(seconds=message.ttl) if enqueued and message.ttl else _NEVER,
        "LockedUntil": locked_until,
        "ScheduledEnqueueTimeUtc": _time(annotations.get("x-opt-scheduled-enqueue-time")),
    }
    custom = Value(type="json", value=json.dumps(properties, default=str))
    return (
        {"UserProperties": custom, "ApplicationProperties": custom}
        | {name: Value(type="string", value=str(text)) for name, text in texts.items() if text not in (None, "")}
        | {name: Value(type="int", value=int(number)) for name, number in numbers.items() if number is not None}
        | {name: Value(type="json", value=json.dumps(_iso(moment))) for name, moment in times.items() if moment}
    )


def _time(timestamp: float | None) -> datetime | None:
    return None if timestamp is None else from_milliseconds(timestamp)


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
