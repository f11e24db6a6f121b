"""What Meta's webhooks say: a message of a customer, and how far one of the business came.

Out: a `Change`, one item of one field of one account, to be put into an envelope and signed.
Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages
"""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dev.stack.whatsapp.catalogue import Channel, Provider
from dev.stack.whatsapp.incoming import Button, Contact, Incoming, Media
from dev.stack.whatsapp.message_ids import message_id_at
from dev.stack.whatsapp.phones import Kind, Message, Phone, Refusal, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of a webhook. `channel_id` is whose it is, `kind` the part of `value` that holds the item."""

    channel_id: str
    account: str
    field: str
    kind: str
    value: Mapping[str, Any]


def message_changed(
    *, channel: Channel, phone: Phone, message_id: str, at: datetime, content: Mapping[str, Any]
) -> Change:
    """A message of a customer; `content` is what differs by type, `type` included."""
    message = {**_sender(phone), "id": message_id, "timestamp": _seconds(at), **content}
    return _change(channel, "messages", {"contacts": [_contact(phone)], "messages": [message]})


def status_changed(
    *, channel: Channel, phone: Phone, message: Message, status: Status, refusal: Refusal | None, at: datetime
) -> Change:
    """How far a message came. `contacts` is left out where it failed."""
    described: dict[str, Any] = {
        "id": message_id_at(Provider.WHATSAPP_CLOUD, message.message_id),
        "status": status.value,
        "timestamp": _seconds(at),
        **({"recipient_id": phone.visible_number} if phone.visible_number else {}),
        **({"recipient_user_id": phone.bsuid} if phone.bsuid else {}),
        **({"biz_opaque_callback_data": message.callback} if message.callback else {}),
    }
    if refusal:
        return _change(channel, "statuses", {"statuses": [{**described, "errors": [_error(refusal)]}]})
    pricing = {"billable": True, "pricing_model": "PMP", "type": "regular", "category": message.category}
    return _change(
        channel, "statuses", {"contacts": [_contact(phone)], "statuses": [{**described, "pricing": pricing}]}
    )


def template_changed(*, channel: Channel, name: str, language: str, status: str, category: str) -> Change:
    """What WhatsApp thinks of a template now."""
    value = {
        "event": status.upper(),
        "message_template_id": int(hashlib.sha256(f"{name}/{language}".encode()).hexdigest()[:12], 16),
        "message_template_name": name,
        "message_template_language": language,
        "reason": "NONE",
        "message_template_category": category.upper(),
    }
    return other_change(channel=channel, field="message_template_status_update", value=value)


def other_change(*, channel: Channel, field: str, value: Mapping[str, Any]) -> Change:
    """A change of any field, as it stands."""
    return Change(
        channel_id=channel.id_at(Provider.WHATSAPP_CLOUD) or "",
        account=channel.account,
        field=field,
        kind=field,
        value=value,
    )


def content_at_meta(written: Incoming, media_id: str) -> Mapping[str, Any]:
    """What Meta makes of what a customer did; `media_id` is the id under which a file can be fetched."""
    if written.raw:
        return written.raw.model_dump()
    if written.media:
        return _media(written.media, media_id)
    if written.button:
        return _button(written.button)
    if written.list:
        reply = {"type": "list_reply", "list_reply": written.list.model_dump()}
        return {"type": "interactive", "interactive": reply}
    if written.reaction:
        message_id = message_id_at(Provider.WHATSAPP_CLOUD, written.reaction.message_id)
        emoji = {} if written.reaction.emoji is None else {"emoji": written.reaction.emoji}
        return {"type": "reaction", "reaction": {"message_id": message_id, **emoji}}
    if written.location:
        return {"type": "location", "location": written.location.model_dump(exclude_none=True)}
    if written.contacts:
        return {"type": "contacts", "contacts": [_card(each) for each in written.contacts]}
    if written.unsupported:
        error = {"code": 131051, "title": "Message type unknown", "message": "Message type unknown"}
        details = {"error_data": {"details": "Message type is currently not supported."}}
        return {"type": written.unsupported.type, "errors": [{**error, **details}]}
    return {"type": "text", "text": {"body": written.text or ""}}


def _media(media: Media, media_id: str) -> Mapping[str, Any]:
    digest = base64.b64encode(hashlib.sha256(media.content).digest()).decode()
    file: dict[str, Any] = {"id": media_id, "mime_type": media.mime_type, "sha256": digest}
    if media.caption:
        file["caption"] = media.caption
    if media.kind is Kind.DOCUMENT and media.file_name:
        file["filename"] = media.file_name
    if media.kind is Kind.AUDIO:
        file["voice"] = media.mime_type.startswith("audio/ogg")
    if media.kind is Kind.STICKER:
        file["animated"] = bool(media.animated)
    return {"type": media.kind.value, media.kind.value: file}


def _button(button: Button) -> Mapping[str, Any]:
    if button.title is not None:
        reply = {"type": "button_reply", "button_reply": {"id": button.id, "title": button.title}}
        return {"type": "interactive", "interactive": reply}
    text = button.text or ""
    return {"type": "button", "button": {"text": text, "payload": button.payload or text}}


def _card(contact: Contact) -> Mapping[str, Any]:
    phones = [{"phone": each, "wa_id": each.removeprefix("+"), "type": "CELL"} for each in contact.phones]
    return {"name": {"formatted_name": contact.name}, "phones": phones}


def _change(channel: Channel, kind: str, items: Mapping[str, Any]) -> Change:
    channel_id = channel.id_at(Provider.WHATSAPP_CLOUD) or ""
    metadata = {"display_phone_number": channel.number.removeprefix("+"), "phone_number_id": channel_id}
    return Change(
        channel_id=channel_id,
        account=channel.account,
        field="messages",
        kind=kind,
        value={"messaging_product": "whatsapp", "metadata": metadata, **items},
    )


def _sender(phone: Phone) -> dict[str, str]:
    """Who wrote: by the number, by the BSUID, or both; what is unknown is left out."""
    number = {"from": phone.visible_number} if phone.visible_number else {}
    return number | ({"from_user_id": phone.bsuid} if phone.bsuid else {})


def _contact(phone: Phone) -> dict[str, object]:
    return {
        **({"profile": {"name": phone.name}} if phone.name else {}),
        **({"wa_id": phone.visible_number} if phone.visible_number else {}),
        **({"user_id": phone.bsuid} if phone.bsuid else {}),
    }


def _error(refusal: Refusal) -> dict[str, object]:
    return {
        "code": int(refusal.code),
        "title": refusal.message,
        "message": refusal.message,
        "error_data": {"details": refusal.message},
        "href": "https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes",
    }


def _seconds(at: datetime) -> str:
    return str(int(at.timestamp()))
