"""The wrapping of an event: Event Grid's own schema and CloudEvents 1.0, brought to one form.

In comes an event in either schema, as JSON or as the Functions decoder gives it; out goes one JSON object
`{"id", "type", "subject", "time", "data"}`: each of the first four text or null, in the words of CloudEvents. It is the
body of the queue message, so it holds nothing that can't be written as UTF-8 JSON.
"""

import json
from collections.abc import Mapping
from typing import Any

from shared.vocabulary.invisible import shows_nothing


class Envelope(dict[str, Any]):
    """An event in its normal form."""


def normal_form(event: object) -> Envelope:
    """Return one event of either schema, or of the normal form itself, in the normal form.

    A field of the wrong type, or of invisible characters alone, becomes null, as does `data` that JSON can't carry
    (nested thousands deep); half a surrogate pair becomes a question mark. The reader of the data decides what may be
    missing.
    """
    if isinstance(event, Envelope):
        return event
    fields = event if isinstance(event, Mapping) else {}
    return Envelope(
        {
            "id": _text(fields.get("id")),
            "type": _text(fields.get("type")) or _text(fields.get("eventType")),
            "subject": _text(fields.get("subject")),
            "time": _text(fields.get("time")) or _text(fields.get("eventTime")),
            "data": carried_by_json(fields.get("data")),
        }
    )


def from_binding(event: Any) -> Envelope:
    """Return the normal form of an `azure.functions` `EventGridEvent` or `CloudEvent`.

    A CloudEvent spelled `specVersion` reaches the app as an `EventGridEvent` that lost its type and its time.
    """
    cloud = hasattr(event, "specversion")
    time = event.time if cloud else event.event_time
    return normal_form(
        {
            "id": event.id,
            "type": event.type if cloud else event.event_type,
            "subject": event.subject,
            "time": time.isoformat() if time else None,
            "data": event.get_json(),
        }
    )


def as_text(event: object) -> str:
    """Return an event as JSON text for people to read, empty when JSON can't carry it."""
    try:
        return _text(json.dumps(event, ensure_ascii=False)) or ""
    except (ValueError, RecursionError):
        return ""


def carried_by_json(value: object) -> Any:
    """Return the value itself if JSON can carry it, with half a surrogate pair replaced; else None."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.loads(as_text(value))
    except (TypeError, ValueError, RecursionError):
        return None
    return value


def _text(value: object) -> str | None:
    if not isinstance(value, str) or shows_nothing(value):
        return None
    return value.encode(errors="replace").decode()
