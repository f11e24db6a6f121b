"""Whatever arrives as JSON, the parser understands it, ignores it, or says why it can't."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.intake.events import AccountEvent, DeliveryStatus, InboundMessage
from shared.intake.extract import MAX_EXTRACT
from shared.intake.ingest import message_id_of, session_id_of
from shared.intake.parsing import parse_event
from shared.state.rows import decode, encode
from shared.vocabulary.errors import Unreadable
from shared.vocabulary.message import Author, Message
from shared.vocabulary.words import AuthorType, Direction
from tests.events import load
from tests.unit.pure.intake.strategies import json_values, mutated_events, nested


def check_outcome(event: Any) -> None:
    found, reasons = None, None
    try:
        found = parse_event(event)
    except Unreadable as unreadable:
        reasons = unreadable.reasons
    assert reasons != ()
    if found is not None:
        assert len(session_id_of(found)) == 32
        assert message_id_of(found)
        assert isinstance(found, AccountEvent) or found.customer.sender
        assert found.at is None or found.at.tzinfo is UTC


@settings(max_examples=80)
@given(json_values | st.dictionaries(st.sampled_from(["type", "eventType", "id", "data", "subject"]), json_values))
def test_arbitrary_json_is_understood_ignored_or_refused_with_reasons(event: Any) -> None:
    check_outcome(event)


@settings(max_examples=250)
@given(mutated_events())
def test_a_mutated_event_is_understood_ignored_or_refused_with_reasons(event: dict[str, Any]) -> None:
    check_outcome(event)


@given(st.dictionaries(st.sampled_from(["status", "error", "toBSUID", "receivedTimestamp", "more"]), json_values))
def test_a_status_that_names_message_channel_and_customer_is_always_used(odd: dict[str, Any]) -> None:
    event = load("event_grid_status__sent")

    found = parse_event(event | {"data": event["data"] | odd})

    assert isinstance(found, DeliveryStatus)
    assert found.message_id == event["data"]["messageId"]


@pytest.mark.parametrize("depth", [500, 4_000, 50_000])
def test_an_event_nested_thousands_deep_is_understood_ignored_or_refused_with_reasons(depth: int) -> None:
    event = load("event_grid_received__text")
    event["data"]["extra"] = nested(depth)

    check_outcome(event)


def test_a_number_that_json_cannot_write_is_refused_with_reasons() -> None:
    event = load("event_grid_received__text")
    event["data"]["extra"] = 10**5000

    check_outcome(event)


def test_half_a_surrogate_pair_does_not_cost_the_message() -> None:
    event = load("event_grid_received__text")
    event["data"]["content"] = "caf\u00e9 \ud83d"

    message = parse_event(event)

    assert getattr(message, "text", None) == "café ?"


OPTIONAL = ["messageType", "media", "context", "button", "interactive", "reaction", "error", "channelType", "location"]


@st.composite
def readable_events(draw: st.DrawFn) -> dict[str, Any]:
    """A text in which optional parts, and fields of them, hold anything."""
    event = load("event_grid_received__every_field")
    event["data"] |= {"messageType": "text", "content": "Hello"}
    for name in draw(st.lists(st.sampled_from(OPTIONAL), min_size=1, unique=True)):
        part = event["data"].get(name)
        if isinstance(part, dict) and draw(st.booleans()):
            part[draw(st.sampled_from(sorted(part)))] = draw(json_values)
        else:
            event["data"][name] = draw(json_values)
    return event


@settings(max_examples=250)
@given(readable_events())
def test_no_optional_part_hides_a_text_or_keeps_its_row_from_being_written(event: dict[str, Any]) -> None:
    message = parse_event(event)

    assert isinstance(message, InboundMessage)
    line = Message(
        message_id=message.message_id,
        conversation_id="c",
        direction=Direction.IN,
        author=Author(type=AuthorType.CUSTOMER),
        kind=message.kind,
        at=datetime(2026, 11, 24, tzinfo=UTC),
        text=message.text,
        data=message.data,
    )
    assert decode(Message, encode(line)).text == "Hello"
    assert len(json.dumps(message.data)) <= MAX_EXTRACT
