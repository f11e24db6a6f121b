"""Meta's webhook: every kind of message, of status and of what else there is, and calls that hold many of them."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.intake.envelope import normal_form
from shared.intake.events import AccountEvent, Event, IdentityChange, InboundMessage
from shared.intake.extract import MAX_EXTRACT
from shared.intake.ingest import message_id_of, session_id_of
from shared.intake.parsing import customer_in, parse_event
from shared.intake.whatsapp_batch import items_in
from shared.vocabulary.errors import Unreadable
from shared.vocabulary.identity import session_of
from tests.events.whatsapp import NAMES, body
from tests.unit.pure.intake.strategies import json_values
from tests.unit.pure.intake.whatsapp_expected import ACCOUNT, BOTH, BSUID, CHANNEL, EXPECTED, MESSAGE, PHONE

ONE_ITEM = [name for name in NAMES if name in EXPECTED]


def understood(event: object) -> Event | tuple[str, ...] | None:
    """What an event of the webhook says, or why it can't be understood."""
    try:
        return parse_event(normal_form(event))
    except Unreadable as unreadable:
        return unreadable.reasons


def call(*changes: object) -> bytes:
    """A call about one account."""
    entry = {"id": ACCOUNT, "time": 1790000002, "changes": list(changes)}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


def items(*messages: object, statuses: object = None, contacts: object = None, channel: object = CHANNEL) -> Any:
    """A change that brings messages, or statuses."""
    value = {"metadata": {"phone_number_id": channel}, "contacts": contacts, "statuses": statuses}
    return {"field": "messages", "value": value | ({"messages": list(messages)} if messages else {})}


def text(message_id: Any = "wamid.1", **fields: Any) -> dict[str, Any]:
    """A text of Meta's webhook."""
    said = {"id": message_id, "timestamp": "1790000000", "type": "text", "text": {"body": message_id}}
    return {"from": "33612345678", "from_user_id": BSUID, **said, **fields}


def read(message: dict[str, Any], **around: Any) -> InboundMessage:
    """The only message of a call."""
    [event] = items_in(call(items(message, **around)))
    found = understood(event)
    assert isinstance(found, InboundMessage), found
    return found


def test_every_recorded_call_has_its_meaning_written_down() -> None:
    assert set(NAMES) - set(EXPECTED) == {"batch__many", "message__without_id"}


@pytest.mark.parametrize("name", ONE_ITEM)
def test_an_item_says_what_it_says(name: str) -> None:
    [event] = items_in(body(name))

    found, expected = understood(event), EXPECTED[name]
    if found is not None and not isinstance(found, tuple):
        assert found.event_id
        expected = replace(expected, event_id=found.event_id)  # type: ignore[type-var]
    assert found == expected


@pytest.mark.parametrize("name", [name for name in ONE_ITEM if name.startswith(("message", "identity__changed"))])
def test_a_message_is_known_by_its_own_id(name: str) -> None:
    [event] = items_in(body(name))
    assert isinstance(event, dict)
    assert event["id"] == MESSAGE


def test_a_message_without_an_id_has_the_same_one_each_time() -> None:
    first, again = (items_in(body("message__without_id")) for _ in range(2))

    found = understood(first[0])
    assert isinstance(found, InboundMessage)
    assert found.message_id == found.event_id
    assert understood(again[0]) == found


@pytest.mark.parametrize("case", ["sent", "delivered", "failed"])
def test_a_status_that_comes_again_has_the_same_id_and_another_status_another(case: str) -> None:
    [first], [again], [read_] = (items_in(body(f"status__{name}")) for name in (case, case, "read"))

    ids = [event["id"] for event in (first, again, read_) if isinstance(event, dict)]
    assert ids[0] == ids[1] != ids[2]


def test_the_normal_form_has_what_meta_sent_and_what_stands_around_it() -> None:
    [event] = items_in(body("message__text_of_a_username"))

    assert event == {
        "id": MESSAGE,
        "type": "whatsapp.message",
        "subject": None,
        "time": "2026-09-21T14:13:20Z",
        "data": {
            "channel": CHANNEL,
            "account": ACCOUNT,
            "contact": {"profile": {"name": "Ana Müller", "username": "ana.m"}, "user_id": BSUID},
            "message": {
                "from_user_id": BSUID,
                "id": MESSAGE,
                "timestamp": "1790000000",
                "type": "text",
                "text": {"body": "Hallo"},
            },
        },
    }


