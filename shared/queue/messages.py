"""The one message format of the queues `conversations` and `timers`, and the port that sends it.

A message names its work in the subject and carries one JSON object as body. What is due later goes to `timers`, which
Service Bus forwards to the contact's session in `conversations` when it is due.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from shared.vocabulary.errors import Unreadable

CONVERSATIONS = "conversations"
TIMERS = "timers"
CONTENT_TYPE = "application/json"


class Subject(StrEnum):
    """What a message asks `route` to do."""

    EVENT = "event"
    TIMER = "timer"
    CHECK = "check"
    MERGED = "merged"
    PHONE_MOVED = "phone_moved"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueMessage:
    """One message for the session of one contact.

    Attributes:
        message_id: At most 128 characters; only events repeat an id (duplicate detection would drop the rest).
        event_time: When the original event happened; travels as the application property `eventTime`.
        deliver_at: When it is to arrive; None is now.
    """

    subject: Subject
    session_id: str
    message_id: str
    body: Mapping[str, Any]
    event_time: datetime | None = None
    deliver_at: datetime | None = None

    @property
    def queue(self) -> str:
        """The queue that it is sent to."""
        return TIMERS if self.deliver_at else CONVERSATIONS

    def encode(self) -> bytes:
        """The body as UTF-8 JSON."""
        return json.dumps(self.body, ensure_ascii=False, separators=(",", ":")).encode()


def decode_body(body: bytes) -> Mapping[str, Any]:
    """The JSON object in a message's body.

    Raises:
        Unreadable: It is no JSON object.
    """
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable("the body is not JSON") from error
    if not isinstance(value, dict):
        raise Unreadable("the body is not a JSON object")
    return value


class Sender(Protocol):
    """Puts messages on their queues."""

    async def send(self, message: QueueMessage) -> None:
        """Return once the broker has confirmed the message.

        A message whose id was seen before may be dropped by the broker; that is a success.

        Raises:
            Unavailable: The broker did not confirm; the message may or may not have been taken.
            TooLarge: The broker will never take it.
        """

    async def reach(self) -> None:
        """Return if the queues can be reached; sends nothing.

        Raises:
            Unavailable: They can't.
        """
