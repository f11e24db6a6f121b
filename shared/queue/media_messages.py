"""What the app tells itself over its queues about files, as `shared.queue.messages` has the rest."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from shared.queue.body import moment, number, text
from shared.queue.messages import Subject
from shared.vocabulary.time import rfc3339


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyMedia:
    """The file of a customer's message is to be copied, or noted to be gone.

    Attributes:
        line: The row key of the message in the history.
        message_digest: The hash of the message's id; it names the copy.
        asked_at: When it was asked for first.
        tries: How often that was tried without an end.
    """

    SUBJECT: ClassVar = Subject.COPY_MEDIA
    contact_id: str
    line: str
    message_digest: str
    asked_at: datetime
    tries: int = 0

    def encode(self) -> Mapping[str, Any]:
        """See `Message.encode`."""
        return {
            "contact": self.contact_id,
            "line": self.line,
            "message": self.message_digest,
            "asked": rfc3339(self.asked_at),
            "tries": self.tries,
        }

    @classmethod
    def decode(cls, body: Mapping[str, Any]) -> Self:
        """See `Message.decode`."""
        return cls(
            contact_id=text(body, "contact"),
            line=text(body, "line"),
            message_digest=text(body, "message"),
            asked_at=moment(body, "asked"),
            tries=number(body, "tries"),
        )
