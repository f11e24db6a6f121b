"""What the events say into which `whatsapp_batch` parts what Meta's webhook brings.

The data of such an event is `{"channel", "account", "contact", …}`: the ids of the number and of its account, what the
webhook says of the customer (null where it says nothing), and the item itself as Meta sent it. An optional part that is
odd costs no more than itself.
Protocol: https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from shared.intake.events import (
    AccountEvent,
    CustomerIdentity,
    DeliveryStatus,
    Event,
    IdentityChange,
    InboundMessage,
    PreferenceChange,
    customer_of,
    identity_of,
)
from shared.intake.extract import extract_of
from shared.intake.fields import Fields, Problems, read_seconds, read_time, time_of_status
from shared.intake.whatsapp_content import failure_in, read_said, referral_in
from shared.vocabulary.identity import split_named_attempt
from shared.vocabulary.words import MessageKind, MessageStatus, Provider


class EventType(StrEnum):
    """What an item of the webhook is."""

    MESSAGE = "whatsapp.message"
    STATUS = "whatsapp.status"
    PREFERENCE = "whatsapp.preference"
    IDENTITY = "whatsapp.identity"
    ACCOUNT = "whatsapp.account"
    BROKEN = "whatsapp.broken"
    """Where a list of items or an object around it should be stands something else."""


_STATUSES: Final = {
    "sent": MessageStatus.SENT,
    "delivered": MessageStatus.DELIVERED,
    "read": MessageStatus.READ,
    "played": MessageStatus.READ,
    "failed": MessageStatus.FAILED,
}
_STOPS: Final = {"stop": True, "resume": False, "signup": False}
_MARKETING: Final = "marketing_messages"
type _Envelope = Mapping[str, Any]


def _read_message(envelope: _Envelope, data: Fields, problems: Problems) -> InboundMessage:
    message, channel = _item(data, "message", problems), _channel(data)
    if message.has("group_id"):
        problems.note(message.path("group_id"), "names a group, and the app speaks with single customers only")
    message_id = message.id("id") or envelope["id"] or message.missing("id", "the event has no id either")
    message.know("from_parent_user_id", "identity_key_hash", "group_id")
    contact = data.part("contact")
    customer = _customer(channel, message, contact, "from", "from_user_id")
    at = _time(envelope, message, problems)
    word, said = read_said(message)
    context_id, error, referral = _context_id(message) or said.context_id, failure_in(message), referral_in(message)
    left = message.odd()
    if said.kind is MessageKind.UNSUPPORTED and not (said.data or said.text or said.context_id):
        left = message.beyond()
    extract = extract_of({**(said.data or {}), **referral, **left})
    if said.kind is MessageKind.UNSUPPORTED and not (word or error or extract):
        problems.note(message.path("type"), "is missing, and there is nothing to show")
    return InboundMessage(
        event_id=envelope["id"] or message_id,
        message_id=message_id,
        customer=customer,
        kind=said.kind,
        original_kind=word,
        at=at,
        provider=Provider.WHATSAPP_CLOUD,
        profile_name=_profile_name(contact),
        text=said.text,
        media=said.media,
        reaction=said.reaction,
        choice=said.choice,
        context_id=context_id,
        error=error,
        data=extract,
        odd=tuple(data.odd_paths()),
    )


def _read_status(envelope: _Envelope, data: Fields, problems: Problems) -> DeliveryStatus:
    """Read a status; one of a group's messages, which are not the app's, is as good as unknown."""
    status, channel = _item(data, "status", problems), _channel(data)
    message_id = status.id("id") or status.missing("id", "the message that this is about")
    word = (status.name("status") or "").lower()
    group = (status.name("recipient_type") or "").lower() == "group"
    error = failure_in(status)
    request_id, contact_id = split_named_attempt(status.id("biz_opaque_callback_data"))
    return DeliveryStatus(
        event_id=envelope["id"] or message_id,
        message_id=message_id,
        customer=_customer(channel, status, data.part("contact"), "recipient_id", "recipient_user_id"),
        status=None if group else _STATUSES.get(word),
        at=time_of_status(read_seconds, status.value("timestamp"), envelope),
        request_id=request_id,
        contact_id=contact_id,
        error=None if group else error,
        odd=tuple(data.odd_paths()),
    )


def _read_preference(envelope: _Envelope, data: Fields, problems: Problems) -> PreferenceChange:
    wish, channel = _item(data, "preference", problems), _channel(data)
    about, value = (wish.name("category") or _MARKETING).lower(), (wish.name("value") or "").lower()
    return PreferenceChange(
        event_id=envelope["id"] or _digest_missing(data),
        customer=_customer(channel, wish, data.part("contact"), "wa_id", "user_id"),
        stops=_STOPS.get(value) if about == _MARKETING else None,
        at=_time(envelope, wish, problems),
        odd=tuple(data.odd_paths()),
    )


def _read_identity(envelope: _Envelope, data: Fields, problems: Problems) -> IdentityChange:
    """Read that a customer has another name: an update of user ids, or what a message of WhatsApp's own says."""
    channel = _channel(data)
    if data.has("update"):
        item = _item(data, "update", problems)
        ids = item.part("user_id") or Fields({}, item.path("user_id"), problems)
        customer = identity_of(channel, item.id("wa_id"), ids.name("previous"))
        if not customer.sender:
            ids.missing("previous", "the customer (wa_id is missing too)")
        now = identity_of(channel, None, ids.name("current") or ids.missing("current", "the new user id"))
    else:
        item = _item(data, "message", problems)
        customer = _customer(channel, item, data.part("contact"), "from", "from_user_id")
        says = item.part("system") or Fields({}, item.path("system"), problems)
        now = identity_of(channel, says.id("wa_id"), says.name("user_id"))
        if not now.sender:
            says.missing("wa_id", "the new name (user_id is missing too)")
    return IdentityChange(
        event_id=envelope["id"] or _digest_missing(data),
        customer=customer,
        phone=now.phone,
        bsuid=now.bsuid,
        at=_time(envelope, item, problems),
        odd=tuple(data.odd_paths()),
    )


