"""The two events of ACS that the app understands: a customer's message, and what became of one of ours.

In comes an event in either envelope, as Event Grid delivers it or as the queue carries it; out goes what it means, or
every reason why it can't be understood: nobody can be told from it, or it holds nothing to show. An optional part that
is odd costs no more than itself. Protocol: Azure's "Advanced Messaging events" and its published samples.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from shared.intake.content import failure_of, read_content
from shared.intake.envelope import normal_form
from shared.intake.extract import extract_of
from shared.intake.fields import Fields, Problems, read_time
from shared.vocabulary.errors import Unreadable
from shared.vocabulary.invisible import trimmed
from shared.vocabulary.message import Choice, Failure, Media, Reaction
from shared.vocabulary.words import MessageKind, MessageStatus, Provider


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerIdentity:
    """Who is on the other side of an event: a phone (`+` and digits, as WhatsApp spells it), a BSUID, or both."""

    channel_id: str
    phone: str | None
    bsuid: str | None

    @property
    def sender(self) -> str:
        """The name that a session goes by: the BSUID when there is one."""
        return self.bsuid or self.phone or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundMessage:
    """A customer's message (`AdvancedMessageReceived` of ACS, `messages` of Meta's webhook).

    Attributes:
        provider: Who brought it.
        profile_name: How the customer calls himself or herself at WhatsApp.
        message_id: WhatsApp's id as the provider gives it, else the event's id.
        at: The customer's time, else the event's; None when neither is known.
        original_kind: The provider's own word for the kind; without one, `system` of what has a part of that name.
        data: What the event carried that the other attributes do not hold: of a kind that is unsupported everything,
            else what was odd. Bounded.
        odd: Where in the event something else stood than should.
    """

    event_id: str
    message_id: str
    customer: CustomerIdentity
    kind: MessageKind
    original_kind: str | None
    at: datetime | None
    provider: Provider = Provider.ACS
    profile_name: str | None = None
    text: str | None = None
    media: Media | None = None
    reaction: Reaction | None = None
    choice: Choice | None = None
    context_id: str | None = None
    error: Failure | None = None
    data: Mapping[str, Any] | None = None
    odd: tuple[str, ...] = ()

    @property
    def by_system(self) -> bool:
        """Whether WhatsApp itself says something about the customer, such as a changed number."""
        return (self.original_kind or "").lower() == "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryStatus:
    """What became of a message of ours (`AdvancedMessageDeliveryStatusUpdated` of ACS, `statuses` of Meta's webhook).

    Attributes:
        request_id: Of the attempt that it is about, where the provider hands it through.
        status: None for a word that is not known yet; such a status changes nothing, unless it brings an error: that
            comes with no other than `failed`.
        odd: Where in the event something else stood than should.
    """

    event_id: str
    message_id: str
    customer: CustomerIdentity
    status: MessageStatus | None
    at: datetime | None
    request_id: str | None = None
    error: Failure | None = None
    odd: tuple[str, ...] = ()


_STATUSES: Final = {
    "sent": MessageStatus.SENT,
    "delivered": MessageStatus.DELIVERED,
    "read": MessageStatus.READ,
    "failed": MessageStatus.FAILED,
}
_PARTIES: Final = re.compile(r"advancedMessage/sender/([^/]*)/recipient/([^/]*)", re.IGNORECASE)
_OUTCOME: Final = re.compile(r"advancedMessage/([^/]*)/status/([^/]*)", re.IGNORECASE)
_BSUID: Final = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}")


def is_bsuid(text: str) -> bool:
    """Tell whether a text is a BSUID, whole."""
    return _BSUID.fullmatch(text) is not None


def identity_of(channel_id: str, phone: str | None, bsuid: str | None = None) -> CustomerIdentity:
    """Return the customer of a channel; the phone is `+` and what WhatsApp wrote, never judged or rewritten.

    A BSUID may stand where the phone is expected.
    """
    if phone and is_bsuid(phone):
        phone, bsuid = None, bsuid or phone
    return CustomerIdentity(
        channel_id=channel_id.lower(), phone=f"+{phone.removeprefix('+')}" if phone else None, bsuid=bsuid
    )


def parse_event(event: Mapping[str, Any]) -> InboundMessage | DeliveryStatus | None:
    """Return what an event of either schema, or its normal form, says; None for an event of another type.

    An event that lost its type is recognised by its data.

    Raises:
        Unreadable: It is one of the two events, but can't be understood.
    """
    envelope = normal_form(event)
    read = _reader(envelope)
    if read is None:
        return None
    if not isinstance(envelope["data"], dict):
        raise Unreadable("data is not an object that JSON can carry")
    problems = Problems()
    found = read(envelope, Fields(envelope["data"], "data", problems), problems)
    problems.check()
    return found


def customer_in(event: Mapping[str, Any]) -> CustomerIdentity | None:
    """Return whose an event is that can't be understood as a whole; None where it does not name the customer."""
    envelope = normal_form(event)
    read = _reader(envelope)
    if read is None or not isinstance(envelope["data"], dict):
        return None
    problems = Problems()
    customer = read(envelope, Fields(envelope["data"], "data", problems), problems).customer
    return customer if customer.channel_id and customer.sender else None


type _Reader = Callable[[Mapping[str, Any], Fields, Problems], InboundMessage | DeliveryStatus]


def _reader(envelope: Mapping[str, Any]) -> _Reader | None:
    """Return who reads the event. Without a type its data tell, or its subject, which analysis events have as well."""
    if envelope["type"]:
        return _READERS.get(envelope["type"].lower())
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
        at=_time_of_status(envelope, data),
        error=error,
        odd=tuple(data.odd_paths()),
    )


_READERS: Final[Mapping[str, _Reader]] = {
    "microsoft.communication.advancedmessagereceived": _read_inbound,
    "microsoft.communication.advancedmessagedeliverystatusupdated": _read_status,
}


def _split(pattern: re.Pattern[str], envelope: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Return the two names in a subject, None where it has none."""
    found = pattern.fullmatch(envelope["subject"] or "")
    return (found[1] or None, found[2] or None) if found else (None, None)


def _customer(channel: str, data: Fields, phone_field: str, bsuid_field: str, fallback: str | None) -> CustomerIdentity:
    """Return the customer of a channel; `fallback` is asked only when neither field says anything."""
    phone, bsuid = data.id(phone_field), data.name(bsuid_field)
    if phone and not any(character.isalnum() for character in phone):
        phone = None
    if phone is None and bsuid is None:
        phone = trimmed(fallback or "") or data.missing(phone_field, f"the customer ({bsuid_field} is missing too)")
    return identity_of(channel, phone, bsuid)


def _time_of_status(envelope: Mapping[str, Any], data: Fields) -> datetime | None:
    """Return when a status came about: nothing is ordered by it, so no time is as good as one that can't be read."""
    given = (data.text("receivedTimestamp"), envelope["time"])
    return next((time for text in given if (time := read_time(text, "", Problems()))), None)


def _context_id(data: Fields) -> str | None:
    """Return the message that this one answers."""
    context = data.part("context")
    if context is None:
        return None
    context.know("from")
    return context.text("id")