def test_every_item_of_a_call_is_found_the_messages_first() -> None:
    found = [understood(event) for event in items_in(body("batch__many"))]

    assert [event.text if isinstance(event, InboundMessage) else type(event).__name__ for event in found] == [
        "Un",
        "Deux",
        "Hoi",
        "Ici",
        "tuple",
        "DeliveryStatus",
        "tuple",
        "AccountEvent",
        "NoneType",
        "tuple",
        "DeliveryStatus",
        "tuple",
    ]
    channels = [event.customer.channel_id for event in found if isinstance(event, InboundMessage)]
    assert channels == [CHANNEL, CHANNEL, CHANNEL, "106540352242923"]
    assert [event for event in found if isinstance(event, tuple)] == [
        ("data.message.timestamp is not a time",),
        (
            "data.status is missing: what the event is about",
            "data.status.id is missing: the message that this is about",
            "data.status.recipient_id is missing: the customer (recipient_user_id is missing too)",
        ),
        ("entry[0].changes[3] is not what Meta's webhook has there",),
        ("entry[2].changes is not what Meta's webhook has there",),
    ]


@pytest.mark.parametrize("broken", [{}, [], 5, {"entry": []}, {"entry": {}}, {"entry": [{"changes": 1}]}, {"entry": 0}])
def test_a_body_of_another_shape_is_one_event_that_says_where(broken: object) -> None:
    [event] = items_in(json.dumps(broken).encode())

    found = understood(event)
    assert isinstance(found, tuple)
    assert "is not what Meta's webhook has there" in found[0]


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff\xfe\x00", b"[" * 100_000])
def test_a_body_that_is_no_json_is_one_event_as_it_is(raw: bytes) -> None:
    assert items_in(raw) == [raw.decode(errors="replace")]


def test_an_advertisement_comes_with_whatever_kind_of_message() -> None:
    place = {"type": "location", "location": {"latitude": 1.5, "longitude": 2}}

    found = read(text(**place, referral={"headline": "Soldes", "source_type": "post"}))

    assert found.data == {
        "latitude": 1.5,
        "longitude": 2,
        "referral": {"headline": "Soldes", "source_type": "post"},
    }


def test_an_odd_part_costs_no_more_than_itself() -> None:
    found = read(text(context={"id": 5}, referral=[]), contacts=[{"wa_id": "33612345678", "profile": 7}])

    assert (found.text, found.data) == ("wamid.1", {"context": {"id": 5}, "referral": []})
    assert set(found.odd) == {"data.message.context.id", "data.message.referral", "data.contact.profile"}


def test_a_phone_number_that_is_written_with_the_ninth_digit_beside_the_message_is_the_same() -> None:
    found = read(
        text(**{"from": "551187654321", "from_user_id": None}), contacts=[{"wa_id": "5511987654321", "user_id": "BR.1"}]
    )

    assert (found.customer.phone, found.customer.bsuid) == ("+551187654321", "BR.1")


def test_a_number_that_is_now_a_strangers_does_not_lend_its_name() -> None:
    stranger = {"wa_id": "33612345678", "user_id": "FR.2", "profile": {"name": "Bruno"}}

    assert read(text(), contacts=[stranger]).profile_name is None


def test_the_only_contact_is_not_that_of_two_who_are_not_named() -> None:
    nameless = [text(f"wamid.{number}", **{"from": None, "from_user_id": None}) for number in (1, 2)]

    found = [understood(event) for event in items_in(call(items(*nameless, contacts=[{"wa_id": "33612345678"}])))]

    assert all(isinstance(each, tuple) for each in found)


def test_a_user_id_where_the_number_should_be_is_none() -> None:
    found = read(text(**{"from": BSUID, "from_user_id": None}))

    assert (found.customer.phone, found.customer.bsuid) == (None, BSUID)


def test_whose_an_item_is_is_known_though_it_cannot_be_understood() -> None:
    [event] = items_in(body("message__at_no_time"))
    assert isinstance(event, dict)

    assert customer_in(event) == BOTH
    [broken] = items_in(b"[]")
    assert isinstance(broken, dict)
    assert customer_in(broken) is None


@pytest.mark.parametrize(
    ("kind", "part"),
    [
        ("location", {"latitude": 1, "longitude": 2, "name": "n" * 9_000}),
        ("contacts", [{"name": {"formatted_name": "Ana" * 40}, "phones": [{"phone": "+33" * 9}] * 60}] * 300),
        ("order", {"text": "t" * 9_000, "product_items": [{"product_retailer_id": "p" * 99, "quantity": 1}] * 300}),
        (
            "interactive",
            {
                "type": "nfm_reply",
                "nfm_reply": {"response_json": json.dumps({str(each): "v" for each in range(9_000)})},
            },
        ),
        ("poll", {"options": ["o"] * 9_000}),
    ],
)
def test_what_is_kept_of_a_large_part_is_bounded_and_has_its_shape(kind: str, part: object) -> None:
    found = read(text(type=kind, **{kind: part}, referral={"body": "b" * 9_000}))

    assert found.data
    assert len(json.dumps(found.data)) <= MAX_EXTRACT
    assert isinstance(found.data.get("contacts", []), list)
    assert isinstance(found.data.get("items", []), list)
    assert isinstance(found.data.get("fields", {}), dict)


@pytest.mark.parametrize(
    "answer", ['"\\ud800"', '{"a": "\\ud800"}', f"[{'[' * 9_000}", "9" * 5_000, f'{{"a": {"[" * 900}']
)
def test_no_answer_to_a_form_is_too_odd_to_be_kept(answer: str) -> None:
    found = read(text(type="interactive", interactive={"nfm_reply": {"response_json": answer}}))

    assert json.dumps(found.data, ensure_ascii=False).encode()


def test_an_edit_of_an_edit_of_an_edit_is_no_deeper_than_one() -> None:
    part: dict[str, Any] = {"type": "text", "text": {"body": "Hallo"}}
    for _ in range(400):
        part = {"type": "edit", "edit": {"original_message_id": "wamid.0", "message": part}}

    found = read(text(**part))

    assert (found.original_kind, found.context_id, found.text) == ("edit", "wamid.0", None)


def check_outcome(event: object) -> None:
    found = understood(event)
    assert found != ()
    if found is not None and not isinstance(found, tuple):
        assert len(session_id_of(found)) == 32
        assert 1 <= len(message_id_of(found)) <= 100
        assert isinstance(found, AccountEvent) or found.customer.sender


@settings(max_examples=150)
@given(json_values)
def test_arbitrary_json_is_parted_into_events_that_are_understood_ignored_or_refused_with_reasons(found: Any) -> None:
    for event in items_in(json.dumps(found).encode()):
        check_outcome(event)


@st.composite
def mutated_calls(draw: st.DrawFn) -> bytes:
    """A recorded call in which one to three fields or items, at any depth, are lost or hold anything."""
    found = json.loads(body(draw(st.sampled_from(NAMES))))
    for _ in range(draw(st.integers(1, 3))):
        place = found
        while True:
            names = sorted(place) if isinstance(place, dict) else range(len(place))
            if not names:
                break
            name = draw(st.sampled_from(names))
            inner = place[name]
            if isinstance(inner, dict | list) and inner and draw(st.integers(0, 4)):
                place = inner
                continue
            if draw(st.booleans()):
                del place[name]
            else:
                place[name] = draw(json_values)
            break
    return json.dumps(found).encode()


@settings(max_examples=400)
@given(mutated_calls())
def test_a_mutated_call_is_parted_into_events_that_are_understood_ignored_or_refused_with_reasons(raw: bytes) -> None:
    for event in items_in(raw):
        check_outcome(event)


MESSAGES = st.builds(
    lambda number, phone, bsuid: (number, phone, bsuid),
    st.integers(0, 99),
    st.sampled_from(["33612345678", "+3361", "33 6", "0", "5511987654321"]),
    st.sampled_from([None, BSUID, "BE.1"]),
)


@settings(max_examples=200)
@given(st.lists(MESSAGES, min_size=1, max_size=5), st.lists(json_values, max_size=4), st.data())
def test_every_good_message_is_found_whatever_stands_beside_it(
    good: list[tuple[int, str, str | None]], odd: list[Any], data: st.DataObject
) -> None:
    told = [text(f"wamid.{at}.{n}", **{"from": phone, "from_user_id": who}) for at, (n, phone, who) in enumerate(good)]
    beside = data.draw(st.permutations([*told, *odd]))
    change = items(*beside, statuses=data.draw(json_values), contacts=data.draw(json_values))
    entries = [*data.draw(st.lists(json_values, max_size=2)), {"id": ACCOUNT, "changes": [*odd, change]}]

    found = [understood(event) for event in items_in(json.dumps({"entry": entries}).encode())]

    texts = [event for event in found if isinstance(event, InboundMessage) and event.text]
    assert [event.message_id for event in texts] == [each["id"] for each in beside if each in told]
    for event in texts:
        written = next(each["from"] for each in told if each["id"] == event.message_id)
        assert event.customer.phone == f"+{written.removeprefix('+')}"


@pytest.mark.parametrize("depth", [500, 4_000, 50_000])
def test_a_message_nested_thousands_deep_is_understood_or_refused_with_reasons(depth: int) -> None:
    raw = call(items(text(extra="deep"))).replace(b'"deep"', b'{"a": [' * depth + b'"deep"' + b"]}" * depth)

    for event in items_in(raw):
        if isinstance(event, dict):
            check_outcome(event)


def test_a_number_that_changed_goes_to_the_session_of_who_had_it() -> None:
    [event] = items_in(body("identity__changed_number"))

    found = understood(event)
    assert isinstance(found, IdentityChange)
    assert session_id_of(found) == session_of(CHANNEL, BSUID)
    assert (found.now.phone, found.customer.phone) == ("+33687654321", PHONE)


def test_what_is_about_an_account_has_a_session_of_its_own() -> None:
    [paused] = items_in(body("account__template_paused"))
    [error] = items_in(body("account__error"))

    sessions = {session_id_of(found) for each in (paused, error) if isinstance(found := understood(each), AccountEvent)}
    assert len(sessions) == 2
    assert session_of(CHANNEL, PHONE) not in sessions
