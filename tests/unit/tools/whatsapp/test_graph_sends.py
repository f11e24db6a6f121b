"""The JSON of a send at Meta: whatever comes, it is read or refused."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dev.stack.whatsapp.catalogue import Provider
from dev.stack.whatsapp.graph_sends import Seen, parse_graph_send
from dev.stack.whatsapp.phones import Kind
from dev.stack.whatsapp.sends import InvalidSend, Parameter, Send

CHANNEL = "106540352242922"
ADDRESSED = {"messaging_product": "whatsapp", "to": "+33612345678"}
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
_NAMES = st.sampled_from([*ADDRESSED, "type", "text", "image", "template", "status", "message_id", "recipient"])


def read(**body: Any) -> Send:
    send = parse_graph_send(json.dumps(ADDRESSED | body).encode(), CHANNEL)
    assert isinstance(send, Send)
    return send


@pytest.mark.parametrize("kind", [Kind.IMAGE, Kind.VIDEO, Kind.AUDIO, Kind.DOCUMENT])
def test_a_file_has_an_id_or_a_link(kind: Kind) -> None:
    by_id = read(type=kind, **{kind: {"id": "12", "caption": "Voici", "filename": "a"}})
    by_link = read(type=kind, **{kind: {"link": "https://files.example/a"}})

    assert (by_id.kind, by_id.uploaded, by_id.file_uri, by_id.text, by_id.file_name) == (kind, "12", None, "Voici", "a")
    assert (by_link.uploaded, by_link.file_uri, by_link.provider) == (
        None,
        "https://files.example/a",
        Provider.WHATSAPP_CLOUD,
    )


def test_a_template_has_values_in_its_parts() -> None:
    components = [
        {"type": "header", "parameters": [{"type": "image", "image": {"id": "12"}}]},
        {"type": "body", "parameters": [{"type": "text", "text": "Ana", "parameter_name": "who"}]},
        {
            "type": "button",
            "sub_type": "quick_reply",
            "index": 1,
            "parameters": [{"type": "payload", "payload": "yes"}],
        },
    ]
    use = {"name": "t", "language": {"code": "pt_BR"}, "components": components}

    send = read(type="template", template=use, biz_opaque_callback_data="attempt")

    assert send.template
    assert (send.template.language, send.uploaded, send.callback) == ("pt_BR", "12", "attempt")
    assert send.template.body == (Parameter(kind="text", text="Ana", name="who"),)
    assert send.template.buttons == (Parameter(kind="quickReply", text="yes", index=1),)


def test_the_header_may_be_a_place() -> None:
    place = {"latitude": 48.85, "longitude": 2.35, "name": "Ici", "address": "1 rue"}
    header = {"type": "header", "parameters": [{"type": "location", "location": place}]}
    send = read(type="template", template={"name": "t", "language": {"code": "fr"}, "components": [header]})
    assert send.template
    assert send.template.header == (Parameter(kind="location", text="Ici, 1 rue, 48.85, 2.35"),)


def test_what_was_read_is_no_send() -> None:
    body = {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.x"}
    assert parse_graph_send(json.dumps(body).encode(), CHANNEL) == Seen(message_id="wamid.x")


@given(st.binary() | st.dictionaries(_NAMES, _JSON).map(lambda body: json.dumps(ADDRESSED | body).encode()))
def test_whatever_comes_is_read_or_refused(body: bytes) -> None:
    with contextlib.suppress(InvalidSend):
        assert isinstance(parse_graph_send(body, CHANNEL), Send | Seen)
