"""What went wrong, told in full: every field of a record, and its trace."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dev.stack.terminal.events import Event, Tone

_SAID_ELSEWHERE = ("at", "level", "part", "step", "message", "trace")
_NAMES = {
    "contact_centre": "The app",
    "host": "Functions host",
    "event grid": "Event Grid",
    "webhooks": "Meta's webhook",
}


def trouble(record: Mapping[str, Any], at: datetime) -> Event:
    """A warning or an error."""
    fields = ", ".join(f"{name} {value}" for name, value in record.items() if name not in _SAID_ELSEWHERE)
    said = " ".join(filter(None, (record.get("step"), record.get("message"))))
    return Event(
        at=at,
        who=_NAMES.get(record["part"], record["part"]),
        what=": ".join(filter(None, (said, fields))),
        tone=Tone.TROUBLE if record["level"] == "WARNING" else Tone.ERROR,
        detail=record.get("trace", "").rstrip(),
    )
