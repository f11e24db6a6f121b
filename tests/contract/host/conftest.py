"""A host that runs `apps/good` beside the Service Bus stand-in; both are processes, as in the local stack."""

import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest_asyncio

from dev.stack.parts import Part
from dev.stack.ports import Ports, reserve_range
from dev.stack.processes import PartProcess
from dev.stack.settings import SERVICE_BUS, local_connections
from tests.contract.host.running_host import APP, KEY, RunningHost

_QUEUES = {
    "conversations": {
        "requiresSession": True,
        "lockDuration": "PT2S",
        "requiresDuplicateDetection": False,
        "maxDeliveryCount": 3,
        "maxSizeInMegabytes": 1024,
        "enablePartitioning": False,
    }
}


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def host(tmp_path_factory: Any) -> AsyncIterator[RunningHost]:
    folder: Path = tmp_path_factory.mktemp("host")
    record = folder / "record.jsonl"
    record.touch()
    queues = folder / "queues.json"
    queues.write_text(json.dumps(_QUEUES), encoding="utf-8")
    base, mark = reserve_range()
    ports = Ports(base)
    connection = local_connections(ports)[SERVICE_BUS]
    broker_options = ("--port", ports.service_bus, "--control-port", ports.service_bus_control, "--queues", queues)
    host_options = ("--app", APP, "--port", ports.api, "--key", KEY)
    settings = dict(os.environ) | {SERVICE_BUS: connection, "RECORD": str(record)}
    processes = [
        await PartProcess.start(_part("dev.stack.servicebus", broker_options, ports.service_bus), os.environ),
        await PartProcess.start(_part("dev.stack.host", host_options, ports.api), settings),
    ]
    try:
        for process in processes:
            await process.wait_ready()
        async with aiohttp.ClientSession() as http:
            yield RunningHost(
                api=f"http://127.0.0.1:{ports.api}",
                control=f"http://127.0.0.1:{ports.service_bus_control}",
                connection=connection,
                http=http,
                record=record,
            )
    finally:
        for process in reversed(processes):
            await process.end()
        mark.close()


def _part(module: str, options: tuple[object, ...], port: int) -> Part:
    return Part(name=module, command=(sys.executable, "-m", module, *map(str, options)), ports=(port,))
