"""The port to the topic on which other systems are told what happens, and the form of what they are told."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from shared.vocabulary.time import rfc3339

CLOUD_EVENT: Final = "application/cloudevents+json"
_SOURCE: Final = "/contact-centre"


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudEvent:
    """One event (CloudEvents 1.0).

    Attributes:
        contact_id: Whom it is about: a subscription with sessions has one for each contact.
    """

    id: str
    type: str
    contact_id: str
    at: datetime
    data: Mapping[str, Any]

    def encode(self) -> bytes:
        """Return the event in the structured mode, as UTF-8 JSON."""
        event = {
            "specversion": "1.0",
            "id": self.id,
            "source": _SOURCE,
            "type": self.type,
            "subject": self.contact_id,
            "time": rfc3339(self.at),
            "datacontenttype": "application/json",
            "data": {"contactId": self.contact_id, **self.data},
        }
        return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()


class Topic(Protocol):
    """Tells other systems."""

    async def publish(self, events: Sequence[CloudEvent]) -> None:
        """Return once the topic has all events, in their order.

        Raises:
            Unavailable: It may have none, some or all of them; but none without those before it.
        """

    async def reach(self) -> None:
        """Return if the topic can be reached; publishes nothing.

        Raises:
            Unavailable: It can't.
        """
