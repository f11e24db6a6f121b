"""Every recorded event is understood, in both envelopes, directly, as decoded by Functions, and from the queue."""

import json
from datetime import UTC, datetime
from typing import Any

import azure.functions as func
import pytest
from azure.functions.eventgrid import EventGridEventInConverter
from azure.functions.meta import Datum

from shared.intake.envelope import from_binding, normal_form
from shared.intake.events import DeliveryStatus, InboundMessage, parse_event
from shared.vocabulary.errors import Unreadable
from shared.vocabulary.words import MessageKind, MessageStatus
from tests.events import NAMES, load
from tests.unit.pure.intake.expected import (
    BSUID,
    BSUID_ONLY,
    CHANNEL,
    EVENT,
    EVENT_TIME,
    EXPECTED,
    OURS,
    PHONE,
    PHONE_ONLY,
    TEXT,
)


def decoded(event: object) -> Any:
    """What the Functions worker hands to a function for one event."""
    return EventGridEventInConverter.decode(Datum(json.dumps(event), "json"), trigger_metadata=None)


def case_of(name: str) -> str:
    return name.removeprefix("event_grid_").removeprefix("cloud_event_")


def received(**changes: Any) -> dict[str, Any]:
    """A text message; a field set to ... is left out."""
    return _changed("event_grid_received__text", changes)


def status(**changes: Any) -> dict[str, Any]:
    """A delivery status; likewise."""
    return _changed("event_grid_status__sent", changes)


def _changed(name: str, changes: dict[str, Any]) -> dict[str, Any]:
    event = load(name)
    data = event["data"] | changes
    return event | {"data": {name: value for name, value in data.items() if value is not ...}}


def inbound(event: dict[str, Any]) -> InboundMessage:
    message = parse_event(event)
    assert isinstance(message, InboundMessage)
    return message


def outcome(event: dict[str, Any]) -> DeliveryStatus:
    found = parse_event(event)
    assert isinstance(found, DeliveryStatus)
    return found


def reasons(event: dict[str, Any]) -> set[str]:
    with pytest.raises(Unreadable) as caught:
        parse_event(event)
    return set(caught.value.reasons)


def test_every_expectation_has_a_recorded_event() -> None:
    assert {case_of(name) for name in NAMES} == set(EXPECTED)


@pytest.mark.parametrize("name", NAMES)
def test_a_recorded_event_is_understood(name: str) -> None:
    assert parse_event(load(name)) == EXPECTED[case_of(name)]


@pytest.mark.parametrize("name", NAMES)
def test_a_recorded_event_is_understood_as_functions_decodes_it(name: str) -> None:
    assert parse_event(from_binding(decoded(load(name)))) == EXPECTED[case_of(name)]


@pytest.mark.parametrize("name", NAMES)
def test_a_recorded_event_is_understood_again_from_its_normal_form(name: str) -> None:
    normal = normal_form(load(name))

    assert set(normal) == {"id", "type", "subject", "time", "data"}
    assert normal_form(json.loads(json.dumps(normal))) == normal
    assert parse_event(normal) == EXPECTED[case_of(name)]


def test_functions_loses_the_type_of_an_event_spelled_spec_version() -> None:
    event = decoded(load("cloud_event_received__spelled_spec_version"))

    assert isinstance(event, func.EventGridEvent)
    assert from_binding(event)["type"] is None


def test_an_event_without_type_is_recognised_by_its_data() -> None:
    assert parse_event(received() | {"eventType": None}) == TEXT
    assert parse_event(received(receivedTimestamp=...) | {"eventType": ""}) is not None
    assert outcome(status() | {"eventType": None}).message_id == OURS
    assert parse_event(load("event_grid_analysis__completed") | {"eventType": None}) is None
    assert parse_event(load("event_grid_sms__received") | {"eventType": None}) is None


def test_an_event_without_type_is_recognised_by_its_subject_where_the_data_says_too_little() -> None:
    assert reasons(received() | {"eventType": None, "data": None}) == {"data is not an object that JSON can carry"}
    assert inbound(received(to=..., channelType=...) | {"eventType": None}).customer.channel_id == CHANNEL
    assert outcome(status(messageId=..., status=...) | {"eventType": None}).status is MessageStatus.SENT


def test_a_plus_before_the_phone_is_kept_and_nothing_else_is_touched() -> None:
    assert inbound(received(**{"from": "+521 55 1234"})).customer.phone == "+521 55 1234"
    assert inbound(received(**{"from": "33612"})).customer.phone == "+33612"


def test_a_bsuid_in_the_place_of_the_phone_is_a_bsuid() -> None:
    assert inbound(received(**{"from": BSUID, "fromBSUID": ...})).customer == BSUID_ONLY
    assert outcome(status(to=BSUID, toBSUID=None)).customer == BSUID_ONLY


def test_the_subject_names_a_sender_that_the_data_does_not_name() -> None:
    unnamed = received(**{"from": "", "fromBSUID": None})
    by_bsuid = unnamed | {"subject": f"advancedMessage/sender/{BSUID}/recipient/{CHANNEL}"}

    assert inbound(unnamed).customer == PHONE_ONLY
    assert inbound(by_bsuid).customer == BSUID_ONLY
    assert reasons(unnamed | {"subject": None}) == {"data.from is missing: the customer (fromBSUID is missing too)"}


