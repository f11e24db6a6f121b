"""Takes what a webhook is sent: one event or an array of them, in either schema.

Every event goes its own way through `Ingest`, all at the same time: one that can never be processed goes to quarantine
and does not fail the others. So does a body that is no JSON, which no repetition would mend.
"""

import asyncio
import json
from typing import Any, Final

from shared.intake.ingest import Ingest

_VALIDATION: Final = "Microsoft.EventGrid.SubscriptionValidationEvent"


def events_in(body: bytes) -> list[Any]:
    """Return the events in a body; what is no JSON is one, as text."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = body.decode(errors="replace")
    return found if isinstance(found, list) else [found]


def validation_code(events: list[Any]) -> str | None:
    """Return the code by which Event Grid asks whether its events are wanted; None when it does not ask.

    https://learn.microsoft.com/azure/event-grid/end-point-validation-event-grid-events-schema
    """
    match events:
        case [{"eventType": str(kind), "data": {"validationCode": str(code)}}] if kind == _VALIDATION:
            return code
    return None


async def take_all(events: list[Any], ingest: Ingest) -> None:
    """Take every event of a batch; return once all are safe.

    Raises:
        Unavailable: Of one of them; all must come again. Those that were taken before are known then.
    """
    taken = await asyncio.gather(*map(ingest, events), return_exceptions=True)
    for failure in taken:
        if failure is not None:
            raise failure
