"""What the Cloud API is sent for each kind of message, as Meta documents it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from shared.adapters.whatsapp_cloud_bodies import message_of
from shared.sending.channel import Shipment
from shared.vocabulary.message import ButtonValue, Content, HeaderValue, Location, Media, TemplateUse
from shared.vocabulary.words import MessageKind

LINKED = Media(uri="https://files.example/a", caption="La légende", file_name="a.pdf")
UPLOADED = Media(upload="u", caption="La légende", file_name="a.pdf", mime_type="application/pdf")


def shipment(content: Content, to: str = "+33612345678") -> Shipment:
    return Shipment(
        channel_id="106540352242922",
        to=to,
        content=content,
        request_id="11111111-2222-3333-4444-555555555555",
        first_sent=datetime(2026, 11, 22, tzinfo=UTC),
    )


def template(
    *parameters: str, header: HeaderValue | None = None, buttons: tuple[ButtonValue, ...] = (), **more: Any
) -> Content:
    use = TemplateUse(name="hello", language="pt_BR", parameters=parameters, header=header, buttons=buttons, **more)
    return Content(kind=MessageKind.TEMPLATE, template=use)


def components(*given: dict[str, Any]) -> dict[str, Any]:
    return {"name": "hello", "language": {"code": "pt_BR"}, "components": list(given)}


def header(parameter: dict[str, Any]) -> dict[str, Any]:
    return {"type": "header", "parameters": [parameter]}


PARTS: dict[str, tuple[Content, dict[str, Any]]] = {
    "text": (
        Content(kind=MessageKind.TEXT, text="https://a.example"),
        {"body": "https://a.example", "preview_url": False},
    ),
    "image": (Content(kind=MessageKind.IMAGE, media=LINKED), {"link": LINKED.uri, "caption": "La légende"}),
    "video": (Content(kind=MessageKind.VIDEO, media=UPLOADED), {"id": "m1", "caption": "La légende"}),
    "audio": (Content(kind=MessageKind.AUDIO, media=LINKED), {"link": LINKED.uri}),
    "document": (
        Content(kind=MessageKind.DOCUMENT, media=UPLOADED),
        {"id": "m1", "caption": "La légende", "filename": "a.pdf"},
    ),
    "document without a name": (
        Content(kind=MessageKind.DOCUMENT, media=Media(uri="https://files.example/a")),
        {"link": "https://files.example/a"},
    ),
}
TEMPLATES: dict[str, tuple[Content, dict[str, Any]]] = {
    "nothing to give": (template(), {"name": "hello", "language": {"code": "pt_BR"}}),
    "parameters": (
        template("B", "A"),
        components({"type": "body", "parameters": [{"type": "text", "text": "B"}, {"type": "text", "text": "A"}]}),
    ),
    "parameters with names": (
        template("B", "A", names=("last", "first"), header=HeaderValue(text="A-17", name="order")),
        components(
            header({"type": "text", "text": "A-17", "parameter_name": "order"}),
            {
                "type": "body",
                "parameters": [
                    {"type": "text", "text": "B", "parameter_name": "last"},
                    {"type": "text", "text": "A", "parameter_name": "first"},
                ],
            },
        ),
    ),
    "text in the header": (
        template(header=HeaderValue(text="A-17")),
        components(header({"type": "text", "text": "A-17"})),
    ),
    "linked image": (
        template(header=HeaderValue(media=LINKED, kind=MessageKind.IMAGE)),
        components(header({"type": "image", "image": {"link": LINKED.uri}})),
    ),
    "uploaded document": (
        template(header=HeaderValue(media=UPLOADED, kind=MessageKind.DOCUMENT)),
        components(header({"type": "document", "document": {"id": "m1", "filename": "a.pdf"}})),
    ),
    "video": (
        template(header=HeaderValue(media=UPLOADED, kind=MessageKind.VIDEO)),
        components(header({"type": "video", "video": {"id": "m1"}})),
    ),
    "place": (
        template(header=HeaderValue(location=Location(latitude=48.1, longitude=2.5, name="Boutique"))),
        components(
            header({"type": "location", "location": {"latitude": 48.1, "longitude": 2.5, "name": "Boutique"}}),
        ),
    ),
    "buttons": (
        template(buttons=(ButtonValue(payload="OUI"), ButtonValue(url_suffix="a/17"))),
        components(
            {
                "type": "button",
                "index": "0",
                "sub_type": "quick_reply",
                "parameters": [{"type": "payload", "payload": "OUI"}],
            },
            {"type": "button", "index": "1", "sub_type": "url", "parameters": [{"type": "text", "text": "a/17"}]},
        ),
    ),
    "a button behind one that takes nothing": (
        template(buttons=(ButtonValue(url_suffix="a/17"),), button_places=(2,)),
        components(
            {"type": "button", "index": "2", "sub_type": "url", "parameters": [{"type": "text", "text": "a/17"}]}
        ),
    ),
}


@pytest.mark.parametrize(("content", "part"), [*PARTS.values(), *TEMPLATES.values()], ids=[*PARTS, *TEMPLATES])
def test_the_body_is_the_one_that_meta_documents(content: Content, part: dict[str, Any]) -> None:
    kind = content.kind.value
    assert message_of(shipment(content), "m1") == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "+33612345678",
        "biz_opaque_callback_data": "11111111-2222-3333-4444-555555555555",
        "type": kind,
        kind: part,
    }


def test_a_customer_without_a_number_is_named_apart() -> None:
    """Under `to` a BSUID would be taken for a number."""
    body = message_of(shipment(Content(kind=MessageKind.TEXT, text="Olá"), to="PT.13491208655302741918"))
    assert body["recipient"] == "PT.13491208655302741918"
    assert "to" not in body


@pytest.mark.parametrize(
    "content",
    [
        Content(kind=MessageKind.STICKER, media=LINKED),
        Content(kind=MessageKind.IMAGE, media=Media(id="inbound")),
        Content(kind=MessageKind.IMAGE, media=UPLOADED),
        Content(kind=MessageKind.TEMPLATE),
    ],
    ids=["sticker", "file without an address", "upload that was not handed over", "no template"],
)
def test_what_can_not_be_sent_is_a_bug(content: Content) -> None:
    with pytest.raises(ValueError, match="sent"):
        message_of(shipment(content))
