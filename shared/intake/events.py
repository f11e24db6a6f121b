"""What an event of a provider means: a customer's message, what became of one of ours, and what Meta says beside them.

Every type has the event's id and its time. Who is on the other side is a `CustomerIdentity`; an `AccountEvent` is about
no customer.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

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
        request_id, contact_id: Of the attempt that it is about, where the provider hands them through.
        status: None for a word that is not known yet; such a status changes nothing. At ACS what brings an error has
            failed, whatever its word.
        odd: Where in the event something else stood than should.
    """

    event_id: str
    message_id: str
    customer: CustomerIdentity
    status: MessageStatus | None
    at: datetime | None
    request_id: str | None = None
    contact_id: str | None = None
    error: Failure | None = None
    odd: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferenceChange:
    """A customer wants no more marketing messages, or wants them again (`user_preferences` of Meta's webhook).

    Attributes:
        stops: None for a wish that is not known yet, or is about other messages; it changes nothing.
        odd: Where in the event something else stood than should.
    """

    event_id: str
    customer: CustomerIdentity
    stops: bool | None
    at: datetime | None
    odd: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityChange:
    """A customer is known by another name from now on (`user_id_update` and `user_changed_…` of Meta's webhook).

    Attributes:
        customer: Who that was before.
        phone, bsuid: The new names, as a `CustomerIdentity` has them; None: not said, so that the old one stays.
        odd: Where in the event something else stood than should.
    """

    event_id: str
    customer: CustomerIdentity
    phone: str | None
    bsuid: str | None
    at: datetime | None
    odd: tuple[str, ...] = ()

    @property
    def now(self) -> CustomerIdentity:
        """Who the customer is from now on: the new names alone."""
        return CustomerIdentity(channel_id=self.customer.channel_id, phone=self.phone, bsuid=self.bsuid)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountEvent:
    """Something about a number, its account or a template changed: every other field of Meta's webhook that is heeded.

    Attributes:
        channel_id: The number's id; None: it is about the whole account, or does not say which of its numbers.
        account_id: The account's id (WABA).
        field: Meta's word for what this is about, such as `message_template_status_update`.
        event: Meta's word for what happened, such as `PAUSED`, as it is spelled; None where there is none.
        template, language: The template that this is about.
        data: The rest of what Meta says. Bounded.
        odd: Where in the event something else stood than should.
    """

    event_id: str
    channel_id: str | None
    account_id: str | None
    field: str
    event: str | None
    at: datetime | None
    template: str | None = None
    language: str | None = None
    data: Mapping[str, Any] | None = None
    odd: tuple[str, ...] = ()


type CustomerEvent = InboundMessage | DeliveryStatus | PreferenceChange | IdentityChange
"""What is about one customer, and belongs in that customer's session."""

type Event = CustomerEvent | AccountEvent

_BSUID: Final = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}")


def is_bsuid(text: str) -> bool:
    """Tell whether a text is a BSUID, whole."""
    return _BSUID.fullmatch(text) is not None


def customer_of(
    channel_id: str, phone: str | None, bsuid: str | None, otherwise: Callable[[], str]
) -> CustomerIdentity:
    """Return the customer whom an event names; `otherwise` is asked for a number where it names nobody.

    A number without a letter or digit, such as `+`, names nobody.
    """
    if phone and not any(character.isalnum() for character in phone):
        phone = None
    return identity_of(channel_id, phone if phone or bsuid else otherwise(), bsuid)


def identity_of(channel_id: str, phone: str | None, bsuid: str | None = None) -> CustomerIdentity:
    """Return the customer of a channel; the phone is `+` and what WhatsApp wrote, never judged or rewritten.

    A BSUID may stand where the phone is expected.
    """
    if phone and is_bsuid(phone):
        phone, bsuid = None, bsuid or phone
    return CustomerIdentity(
        channel_id=channel_id.lower(), phone=f"+{phone.removeprefix('+')}" if phone else None, bsuid=bsuid
    )
