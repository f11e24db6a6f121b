"""The app's settings in the local stack.

`local.settings.sample.json` gives every setting a safe value, the stack's own addresses replace the connections, and
what the environment already has wins over both.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from dev.stack.errors import StackError
from dev.stack.ports import Ports

SERVICE_BUS = "ServiceBusConnection"
TABLES = "TableStorageConnection"
WHATSAPP = "CommunicationServicesConnection"
MEDIA = "MediaStorageConnection"

GRAPH_URL = "WHATSAPP_GRAPH_URL"

META = {
    "WHATSAPP_ACCESS_TOKEN": "local-access-token",
    "WHATSAPP_APP_SECRET": "local-app-secret",
    "WHATSAPP_VERIFY_TOKEN": "local-verify-token",
}
"""What an app at Meta proves itself with, and what Meta proves itself to it with."""

KEY = "local"
"""Function, master and system key of the host in one."""

ACCESS_KEY = "bG9jYWwtc3RhY2sta2V5LW9mLXRoZS1zdGFuZC1pbg=="
_STORAGE_KEY = (
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="  # Azurite's own
)


def local_connections(ports: Ports) -> dict[str, str]:
    """Where the parts that the stack starts are, by setting: connection strings, and who may frame the web desk."""
    account = "http://127.0.0.1:{}/devstoreaccount1"
    storage = (
        f"DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey={_STORAGE_KEY};"
        f"TableEndpoint={account.format(ports.tables)};BlobEndpoint={account.format(ports.blobs)};"
        f"QueueEndpoint={account.format(ports.queues)};"
    )
    return {
        SERVICE_BUS: f"Endpoint=sb://127.0.0.1:{ports.service_bus};SharedAccessKeyName=RootManageSharedAccessKey;"
        "SharedAccessKey=local;UseDevelopmentEmulator=true",
        TABLES: storage,
        WHATSAPP: f"endpoint=http://127.0.0.1:{ports.whatsapp}/;accesskey={ACCESS_KEY}",
        MEDIA: storage,
        "AzureWebJobsStorage": storage,
        "DESK_FRAMED_BY": f"http://127.0.0.1:{ports.whatsapp}",
    }


def meta_settings(ports: Ports) -> dict[str, str]:
    """What an app with a number on the Cloud API needs beside: its secrets at Meta, and where Meta is."""
    return {**META, GRAPH_URL: f"http://127.0.0.1:{ports.whatsapp}"}


def app_settings(app: Path, connections: Mapping[str, str], environment: Mapping[str, str]) -> dict[str, str]:
    """The environment of the Functions host. Raises StackError for an unreadable sample."""
    fixed = {"FUNCTIONS_WORKER_RUNTIME": "python", "AUTH_MODE": "key", "DESK_LOCAL_KEY": KEY}
    given = {name: value for name, value in environment.items() if value or name not in connections}
    return _sample(app) | fixed | dict(connections) | given


def _sample(app: Path) -> dict[str, str]:
    file = app / "local.settings.sample.json"
    try:
        values = json.loads(file.read_text(encoding="utf-8"))["Values"]
    except FileNotFoundError:
        return {}
    except (ValueError, KeyError) as error:
        raise StackError(f"{file} has to be a JSON object with the settings under Values: {error!r}") from error
    return {name: str(value) for name, value in values.items()}
