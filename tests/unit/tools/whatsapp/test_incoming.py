"""What a customer does on the phone becomes the documented event of its kind."""

import base64
import json
from typing import Any

import pytest

from dev.stack.whatsapp.incoming import InvalidMessage, content_of, parse_incoming
from dev.stack.whatsapp.phones import Kind


def content(**body: Any) -> tuple[Kind, str, dict[str, Any]]:
    made = content_of(parse_incoming(json.dumps(body).encode()), "media-id")
    return made.kind, made.text, dict(made.data)


def test_a_text() -> None:
    assert content(text="Où ? 🙏") == (Kind.TEXT, "Où ? 🙏", {"messageType": "text", "content": "Où ? 🙏"})


@pytest.mark.parametrize(
    ("mime_type", "kind"),
    [
        ("image/jpeg", Kind.IMAGE),
        ("image/webp", Kind.STICKER),
        ("video/mp4", Kind.VIDEO),
        ("audio/ogg; codecs=opus", Kind.AUDIO),
        ("application/pdf", Kind.DOCUMENT),
        ("text/plain", Kind.DOCUMENT),
    ],
)
def test_the_type_of_a_file_gives_its_kind(mime_type: str, kind: Kind) -> None:
    made, _, data = content(media={"mimeType": mime_type})
    assert made is kind
    assert data["messageType"] == kind
    assert (data["media"]["id"], data["media"]["mimeType"]) == ("media-id", mime_type)


def test_a_document_with_name_and_caption() -> None:
    file = base64.b64encode(b"%PDF").decode()
    _, text, data = content(
        media={"mimeType": "application/pdf", "fileName": "x.pdf", "caption": "La voici", "content": file}
    )
    assert text == "La voici"
    assert data["media"] == {
        "id": "media-id",
        "mimeType": "application/pdf",
        "fileName": "x.pdf",
        "caption": "La voici",
    }


def test_a_sticker_says_whether_it_moves() -> None:
    assert content(media={"mimeType": "image/webp"})[2]["media"]["animated"] is False
    assert content(media={"mimeType": "image/webp", "animated": True})[2]["media"]["animated"] is True


def test_a_tap_on_a_templates_quick_reply() -> None:
    assert content(button={"text": "Oui", "payload": "YES"}) == (
        Kind.BUTTON,
        "Oui",
        {"messageType": "button", "button": {"text": "Oui", "payload": "YES"}},
    )
    assert content(button={"text": "Oui"})[2]["button"] == {"text": "Oui", "payload": "Oui"}


def test_a_tap_on_a_button_of_an_interactive_message() -> None:
    data = content(button={"id": "agree", "title": "D’accord"})[2]
    assert data == {
        "messageType": "interactive",
        "interactive": {"type": "buttonReply", "buttonReply": {"id": "agree", "title": "D’accord"}},
    }


def test_a_choice_from_a_list() -> None:
    kind, text, data = content(list={"id": "fast", "title": "Rapide", "description": "1 jour"})
    assert (kind, text) == (Kind.LIST, "Rapide")
    assert data["interactive"] == {
        "type": "listReply",
        "listReply": {"id": "fast", "title": "Rapide", "description": "1 jour"},
    }


@pytest.mark.parametrize(
    ("emoji", "reaction"),
    [
        ("👍", {"messageId": "m", "emoji": "👍"}),
        (None, {"messageId": "m"}),
        ("", {"messageId": "m", "emoji": ""}),
    ],
    ids=["given", "removed", "emptied"],
)
def test_a_reaction(emoji: str | None, reaction: dict[str, str]) -> None:
    assert content(reaction={"messageId": "m", "emoji": emoji})[2] == {"messageType": "reaction", "reaction": reaction}


def test_a_kind_without_a_shape_has_an_error_and_no_content() -> None:
    kind, _, data = content(unsupported={"type": "location"})
    assert kind is Kind.UNSUPPORTED
    assert (data["messageType"], data["error"]["channelCode"]) == ("location", "131051")


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({}, "exactly one of"),
        ({"text": "a", "button": {"text": "b"}}, "text and button"),
        ({"text": ""}, "text"),
        ({"text": None}, "exactly one of"),
        ({"media": {}}, "media.mimeType"),
        ({"media": {"mimeType": "pdf"}}, "media.mimeType"),
        ({"media": {"mimeType": "a/b", "content": "é"}}, "media.content"),
        ({"button": {"text": "a", "id": "b"}}, "button"),
        ({"button": {"payload": "a"}}, "button"),
        ({"list": {"id": "a"}}, "list.title"),
        ({"text": "a", "at": "2026-11-21T09:00:00"}, "at"),
        ({"text": "a", "bsuid": "fr.1"}, "bsuid"),
        ({"text": "a", "context": {}}, "context.messageId"),
        ({"text": "a", "txet": "b"}, "txet"),
        ([], "Input should be"),
    ],
)
def test_what_is_no_message_is_named(body: Any, where: str) -> None:
    with pytest.raises(InvalidMessage) as caught:
        parse_incoming(json.dumps(body).encode())
    assert where in "\n".join(caught.value.problems)


def test_what_is_no_json_is_named() -> None:
    with pytest.raises(InvalidMessage, match="not JSON"):
        parse_incoming(b"{")
