"""Messages as Service Bus stores them: the bytes a client sent, and the few of its properties that the broker acts on.

In: an encoded AMQP message or batch. Out: `Message`s, and the bytes to deliver: the sender's bare message (properties,
application properties, body) untouched, behind a header and annotations that the broker writes anew.
Source: OASIS AMQP 1.0, part 3 (section 3.2); the `x-opt-` annotations: Microsoft's AMQP protocol guide for Service Bus.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from dev.stack.servicebus import codec

BATCH_FORMAT = 0x80013700

_HEADER = 0x70
_DELIVERY_ANNOTATIONS = 0x71
_ANNOTATIONS = 0x72
_PROPERTIES = 0x73
_APPLICATION_PROPERTIES = 0x74
_DATA = 0x75
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MESSAGE_ID, _GROUP_ID = 0, 10
_DUE = "x-opt-scheduled-enqueue-time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message as it was sent.

    `bare` holds the encoded sections from the properties on; `header` and `annotations` hold encoded values: of the
    header durable, priority and time to live. `due` is the time it was scheduled for, `size` the bytes as received.
    """

    message_id: str | None = None
    session_id: str | None = None
    due: datetime | None = None
    header: tuple[bytes, ...] = ()
    annotations: Mapping[str, bytes]
    bare: bytes
    size: int


def milliseconds(moment: datetime) -> int:
    """Return `moment` as AMQP counts it: milliseconds since 1970-01-01T00:00Z."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def parse(data: bytes) -> Message:
    """Return the encoded message `data`; raise `codec.MalformedError` if it is none."""
    header: tuple[bytes, ...] = ()
    annotations: dict[str, bytes] = {}
    message_id = session_id = None
    bare, at = len(data), 0
    while at < len(data):
        part = codec.section(data, at)
        if part.descriptor == _HEADER:
            offsets = codec.elements(data, part.value, limit=3)
            header = tuple(data[offset : codec.end_of(data, offset)] for offset in offsets)
        elif part.descriptor == _ANNOTATIONS:
            annotations = codec.raw_map(data, part.value)
        elif part.descriptor != _DELIVERY_ANNOTATIONS:
            bare = min(bare, at)
            if part.descriptor == _PROPERTIES:
                message_id, session_id = _identity(data, part.value)
        at = part.end
    return Message(
        message_id=message_id,
        session_id=session_id,
        due=_due(annotations),
        header=header,
        annotations=annotations,
        bare=data[bare:],
        size=len(data),
    )


def parse_batch(data: bytes) -> list[Message]:
    """Return the messages of a batch: its body has one data section for each of them, fully encoded."""
    messages, at = [], 0
    while at < len(data):
        part = codec.section(data, at)
        if part.descriptor == _DATA:
            content = codec.scalar(data, part.value)
            if not isinstance(content, bytes):
                raise codec.MalformedError("a data section of the batch is not binary")
            messages.append(parse(content))
        at = part.end
    return messages


def encode(
    message: Message,
    *,
    delivery_count: int,
    annotations: Mapping[str, bytes],
    properties: Mapping[str, str],
) -> bytes:
    """Return the bytes to deliver.

    `annotations` (encoded values) are added to the sender's; `properties` are added to the application properties.
    """
    header = [*message.header, *[codec.NULL] * (4 - len(message.header)), codec.uint(delivery_count)]
    merged = {codec.symbol(name): value for name, value in (*message.annotations.items(), *annotations.items())}
    bare = _with_properties(message.bare, properties) if properties else message.bare
    return b"".join(
        (
            codec.described(_HEADER, codec.encode_list(header)),
            codec.described(_ANNOTATIONS, codec.encode_map(merged)),
            bare,
        )
    )


def _identity(data: bytes, at: int) -> tuple[str | None, str | None]:
    """Return message id and session id (the AMQP group-id) of the properties at `at`."""
    values = [codec.scalar(data, offset) for offset in codec.elements(data, at, limit=_GROUP_ID + 1)]
    values += [None] * (_GROUP_ID + 1 - len(values))
    message_id, session_id = values[_MESSAGE_ID], values[_GROUP_ID]
    return None if message_id is None else str(message_id), None if session_id is None else str(session_id)


def _due(annotations: Mapping[str, bytes]) -> datetime | None:
    value = codec.scalar(annotations[_DUE], 0) if _DUE in annotations else None
    return _EPOCH + timedelta(milliseconds=value) if isinstance(value, int) else None


def _with_properties(bare: bytes, added: Mapping[str, str]) -> bytes:
    """Return `bare` with `added` in its application properties, which come right behind the properties."""
    at, present, rest = 0, {}, 0
    while at < len(bare) and (part := codec.section(bare, at)).descriptor in {_PROPERTIES, _APPLICATION_PROPERTIES}:
        if part.descriptor == _APPLICATION_PROPERTIES:
            present = codec.raw_map(bare, part.value)
            rest = part.end
            break
        at = rest = part.end
    merged = present | {name: codec.string(text) for name, text in added.items()}
    encoded = codec.encode_map({codec.string(name): value for name, value in merged.items()})
    return bare[:at] + codec.described(_APPLICATION_PROPERTIES, encoded) + bare[rest:]
