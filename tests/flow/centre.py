"""The contact centre under test: what its customers, its team and its operators do and see, over real addresses."""

import itertools
import os
import re
import signal
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp

from dev.stack.running import RunningStack
from dev.stack.whatsapp.catalogue import Provider
from shared.vocabulary.identity import message_hash
from tests.flow.events import Events
from tests.flow.table_storage import TableStorage
from tests.flow.waiting import eventually, until

SUPPORT = "support_fr"
HASTY = "hasty"
BLOCKED = "blocked"
NUMBERS = "9997316"
WORKER_DIED = 502
GREETING = "Bonjour, nous vous répondons bientôt."
IDLE = {"active": 0, "locked": 0, "deadLetter": 0}

type Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer of the API."""

    status: int
    body: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Centre:
    """One running contact centre.

    Attributes:
        provider: Where its numbers are.
        feeds: What each provider tells of, on its way to the app.
        settings: Its app's.
        configuration: Its file.
        sign_in: Makes the headers of a call by an agent's id and role, where it is not a key.
    """

    http: aiohttp.ClientSession
    stack: RunningStack
    provider: Provider
    feeds: Mapping[Provider, Events]
    tables: TableStorage
    whatsapp: str
    settings: Mapping[str, str]
    configuration: Path
    sign_in: Callable[[str, str], Mapping[str, str]] | None = None
    numbers: Iterator[str] = field(default_factory=lambda: (f"{NUMBERS}{last:04}" for last in itertools.count(1)))

    @property
    def events(self) -> Events:
        """What the provider tells of, on its way to the app."""
        return self.feeds[self.provider]

    @property
    def api(self) -> str:
        """The origin of the API."""
        origin: str = self.stack.ready["api"]
        return origin

    async def call(
        self,
        method: str,
        path: str,
        body: Json | None = None,
        *,
        role: str = "Supervisor",
        agent: str = "sam",
        key: str | None = None,
        api: str | None = None,
    ) -> Answer:
        """Call the API as somebody of the team; `key` is an Idempotency-Key, `api` another worker's origin."""
        headers = dict(self.sign_in(agent, role) if self.sign_in else self.key(agent, role))
        if key:
            headers["Idempotency-Key"] = key
        url = f"{api or self.api}/api{path}"
        async with self.http.request(method, url, headers=headers, json=body) as answer:
            is_json = "json" in answer.content_type
            return Answer(status=answer.status, body=await answer.json(content_type=None) if is_json else {})

    def key(self, agent: str, role: str) -> Mapping[str, str]:
        """The headers of a call with the app's key."""
        return {"x-functions-key": self.stack.ready["key"], "X-Agent-Id": agent, "X-Agent-Role": role}

    async def items(self, path: str, *, role: str = "Supervisor") -> list[Json]:
        """Every page of a list."""
        items: list[Json] = []
        cursor: str | None = ""
        while cursor is not None:
            query = urlencode({"limit": 100} | ({"cursor": cursor} if cursor else {}))
            page = await self.page(f"{path}{'&' if '?' in path else '?'}{query}", role=role)
            items += page["items"]
            cursor = page["nextCursor"]
        return items

    async def page(self, path: str, *, role: str = "Supervisor") -> Json:
        """A page of a list; it is asked for again when the worker dies meanwhile."""

        async def answered() -> Answer | None:
            answer = await self.call("GET", path, role=role)
            return None if answer.status == WORKER_DIED else answer

        answer = await until(answered, f"an answer to GET {path}")
        assert answer.status == 200, answer
        return answer.body

    async def history(self, conversation_id: str) -> list[Json]:
        """The lines of a conversation, oldest first."""
        return (await self.items(f"/conversations/{conversation_id}/messages"))[::-1]

    async def dead_letters(self) -> list[Json]:
        """The dead letters in quarantine."""
        return await self.items("/quarantine?source=dead_letter", role="Admin")

    async def kill_worker(self) -> None:
        """End the worker process as a crash does. The host starts another."""
        os.kill(await until(self.stack.worker_pid, "a worker runs"), signal.SIGKILL)

    async def next_worker(self) -> None:
        """Wait until a worker serves the API."""

        async def healthy() -> bool:
            try:
                return (await self.call("GET", "/health")).status == 200
            except aiohttp.ClientError:
                return False

        await until(healthy, "a worker that answers")

    async def restart_worker(self) -> None:
        """Have another worker read settings and configuration."""
        await self.kill_worker()
        await self.next_worker()

    @asynccontextmanager
    async def another_configuration(self, text: str) -> AsyncIterator[None]:
        """Meanwhile workers have a configuration file with this text."""
        before = self.configuration.read_text(encoding="utf-8")
        self.configuration.write_text(text, encoding="utf-8")
        try:
            await self.restart_worker()
            yield
        finally:
            self.configuration.write_text(before, encoding="utf-8")
            await self.restart_worker()

    async def queues(self) -> dict[str, dict[str, int]]:
        """The broker's counts of each queue."""
        async with self.http.get(f"{self.stack.ready['serviceBusControl']}/queues") as answer:
            counts: dict[str, dict[str, int]] = await answer.json()
            return counts

    async def is_idle(self) -> None:
        """Wait until nothing is in the queue of conversations, and nothing has been dead-lettered."""

        async def counts() -> dict[str, int]:
            queue = (await self.queues())["conversations"]
            return {name: queue[name] for name in IDLE}

        await eventually(counts, IDLE)

    async def advance(self, seconds: float) -> None:
        """Let time pass for what waits at the broker."""
        await self._order(f"{self.stack.ready['serviceBusControl']}/clock", {"advance": seconds})

    async def cut_connections(self) -> None:
        """Drop every connection to the broker at once."""
        await self._order(f"{self.stack.ready['serviceBusControl']}/connections/cut", {})

    async def broker_outage(self, seconds: float) -> None:
        """Let nobody reach the broker for a while."""
        await self._order(f"{self.stack.ready['serviceBusControl']}/outage", {"seconds": seconds})

    async def channel_fault(self, status: int | str, *, sends: int = 1, **details: int) -> None:
        """Let the next sends go wrong (design: the local stack)."""
        await self._order(f"{self.whatsapp}/faults", {"next": sends, "status": status, **details})

    async def hold_webhooks(self, channel: str) -> None:
        """Have Meta's webhooks about a number wait until the channel is mended."""
        await self._order(f"{self.whatsapp}/faults", {"webhooks": "hold", "channel": channel})

    async def mend_channel(self) -> None:
        """Forget the faults that no send has met, and let webhooks go."""
        async with self.http.delete(f"{self.whatsapp}/faults") as answer:
            assert answer.status == 204

    async def sends(self, number: str) -> list[Json]:
        """What the channel took for a customer; `calls` counts the repetitions of each."""
        async with self.http.get(f"{self.whatsapp}/sends") as answer:
            return [each for each in await answer.json() if each["to"] == f"+{number}"]

    async def routed(self, message_id: str) -> list[int]:
        """In which of its deliveries the app has handled a message of the queue, says its log.

        What the app did can be seen before its log says so.
        """
        if message_id.startswith("wamid."):  # there is a number in it
            wamid, *status = message_id.split(":")
            message_id = ":".join([message_hash(wamid), *status])
        lines = [line for line in self.log().splitlines() if '"step": "route",' in line]
        deliveries = [
            re.search(r'"delivery": (\d+)', line) for line in lines if f'"message_id": "{message_id}"' in line
        ]
        return [int(delivery[1]) for delivery in deliveries if delivery]

    async def timers(self, conversation_id: str) -> int:
        """How many timers of a conversation's contact the app has handled, says its log; likewise."""
        lines = self.log().splitlines()
        return sum('"subject": "timer"' in line and conversation_id in line for line in lines)

    def logged_numbers(self) -> list[str]:
        """The phone numbers of customers in the log; the same digits inside an id are none."""
        return re.findall(rf"(?<![0-9a-fA-F]){NUMBERS}\d{{4}}(?![0-9a-fA-F])", self.log())

    def log(self) -> str:
        """What the stack has printed so far."""
        return self.stack.log.read_text(encoding="utf-8", errors="replace")

    async def _order(self, url: str, body: Mapping[str, object]) -> None:
        async with self.http.post(url, json=body) as answer:
            assert answer.status in (200, 201), await answer.text()
