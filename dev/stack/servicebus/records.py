"""What a queue keeps: records of messages, the sessions they belong to, and the errors that Service Bus names."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Protocol
from uuid import UUID

from dev.stack.servicebus.messages import Message


class Condition(StrEnum):
    """The error conditions of Service Bus and AMQP that this broker answers with."""

    DECODE_ERROR = "amqp:decode-error"
    INTERNAL_ERROR = "amqp:internal-error"
    NOT_ALLOWED = "amqp:not-allowed"
    NOT_FOUND = "amqp:not-found"
    NOT_IMPLEMENTED = "amqp:not-implemented"
    QUOTA_EXCEEDED = "amqp:resource-limit-exceeded"
    SIZE_EXCEEDED = "amqp:link:message-size-exceeded"
    ARGUMENT_ERROR = "com.microsoft:argument-error"
    MESSAGE_LOCK_LOST = "com.microsoft:message-lock-lost"
    MESSAGE_NOT_FOUND = "com.microsoft:message-not-found"
    SESSION_CANNOT_BE_LOCKED = "com.microsoft:session-cannot-be-locked"
    SESSION_LOCK_LOST = "com.microsoft:session-lock-lost"
    TIMEOUT = "com.microsoft:timeout"


class RefusedError(Exception):
    """Raised when the broker refuses what a client asks for; SDKs tell errors apart by the `condition`."""

    def __init__(self, condition: Condition, description: str) -> None:
        super().__init__(description)
        self.condition = condition
        self.description = description


class State(IntEnum):
    """The state of a message, numbered as in the annotation `x-opt-message-state`."""

    ACTIVE = 0
    DEFERRED = 1
    SCHEDULED = 2


class Receiver(Protocol):
    """Someone who takes messages from a queue or waits for a session of it."""

    def wake(self) -> None:
        """Messages may have come: take what there is credit for."""

    def take_session(self, session: "Session") -> None:
        """The wait is over: `session` is locked for this receiver."""

    def lose_session(self) -> None:
        """The lock of the session ran out."""


@dataclass(slots=True, eq=False)
class Session:
    """The messages of one session that can be received, and who holds its lock.

    A queue without sessions keeps all its messages in a single one, `id` None, which nobody locks.
    `ready` is a heap of sequence numbers, `size` counts all messages, deferred and locked ones included.
    """

    id: str | None
    ready: list[int] = field(default_factory=list)
    size: int = 0
    state: bytes | None = None
    state_set_at: datetime | None = None
    holder: Receiver | None = None
    locked_until: datetime | None = None


@dataclass(slots=True, kw_only=True, eq=False)
class Record:
    """A message in a queue.

    `delivery_count` counts failed deliveries, `properties` are what settling added to the application properties.
    """

    message: Message
    session: Session
    sequence: int
    enqueue_sequence: int
    enqueued_at: datetime
    state: State = State.ACTIVE
    delivery_count: int = 0
    properties: dict[str, str] = field(default_factory=dict)
    dead_letter_source: str | None = None
    lock_token: UUID | None = None
    locked_until: datetime | None = None