def _read_account(envelope: _Envelope, data: Fields, problems: Problems) -> AccountEvent:
    value = _item(data, "value", problems)
    metadata = value.part("metadata")
    channel = data.id("channel") or value.id("phone_number_id") or (metadata and metadata.id("phone_number_id"))
    account = data.id("account")
    if not (channel or account):
        data.missing("account", "whose number or template this is about (channel is missing too)")
    value.know("messaging_product")
    return AccountEvent(
        event_id=envelope["id"] or _digest_missing(data),
        channel_id=channel.lower() if channel else None,
        account_id=account,
        field=data.name("field") or data.missing("field", "what this is about"),
        event=value.name("event") or value.name("alert_type") or value.id("code"),
        at=read_time(envelope["time"], "time", problems),
        template=value.name("message_template_name"),
        language=value.name("message_template_language"),
        data=extract_of(value.beyond()),
        odd=tuple(data.odd_paths()),
    )


def _read_broken(_envelope: _Envelope, data: Fields, problems: Problems) -> AccountEvent:
    """Say where the webhook's body is broken; its data name the place, and have what stands there."""
    where = data.name("where") or "data"
    problems.note(where, "is not what Meta's webhook has there")
    return AccountEvent(event_id="", channel_id=None, account_id=None, field="", event=None, at=None)


READERS: Final[Mapping[str, Callable[[_Envelope, Fields, Problems], Event]]] = {
    EventType.MESSAGE: _read_message,
    EventType.STATUS: _read_status,
    EventType.PREFERENCE: _read_preference,
    EventType.IDENTITY: _read_identity,
    EventType.ACCOUNT: _read_account,
    EventType.BROKEN: _read_broken,
}


def _item(data: Fields, name: str, problems: Problems) -> Fields:
    """Return the item of an event; an empty one, and a problem, where there is none."""
    item = data.part(name)
    if item is None:
        data.missing(name, "what the event is about")
    return item or Fields({}, data.path(name), problems)


def _channel(data: Fields) -> str:
    return data.id("channel") or data.missing("channel", "the number's id")


def _customer(
    channel: str, item: Fields, contact: Fields | None, phone_field: str, bsuid_field: str
) -> CustomerIdentity:
    """Return the customer of an item, with both names where the webhook has both.

    What the item itself says comes first: the contact beside it only adds what the item leaves out.
    """
    phone, bsuid = item.id(phone_field), item.name(bsuid_field)
    if contact:
        phone, bsuid = phone or contact.id("wa_id"), bsuid or contact.name("user_id")

    def otherwise() -> str:
        return item.missing(phone_field, f"the customer ({bsuid_field} is missing too)")

    return customer_of(channel, phone, bsuid, otherwise)


def _profile_name(contact: Fields | None) -> str | None:
    """Return how the customer calls himself or herself; a username, which others may take later, for want of a name."""
    profile = contact.part("profile") if contact else None
    return (profile.name("name") or profile.name("username")) if profile else None


def _context_id(message: Fields) -> str | None:
    """Return the message that this one answers."""
    context = message.part("context")
    if context is None:
        return None
    context.know("from", "user_id", "forwarded", "frequently_forwarded")
    return context.name("id")


def _time(envelope: _Envelope, item: Fields, problems: Problems) -> datetime | None:
    """Return when an item came about, else when Meta made the call."""
    return item.seconds("timestamp") or read_time(envelope["time"], "time", problems)


def _digest_missing(data: Fields) -> str:
    return data.missing("id", "the event has none")
