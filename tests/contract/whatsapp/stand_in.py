"""The stand-in on a free port, with a webhook that keeps its events, and short words for what tests do with it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from dev.stack.whatsapp.access import AccessKey
from dev.stack.whatsapp.catalogue import Catalogue, Channel
from dev.stack.whatsapp.server import serve
from dev.stack.whatsapp.templates import Template
from tests.contract.whatsapp.serving import serving

KEY = "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s="
CHANNEL = "11111111-1111-1111-1111-111111111111"
NUMBER = "33612345678"
_DEADLINE = 5.0


@dataclass(slots=True, kw_only=True)
class Webhook:
    """Takes events as the Functions host does. `answers` are the statuses of the next requests; then 202."""

    events: list[dict[str, Any]] = field(default_factory=list)
    tries: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def take(self, request: web.Request) -> web.Response:
        """One request of Event Grid."""
        events = await request.json()
        status = self.answers.pop(0) if self.answers else 202
        async with self._changed:
            self.headers.append(dict(request.headers))
            self.tries.extend(events)
            if status < 300:
                self.events.extend(events)
            self._changed.notify_all()
        return web.Response(status=status)

    async def until(self, is_so: Callable[[], object]) -> None:
        """Waits until something is so, looking again whenever an event came."""
        async with asyncio.timeout(_DEADLINE), self._changed:
            await self._changed.wait_for(is_so)

    def data(self, event_type: str = "AdvancedMessageReceived") -> list[dict[str, Any]]:
        """The data of the events of a type, in the order in which they came."""
        return [event["data"] for event in self.events if event["eventType"].endswith(event_type)]

    def statuses(self, message_id: str) -> list[str]:
        """The statuses of a message, in the order in which they came."""
        updates = self.data("AdvancedMessageDeliveryStatusUpdated")
        return [update["status"] for update in updates if update["messageId"] == message_id]

    async def status(self, message_id: str, status: str) -> dict[str, Any]:
        """Waits for a status of a message, and returns its data."""
        await self.until(lambda: status in self.statuses(message_id))
        updates = self.data("AdvancedMessageDeliveryStatusUpdated")
        return next(each for each in updates if each["messageId"] == message_id and each["status"] == status)


@dataclass(frozen=True, slots=True, kw_only=True)
class StandIn:
    """A running stand-in."""

    address: str
    webhook: Webhook
    session: aiohttp.ClientSession

    async def call(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """One call of the phone API: the status and the JSON of the answer."""
        async with self.session.request(method, f"{self.address}{path}", json=body) as answer:
            return answer.status, await answer.json() if answer.content_type == "application/json" else None

    async def write(self, number: str = NUMBER, **body: object) -> str:
        """A customer writes; the message's id."""
        status, answer = await self.call("POST", f"/phones/{number}/messages", body)
        assert status == 201, answer
        message_id: str = answer["messageId"]
        return message_id

    async def messages(self, number: str = NUMBER) -> list[dict[str, Any]]:
        """What is on a phone."""
        _, answer = await self.call("GET", f"/phones/{number}/messages")
        messages: list[dict[str, Any]] = answer["messages"]
        return messages

    async def sends(self) -> list[dict[str, Any]]:
        """Every accepted send."""
        _, answer = await self.call("GET", "/sends")
        sends: list[dict[str, Any]] = answer
        return sends

    async def fault(self, **fault: object) -> None:
        """Orders a fault."""
        status, answer = await self.call("POST", "/faults", fault)
        assert status == 201, answer


def catalogue(*more: Channel) -> Catalogue:
    """One channel (and more, if given) with a template in two languages."""
    texts = {"fr": "Bonjour {{1}}, nous avons une réponse : {{2}}", "en_US": "Hello {{1}}, we have an answer: {{2}}"}
    templates = [Template.of_text(text, name="follow_up", language=language) for language, text in texts.items()]
    return Catalogue([Channel(name="support", id=CHANNEL, number="+33123456789"), *more], templates)


@asynccontextmanager
async def listening(webhook: Webhook, port: int = 0) -> AsyncIterator[str]:
    """Serves a webhook; yields its address."""
    async with serving([web.post("/events", webhook.take)], port) as origin:
        yield f"{origin}/events"


@asynccontextmanager
async def running(*more_channels: Channel) -> AsyncIterator[StandIn]:
    """A stand-in whose pauses between tries of a delivery are a hundredth of the usual ones."""
    webhook = Webhook()
    async with (
        listening(webhook) as url,
        serve(catalogue=catalogue(*more_channels), key=AccessKey(KEY), webhook=url, step_scale=0.01) as address,
        aiohttp.ClientSession() as session,
    ):
        yield StandIn(address=address, webhook=webhook, session=session)
