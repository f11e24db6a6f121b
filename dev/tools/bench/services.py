"""The services of a bench: Azurite and the stand-ins as processes of their own, so that none of their work counts."""

import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path

from dev.stack.parts import REPOSITORY, Part, azurite, service_bus, whatsapp
from dev.stack.ports import Ports, reserve_range
from dev.stack.processes import PartProcess
from dev.stack.settings import TABLES, app_settings, local_connections
from dev.stack.tables import create_tables

_CONFIGURATION = "contact_center.yaml"


@asynccontextmanager
async def running_services(data: Path) -> AsyncIterator[Mapping[str, str]]:
    """Start them on free ports with their data in a folder; the app's settings. Raises StackError."""
    base, mark = reserve_range()
    ports = Ports(base)
    connections = local_connections(ports)
    emulators = [
        azurite(ports, data),
        service_bus(ports),
        whatsapp(ports, REPOSITORY / _CONFIGURATION),
        _webhook(ports),
    ]
    parts = [replace(part, output=data / f"{place}.log") for place, part in enumerate(emulators)]
    with mark:
        async with AsyncExitStack() as ends:
            processes = []
            for part in parts:
                processes.append(await PartProcess.start(part, os.environ))
                ends.push_async_callback(processes[-1].end)
            for process in processes:
                await process.wait_ready()
            await create_tables(connections[TABLES])
            yield app_settings(REPOSITORY, {}, os.environ) | connections | {"CONTACT_CENTER_FILE": _CONFIGURATION}


def _webhook(ports: Ports) -> Part:
    """Stands where the Functions host would take the events of the WhatsApp stand-in."""
    return Part(
        name="the webhook",
        command=(sys.executable, "-m", "dev.tools.bench.webhook", "--port", str(ports.api)),
        ports=(ports.api,),
    )
