"""The two events of ACS that the app understands: a customer's message, and what became of one of ours.

An optional part that is odd costs no more than itself. Protocol: Azure's "Advanced Messaging events" and its published
samples.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from shared.intake.content import failure_of, read_content
from shared.intake.events import CustomerIdentity, DeliveryStatus, InboundMessage, customer_of
from shared.intake.extract import extract_of
from shared.intake.fields import Fields, Problems, read_time, time_of_status
from shared.vocabulary.invisible import trimmed
from shared.vocabulary.words import MessageKind, MessageStatus

_STATUSES: Final = {
    "sent": MessageStatus.SENT,
    "delivered": MessageStatus.DELIVERED,
    "read": MessageStatus.READ,
    "failed": MessageStatus.FAILED,
}
_PARTIES: Final = re.compile(r"advancedMessage/sender/([^/]*)/recipient/([^/]*)", re.IGNORECASE)
_OUTCOME: Final = re.compile(r"advancedMessage/([^/]*)/status/([^/]*)", re.IGNORECASE)


type Reader = Callable[[Mapping[str, Any], Fields, Problems], InboundMessage | DeliveryStatus]


def guess_reader(envelope: Mapping[str, Any]) -> Reader | None:
    """Return who reads an event that lost its type, by its data, or its subject, which analysis events have as well."""
    data = envelope["data"] if isinstance(envelope["data"], dict) else {}
    given = {name for name, value in data.items() if value is not None}
    received = given & {"messageType", "content"} and given & {"to", "channelType"}
    if received or (any(_split(_PARTIES, envelope)) and "originalMessage" not in given):
        return _read_inbound
    if ("status" in given and given & {"to", "toBSUID", "channelType"}) or any(_split(_OUTCOME, envelope)):
        return _read_status
    return None


def _read_inbound(envelope: Mapping[str, Any], data: Fields, problems: Problems) -> InboundMessage:
    sender, recipient = _split(_PARTIES, envelope)
    data.know("channelType")
    channel = data.name("to") or recipient or data.missing("to", "the channel")
    message_id = data.id("messageId") or envelope["id"] or data.missing("messageId", "the event has no id either")
    customer = _customer(channel, data, "from", "fromBSUID", sender)
    at = data.time("receivedTimestamp") or read_time(envelope["time"], "time", problems)
    said, context_id, error = read_content(data), _context_id(data), failure_of(data)
    supported = said.kind is not MessageKind.UNSUPPORTED
    extract = extract_of(data.odd() if supported else data.beyond())
    if not (supported or said.original_kind or said.text or said.media or error or extract):
        problems.note("data", "holds nothing to show")
    return InboundMessage(
        event_id=envelope["id"] or message_id,
        message_id=message_id,
        customer=customer,
        kind=said.kind,
        original_kind=said.original_kind,
        at=at,
        text=said.text,
        media=said.media,
        reaction=said.reaction,
        choice=said.choice,
        context_id=context_id,
        error=error,
        data=extract,
        odd=tuple(data.odd_paths()),
    )


def _read_status(envelope: Mapping[str, Any], data: Fields, problems: Problems) -> DeliveryStatus:
    subject_id, subject_status = _split(_OUTCOME, envelope)
    channel = data.name("from") or data.missing("from", "the channel")
    message_id = data.id("messageId") or subject_id or data.missing("messageId", "the message that this is about")
    status, error = _STATUSES.get((data.name("status") or subject_status or "").lower()), failure_of(data)
    return DeliveryStatus(
        event_id=envelope["id"] or message_id,
        message_id=message_id,
        customer=_customer(channel, data, "to", "toBSUID", None),
        status=MessageStatus.FAILED if error and status is None else status,
        at=time_of_status(read_time, data.text("receivedTimestamp"), envelope),
        error=error,
        odd=tuple(data.odd_paths()),
    )


READERS: Final[Mapping[str, Reader]] = {
    "microsoft.communication.advancedmessagereceived": _read_inbound,
    "microsoft.communication.advancedmessagedeliverystatusupdated": _read_status,
}


def _split(pattern: re.Pattern[str], envelope: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Return the two names in a subject, None where it has none."""
    found = pattern.fullmatch(envelope["subject"] or "")
    return (found[1] or None, found[2] or None) if found else (None, None)


def _customer(channel: str, data: Fields, phone_field: str, bsuid_field: str, fallback: str | None) -> CustomerIdentity:
    """Return the customer of a channel; `fallback` is asked only when neither field says anything."""

    def otherwise() -> str:
        return trimmed(fallback or "") or data.missing(phone_field, f"the customer ({bsuid_field} is missing too)")

    return customer_of(channel, data.id(phone_field), data.name(bsuid_field), otherwise)


def _context_id(data: Fields) -> str | None:
    """Return the message that this one answers."""
    context = data.part("context")
    if context is None:
        return None
    context.know("from")
    return context.text("id")
