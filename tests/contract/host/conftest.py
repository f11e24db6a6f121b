"""A host that runs `apps/good` beside the Service Bus stand-in; both are processes, as in the local stack."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest_asyncio
from azure.servicebus import ServiceBusMessage
from azure.servicebus.aio import ServiceBusClient

from dev.stack.parts import Part
from dev.stack.ports import Ports, reserve_range
from dev.stack.processes import PartProcess
from dev.stack.settings import SERVICE_BUS, local_connections

APP = Path(__file__).parent / "apps" / "good"
KEY = "the-key"
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
_DEADLINE_SECONDS = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningHost:
    """The host under test, an HTTP client for it, and the queue that it listens to."""

    api: str
    control: str
    connection: str
    http: aiohttp.ClientSession
    record: Path

    async def send(self, message_id: str, session: str, body: dict[str, Any] | None = None) -> None:
        async with (
            ServiceBusClient.from_connection_string(self.connection) as client,
            client.get_queue_sender("conversations") as sender,
        ):
            message = ServiceBusMessage(
                json.dumps(body or {}),
                message_id=message_id,
                session_id=session,
                subject="test",
                content_type="application/json",
                application_properties={"source": "a test"},
            )
            await sender.send_messages(message)

    def recorded(self, **wanted: Any) -> list[dict[str, Any]]:
        """What the app recorded with these values, oldest first."""
        entries = [json.loads(line) for line in self.record.read_text(encoding="utf-8").splitlines()]
        return [entry for entry in entries if wanted.items() <= entry.items()]

    async def wait_recorded(self, count: int = 1, **wanted: Any) -> list[dict[str, Any]]:
        """The same, once there are `count` of them."""
        await eventually(lambda: len(self.recorded(**wanted)) >= count)
        return self.recorded(**wanted)

    async def worker_pid(self) -> int:
        async with self.http.get(f"{self.api}/admin/worker") as response:
            return int((await response.json())["pid"])

    async def queue(self) -> dict[str, int]:
        async with self.http.get(f"{self.control}/queues") as response:
            counts: dict[str, int] = (await response.json())["conversations"]
            return counts


async def eventually(condition: Callable[[], bool]) -> None:
    """Wait until the condition holds. Raises TimeoutError after a while."""
    async with asyncio.timeout(_DEADLINE_SECONDS):
        while True:
            if condition():
                return
            await asyncio.sleep(0.02)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
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
        await PartProcess.start(_part("dev.servicebus", broker_options, ports.service_bus), os.environ),
        await PartProcess.start(_part("dev.host", host_options, ports.api), settings),
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
