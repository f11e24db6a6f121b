"""The host under test as its tests see it: HTTP, the queue that it listens to, and what its app recorded."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from azure.servicebus import ServiceBusMessage
from azure.servicebus.aio import ServiceBusClient

APP = Path(__file__).parent / "apps" / "good"
KEY = "the-key"
_DEADLINE_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningHost:
    """The host under test, an HTTP client for it, and the queue that it listens to."""

    api: str
    control: str
    connection: str
    http: aiohttp.ClientSession
    record: Path

    async def send(
        self, session: str, *message_ids: str, order: str = "", times: int = 0, traceparent: str | None = None
    ) -> None:
        """Send messages to a session; the app obeys `order` the first `times` that it sees one."""
        properties: dict[str | bytes, Any] = {"source": "a test"}
        if traceparent:
            properties["traceparent"] = traceparent
        messages = [
            ServiceBusMessage(
                json.dumps({"order": order, "times": times}),
                message_id=message_id,
                session_id=session,
                subject="test",
                content_type="application/json",
                application_properties=properties,
            )
            for message_id in message_ids
        ]
        async with (
            ServiceBusClient.from_connection_string(self.connection) as client,
            client.get_queue_sender("conversations") as sender,
        ):
            await sender.send_messages(messages)

    def recorded(self, **wanted: Any) -> list[dict[str, Any]]:
        """What the app recorded with these values, oldest first."""
        lines = self.record.read_text(encoding="utf-8").splitlines(keepends=True)
        entries = [json.loads(line) for line in lines if line.endswith("\n")]  # the last one may be half written
        return [entry for entry in entries if wanted.items() <= entry.items()]

    async def wait_recorded(self, count: int = 1, **wanted: Any) -> list[dict[str, Any]]:
        """The same, once there are `count` of them."""

        async def are_recorded() -> bool:
            return len(self.recorded(**wanted)) >= count

        await eventually(are_recorded)
        return self.recorded(**wanted)

    async def worker_pid(self) -> int:
        async with self.http.get(f"{self.api}/admin/worker") as response:
            return int((await response.json())["pid"])

    async def wait_empty(self) -> None:
        """Wait until nothing waits or runs in the queue and its dead letters."""
        await eventually(self._is_empty)

    async def accepting(self) -> int:
        """How many receivers wait for a session."""
        return (await self._counts())["accepting"]

    async def _counts(self) -> dict[str, int]:
        async with self.http.get(f"{self.control}/queues") as response:
            counts: dict[str, int] = (await response.json())["conversations"]
            return counts

    async def _is_empty(self) -> bool:
        counts = await self._counts()
        return not counts["active"] and not counts["locked"] and not counts["deadLetter"]


async def eventually(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait until the condition holds. Raises TimeoutError after a while."""
    async with asyncio.timeout(_DEADLINE_SECONDS):
        while True:
            if await condition():
                return
            await asyncio.sleep(0.02)
