"""The body of the Cloud API's send call for each kind of message. Pure.

Source: "Message API" and "Template components" of the WhatsApp Business Platform,
https://developers.facebook.com/documentation/business-messaging/whatsapp/reference/whatsapp-business-phone-number/message-api.
"""

from collections.abc import Iterator
from itertools import chain, repeat
from typing import Any

from shared.sending.channel import Shipment
from shared.vocabulary.identity import named_attempt
from shared.vocabulary.message import ButtonValue, Content, HeaderValue, Media, TemplateUse
from shared.vocabulary.words import MessageKind


def message_of(shipment: Shipment, file_id: str | None = None) -> dict[str, Any]:
    """Return the body of the send call.

    Args:
        file_id: Under which Meta has the uploaded file of the message, if it sends one.

    Raises:
        ValueError: There is no such kind of message, or the file has no address.
    """
    kind, part = _part(shipment.content, file_id)
    # Without the `+` Meta takes a number for one of the business's own country.
    to = {"to": shipment.to} if shipment.to.startswith("+") else {"recipient": shipment.to}
    return {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        **to,
        "biz_opaque_callback_data": named_attempt(shipment.request_id, shipment.contact_id),
        "type": kind,
        kind: part,
    }


def _part(content: Content, file_id: str | None) -> tuple[str, dict[str, Any]]:
    match content.kind:
        case MessageKind.TEXT:
            return "text", {"body": content.text or "", "preview_url": False}
        case MessageKind.TEMPLATE if content.template is not None:
            return "template", _template(content.template, file_id)
        case MessageKind.IMAGE | MessageKind.VIDEO | MessageKind.AUDIO | MessageKind.DOCUMENT if content.media:
            return content.kind.value, _file(content.kind, content.media, file_id)
    raise ValueError(f"{content.kind.value} is no message that can be sent like this")


def _file(kind: MessageKind, media: Media, file_id: str | None) -> dict[str, Any]:
    part = _place_of(media, file_id)
    if media.caption and kind is not MessageKind.AUDIO:
        part["caption"] = media.caption
    return part | _named(kind, media)


def _place_of(media: Media, file_id: str | None) -> dict[str, Any]:
    """Return where WhatsApp has a file: what was uploaded under its id, else the address that it fetches."""
    if media.upload:
        if file_id is None:
            raise ValueError("a file that is sent needs its id")
        return {"id": file_id}
    if media.uri is None:
        raise ValueError("a file that is sent needs its address")
    return {"link": media.uri}


def _named(kind: MessageKind, media: Media) -> dict[str, Any]:
    return {"filename": media.file_name} if kind is MessageKind.DOCUMENT and media.file_name else {}


def _template(use: TemplateUse, file_id: str | None) -> dict[str, Any]:
    """Give values in the order of the definition: of {{1}}, {{2}} …, which may have names, and of the buttons."""
    components = list(_components(use, file_id))
    template: dict[str, Any] = {"name": use.name, "language": {"code": use.language}}
    return template | ({"components": components} if components else {})


def _components(use: TemplateUse, file_id: str | None) -> Iterator[dict[str, Any]]:
    if use.header:
        yield {"type": "header", "parameters": [_header(use.header, file_id)]}
    if use.parameters:
        names = chain(use.names, repeat(""))
        yield {"type": "body", "parameters": [_text(*each) for each in zip(use.parameters, names, strict=False)]}
    places = use.button_places or range(len(use.buttons))
    for place, value in zip(places, use.buttons, strict=True):
        yield {"type": "button", "index": str(place), **_button(value)}


def _header(value: HeaderValue, file_id: str | None) -> dict[str, Any]:
    if value.text is not None:
        return _text(value.text, value.name)
    if place := value.location:
        location = {"latitude": place.latitude, "longitude": place.longitude, "name": place.name}
        told = {name: each for name, each in (location | {"address": place.address}).items() if each is not None}
        return {"type": "location", "location": told}
    file = value.media or Media()
    kind = value.kind if value.kind in (MessageKind.IMAGE, MessageKind.VIDEO) else MessageKind.DOCUMENT
    return {"type": kind.value, kind.value: _place_of(file, file_id) | _named(kind, file)}


def _button(value: ButtonValue) -> dict[str, Any]:
    if value.url_suffix is not None:
        return {"sub_type": "url", "parameters": [_text(value.url_suffix)]}
    return {"sub_type": "quick_reply", "parameters": [{"type": "payload", "payload": value.payload or ""}]}


def _text(text: str, name: str = "") -> dict[str, Any]:
    return {"type": "text", "text": text} | ({"parameter_name": name} if name else {})
