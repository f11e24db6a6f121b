"""A small app with one function for each thing that the host promises; what it did can be read over HTTP."""

import asyncio
import json
import logging
import os
import sys
from pathlib import Path

import azure.functions as func

app = func.FunctionApp()
RECORD = Path(os.environ["RECORD"])


def record(entry: dict[str, object]) -> None:
    with RECORD.open("a", encoding="utf-8") as file:
        file.write(json.dumps(entry) + "\n")


async def do_as_told(order: str) -> None:
    if order.startswith("fail"):
        raise RuntimeError("as told")
    if order == "take longer than the lock":
        await asyncio.sleep(2.5)
    if order == "hang":
        await asyncio.sleep(60)


@app.route("open", auth_level=func.AuthLevel.ANONYMOUS, methods=["GET"])
async def open_to_all(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("open")


@app.route("webhook", auth_level=func.AuthLevel.ANONYMOUS, methods=["POST", "OPTIONS"])
async def webhook(req: func.HttpRequest) -> func.HttpResponse:
    heard = {"method": req.method, "authorization": req.headers.get("Authorization")}
    return func.HttpResponse(json.dumps(heard), headers={"WebHook-Allowed-Origin": "all"})


@app.route("things/{id:guid}/parts/{part}", methods=["GET", "PUT"])
async def thing(req: func.HttpRequest) -> func.HttpResponse:
    answer = {
        "params": dict(req.route_params),
        "query": dict(req.params),
        "method": req.method,
        "url": req.url,
        "agent": req.headers.get("X-Agent-Id"),
        "body": req.get_body().decode(),
    }
    return func.HttpResponse(
        json.dumps(answer), status_code=201, mimetype="application/json", headers={"X-Made": "here"}
    )


@app.route("things/{name}", methods=["GET"])
async def thing_by_name(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(f"thing {req.route_params['name']}")


@app.route("things/special", methods=["GET"])
def special(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("special", headers={"Set-Cookie": "seen=yes; Path=/"})


@app.route("things/zebra", methods=["GET"])
def zebra(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("zebra")


@app.route("path", methods=["GET"])
async def path(req: func.HttpRequest) -> func.HttpResponse:
    logging.getLogger("app").info("a line of the app's log")
    return func.HttpResponse(json.dumps({"path": sys.path, "cwd": os.getcwd()}))  # noqa: PTH109


@app.route("trace", auth_level=func.AuthLevel.ANONYMOUS, methods=["GET"])
async def trace(req: func.HttpRequest, context: func.Context) -> func.HttpResponse:
    return func.HttpResponse(context.trace_context.trace_parent)


@app.route("orders/{order}", methods=["POST"])
async def obey(req: func.HttpRequest) -> func.HttpResponse:
    await do_as_told(req.route_params["order"])
    return func.HttpResponse("obeyed")


@app.event_grid_trigger(arg_name="event")
async def take(event: func.EventGridEvent, context: func.Context) -> None:
    record({"event": event.id, "trace": context.trace_context.trace_parent})
    await do_as_told(event.get_json().get("order", ""))


@app.service_bus_queue_trigger(
    arg_name="message",
    connection="ServiceBusConnection",
    queue_name="conversations",
    is_sessions_enabled=True,
    cardinality=func.Cardinality.ONE,
)
async def handle(message: func.ServiceBusMessage, context: func.Context) -> None:
    body = json.loads(message.get_body())
    record(
        {
            "message": message.message_id,
            "session": message.session_id,
            "subject": message.subject,
            "contentType": message.content_type,
            "delivery": message.delivery_count,
            "properties": message.application_properties,
            "enqueued": message.enqueued_time_utc.isoformat() if message.enqueued_time_utc else None,
            "lockedUntil": message.locked_until.isoformat() if message.locked_until else None,
            "worker": os.getpid(),
            "trace": context.trace_context.trace_parent,
        }
    )
    if message.delivery_count is not None and message.delivery_count <= body.get("times", 0):
        await do_as_told(body["order"])
    record({"done": message.message_id})


@app.service_bus_queue_trigger(
    arg_name="message",
    connection="ServiceBusConnection",
    queue_name="conversations/$DeadLetterQueue",
    cardinality=func.Cardinality.ONE,
)
async def bury(message: func.ServiceBusMessage) -> None:
    record({"dead": message.message_id, "reason": message.dead_letter_reason})
    if json.loads(message.get_body())["order"] == "fail, to be buried slowly":
        await asyncio.sleep(2.5)
    record({"buried": message.message_id})


if not RECORD.with_suffix(".without").exists():

    @app.route("sometimes", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
    async def sometimes(req: func.HttpRequest) -> func.HttpResponse:
        return func.HttpResponse("there")
