"""The frame of a message on the queues `conversations` and `timers`, and the port that sends it.

A message names its work in the subject and carries one JSON object as body (`shared.queue.messages`). What is to be
delivered later goes to `timers`, which Service Bus forwards to its session in `conversations` when the time has come.
`timers` is a queue of its own, since scheduled messages would hide new ones from the scale controller.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, Self

from shared.queue.messages import Message, Subject

CONVERSATIONS = "conversations"
TIMERS = "timers"
CONTENT_TYPE = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueMessage:
    """One message for one session: a contact's, or one of the app's own.

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

    @classmethod
    def of(
        cls,
        message: Message,
        *,
        session_id: str,
        message_id: str,
        event_time: datetime | None = None,
        deliver_at: datetime | None = None,
    ) -> Self:
        """Put a message into its frame."""
        return cls(
            subject=message.SUBJECT,
            session_id=session_id,
            message_id=message_id,
            body=message.encode(),
            event_time=event_time,
            deliver_at=deliver_at,
        )

    @property
    def queue(self) -> str:
        """The queue that it is sent to."""
        return TIMERS if self.deliver_at else CONVERSATIONS

    def encode(self) -> bytes:
        """Return the body as UTF-8 JSON."""
        return json.dumps(self.body, ensure_ascii=False, separators=(",", ":")).encode()


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
