"""The events of ACS that the app understands."""

from dataclasses import dataclass
from datetime import datetime

from shared.vocabulary.message import Choice, Failure, Media, Reaction
from shared.vocabulary.words import MessageKind, MessageStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
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
    """A customer's message (`AdvancedMessageReceived`).

    Attributes:
        message_id: WhatsApp's id as ACS gives it, else the event's id.
        at: The customer's time; None when the event does not say (the event's time is used by the parser).
        original_kind: ACS's own word for the kind.
    """

    event_id: str
    message_id: str
    sighting: Sighting
    kind: MessageKind
    original_kind: str | None
    at: datetime | None
    text: str | None = None
    media: Media | None = None
    reaction: Reaction | None = None
    choice: Choice | None = None
    context_id: str | None = None
    error: Failure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryStatus:
    """What became of a message of ours (`AdvancedMessageDeliveryStatusUpdated`).

    Attributes:
        status: None for a word that is not known yet; such a status changes nothing.
    """

    event_id: str
    message_id: str
    sighting: Sighting
    status: MessageStatus | None
    at: datetime | None
    error: Failure | None = None
