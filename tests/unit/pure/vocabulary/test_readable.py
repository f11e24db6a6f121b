"""What a message of a kind that is not ours says."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.intake.events import InboundMessage
from shared.intake.parsing import parse_event
from shared.vocabulary.message import Author, Message
from shared.vocabulary.readable import readable_text
from shared.vocabulary.words import AuthorType, Direction, MessageKind
from tests.unit.pure.contacts import CONVERSATION, ago

EVENTS = Path(__file__).parents[3] / "events"
PLACE = {"latitude": 48.8584, "longitude": 2.2945, "name": "Tour Eiffel", "address": "5 av. Anatole France"}
ITEM = {"id": "SKU-1", "quantity": 3, "price": 30, "currency": "EUR"}
KINDS = ("location", "contacts", "order", "interactive", "edit", "revoke", "poll", None)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=300),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=20), inner, max_size=5),
    max_leaves=20,
)
NAMES = st.sampled_from(
    (
        "latitude",
        "longitude",
        "name",
        "location",
        "contacts",
        "phones",
        "items",
        "order",
        "text",
        "fields",
        "interactive",
    )
)


def message(original_kind: str | None, data: Any = None, **fields: Any) -> Message:
    usual: dict[str, Any] = {
        "message_id": "m1",
        "conversation_id": CONVERSATION,
        "direction": Direction.IN,
        "author": Author(type=AuthorType.CUSTOMER),
        "kind": MessageKind.UNSUPPORTED,
        "at": ago(minutes=1),
        "original_kind": original_kind,
        "data": data,
    }
    return Message(**usual | fields)


@pytest.mark.parametrize(
    ("kind", "data", "text"),
    [
        ("location", PLACE, "📍 Tour Eiffel, 5 av. Anatole France (48.8584, 2.2945)"),
        ("location", {"location": {"latitude": -1, "longitude": 100.0}}, "📍 (-1, 100)"),
        ("location", {"name": "Chez moi", "latitude": 91, "longitude": 2}, "📍 Chez moi"),
        ("location", {"latitude": True, "longitude": "2.2"}, None),
        ("location", None, None),
        (
            "contacts",
            {"contacts": [{"name": "Ana B", "phones": ["+33612345678", "+3212"]}]},
            "👤 Ana B +33612345678, +3212",
        ),
        (
            "contacts",
            {"contacts": [{"name": {"formatted_name": "Ana Lima"}, "phones": [{"phone": "+1 425 555 0100"}]}, {}]},
            "👤 Ana Lima +1 425 555 0100",
        ),
        ("order", {"items": [ITEM, {"id": "B"}], "text": "Pour\nlundi"}, "🛒 3 × SKU-1 30 EUR\n🛒 ? × B\nPour lundi"),
        (
            "order",
            {"product_items": [{"product_retailer_id": "A", "quantity": 1, "item_price": 9.5, "currency": "EUR"}]},
            "🛒 1 × A 9.5 EUR",
        ),
        ("interactive", {"fields": {"size": "M", "flow_token": "x", "days": ["Mo", "Tu"]}}, "size: M\ndays: Mo, Tu"),
        ("interactive", {"interactive": {"nfmReply": {"responseJson": '{"size": "M"}'}}}, "size: M"),
        ("interactive", {"interactive": {"nfmReply": {"responseJson": '{"size": '}}}, None),
        ("interactive", {"interactive": {"nfmReply": {"responseJson": "[" * 3_000}}}, None),
        ("edit", None, None),
        ("revoke", None, None),
        ("poll", PLACE, None),
        (None, PLACE, None),
    ],
)
def test_its_data_are_put_into_words(kind: str | None, data: Any, text: str | None) -> None:
    assert readable_text(message(kind, data)) == text


def test_the_customers_own_words_stay_as_they_are() -> None:
    assert readable_text(message("edit", text="Lundi,\n plutôt")) == "Lundi,\n plutôt"


def test_a_kind_of_ours_is_what_its_text_says() -> None:
    referred = message("location", PLACE, kind=MessageKind.IMAGE)
    assert readable_text(referred) is None


def test_it_has_an_end() -> None:
    people = [{"name": "n" * 900, "phones": ["1" * 900] * 90}] * 90
    text = readable_text(message("contacts", {"contacts": people}))
    assert text
    assert len(text) <= 1_000
    assert text.endswith("…")


@given(kind=st.sampled_from(KINDS), data=st.dictionaries(NAMES, JSON, max_size=6))
def test_whatever_stands_in_an_event_can_be_shown(kind: str | None, data: dict[str, Any]) -> None:
    text = readable_text(message(kind, data))
    assert text is None or 0 < len(text) <= 1_000


@pytest.mark.parametrize(
    ("event", "text"),
    [("contacts", "👤 Ana Lima +1 425 555 0100"), ("form_reply", "size: M"), ("location", None)],
)
def test_acs_brings_some_of_it_in_its_own_shapes(event: str, text: str | None) -> None:
    said = parse_event(json.loads((EVENTS / f"event_grid_received__{event}.json").read_text(encoding="utf-8")))
    assert isinstance(said, InboundMessage)
    assert readable_text(message(said.original_kind, said.data)) == text
