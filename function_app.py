"""The functions: bindings only. What each does is in `shared`; `shared.composition` puts it together."""

from pathlib import Path

import azure.functions as func

from shared.composition import compose
from shared.intake.envelope import from_binding
from shared.intake.quarantine import DeadLetter
from shared.routing.route import Arrival

app = func.FunctionApp()
centre = compose(Path(__file__).parent)


@app.event_grid_trigger(arg_name="event")
async def ingest(event: func.EventGridEvent) -> None:
    """Turn an event of ACS into one message on the queue."""
    await centre.ingest(from_binding(event))


@app.service_bus_queue_trigger(
    arg_name="message", queue_name="conversations/$DeadLetterQueue", connection="ServiceBusConnection"
)
async def keep_dead_letter(message: func.ServiceBusMessage) -> None:
    """Keep a dead letter where a person can read and replay it."""
    await centre.quarantine.keep_dead_letter(
        DeadLetter(
            message_id=message.message_id,
            subject=message.subject or message.label,
            session_id=message.session_id,
            body=message.get_body(),
            at=message.enqueued_time_utc,
            reason=message.dead_letter_reason,
            description=message.dead_letter_error_description,
        )
    )


if not centre.problems:

    @app.service_bus_queue_trigger(
        arg_name="message",
        queue_name="conversations",
        connection="ServiceBusConnection",
        is_sessions_enabled=True,
        cardinality=func.Cardinality.ONE,
    )
    async def route(message: func.ServiceBusMessage) -> None:
        """Handle the next message of a contact."""
        await centre.route(
            Arrival(
                subject=message.subject or message.label or "",
                body=message.get_body(),
                session_id=message.session_id or "",
                message_id=message.message_id,
                delivery_count=message.delivery_count or 1,
                enqueued_at=message.enqueued_time_utc,
            )
        )
