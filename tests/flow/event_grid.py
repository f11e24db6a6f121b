"""What Azure Communication Services tells of by Event Grid."""

import json
from collections.abc import Mapping, Sequence
from copy import deepcopy
from uuid import uuid4

from tests.flow.events import Broken, Event


class EventGrid:
    """An event subscription with a webhook."""

    path = "/runtime/webhooks/EventGrid"
    taken = 202

    def read(self, body: bytes) -> list[Event]:
        """See `Wire.read`."""
        events: list[Event] = json.loads(body)
        return events

    def call(self, events: Sequence[object]) -> tuple[bytes, Mapping[str, str]]:
        """See `Wire.call`."""
        headers = {"Content-Type": "application/json", "aeg-event-type": "Notification"}
        return json.dumps(events).encode(), headers

    def identity(self, event: Event) -> tuple[str, str | None]:
        """See `Wire.identity`."""
        status = event["data"].get("status")
        return event["data"].get("messageId", ""), status.lower() if status else None

    def broken(self, event: Event) -> Broken:
        """See `Wire.broken`."""
        wrong = {"to": None, "receivedTimestamp": "yesterday"}
        new_id = str(uuid4())
        broken = {**deepcopy(event), "id": new_id, "subject": "", "data": {**event["data"], **wrong}}
        return Broken(event=broken, mark=new_id, paths=("data.to", "data.receivedTimestamp"))

    def to(self, event: Event, channel_id: str) -> Event:
        """See `Wire.to`."""
        return {**deepcopy(event), "id": str(uuid4()), "data": {**event["data"], "to": channel_id}}

    def new_channel(self) -> Mapping[str, str]:
        """See `Wire.new_channel`."""
        return {"id": str(uuid4())}
