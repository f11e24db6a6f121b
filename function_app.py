"""The functions: bindings only. What each does is in `shared`; `shared.composition` puts it together."""

import gc

gc.disable()  # until all is loaded: hardly any of it is ever garbage, and looking for it is a tenth of a cold start

from pathlib import Path

import azure.functions as func

from shared.api.exchange import Request, Response, with_slashes
from shared.api.operations import Route
from shared.api.routes import ROUTES
from shared.composition import compose
from shared.intake.envelope import from_binding
from shared.intake.quarantine import DeadLetter
from shared.routing.route import Arrival
from shared.settings import AuthMode

centre = compose(Path(__file__).parent)
checks_tokens = centre.settings.auth_mode is AuthMode.ENTRA
app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS if checks_tokens else func.AuthLevel.FUNCTION)


@app.event_grid_trigger(arg_name="event")
async def ingest(event: func.EventGridEvent) -> None:
    """Turn an event of ACS into one message on the queue."""
    await centre.ingest(from_binding(event))


@app.service_bus_queue_trigger(
    arg_name="message", queue_name="conversations/$DeadLetterQueue", connection="ServiceBusConnection"
)
async def keep_dead_letter(message: func.ServiceBusMessage) -> None:
    """Keep a dead letter where a person can read and replay it."""
    await centre.keep_dead_letter(
        DeadLetter(
            message_id=message.message_id,
            subject=message.subject or message.label,
            session_id=message.session_id,
            body=message.get_body(),
            at=message.enqueued_time_utc,
            event_time=(message.application_properties or {}).get("eventTime"),
            reason=message.dead_letter_reason,
            description=message.dead_letter_error_description,
        )
    )


if not centre.problems:  # else nothing could be decided: messages wait in their queue, untouched

    @app.service_bus_queue_trigger(
        arg_name="message",
        queue_name="conversations",
        connection="ServiceBusConnection",
        is_sessions_enabled=True,
        cardinality=func.Cardinality.ONE,  # of a batch, one bad message would bring the good ones again
    )
    async def route(message: func.ServiceBusMessage) -> None:
        """Handle the next message of a session."""
        await centre.route(
            Arrival(
                subject=message.subject or message.label or "",
                body=message.get_body(),
                session_id=message.session_id or "",
                message_id=message.message_id,
                delivery_count=message.delivery_count or 1,
                enqueued_at=message.enqueued_time_utc,
                traceparent=str((message.application_properties or {}).get("traceparent", "")),
            )
        )
        centre.templates.learn_soon()  # after the worker's first message, which it must not slow down


def _request(req: func.HttpRequest) -> Request:
    return Request(
        method=req.method,
        url=req.url,
        headers=req.headers,
        params=with_slashes(req.route_params),
        query=req.params,
        body=req.get_body(),
    )


def _response(response: Response) -> func.HttpResponse:
    return func.HttpResponse(response.body, status_code=response.status, headers=response.headers)


if centre.settings.webhook:

    @app.route("events", methods=["POST", "OPTIONS"], auth_level=func.AuthLevel.ANONYMOUS)
    async def events(req: func.HttpRequest) -> func.HttpResponse:
        """Take what Event Grid sends to a webhook; the app checks its token."""
        return _response(await centre.events(_request(req)))


if centre.settings.whatsapp_webhook:

    @app.route("whatsapp", methods=["GET", "POST"], auth_level=func.AuthLevel.ANONYMOUS)
    async def whatsapp(req: func.HttpRequest) -> func.HttpResponse:
        """Take what Meta's webhook brings; the app checks its signature."""
        return _response(await centre.whatsapp(_request(req)))


def _register(route: Route) -> None:
    """Make a function of a route. Azure knows it by its name; who may call is for the app, once the host's key fits."""

    async def answer(req: func.HttpRequest) -> func.HttpResponse:
        response = _response(await centre.api(route.name, _request(req)))
        if not centre.problems:
            centre.templates.learn_soon()
        return response

    level = func.AuthLevel.ANONYMOUS if route.open_to_anyone else None
    bound = app.route(route.path, auth_level=level)(answer)  # all methods: the host would answer a wrong one with 404
    app.function_name(route.name)(bound)


for each in ROUTES.values():
    _register(each)

gc.freeze()  # nor is it looked through later, whenever messages have left garbage
gc.enable()
