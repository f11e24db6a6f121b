"""Encoded messages and frames: what is read off them, and that the rest stays as it was sent."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from proton import Message as ProtonMessage
from proton import symbol, timestamp

from dev.stack.servicebus import codec
from dev.stack.servicebus.frames import FrameReader
from dev.stack.servicebus.messages import BATCH_FORMAT, encode, parse, parse_batch
from dev.stack.servicebus.sasl import SaslHandshake

HEADER = b"AMQP\x00\x01\x00\x00"


def encoded(body: bytes = b"words", **fields: object) -> bytes:
    """Return a message as a client encodes it."""
    return bytes(ProtonMessage(body=body, **fields).encode())


def decoded(data: bytes) -> Any:
    message = ProtonMessage()
    message.decode(data)
    return message


def transfer(message_format: int | None, payload: bytes = b"", *, more: bool = False, handle: int = 0) -> bytes:
    """Return a transfer frame on channel 0."""
    fields = [codec.uint(handle), codec.uint(0), codec.string("t")]
    fields += [
        codec.NULL if message_format is None else codec.uint(message_format),
        codec.NULL,
        b"\x41" if more else b"\x42",
    ]
    body = codec.described(0x14, codec.encode_list(fields)) + payload
    return (len(body) + 8).to_bytes(4) + b"\x02\x00\x00\x00" + body


def test_the_broker_reads_ids_and_due_time_and_keeps_the_rest() -> None:
    due = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
    data = encoded(
        id="m1",
        group_id="anna",
        subject="text",
        durable=True,
        annotations={
            symbol("x-opt-scheduled-enqueue-time"): timestamp(int(due.timestamp() * 1000)),
            symbol("x-own"): "mine",
        },
        properties={"trace": "t1"},
    )
    message = parse(data)
    assert (message.message_id, message.session_id, message.size) == ("m1", "anna", len(data))
    delivered = decoded(
        encode(message, delivery_count=3, annotations={"x-opt-sequence-number": codec.long(7)}, properties={})
    )
    assert (delivered.delivery_count, delivered.durable, delivered.subject) == (3, True, "text")
    assert delivered.properties == {"trace": "t1"}
    assert delivered.annotations["x-own"] == "mine"
    assert delivered.annotations["x-opt-sequence-number"] == 7
    assert bytes(delivered.body) == b"words"
    assert message.due == due


@pytest.mark.parametrize("properties", [{}, {"trace": "t1", "DeadLetterReason": "old"}])
def test_what_settling_adds_joins_the_application_properties(properties: dict[str, str]) -> None:
    message = parse(encoded(id="m1", properties=properties or None))
    added = {"DeadLetterReason": "Unreadable"}
    delivered = decoded(encode(message, delivery_count=0, annotations={}, properties=added))
    assert delivered.properties == properties | added
    assert (delivered.id, bytes(delivered.body)) == ("m1", b"words")


def test_a_batch_is_one_message_for_each_data_section() -> None:
    singles = [encoded(id=f"m{number}", body=b"x" * 300 * number) for number in range(3)]
    sections = [codec.described(0x75, b"\xb0" + len(single).to_bytes(4) + single) for single in singles]
    assert [message.message_id for message in parse_batch(b"".join(sections))] == ["m0", "m1", "m2"]


@given(st.binary(max_size=200))
def test_any_bytes_are_a_message_or_malformed(data: bytes) -> None:
    try:
        message = parse(data)
    except codec.MalformedError:
        return
    assert message.size == len(data)


@given(st.data())
def test_a_damaged_message_is_a_message_or_malformed(data: st.DataObject) -> None:
    whole = bytearray(encoded(id="m1", group_id="anna", properties={"a": 1}))
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] = data.draw(st.integers(0, 255))
    try:
        parse(bytes(whole))
    except codec.MalformedError:
        return
    assert whole


def test_frames_are_cut_behind_each_message_wherever_the_stream_is_cut() -> None:
    stream = HEADER + b"".join(
        (
            transfer(0, b"one"),
            transfer(BATCH_FORMAT, b"two, first half", more=True),
            transfer(None, b"three", handle=1),
            transfer(None, b"two, second half"),
            b"\x00\x00\x00\x08\x02\x00\x00\x00",
        )
    )
    for size in (1, 7, 64, len(stream)):
        reader = FrameReader()
        pieces = [piece for start in range(0, len(stream), size) for piece in reader.feed(stream[start : start + size])]
        assert b"".join(piece for piece, _ in pieces) == stream
        assert [form for _, form in pieces if form is not None] == [0, 0, BATCH_FORMAT]


@pytest.mark.parametrize("mechanism", ["ANONYMOUS", "MSSBCBS"])
def test_sasl_lets_everybody_in_and_keeps_what_follows(mechanism: str) -> None:
    handshake = SaslHandshake()
    offer, rest = handshake.feed(b"AMQP\x03\x01\x00\x00")
    assert mechanism.encode() in offer
    body = codec.described(0x41, codec.encode_list([codec.symbol(mechanism)]))
    frame = (len(body) + 8).to_bytes(4) + b"\x02\x01\x00\x00" + body
    assert (rest, handshake.done) == (b"", False)
    outcome, rest = handshake.feed(frame + HEADER)
    assert outcome.endswith(b"\x50\x00")
    assert (rest, handshake.done) == (HEADER, True)


def test_a_client_may_begin_without_sasl() -> None:
    handshake = SaslHandshake()
    assert handshake.feed(HEADER) == (b"", HEADER)
    assert handshake.done
