"""Takes what a webhook is sent: many events at once.

Every event goes its own way through `Ingest`: one that can never be processed goes to quarantine and does not fail the
others. So does a body that is no JSON, which no repetition would mend.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from shared.at_once import each_of
from shared.intake.ingest import Ingest
from shared.intake.parsing import customer_in

_SENDERS_AT_ONCE: Final = 128
"""What waits for the broker together goes to it in one batch; Meta puts up to a thousand items into a call."""
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


async def take_in_turn(events: Sequence[object], ingest: Ingest) -> None:
    """Take every event of a batch, those of one customer one after the other, of several customers at the same time.

    Where one fails, the later ones of the same customer wait for the repetition, so that they keep their order.

    Raises:
        Unavailable: Of one of them; all must come again. Those that were taken before are known then.
    """
    lanes: dict[object, list[object]] = {}
    for number, event in enumerate(events):
        customer = customer_in(event) if isinstance(event, Mapping) else None
        lanes.setdefault((customer.channel_id, customer.sender) if customer else number, []).append(event)

    async def take(lane: list[object]) -> Exception | None:
        try:
            for event in lane:
                await ingest(event)
        except Exception as failure:  # noqa: BLE001 - raised below, once nothing is under way any more
            return failure
        return None

    for failure in await each_of(lanes.values(), take, at_once=_SENDERS_AT_ONCE):
        if failure is not None:
            raise failure