def test_a_channel_that_only_the_subject_names_is_known() -> None:
    assert inbound(received(to=None)).customer.channel_id == CHANNEL


def test_a_status_whose_channel_nothing_names_is_unreadable() -> None:
    assert reasons(status(**{"from": None})) == {"data.from is missing: the channel"}


def test_a_status_whose_message_nothing_names_is_unreadable() -> None:
    event = status(messageId="") | {"subject": "advancedMessage//status/Sent"}

    assert reasons(event) == {"data.messageId is missing: the message that this is about"}


def test_a_status_that_only_the_subject_gives_is_known() -> None:
    assert outcome(status(status=None)).status is MessageStatus.SENT


def test_an_event_without_any_id_is_unreadable() -> None:
    assert reasons(received(messageId=...) | {"id": None}) == {"data.messageId is missing: the event has no id either"}
    assert inbound(received() | {"id": None}).event_id == inbound(received()).message_id


def test_every_problem_is_named_at_once_and_none_shows_what_was_written() -> None:
    event = received(
        messageId=7,
        messageType=["text"],
        to=None,
        receivedTimestamp="yesterday, said Kat",
        media="secret.jpg",
        button={"text": {"secret": 1}},
        reaction={"emoji": "👍"},
        **{"from": {"secret": 1}, "fromBSUID": None},
    )

    assert reasons(event | {"subject": "secret"}) == {
        "data.messageId is not text",
        "data.messageType is not text",
        "data.to is missing: the channel",
        "data.receivedTimestamp is not a time",
        "data.media is not an object",
        "data.button.text is not text",
        "data.reaction.messageId is missing: the message that it is about",
        "data.from is not text",
    }


@pytest.mark.parametrize("data", [None, [], "text", 5])
def test_a_known_event_without_an_object_as_data_is_unreadable(data: object) -> None:
    assert reasons(received() | {"data": data}) == {"data is not an object that JSON can carry"}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-11-20T18:30:19", TEXT.at),
        ("2026-11-20T18:30:19Z", TEXT.at),
        ("2026-11-20T20:00:19+01:30", TEXT.at),
        ("0001-01-01T00:00:00Z", EVENT_TIME),
        (None, EVENT_TIME),
        ("", EVENT_TIME),
    ],
)
def test_times_are_read_as_utc(written: str | None, meant: datetime) -> None:
    at = inbound(received(receivedTimestamp=written)).at

    assert at == meant
    assert at.tzinfo is UTC


@pytest.mark.parametrize("written", ["soon", "2026-13-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "１"])
def test_an_unreadable_time_is_a_problem(written: str) -> None:
    assert reasons(received(receivedTimestamp=written)) == {"data.receivedTimestamp is not a time"}


def test_the_events_time_matters_only_where_the_message_has_none() -> None:
    assert parse_event(received() | {"eventTime": "soon"}) == TEXT
    assert reasons(received(receivedTimestamp=None) | {"eventTime": "soon"}) == {"time is not a time"}
    assert reasons(status(receivedTimestamp=None) | {"eventTime": "soon"}) == {"time is not a time"}
    assert inbound(received(receivedTimestamp=None) | {"eventTime": None}).at is None


@pytest.mark.parametrize(
    ("mime_type", "kind"),
    [
        ("image/png", MessageKind.IMAGE),
        ("image/webp", MessageKind.STICKER),
        ("VIDEO/mp4", MessageKind.VIDEO),
        ("audio/amr", MessageKind.AUDIO),
        ("text/plain", MessageKind.DOCUMENT),
        (None, MessageKind.UNSUPPORTED),
    ],
)
def test_a_message_that_calls_itself_media_goes_by_its_mime_type(mime_type: str | None, kind: MessageKind) -> None:
    assert inbound(received(messageType="media", media={"mimeType": mime_type, "id": "m"})).kind is kind


@pytest.mark.parametrize("word", ["template", "note", "list", "unsupported", "order", "", None])
def test_a_kind_that_acs_does_not_document_is_unsupported_and_keeps_its_words(word: str | None) -> None:
    message = inbound(received(messageType=word))

    assert (message.kind, message.original_kind) == (MessageKind.UNSUPPORTED, word or None)
    assert message.text == "Hello"


def test_an_interactive_message_goes_by_the_reply_that_it_holds() -> None:
    held = inbound(
        received(messageType="interactive", interactive={"type": None, "listReply": {"id": "1", "title": "One"}})
    )

    assert held.kind is MessageKind.LIST


def test_a_numeric_error_code_is_read_as_text() -> None:
    failure = outcome(status(status="Failed", error={"channelCode": 131026})).error

    assert failure is not None
    assert (failure.code, failure.message) == ("131026", "")


def test_the_sender_is_the_bsuid_when_there_is_one() -> None:
    assert inbound(received()).customer.sender == BSUID
    assert inbound(received(fromBSUID=None)).customer.sender == PHONE
    assert inbound(received()).event_id == EVENT
