"""The stand-in as Meta: a number on the Cloud API, an app's webhook that keeps what came, and calls of Graph."""

import hmac
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from aiohttp import web

from dev.stack.whatsapp.access import AccessKey
from dev.stack.whatsapp.catalogue import Catalogue, Channel
from dev.stack.whatsapp.meta_app import MetaApp
from dev.stack.whatsapp.server import serve
from dev.stack.whatsapp.templates import Template
from tests.contract.whatsapp.serving import serving
from tests.contract.whatsapp.stand_in import KEY, NUMBER, StandIn, Webhook, listening

PHONE_NUMBER_ID = "106540352242922"
ACCOUNT = "102290129340398"
TOKEN, SECRET, VERIFY_TOKEN = "token-of-a-test", "secret-of-a-test", "verify-token-of-a-test"
GUID = "22222222-2222-2222-2222-222222222222"
SUPPORT = Channel(name="support", id=PHONE_NUMBER_ID, account=ACCOUNT, number="+33123456789")
MOVED = Channel(
    name="moved", id="106540352242923", account="102290129340399", number="+33987654321", moved_from=(GUID,)
)


@dataclass(slots=True, kw_only=True)
class App(Webhook):
    """Takes Meta's webhooks. `answers` are the statuses of the next requests; then 200."""

    bodies: list[bytes] = field(default_factory=list)
    verified: list[str] = field(default_factory=list)

    async def verify(self, request: web.Request) -> web.Response:
        """One handshake."""
        async with self._changed:
            self.verified.append(request.query["hub.verify_token"])
            self._changed.notify_all()
        return web.Response(text=request.query["hub.challenge"])

    async def take(self, request: web.Request) -> web.Response:
        """One call: its changes are kept as events if they are taken."""
        body = await request.read()
        status = self.answers.pop(0) if self.answers else 200
        changes = [change for entry in json.loads(body)["entry"] for change in entry["changes"]]
        async with self._changed:
            self.bodies.append(body)
            self.headers.append(dict(request.headers))
            self.tries.extend(changes)
            if status == 200:
                self.events.extend(changes)
            self._changed.notify_all()
        return web.Response(status=status)

    def values(self, kind: str) -> list[dict[str, Any]]:
        """What came of `messages` or `statuses`, each with what stands beside it."""
        return [event["value"] for event in self.events if kind in event["value"]]

    def items(self, kind: str) -> list[dict[str, Any]]:
        """The items alone."""
        return [item for value in self.values(kind) for item in value[kind]]

    def statuses(self, message_id: str) -> list[str]:
        """The statuses of a message, in the order in which they came."""
        return [each["status"] for each in self.items("statuses") if each["id"] == message_id]

    async def status(self, message_id: str, status: str) -> dict[str, Any]:
        """Waits for a status of a message, and returns it."""
        await self.until(lambda: status in self.statuses(message_id))
        return next(each for each in self.items("statuses") if (each["id"], each["status"]) == (message_id, status))


@dataclass(slots=True, kw_only=True)
class Clock:
    """The stand-in's time, which a test moves on."""

    ahead: timedelta = timedelta()

    def now(self) -> datetime:
        """The time."""
        return datetime.now(UTC) + self.ahead


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloud(StandIn):
    """A running stand-in with an app at Meta; `webhook` is that of ACS."""

    app: App
    clock: Clock

    async def graph(
        self, method: str, path: str, body: object = None, *, token: str = TOKEN, **query: str
    ) -> tuple[int, Any]:
        """One call of the Graph API: the status and the JSON of the answer."""
        headers = {"Authorization": f"Bearer {token}"}
        address = f"{self.address}/v27.0/{path}"
        async with self.session.request(method, address, json=body, headers=headers, params=query) as answer:
            return answer.status, await answer.json()

    async def send(self, channel: str = PHONE_NUMBER_ID, **changed: object) -> tuple[int, Any]:
        """Sends a text to the customer, or whatever else `changed` says."""
        body = {"messaging_product": "whatsapp", "to": f"+{NUMBER}", "type": "text", "text": {"body": "Réponse"}}
        return await self.graph("POST", f"{channel}/messages", body | changed)

    async def sent(self, channel: str = PHONE_NUMBER_ID, **changed: object) -> str:
        """The same; the message's id."""
        status, answer = await self.send(channel, **changed)
        assert status == 200, answer
        message_id: str = answer["messages"][0]["id"]
        return message_id

    async def upload(self, content: bytes, mime_type: str, **fields: str) -> tuple[int, Any]:
        """Uploads a file."""
        form = aiohttp.FormData({"messaging_product": "whatsapp", "type": mime_type} | fields)
        form.add_field("file", content, filename="a.bin", content_type=mime_type)
        address = f"{self.address}/v27.0/{PHONE_NUMBER_ID}/media"
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with self.session.post(address, data=form, headers=headers) as answer:
            return answer.status, await answer.json()

    async def outgoing(self, number: str = NUMBER) -> list[dict[str, Any]]:
        """What the business sent to a phone."""
        return [each for each in await self.messages(number) if each["direction"] == "out"]


def signature(body: bytes, secret: str = SECRET) -> str:
    """What the header of a call with this body must say."""
    return "sha256=" + hmac.new(secret.encode(), body, "sha256").hexdigest()


@asynccontextmanager
async def answering(app: App, port: int = 0) -> AsyncIterator[str]:
    """Serves an app's webhook; yields its address."""
    routes = [web.get("/api/whatsapp", app.verify), web.post("/api/whatsapp", app.take)]
    async with serving(routes, port) as origin:
        yield f"{origin}/api/whatsapp"


def templates(*more: Template) -> Sequence[Template]:
    """A template with two parameters, and more."""
    text = "Bonjour {{1}}, nous avons une réponse : {{2}}"
    return [Template.of_text(text, name="follow_up", language="fr"), *more]


def error_of(answer: Mapping[str, Any]) -> tuple[int, str]:
    """The code of an error, and its details."""
    return answer["error"]["code"], answer["error"].get("error_data", {}).get("details", "")


@asynccontextmanager
async def at_meta(*channels: Channel, app: App | None = None) -> AsyncIterator[Cloud]:
    """A stand-in with these channels (else one number on the Cloud API), whose pauses are a hundredth of the usual."""
    webhook, app, clock = Webhook(), app or App(), Clock()
    async with (
        listening(webhook) as events,
        answering(app) as address,
        serve(
            catalogue=Catalogue(channels or [SUPPORT], templates()),
            key=AccessKey(KEY),
            webhook=events,
            step_scale=0.01,
            now=clock.now,
            meta=MetaApp(access_token=TOKEN, app_secret=SECRET, verify_token=VERIFY_TOKEN, webhook=address),
        ) as stand_in,
        aiohttp.ClientSession() as session,
    ):
        yield Cloud(address=stand_in, webhook=webhook, session=session, app=app, clock=clock)
