"""Every recorded event is understood, in both envelopes, directly, as decoded by Functions, and from the queue."""

import json
from datetime import UTC, datetime
from typing import Any

import azure.functions as func
import pytest
from azure.functions.eventgrid import EventGridEventInConverter
from azure.functions.meta import Datum

from shared.intake.envelope import from_binding, normal_form
from shared.intake.events import DeliveryStatus, InboundMessage
from shared.intake.parsing import parse_event
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
from tests.unit.pure.intake.strategies import nested


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
        messageId=["secret"],
        to=None,
        receivedTimestamp="yesterday, said Kat",
        media="secret.jpg",
        **{"from": {"secret": 1}, "fromBSUID": None},
    )

    assert reasons(event | {"subject": "secret", "id": None}) == {
        "data.messageId is missing: the event has no id either",
        "data.to is missing: the channel",
        "data.receivedTimestamp is not a time",
        "data.from is missing: the customer (fromBSUID is missing too)",
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
    assert outcome(status(receivedTimestamp=None) | {"eventTime": "soon"}).at is None
    assert outcome(status(receivedTimestamp="soon")).at == EVENT_TIME
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


@pytest.mark.parametrize("word", ["template", "note", "list", "unsupported", "order", "ORDER", " x "])
def test_a_kind_that_acs_does_not_document_is_unsupported_and_keeps_its_words(word: str) -> None:
    message = inbound(received(messageType=word))

    assert (message.kind, message.original_kind) == (MessageKind.UNSUPPORTED, word.strip())
    assert message.text == "Hello"


@pytest.mark.parametrize("word", ["", None, ..., " ", 5, ["text"], {"a": 1}])
@pytest.mark.parametrize(
    ("parts", "kind"),
    [
        ({"content": "Hello"}, MessageKind.TEXT),
        ({"content": "Hello", "button": {"text": "Yes"}}, MessageKind.TEXT),
        ({"media": {"mimeType": "audio/ogg", "id": "m"}}, MessageKind.AUDIO),
        ({"media": {"id": "m"}}, MessageKind.UNSUPPORTED),
        ({"button": {"text": "Yes"}}, MessageKind.BUTTON),
        ({"interactive": {"listReply": {"id": "1"}}}, MessageKind.LIST),
        ({"interactive": {"buttonReply": {"id": "1"}}}, MessageKind.BUTTON),
        ({"reaction": {"emoji": "👍"}}, MessageKind.REACTION),
        ({"location": {"latitude": 1}}, MessageKind.UNSUPPORTED),
    ],
)
def test_a_message_that_does_not_name_its_kind_goes_by_what_it_holds(
    word: object, parts: dict[str, Any], kind: MessageKind
) -> None:
    message = inbound(received(**{"content": None, "messageType": word, **parts}))

    assert (message.kind, message.original_kind) == (kind, None)


@pytest.mark.parametrize(
    ("word", "beyond"),
    [
        ("location", {"location": {"latitude": 48.85, "longitude": 2.35, "name": "Office"}}),
        ("contacts", {"contacts": [{"name": {"formatted_name": "Kat"}, "phones": [{"phone": "+1425"}]}]}),
        ("order", {"order": {"catalog_id": "c", "product_items": [{"quantity": 2, "item_price": 9.5}]}}),
        ("interactive", {"interactive": {"type": "nfmReply", "nfmReply": {"responseJson": "{}", "name": "flow"}}}),
        ("system", {"system": {"body": "Kat changed from 1425 to 1426", "type": "user_changed_number"}}),
        ("interactive", {"interactive": {"type": "unknown"}}),
        ("whatever", {"a": 0, "b": False, "c": [None]}),
    ],
)
def test_an_unsupported_message_keeps_what_its_event_carried_beyond_the_known_fields(
    word: str, beyond: dict[str, Any]
) -> None:
    message = inbound(received(content=None, messageType=word, context={"from": "1", "id": "c"}, **beyond))

    assert (message.kind, message.original_kind, message.data) == (MessageKind.UNSUPPORTED, word, beyond)
    assert message.context_id == "c"
    assert message.odd == ()


def test_a_supported_message_keeps_no_unknown_fields() -> None:
    assert inbound(received(referral={"source": "ad"})).data is None


def test_what_an_unsupported_message_carried_is_bounded() -> None:
    message = inbound(received(messageType="order", small={"a": 1}, order={"items": ["é"] * 5000}, deep=nested(40)))

    assert message.data is not None
    assert len(json.dumps(message.data).encode()) <= 4096
    assert message.data["small"] == {"a": 1}
    assert message.data["order"].startswith('{"items": ["é", "é"')
    assert message.data["order"].endswith("…")


@pytest.mark.parametrize(
    "odd",
    [
        {"context": {"id": 5}},
        {"context": "c"},
        {"media": []},
        {"media": "photo.jpg"},
        {"media": {"caption": {"text": "x"}}},
        {"error": ["131051"]},
        {"error": {"channelCode": ["131051"]}},
        {"button": {"text": {"secret": 1}}},
        {"button": 0},
        {"interactive": [1]},
        {"interactive": {"type": ["listReply"]}},
        {"interactive": {"listReply": {"title": 5}}},
        {"reaction": {"messageId": 7, "emoji": None}},
        {"reaction": False},
        {"fromBSUID": {"id": "US.1"}},
    ],
)
def test_an_odd_part_does_not_hide_a_readable_message(odd: dict[str, Any]) -> None:
    message = inbound(received(**odd))

    assert (message.kind, message.text, message.at) == (TEXT.kind, TEXT.text, TEXT.at)
    assert message.customer.phone == PHONE
    assert message.data == {name: _without_empty(part) for name, part in odd.items()}
    assert message.odd != ()


def _without_empty(part: Any) -> Any:
    return {name: value for name, value in part.items() if value is not None} if isinstance(part, dict) else part


@pytest.mark.parametrize("emoji", ["👍", None])
def test_a_reaction_that_does_not_say_on_what_is_a_reaction(emoji: str | None) -> None:
    message = inbound(received(content=None, messageType="reaction", reaction={"messageId": None, "emoji": emoji or 1}))

    assert message.kind is MessageKind.REACTION
    assert message.reaction is not None
    assert (message.reaction.message_id, message.reaction.emoji) == (None, emoji)


def test_the_first_of_a_list_is_read_where_one_was_expected() -> None:
    error = [{"channelCode": 131047, "channelMessage": "Re-engagement"}, {"channelCode": 1}]
    found = outcome(status(status="Failed", error=error))

    assert found.error is not None
    assert (found.error.code, found.error.message, found.odd) == ("131047", "Re-engagement", ("data.error",))


@pytest.mark.parametrize(
    "odd",
    [{"error": []}, {"error": "131047"}, {"toBSUID": 5}, {"receivedTimestamp": 5}, {"error": {"channelMessage": []}}],
)
def test_an_odd_part_does_not_hide_a_status(odd: dict[str, Any]) -> None:
    found = outcome(status(status="Failed", **odd))

    assert (found.message_id, found.status, found.error) == (OURS, MessageStatus.FAILED, None)
    assert found.customer.phone == PHONE
    assert len(found.odd) == 1


@pytest.mark.parametrize("word", [None, "", "Undeliverable", 5, ["Failed"]])
def test_a_status_that_is_not_known_has_failed_where_an_error_says_why(word: object) -> None:
    event = status(status=word, error={"channelCode": "131026"}) | {"subject": None}

    assert outcome(event).status is MessageStatus.FAILED
    assert outcome(status(status=word, error=None) | {"subject": None}).status is None


def test_an_error_is_read_without_the_number_that_it_quotes() -> None:
    error = {"channelCode": PHONE, "channelMessage": f"{PHONE} and {BSUID} at https://x.example/?sig=1 left"}
    failure = outcome(status(status="Failed", error=error)).error

    assert failure is not None
    assert (failure.code, failure.message) == ("…", "… and … at … left")


def test_a_phone_number_may_be_a_number() -> None:
    assert inbound(received(**{"from": int(PHONE), "fromBSUID": None})).customer == PHONE_ONLY


@pytest.mark.parametrize(
    "parts", [{}, {"media": {}, "context": {"id": "c"}}, {"error": {}}, {"content": "", "extra": []}]
)
def test_an_event_with_nothing_to_show_is_unreadable(parts: dict[str, Any]) -> None:
    assert reasons(received(**{"content": None, "messageType": None, **parts})) == {"data holds nothing to show"}


@pytest.mark.parametrize("word", ["system", "System", "SYSTEM"])
def test_what_whatsapp_itself_says_is_known_as_such(word: str) -> None:
    assert inbound(received(messageType=word)).by_system
    assert not inbound(received()).by_system


@pytest.mark.parametrize("text", [None, "Ana changed her number"])
@pytest.mark.parametrize("word", [None, "", " "])
def test_what_whatsapp_itself_says_is_known_by_its_part_where_no_word_says_so(
    word: str | None, text: str | None
) -> None:
    said = inbound(received(messageType=word, content=text, system={"type": "user_changed_number"}))

    assert said.by_system
    assert (said.kind, said.original_kind, said.text) == (MessageKind.UNSUPPORTED, "system", text)
    assert said.data == {"system": {"type": "user_changed_number"}}


@pytest.mark.parametrize("fields", [{"system": {}}, {"system": None}, {"messageType": "text", "system": {"type": "x"}}])
def test_a_customers_message_stays_one_beside_an_empty_part_or_with_a_word_for_it(fields: dict[str, Any]) -> None:
    said = inbound(received(**{"messageType": None, **fields}))

    assert not said.by_system
    assert said.kind is MessageKind.TEXT


def test_an_interactive_message_goes_by_the_reply_that_it_holds() -> None:
    held = inbound(
        received(messageType="interactive", interactive={"type": None, "listReply": {"id": "1", "title": "One"}})
    )

    assert held.kind is MessageKind.LIST


@pytest.mark.parametrize("code", [131026, "131026", " 131026 ", "131026\n", "\u200b131026\ufeff"])
def test_an_error_code_is_known_as_a_number_and_with_what_nobody_sees_around_it(code: int | str) -> None:
    failure = outcome(status(status="Failed", error={"channelCode": code})).error

    assert failure is not None
    assert (failure.code, failure.message) == ("131026", "")


def test_the_sender_is_the_bsuid_when_there_is_one() -> None:
    assert inbound(received()).customer.sender == BSUID
    assert inbound(received(fromBSUID=None)).customer.sender == PHONE
    assert inbound(received()).event_id == EVENT
