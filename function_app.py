"""The functions: bindings only. What each does is in `shared`; `shared.composition` puts it together."""

from pathlib import Path

import azure.functions as func

from shared.api.exchange import Request, Response
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
    await centre.quarantine.keep_dead_letter(
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
                traceparent=str((message.application_properties or {}).get("traceparent", "")),
            )
        )


def _request(req: func.HttpRequest) -> Request:
    return Request(
        method=req.method, headers=req.headers, params=req.route_params, query=req.params, body=req.get_body()
    )


def _response(response: Response) -> func.HttpResponse:
    return func.HttpResponse(response.body, status_code=response.status, headers=response.headers)


if centre.settings.webhook:

    @app.route("events", methods=["POST", "OPTIONS"], auth_level=func.AuthLevel.ANONYMOUS)
    async def events(req: func.HttpRequest) -> func.HttpResponse:
        """Take what Event Grid sends to a webhook; the app checks its token."""
        return _response(await centre.events(_request(req)))


async def _answer(name: str, req: func.HttpRequest) -> func.HttpResponse:
    """Hand a request to the API's route of that name."""
    return _response(await centre.api(name, _request(req)))


@app.route("conversations/{conversationId}/replies", methods=["POST"])
async def reply(req: func.HttpRequest) -> func.HttpResponse:
    """Send a reply, or hold it."""
    return await _answer("reply", req)


@app.route("conversations/{conversationId}/replies/{replyId}", methods=["GET", "DELETE"])
async def replies(req: func.HttpRequest) -> func.HttpResponse:
    """Read a reply, or take a held one back."""
    return await _answer("replies", req)


@app.route("conversations", methods=["GET"])
async def conversations(req: func.HttpRequest) -> func.HttpResponse:
    """List conversations."""
    return await _answer("conversations", req)


@app.route("conversations/{conversationId}", methods=["GET"])
async def conversation(req: func.HttpRequest) -> func.HttpResponse:
    """Read a conversation."""
    return await _answer("conversation", req)


@app.route("conversations/{conversationId}/messages", methods=["GET"])
async def messages(req: func.HttpRequest) -> func.HttpResponse:
    """Read a conversation's history."""
    return await _answer("messages", req)


@app.route("contacts/{contactId}", methods=["GET", "PATCH"])
async def contact(req: func.HttpRequest) -> func.HttpResponse:
    """Read a contact, or note its name or language."""
    return await _answer("contact", req)


@app.route("contacts/{contactId}/conversations", methods=["GET"])
async def contact_conversations(req: func.HttpRequest) -> func.HttpResponse:
    """List a contact's conversations."""
    return await _answer("contact_conversations", req)


@app.route("agents", methods=["GET"])
async def agents(req: func.HttpRequest) -> func.HttpResponse:
    """List agents."""
    return await _answer("agents", req)


@app.route("agents/{agentId}", methods=["GET", "PUT"])
async def agent(req: func.HttpRequest) -> func.HttpResponse:
    """Read or write an agent's record."""
    return await _answer("agent", req)


@app.route("quarantine", methods=["GET"])
async def quarantine(req: func.HttpRequest) -> func.HttpResponse:
    """List the quarantine."""
    return await _answer("quarantine", req)


@app.route("quarantine/{itemId}/replay", methods=["POST"])
async def quarantine_replay(req: func.HttpRequest) -> func.HttpResponse:
    """Send an item of the quarantine again."""
    return await _answer("quarantine_replay", req)


@app.route("quarantine/{itemId}", methods=["DELETE"])
async def quarantine_item(req: func.HttpRequest) -> func.HttpResponse:
    """Forget an item of the quarantine."""
    return await _answer("quarantine_item", req)


@app.route("health", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
async def health(req: func.HttpRequest) -> func.HttpResponse:
    """Say that the app lives."""
    return await _answer("health", req)


@app.route("health/ready", methods=["GET"])
async def ready(req: func.HttpRequest) -> func.HttpResponse:
    """Say whether the app can do its work."""
    return await _answer("ready", req)


@app.route("openapi.json", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
async def openapi(req: func.HttpRequest) -> func.HttpResponse:
    """Describe the API."""
    return await _answer("openapi", req)
