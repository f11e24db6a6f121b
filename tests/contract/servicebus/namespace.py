"""The namespace under test: the stand-in in a process of its own, or a given one; and clients that are opened once.

A given namespace (`SERVICEBUS_CONTRACT_CONNECTION`: a real one or the official emulator) must have the queues of
`queues.json` beside this file, empty. It has no control port, so tests that need one are skipped.
"""

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from azure.servicebus import NEXT_AVAILABLE_SESSION, ServiceBusMessage, ServiceBusReceivedMessage
from azure.servicebus.aio import ServiceBusClient, ServiceBusReceiver, ServiceBusSender

from dev.stack.ports import Ports, reserve_range

QUEUES = Path(__file__).with_name("queues.json")
ROOT = Path(__file__).parents[3]
START_SECONDS = 20
GIVEN = "SERVICEBUS_CONTRACT_CONNECTION"


@dataclass(frozen=True, slots=True, kw_only=True)
class Namespace:
    """Where the queues are; `control` is the origin of the stand-in's control port, None for a given namespace."""

    connection: str
    control: str | None

    def call(self, path: str, body: dict[str, float] | None = None) -> Any:
        """Call the control port: POST with a body, else GET; return the JSON answer."""
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(urllib.request.Request(f"{self.control}{path}", data), timeout=5) as response:
            return json.load(response)


def free_port() -> int:
    """Return a port of loopback that nobody listens on, for who will not listen either."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def connection_string(port: int) -> str:
    """Return the connection string of a stand-in."""
    return f"Endpoint=sb://127.0.0.1:{port};SharedAccessKeyName=local;SharedAccessKey=local;UseDevelopmentEmulator=true"


def start(port: int, control_port: int, queues: Path = QUEUES) -> subprocess.Popen[str]:
    """Start the stand-in, which ends with this process however that ends."""
    leash = [sys.executable, "-m", "dev.stack.leash", str(ROOT)]
    command = [sys.executable, "-m", "dev.stack.servicebus", "--port", str(port), "--control-port", str(control_port)]
    return subprocess.Popen(
        [*leash, *command, "--queues", str(queues)], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def run_to_its_end(port: int, control_port: int, queues: Path = QUEUES) -> tuple[int, str]:
    """Start a stand-in that can't run; return its exit code and what it says about that."""
    process = start(port, control_port, queues)
    _, errors = process.communicate(timeout=START_SECONDS)
    return process.returncode, errors


@contextmanager
def running_namespace(queues: Path = QUEUES) -> Iterator[Namespace]:
    """Yield the given namespace, or a stand-in that runs meanwhile on ports that no other test run takes."""
    if given := os.environ.get(GIVEN):
        yield Namespace(connection=given, control=None)
        return
    base, mark = reserve_range()
    ports = Ports(base)
    with mark:
        process = start(ports.service_bus, ports.service_bus_control, queues)
        try:
            connection, control = connection_string(ports.service_bus), f"http://127.0.0.1:{ports.service_bus_control}"
            namespace = Namespace(connection=connection, control=control)
            until(lambda: answers(namespace), "the stand-in answers")
            yield namespace
        finally:
            process.terminate()
            output, errors = process.communicate(timeout=10)
    assert (process.returncode, output, errors) == (0, "", "")


def answers(namespace: Namespace) -> bool:
    """Return whether the control port answers; it is the last that opens."""
    try:
        namespace.call("/queues")
    except urllib.error.URLError:
        return False
    return True


def until(condition: Callable[[], bool], what: str, seconds: float = START_SECONDS) -> None:
    """Wait for a condition, with a deadline."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.02)


def fresh_id() -> str:
    """Return an id that no other test uses."""
    return uuid4().hex


class Clients:
    """Clients of a namespace. Opening and closing one costs half a second in the SDK: all are closed at once."""

    def __init__(self, namespace: Namespace, retries: int = 0) -> None:
        self._client = ServiceBusClient.from_connection_string(
            namespace.connection, retry_total=retries, retry_backoff_factor=0.1
        )
        self._senders: dict[str, ServiceBusSender] = {}
        self._receivers: list[ServiceBusReceiver] = []

    async def send(self, queue: str, *messages: ServiceBusMessage) -> None:
        """Send each message by itself."""
        sender = self.sender(queue)
        for message in messages:
            await sender.send_messages(message)

    def sender(self, queue: str) -> ServiceBusSender:
        """Return the one sender of a queue."""
        return self._senders.setdefault(queue, self._client.get_queue_sender(queue))

    def receiver(self, queue: str, **options: Any) -> ServiceBusReceiver:
        """Return a new receiver; it opens with its first use."""
        receiver = self._client.get_queue_receiver(queue, **options)
        self._receivers.append(receiver)
        return receiver

    def session(self, queue: str, session_id: str, **options: Any) -> ServiceBusReceiver:
        """Return a new receiver of a session."""
        return self.receiver(queue, session_id=session_id, **options)

    def next_session(self, queue: str, wait: float = 5, **options: Any) -> ServiceBusReceiver:
        """Return a new receiver of the next available session, waiting so many seconds for one."""
        return self.receiver(queue, session_id=NEXT_AVAILABLE_SESSION, max_wait_time=wait, **options)

    async def close(self) -> None:
        """Close every client."""
        await in_parallel(*(client.close() for client in (*self._receivers, *self._senders.values())))
        await self._client.close()


async def in_parallel(*awaitables: Awaitable[Any]) -> None:
    """Await all of them at once."""
    await asyncio.gather(*awaitables)


async def failures(*awaitables: Awaitable[Any]) -> list[Any]:
    """Await all of them at once and return what each raised, or returned."""
    return await asyncio.gather(*awaitables, return_exceptions=True)


async def receive(receiver: ServiceBusReceiver, count: int = 1, wait: float = 10) -> list[ServiceBusReceivedMessage]:
    """Receive exactly `count` messages, within `wait` seconds each."""
    messages: list[ServiceBusReceivedMessage] = []
    while len(messages) < count:
        more = await receiver.receive_messages(count - len(messages), max_wait_time=wait)
        assert more, f"{len(messages)} of {count} messages came"
        messages += more
    return messages


async def receive_one(receiver: ServiceBusReceiver, wait: float = 10) -> ServiceBusReceivedMessage:
    """Receive the one message that is due."""
    [message] = await receive(receiver, 1, wait)
    return message


async def nothing_comes(receiver: ServiceBusReceiver) -> bool:
    """Return whether no message comes at once."""
    return not await receiver.receive_messages(1, max_wait_time=0.3)


def texts(messages: list[ServiceBusReceivedMessage]) -> list[str]:
    """Return the bodies, in order."""
    return [str(message) for message in messages]


def numbered(count: int, **fields: Any) -> list[ServiceBusMessage]:
    """Return messages with the bodies "0", "1" and so on."""
    return [ServiceBusMessage(str(number), **fields) for number in range(count)]
