"""The API on fakes, called by method and path as over HTTP."""

import csv
import io
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from shared.api.exchange import Request, Response
from shared.api.routes import ROUTES
from shared.composition import ContactCentre
from shared.state.contact_store import StoredContact
from shared.state.conversation import Closure
from shared.state.draft import Draft
from shared.vocabulary.words import ClosureReason, ConversationStatus
from tests.fakes.world import PHONE, World

ANA = {"X-Agent-Id": "ana", "X-Agent-Role": "Agent"}
BOB = {"X-Agent-Id": "bob", "X-Agent-Role": "Agent"}
SUE = {"X-Agent-Id": "sue", "X-Agent-Role": "Supervisor"}
ADA = {"X-Agent-Id": "ada", "X-Agent-Role": "Admin"}
NO_SUCH_CONVERSATION = f"{'0' * 32}-{'0' * 26}"


class Answer:
    """An answer, with its JSON, or the lines of its table."""

    def __init__(self, response: Response) -> None:
        self.status = response.status
        self.headers = response.headers
        table = response.headers.get("Content-Type", "").startswith("text/csv")
        self.json: Any = json.loads(response.body) if response.body and not table else None
        self.table = [*csv.DictReader(io.StringIO(response.body.decode(), newline=""))] if table else []

    @property
    def code(self) -> str | None:
        """The stable code of a problem."""
        return self.json.get("code") if self.headers.get("Content-Type") == "application/problem+json" else None

    @property
    def refusal(self) -> tuple[int, str | None]:
        """(status, code) of a problem."""
        return self.status, self.code

    @property
    def paths(self) -> set[str]:
        """The paths that a problem names."""
        return {error["path"] for error in self.json["errors"]}


