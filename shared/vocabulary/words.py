"""The closed sets of the glossary: every status, kind and role that code, API and logs may name."""

from enum import StrEnum


class MessageKind(StrEnum):
    """What a message in the history is."""

    TEXT = "text"
    IMAGE = "image"
    DOCUMENT = "document"
    AUDIO = "audio"
    VIDEO = "video"
    STICKER = "sticker"
    REACTION = "reaction"
    BUTTON = "button"
    LIST = "list"
    TEMPLATE = "template"
    NOTE = "note"
    UNSUPPORTED = "unsupported"


class Provider(StrEnum):
    """Whose service brings a channel's messages to WhatsApp: Azure's (ACS), or Meta's own Cloud API."""

    ACS = "acs"
    WHATSAPP_CLOUD = "whatsapp_cloud"


class Direction(StrEnum):
    """Where a message goes: from the customer, to the customer, or to nobody outside."""

    IN = "in"
    OUT = "out"
    INTERNAL = "internal"


class AuthorType(StrEnum):
    """Who wrote a message."""

    CUSTOMER = "customer"
    AGENT = "agent"
    AUTOMATED = "automated"
    SYSTEM = "system"


class MessageStatus(StrEnum):
    """The delivery status of an outgoing message; one that was held and never went out is cancelled or expired."""

    PENDING = "pending"
    HELD = "held"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class ClosureReason(StrEnum):
    """Why a conversation was closed."""

    AGENT_CLOSED = "agent_closed"
    AGENT_ENDED = "agent_ended"
    SUPERVISOR_CLOSED = "supervisor_closed"
    AUTO_CLOSED = "auto_closed"
    CUSTOMER_SILENT_RULE = "customer_silent_rule"
    AGENT_SILENT_RULE = "agent_silent_rule"
    OVERFLOW_CLOSED = "overflow_closed"
    WAITING_OVERFLOW_CLOSED = "waiting_overflow_closed"
    OPTED_OUT = "opted_out"
    MERGED = "merged"


class SegmentEnd(StrEnum):
    """Why a conversation left a queue or an agent, other than by being closed."""

    ASSIGNED = "assigned"
    SUPERVISOR_ASSIGNED = "supervisor_assigned"
    TRANSFERRED_TO_QUEUE = "transferred_to_queue"
    TRANSFERRED_TO_AGENT = "transferred_to_agent"
    OVERFLOW_TRANSFERRED = "overflow_transferred"
    RELEASED = "released"
    AGENT_DISCONNECTED = "agent_disconnected"
    DRAINED = "drained"


class Trigger(StrEnum):
    """What makes the app send an automated message."""

    GREETING = "greeting"
    OUT_OF_HOURS = "out_of_hours"
    HOLIDAY = "holiday"
    NOT_ASSIGNED = "not_assigned"
    AGENT_ASSIGNED = "agent_assigned"
    TRANSFERRED = "transferred"
    OVERFLOW_CLOSED = "overflow_closed"
    CONVERSATION_CLOSED = "conversation_closed"
    OPT_OUT_CONFIRM = "opt_out.confirm"
    OPT_OUT_RESUMED = "opt_out.resumed"
    INACTIVITY = "inactivity"
    SURVEY = "survey"
    SURVEY_THANKS = "survey.thanks"


class ConversationStatus(StrEnum):
    """Where a conversation stands; `closed` never reopens."""

    OPEN = "open"
    ACTIVE = "active"
    WAITING = "waiting"
    WRAP_UP = "wrap_up"
    CLOSED = "closed"


class Priority(StrEnum):
    """How urgent a conversation is."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class Delivery(StrEnum):
    """How a reply went out: as written, as a template, or not yet."""

    MESSAGE = "message"
    TEMPLATE = "template"
    HELD = "held"


class HeldStatus(StrEnum):
    """What became of the words that were held back."""

    HELD = "held"
    RELEASED = "released"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Role(StrEnum):
    """Who calls the API; each role includes the ones before it."""

    AGENT = "Agent"
    SUPERVISOR = "Supervisor"
    ADMIN = "Admin"

    def includes(self, other: "Role") -> bool:
        """Tell whether this role may do all that the other may."""
        order = tuple(Role)
        return order.index(self) >= order.index(other)


_ENDS = (MessageStatus.FAILED, MessageStatus.CANCELLED, MessageStatus.EXPIRED)
_NEVER_SENT = (MessageStatus.CANCELLED, MessageStatus.EXPIRED)
_ARRIVED = (MessageStatus.DELIVERED, MessageStatus.READ)
_RANK = {
    MessageStatus.PENDING: 0,
    MessageStatus.HELD: 0,
    MessageStatus.SENT: 1,
    MessageStatus.DELIVERED: 2,
    MessageStatus.READ: 3,
}


def is_final(status: MessageStatus) -> bool:
    """Tell whether no status moves a message on any more."""
    return status in (MessageStatus.READ, MessageStatus.FAILED)


def moves_forward(now: MessageStatus, then: MessageStatus) -> bool:
    """Tell whether a message at `now` may become `then`: Sent < Delivered < Read, in whatever order they come.

    Failed, cancelled and expired are final. A message that has arrived can't fail any more, and only a held one can be
    cancelled or expire.
    """
    if now in _ENDS:
        return False
    if then in _NEVER_SENT:
        return now is MessageStatus.HELD
    if then is MessageStatus.FAILED:
        return now not in _ARRIVED
    return _RANK[then] > _RANK[now]


class MediaProblem(StrEnum):
    """What is the matter with a customer's file."""

    GONE = "gone"
    """Neither the channel nor a copy has it."""
    TOO_LARGE = "too_large"
    """There is no copy, since it is over 100 MB: only the channel has it."""
