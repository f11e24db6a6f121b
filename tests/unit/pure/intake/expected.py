"""What each recorded event says, by its name without the envelope."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from shared.intake.events import CustomerIdentity, DeliveryStatus, InboundMessage
from shared.vocabulary.message import Choice, Failure, Media, Reaction
from shared.vocabulary.words import MessageKind, MessageStatus

CHANNEL: Final = "b5a3c0de-1111-4111-8111-00000000c0de"
PHONE: Final = "+14254360097"
BSUID: Final = "US.13491208655302741918"
MESSAGE: Final = "7f0e7f4e-2222-4222-8222-000000000001"
EVENT: Final = "e0000000-0000-4000-8000-000000000009"
OURS: Final = "22222222-2222-4222-8222-000000000003"
BOTH: Final = CustomerIdentity(channel_id=CHANNEL, phone=PHONE, bsuid=BSUID)
PHONE_ONLY: Final = replace(BOTH, bsuid=None)
BSUID_ONLY: Final = replace(BOTH, phone=None)
EVENT_TIME: Final = datetime(2026, 11, 20, 18, 30, 22, 192171, tzinfo=UTC)

TEXT: Final = InboundMessage(
    event_id=EVENT,
    message_id=MESSAGE,
    customer=BOTH,
    kind=MessageKind.TEXT,
    original_kind="text",
    at=datetime(2026, 11, 20, 18, 30, 19, tzinfo=UTC),
    text="Hello",
)
SENT: Final = DeliveryStatus(
    event_id=EVENT,
    message_id=OURS,
    customer=BOTH,
    status=MessageStatus.SENT,
    at=datetime(2026, 11, 20, 18, 42, 28, tzinfo=UTC),
)


def _file(kind: MessageKind, mime_type: str, *, said: str | None = None, **media: Any) -> InboundMessage:
    file = Media(mime_type=mime_type, id="5c1d2e3f-3333-4333-8333-000000000002", **media)
    return replace(TEXT, kind=kind, original_kind=said or kind.value, text=None, media=file)


_STICKER: Final = _file(MessageKind.STICKER, "image/webp")
_LIKE: Final = replace(
    TEXT,
    kind=MessageKind.REACTION,
    original_kind="reaction",
    text=None,
    reaction=Reaction(message_id=OURS, emoji="👍"),
)
_BUTTON: Final = replace(
    TEXT,
    kind=MessageKind.BUTTON,
    original_kind="button",
    text=None,
    choice=Choice(title="Yes", payload="Kat said yes"),
    context_id=OURS,
)
_UNSUPPORTED: Final = replace(TEXT, kind=MessageKind.UNSUPPORTED, text=None)

_RECEIVED: Final = {
    "text": TEXT,
    "text_without_bsuid": replace(TEXT, customer=PHONE_ONLY),
    "text_in_reply": replace(TEXT, text="Yes, that one", context_id=OURS),
    "image": _file(MessageKind.IMAGE, "image/jpeg", caption="This is a media caption"),
    "image_without_media_id": replace(_file(MessageKind.IMAGE, "image/jpeg"), media=Media(mime_type="image/jpeg")),
    "document": _file(MessageKind.DOCUMENT, "application/pdf", file_name="x.pdf"),
    "audio": _file(MessageKind.AUDIO, "audio/ogg; codecs=opus"),
    "video": _file(MessageKind.VIDEO, "video/mp4", caption="Look"),
    "sticker": _STICKER,
    "sticker_animated_as_text": replace(
        _STICKER,
        media=Media(mime_type="image/webp", id="5c1d2e3f-3333-4333-8333-000000000002", animated=True),
    ),
    "media_audio": _file(MessageKind.AUDIO, "audio/ogg", said="media"),
    "media_document": _file(MessageKind.DOCUMENT, "text/plain", said="media", file_name="notes.txt"),
    "reaction": _LIKE,
    "reaction_removed": replace(_LIKE, reaction=Reaction(message_id=OURS, emoji=None)),
    "button": _BUTTON,
    "interactive_button_reply": replace(_BUTTON, original_kind="interactive", choice=Choice(id="agree", title="Agree")),
    "interactive_list_reply": replace(
        _BUTTON,
        kind=MessageKind.LIST,
        original_kind="interactive",
        choice=Choice(id="priority_mail", title="Priority Mail", description="1–3 Days"),
    ),
    "interactive_unknown": replace(
        _UNSUPPORTED, original_kind="interactive", data={"interactive": {"type": "unknown"}}
    ),
    "error": replace(
        _UNSUPPORTED,
        original_kind="unsupported",
        error=Failure(code="131051", message="Message type is not currently supported"),
    ),
    "location": replace(_UNSUPPORTED, original_kind="location"),
    "contacts": replace(
        _UNSUPPORTED,
        original_kind="contacts",
        data={
            "contacts": [
                {"name": {"formatted_name": "Ana Lima"}, "phones": [{"phone": "+1 425 555 0100", "type": "CELL"}]}
            ]
        },
    ),
    "system": replace(
        _UNSUPPORTED,
        original_kind="system",
        data={"system": {"body": "The customer changed from one number to another", "type": "user_changed_number"}},
    ),
    "form_reply": replace(
        _UNSUPPORTED,
        original_kind="interactive",
        data={"interactive": {"type": "nfmReply", "nfmReply": {"name": "flow", "responseJson": '{"size": "M"}'}}},
    ),
    "without_kind": replace(TEXT, original_kind=None),
    "odd_parts": replace(
        TEXT,
        data={"context": {"id": 5}, "media": [], "error": ["131051"]},
        odd=("data.media", "data.error", "data.context.id"),
    ),
    "reaction_on_nothing": replace(_LIKE, reaction=Reaction(message_id=None, emoji="👍")),
    "empty_from": replace(TEXT, text="Hi there!", customer=BSUID_ONLY),
    "null_from": replace(TEXT, text="Hi there!", customer=BSUID_ONLY),
    "missing_message_id": replace(TEXT, message_id=EVENT),
    "missing_time": replace(TEXT, at=EVENT_TIME),
    "seven_digit_fraction": replace(TEXT, at=datetime(2026, 11, 20, 18, 30, 19, 261038, tzinfo=UTC)),
    "null_and_unknown_fields": TEXT,
    "every_field": replace(
        TEXT,
        kind=MessageKind.UNSUPPORTED,
        original_kind="messageType",
        media=Media(
            mime_type="mimeType",
            id="5c1d2e3f-3333-4333-8333-000000000002",
            file_name="fileName",
            caption="caption",
            animated=True,
        ),
        reaction=Reaction(message_id=OURS, emoji="emoji"),
        choice=Choice(id="buttonId", title="button reply"),
        context_id=OURS,
        error=Failure(code="channelCode", message="channelMessage"),
    ),
    "spelled_spec_version": TEXT,
    "nothing_but_subject_names_the_sender": replace(TEXT, customer=PHONE_ONLY),
}
_STATUS: Final = {
    "sent": SENT,
    "delivered": replace(SENT, status=MessageStatus.DELIVERED),
    "read": replace(SENT, status=MessageStatus.READ),
    "failed": replace(
        SENT, status=MessageStatus.FAILED, error=Failure(code="131026", message="Message Undeliverable.")
    ),
    "empty_to": replace(SENT, status=MessageStatus.DELIVERED, customer=BSUID_ONLY),
    "without_bsuid": replace(SENT, customer=PHONE_ONLY),
    "unknown_status": replace(SENT, status=None),
    "missing_message_id": replace(SENT, status=MessageStatus.DELIVERED),
    "spelled_spec_version": replace(SENT, status=MessageStatus.DELIVERED),
}

EXPECTED: Final[dict[str, InboundMessage | DeliveryStatus | None]] = {
    **{f"received__{case}": message for case, message in _RECEIVED.items()},
    **{f"status__{case}": status for case, status in _STATUS.items()},
    "analysis__completed": None,
    "sms__received": None,
}