class Desk:
    """Somebody who calls the API of a world, by default as Ana, an agent of the queue `general`."""

    def __init__(self, world: World | None = None, *, centre: ContactCentre | None = None) -> None:
        self.world = world or World()
        self.centre = centre or self.world.centre

    @classmethod
    async def staffed(cls) -> "Desk":
        """A desk with Ana in the queue `general` and Bob in `billing`."""
        desk = cls()
        await desk.hire("ana", "general")
        await desk.hire("bob", "billing")
        return desk

    async def hire(self, agent_id: str, *queues: str, **fields: Any) -> Answer:
        """Write an agent's record."""
        body = {"name": agent_id.capitalize(), "queues": queues, **fields}
        answer = await self.put(f"/agents/{agent_id}", body, SUE)
        assert answer.status == 200
        return answer

    async def conversation(self, text: str = "Bonjour", **event: Any) -> str:
        """A customer writes; the id of the conversation."""
        await self.world.customer(text, **event)
        phone, bsuid = f"+{event.get('phone', PHONE)}", event.get("bsuid")
        (contact,) = [each for each in self.world.contacts if each.phone == phone or (bsuid and each.bsuid == bsuid)]
        assert contact.conversation
        return contact.conversation.id

    async def stored(self, conversation_id: str) -> StoredContact:
        """The contact of a conversation, as stored."""
        stored = await self.centre.contacts.load(conversation_id.partition("-")[0])
        assert stored
        assert stored.contact.conversation
        return stored

    async def change_contact(self, conversation_id: str, **fields: Any) -> None:
        """Change the contact of a conversation as no route of this version does."""
        stored = await self.stored(conversation_id)
        draft = Draft.of(stored, self.world.clock.now())
        draft.update(**fields)
        changed = await self.centre.contacts.commit(stored, draft.change())
        await self.centre.conversation_lists.record(changed, self.world.clock.now())

    async def change_conversation(self, conversation_id: str, **fields: Any) -> None:
        """Change a conversation as no route of this version does."""
        conversation = (await self.stored(conversation_id)).contact.conversation
        assert conversation
        await self.change_contact(conversation_id, conversation=replace(conversation, **fields))

    async def close(self, conversation_id: str) -> None:
        """Close a conversation."""
        stored, now = await self.stored(conversation_id), self.world.clock.now()
        draft = Draft.of(stored, now)
        assert stored.contact.conversation
        closure = Closure(reason=ClosureReason.MERGED, at=now)
        draft.put_conversation(replace(stored.contact.conversation, status=ConversationStatus.CLOSED, closure=closure))
        await self.centre.contacts.commit(stored, draft.change())

    async def get(self, path: str, caller: Mapping[str, str] = ANA) -> Answer:
        """GET."""
        return await self.call("GET", path, None, caller)

    async def post(
        self, path: str, body: object = None, caller: Mapping[str, str] = ANA, *, key: str | None = None
    ) -> Answer:
        """POST, perhaps with an Idempotency-Key."""
        headers = {**caller, "Idempotency-Key": key} if key is not None else caller
        return await self.call("POST", path, body, headers)

    async def put(self, path: str, body: object, caller: Mapping[str, str] = SUE) -> Answer:
        """PUT."""
        return await self.call("PUT", path, body, caller)

    async def patch(self, path: str, body: object, caller: Mapping[str, str] = ANA) -> Answer:
        """PATCH."""
        return await self.call("PATCH", path, body, caller)

    async def delete(self, path: str, caller: Mapping[str, str] = ANA) -> Answer:
        """DELETE."""
        return await self.call("DELETE", path, None, caller)

    async def reply(
        self,
        conversation_id: str,
        text: str = "Voici",
        caller: Mapping[str, str] = ANA,
        *,
        key: str | None = None,
        **more: Any,
    ) -> Answer:
        """Reply with a text."""
        body = {"kind": "text", "text": text, **more}
        return await self.post(f"/conversations/{conversation_id}/replies", body, caller, key=key)

    async def upload(
        self,
        conversation_id: str,
        content: bytes,
        name: str | None = None,
        caller: Mapping[str, str] = ANA,
        *,
        key: str | None = None,
    ) -> Answer:
        """Upload a file, perhaps with a name and an Idempotency-Key."""
        given = {"X-File-Name": quote(name) if name else None, "Idempotency-Key": key}
        headers = {**caller, **{header: value for header, value in given.items() if value is not None}}
        return await self.call("POST", f"/conversations/{conversation_id}/media", content, headers)

    async def pages(self, path: str, limit: int) -> list[Any]:
        """The items of all pages of a list, as a supervisor sees it; the path ends where parameters may follow."""
        items: list[Any] = []
        cursor: str | None = ""
        while cursor is not None:
            page = (await self.get(f"{path}limit={limit}&cursor={cursor}", SUE)).json
            assert len(page["items"]) <= limit
            items += page["items"]
            cursor = page["nextCursor"]
        return items

    async def call(self, method: str, target: str, body: object, headers: Mapping[str, str]) -> Answer:
        """Any request; bytes are a body as it is, None is no body."""
        parts = urlsplit(target)
        name, params = route_of(parts.path)
        raw = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else b""
        sized = {"Content-Length": str(len(raw))} if body is not None else {}
        request = Request(
            method=method,
            headers={**sized, **headers},
            params=params,
            query=dict(parse_qsl(parts.query, keep_blank_values=True)),
            body=raw,
        )
        return Answer(await self.centre.api(name, request))


async def closed_window(configuration: str | None = None) -> tuple[Desk, str]:
    """A desk with Ana, and a conversation whose customer last wrote 25 hours ago."""
    desk = Desk(World(configuration))
    await desk.hire("ana", "general")
    conversation_id = await desk.conversation()
    desk.world.clock.step(25 * 3600)
    return desk, conversation_id


def route_of(path: str) -> tuple[str, dict[str, str]]:
    for name, route in sorted(ROUTES.items()):  # as Azure does
        path_of_route = re.escape("/" + route.path).replace(r"\{", "{").replace(r"\}", "}").replace(r"{\*", "{*")
        pattern = re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", re.sub(r"{\*(\w+)}", r"(?P<\1>.*)", path_of_route))
        found = re.fullmatch(pattern, path)
        if found:
            return name, {key: unquote(value) for key, value in found.groupdict().items()}
    raise AssertionError(f"no route for {path}")
