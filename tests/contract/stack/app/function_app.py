"""An app that takes events and tells its settings."""

import json
import os

import azure.functions as func

app = func.FunctionApp()
SETTINGS = (
    "ServiceBusConnection",
    "TableStorageConnection",
    "MediaStorageConnection",
    "CommunicationServicesConnection",
    "AUTH_MODE",
    "FUNCTIONS_WORKER_RUNTIME",
    "ONLY_IN_THE_SAMPLE",
)


@app.event_grid_trigger(arg_name="event")
async def ingest(event: func.EventGridEvent) -> None:
    """Take any event."""


@app.route("settings", methods=["GET"])
async def settings(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(json.dumps({name: os.environ[name] for name in SETTINGS}))


@app.route("meta", methods=["GET"])
async def meta(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(json.dumps({name: value for name, value in os.environ.items() if "WHATSAPP_" in name}))
