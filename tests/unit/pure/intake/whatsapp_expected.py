"""What the recorded calls of Meta's webhook say, by their names: one event each, or why it can't be understood."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from shared.intake.events import (
    AccountEvent,
    CustomerIdentity,
    DeliveryStatus,
    Event,
    IdentityChange,
    InboundMessage,
    PreferenceChange,
)
from shared.vocabulary.message import Choice, Failure, Media, Reaction
from shared.vocabulary.words import MessageKind, MessageStatus, Provider

CHANNEL: Final = "106540352242922"
ACCOUNT: Final = "102290129340398"
PHONE: Final = "+33612345678"
BSUID: Final = "FR.13491208655302741918"
NEW_BSUID: Final = "FR.20000000000000000001"
MESSAGE: Final = "wamid.HBgLMzM2MTIzNDU2NzgVAgASGBQzQTdB/0E+QUJDREVGAA=="
OURS: Final = "wamid.HBgLMzM2MTIzNDU2NzgVAgARGBI5QTNDQTVCM0Q0Q0Q2RTY3RTcA"
REQUEST: Final = "6f0d3f5e-5a3e-5f4c-9a53-2f0f4f5f8c11"
CALLED_AT: Final = datetime(2026, 9, 21, 14, 13, 22, tzinfo=UTC)
BOTH: Final = CustomerIdentity(channel_id=CHANNEL, phone=PHONE, bsuid=BSUID)
PHONE_ONLY: Final = replace(BOTH, bsuid=None)
BSUID_ONLY: Final = replace(BOTH, phone=None)

TEXT: Final = InboundMessage(
    event_id=MESSAGE,
    message_id=MESSAGE,
    customer=BOTH,
    kind=MessageKind.TEXT,
    original_kind="text",
    at=datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC),
    provider=Provider.WHATSAPP_CLOUD,
    profile_name="Ana Müller",
    text="Hallo",
)
SENT: Final = DeliveryStatus(
    event_id="",
    message_id=OURS,
    customer=BOTH,
    status=MessageStatus.SENT,
    at=datetime(2026, 9, 21, 14, 13, 25, tzinfo=UTC),
)
STOP: Final = PreferenceChange(event_id="", customer=BOTH, stops=True, at=TEXT.at)
RENAMED: Final = IdentityChange(event_id=MESSAGE, customer=BOTH, phone="+33687654321", bsuid=NEW_BSUID, at=TEXT.at)
ACCOUNT_EVENT: Final = AccountEvent(
    event_id="", channel_id=None, account_id=ACCOUNT, field="account_update", event=None, at=CALLED_AT
)
_TEMPLATE: Final = replace(ACCOUNT_EVENT, template="order_update", language="fr")


def _kind(kind: MessageKind, **parts: Any) -> InboundMessage:
    return replace(TEXT, kind=kind, original_kind=parts.pop("said", kind.value), text=None, **parts)


def _file(kind: MessageKind, media_id: str, mime_type: str, **media: Any) -> InboundMessage:
    return _kind(kind, media=Media(id=media_id, mime_type=mime_type, **media))


def _other(word: str, **parts: Any) -> InboundMessage:
    return replace(_kind(MessageKind.UNSUPPORTED, said=word), **parts)


type _Meaning = Event | tuple[str, ...] | None

_MESSAGES: Final[dict[str, _Meaning]] = {
    "text": replace(TEXT, text="Où est mon colis ? ana@exämple.test/suivi 📦"),
    "text_in_reply": replace(TEXT, text="Celui-là", context_id=OURS),
    "text_forwarded": TEXT,
    "text_of_a_phone_alone": replace(TEXT, customer=PHONE_ONLY),
    "text_of_a_username": replace(TEXT, customer=BSUID_ONLY),
    "text_named_by_its_contact": TEXT,
    "text_without_contacts": replace(TEXT, profile_name=None),
    "text_from_an_advertisement": replace(
        TEXT,
        text="Bonjour",
        data={
            "referral": {
                "headline": "Livraison gratuite",
                "body": "Jusqu'au 31 août",
                "source_url": "https://fb.me/3cr4Wqqkv",
                "source_type": "ad",
            }
        },
    ),
    "text_with_a_number_as_time": TEXT,
    "image": _file(MessageKind.IMAGE, "65463453", "image/jpeg", caption="Voilà"),
    "video": _file(MessageKind.VIDEO, "65463454", "video/mp4"),
    "audio": _file(MessageKind.AUDIO, "65463455", "audio/ogg; codecs=opus"),
    "document": _file(
        MessageKind.DOCUMENT, "65463456", "application/pdf", file_name="Rückgabe.pdf", caption="Formulaire"
    ),
    "sticker": _file(MessageKind.STICKER, "65463457", "image/webp", animated=True),
    "reaction": _kind(MessageKind.REACTION, reaction=Reaction(message_id=OURS, emoji="😮")),
    "reaction_removed": _kind(MessageKind.REACTION, reaction=Reaction(message_id=OURS)),
    "button": _kind(MessageKind.BUTTON, choice=Choice(title="Oui", payload="yes-1"), context_id=OURS),
    "button_without_context": _kind(MessageKind.BUTTON, choice=Choice(title="Oui", payload="yes-1")),
    "interactive_button_reply": _kind(
        MessageKind.BUTTON, said="interactive", choice=Choice(id="yes", title="Oui"), context_id=OURS
    ),
    "interactive_list_reply": _kind(
        MessageKind.LIST, said="interactive", choice=Choice(id="r1", title="Retour", description="Sous 30 jours")
    ),
    "interactive_form": _other(
        "interactive", data={"fields": {"size": "M", "colours": ["rouge", "bleu"], "gift": True}}
    ),
    "interactive_form_that_is_no_object": _other(
        "interactive",
        data={
            "interactive": {"type": "nfm_reply", "nfm_reply": {"name": "flow", "body": "Sent", "response_json": "[1"}}
        },
    ),
    "interactive_call_permission": _other(
        "interactive",
        data={
            "interactive": {
                "type": "call_permission_reply",
                "call_permission_reply": {"response": "accept", "is_permanent": False},
            }
        },
    ),
    "interactive_of_nothing": _other("interactive"),
    "location": _other(
        "location",
        data={
            "latitude": 48.8584,
            "longitude": 2.2945,
            "name": "Tour Eiffel",
            "address": "5 Avenue Anatole France",
            "url": "https://example.test/eiffel",
        },
    ),
    "location_of_a_place_alone": _other("location", data={"latitude": 0, "longitude": -2.5}),
    "contacts": _other(
        "contacts",
        data={
            "contacts": [{"name": "Ana Lima", "phones": ["+33 6 12 34 56 79", "33612345670"]}, {"name": "Bruno"}],
        },
    ),
    "order": _other(
        "order",
        data={
            "items": [
                {"id": "di9ozbzfi4", "quantity": 2, "price": 30.5, "currency": "EUR"},
                {"id": "nqryix03ez", "quantity": 1, "price": 25, "currency": "EUR"},
            ],
            "text": "Merci",
        },
    ),
    "system_customer_identity_changed": _other(
        "system",
        profile_name=None,
        data={
            "system": {
                "type": "customer_identity_changed",
                "body": "The user's security code has changed",
                "identity": "aGFzaA==",
            }
        },
    ),
    "unsupported": _other(
        "unsupported",
        error=Failure(code="131051", message="Message type is currently not supported."),
        data={"unsupported": {"type": "poll"}},
    ),
    "unknown": _other("unknown", error=Failure(code="131051", message="Message type unknown")),
    "request_welcome": _other("request_welcome"),
    "of_a_new_kind": _other(
        "event_invitation", data={"event_invitation": {"name": "Fête", "when": {"day": "2026-12-24"}}}
    ),
    "edit": _other("edit", text="Où est mon *grand* colis ?", context_id=OURS),
    "edit_of_a_caption": _other("edit", text="Et voilà", context_id=OURS),
    "revoke": _other("revoke", context_id=OURS),
    "of_a_group": ("data.message.group_id names a group, and the app speaks with single customers only",),
    "without_sender": ("data.message.from is missing: the customer (from_user_id is missing too)",),
    "at_no_time": ("data.message.timestamp is not a time",),
}
_FAILED: Final = Failure(
    code="131047",
    message="Message failed to send because more than 24 hours have passed since the customer last replied to this "
    "number.",
)
_STATUSES: Final[dict[str, _Meaning]] = {
    "sent": replace(SENT, request_id=REQUEST),
    "delivered": replace(SENT, status=MessageStatus.DELIVERED),
    "read": replace(SENT, status=MessageStatus.READ),
    "played": replace(SENT, status=MessageStatus.READ),
    "failed": replace(SENT, status=MessageStatus.FAILED, request_id=REQUEST, error=_FAILED),
    "deleted": replace(SENT, status=None),
    "of_a_username": replace(SENT, status=MessageStatus.DELIVERED, customer=BSUID_ONLY),
    "of_a_phone_alone": replace(SENT, status=MessageStatus.DELIVERED, customer=PHONE_ONLY),
    "named_by_its_only_contact": replace(SENT, status=MessageStatus.DELIVERED),
    "without_recipient": ("data.status.recipient_id is missing: the customer (recipient_user_id is missing too)",),
    "of_a_group": replace(SENT, status=None, customer=replace(PHONE_ONLY, phone="+Y2FwaV9ncm91cDox")),
    "at_no_time": replace(SENT, at=CALLED_AT),
    "without_id": ("data.status.id is missing: the message that this is about",),
}
_IDENTITIES: Final[dict[str, _Meaning]] = {
    "changed_number": RENAMED,
    "changed_number_alone": replace(RENAMED, customer=PHONE_ONLY, bsuid=None),
    "changed_user_id": replace(RENAMED, customer=BSUID_ONLY, phone=None),
    "update": replace(RENAMED, phone=None),
    "update_to_nothing": ("data.update.user_id.current is missing: the new user id",),
}
_PREFERENCES: Final = {
    "stop": STOP,
    "resume": replace(STOP, stops=False),
    "signup": replace(STOP, stops=False),
    "new_word": replace(STOP, stops=None),
    "about_something_else": replace(STOP, stops=None),
}
_ACCOUNTS: Final = {
    "template_paused": replace(
        _TEMPLATE,
        field="message_template_status_update",
        event="PAUSED",
        data={"reason": "NONE", "message_template_category": "UTILITY", "message_template_id": 594425479261596},
    ),
    "template_quality": replace(
        _TEMPLATE,
        field="message_template_quality_update",
        data={
            "previous_quality_score": "GREEN",
            "new_quality_score": "YELLOW",
            "message_template_id": 594425479261596,
        },
    ),
    "template_category": replace(
        _TEMPLATE,
        field="template_category_update",
        data={"previous_category": "UTILITY", "new_category": "MARKETING", "message_template_id": 594425479261596},
    ),
    "restricted": replace(
        ACCOUNT_EVENT,
        event="ACCOUNT_RESTRICTION",
        data={
            "phone_number": "33123456789",
            "restriction_info": [
                {"restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING", "expiration": 1790600000},
            ],
        },
    ),
    "number_quality": replace(
        ACCOUNT_EVENT,
        field="phone_number_quality_update",
        event="DOWNGRADE",
        data={"display_phone_number": "33123456789", "current_limit": "TIER_1K"},
    ),
    "capability": replace(
        ACCOUNT_EVENT,
        field="business_capability_update",
        data={"max_daily_conversation_per_phone": 1000, "max_phone_numbers_per_business": 25},
    ),
    "alert": replace(
        ACCOUNT_EVENT,
        field="account_alerts",
        event="OBA_APPROVED",
        data={
            "entity_type": "WABA",
            "entity_id": ACCOUNT,
            "alert_severity": "WARNING",
            "alert_status": "ACTIVE",
            "alert_description": "Sample",
        },
    ),
    "security": replace(
        ACCOUNT_EVENT,
        field="security",
        event="PIN_CHANGED",
        data={"display_phone_number": "33123456789", "requester": "63004"},
    ),
    "error": replace(
        ACCOUNT_EVENT,
        channel_id=CHANNEL,
        field="errors",
        event="130429",
        data={
            "title": "Rate limit hit",
            "message": "Rate limit hit",
            "error_data": {"details": "Too many messages"},
        },
    ),
}

EXPECTED: Final[dict[str, _Meaning]] = {
    **{f"message__{case}": event for case, event in _MESSAGES.items()},
    **{f"status__{case}": event for case, event in _STATUSES.items()},
    **{f"identity__{case}": event for case, event in _IDENTITIES.items()},
    **{f"preference__{case}": event for case, event in _PREFERENCES.items()},
    **{f"account__{case}": event for case, event in _ACCOUNTS.items()},
    "ignored__calls": None,
    "ignored__messages_of_nothing": None,
}
