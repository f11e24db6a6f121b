"""The contact centre's HTTP API as its users call it: a supervisor, an agent (docs: HTTP API)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any
from urllib.parse import quote

import aiohttp

from dev.stack.story.addresses import Addresses
from dev.stack.story.calls import File, call, fetch
from dev.stack.story.errors import RefusedError, StoryError

_PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A conversation as the list of conversations shows it."""

    conversation_id: str
    status: str
    queue: str
    agent: str | None
    phone: str | None
    unread: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A conversation by itself: `wait_reason` while nobody has it, `closure` and `score` once it has ended.

    `waits` are the seconds that it was in line, each time that an agent was given it.
    """

    status: str
    agent: str | None
    wait_reason: str | None
    closure: str | None
    survey: str | None
    score: int | None
    waits: list[float]


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamMember:
    """An agent's record: `load` in units, and the ids of the conversations that make it up."""

    capacity: int
    load: int
    conversations: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryMessage:
    """A message of a conversation's history: `direction` is in, out or internal; what is held has no id yet.

    `text` is what a person reads, also under a file; `code`, `why` and `retryable` are of one that failed.
    """

    message_id: str | None
    direction: str
    text: str
    status: str | None
    reply_id: str | None = None
    code: str | None = None
    why: str | None = None
    retryable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SentReply:
    """What the API says of a reply: `delivery` is message, template or held; `held` the words' own status, if any."""

    reply_id: str
    delivery: str
    status: str
    held: str | None


class ContactCentre:
    """The API, called by one person. Methods raise RefusedError and StoryError."""

    def __init__(self, http: aiohttp.ClientSession, addresses: Addresses, *, agent: str, role: str) -> None:
        self._http = http
        self._api = f"{addresses.api}/api"
        self._headers = {"x-functions-key": addresses.key, "X-Agent-Id": agent, "X-Agent-Role": role}

    async def check_configured(self) -> None:
        """Raises StoryError, with every problem, if bad settings or a bad file keep the app from all but intake."""
        try:
            # Whatever needs the configuration says that it is bad. Only /health/ready says why, but while all is well
            # it asks every dependency, which takes seconds on a stack that has just started.
            await self._get("/conversations", {"limit": 1})
        except RefusedError as refused:
            if isinstance(refused.answer, dict) and refused.answer.get("code") == "misconfigured":
                await self._raise_problems()

    async def _raise_problems(self) -> None:
        try:
            await self._get("/health/ready")
        except RefusedError as error:
            match error.answer:
                case {"code": "misconfigured", "errors": [*problems]}:
                    lines = "\n".join(f"  {problem['message']}" for problem in problems)
                    raise StoryError(
                        f"The settings or the configuration are bad, so no story is played:\n{lines}\n"
                        "Mend this, and start again."
                    ) from error

    async def conversations(self, **only: str) -> list[Listed]:
        """The conversations that are not closed, of every queue that the caller may see; `only` those that are so."""
        return [_listed(item) for item in await self._items("/conversations", **only)]

    async def agents(self) -> list[TeamMember]:
        """The team."""
        return [
            TeamMember(capacity=each["capacity"], load=each["load"], conversations=each["conversations"])
            for each in await self._items("/agents")
        ]

    async def history(self, conversation_id: str) -> list[HistoryMessage]:
        """The messages of a conversation, oldest first."""
        newest_first = await self._items(f"/conversations/{conversation_id}/messages")
        return [_history_message(item) for item in reversed(newest_first)]

    async def reply(self, conversation_id: str, text: str) -> SentReply:
        """Answer the customer."""
        body = {"kind": "text", "text": text}
        return _reply(await self._send("POST", f"/conversations/{conversation_id}/replies", body))

    async def reply_with(self, conversation_id: str, **body: str) -> SentReply:
        """Answer the customer with whatever the body says."""
        return _reply(await self._send("POST", f"/conversations/{conversation_id}/replies", body))

    async def retry(self, conversation_id: str, reply_id: str) -> None:
        """Send a message again that failed."""
        await self._send("POST", f"/conversations/{conversation_id}/messages/{reply_id}/retry", {})

    async def upload(self, conversation_id: str, content: bytes, mime_type: str) -> str:
        """Upload a file for a reply; its id."""
        headers = {**self._headers, "Content-Type": mime_type}
        url = f"{self._api}/conversations/{conversation_id}/media"
        answer = await call(self._http, "POST", url, headers=headers, body=content)
        media_id: str = answer["mediaId"]
        return media_id

    async def file(self, conversation_id: str, message_id: str) -> File:
        """The file of a message."""
        url = f"{self._api}/conversations/{conversation_id}/media/{quote(message_id, safe='')}"
        return await fetch(self._http, url, headers=self._headers)

    async def start(self, channel: str, number: str, template: str, parameters: Sequence[str]) -> str:
        """Begin a conversation with a customer by a template; its id."""
        reply = {"kind": "template", "template": template, "parameters": list(parameters)}
        answer = await self._send(
            "POST", "/conversations", {"channel": channel, "to": {"phone": number}, "reply": reply}
        )
        conversation_id: str = answer["conversation"]["conversationId"]
        return conversation_id

    async def conversation(self, conversation_id: str) -> Conversation:
        """One conversation."""
        return _conversation(await self._get(f"/conversations/{conversation_id}"))

    async def wait(self, conversation_id: str) -> None:
        """Set a conversation aside until its customer writes."""
        await self._send("POST", f"/conversations/{conversation_id}/wait", {})

    async def close(self, conversation_id: str, code: str | None = None) -> None:
        """End a conversation, perhaps with the code of what became of it."""
        await self._send("POST", f"/conversations/{conversation_id}/close", {"wrapUpCode": code} if code else {})

    async def put_agent(
        self, agent: str, *, name: str, queues: Sequence[str], skills: Mapping[str, int] | None = None
    ) -> None:
        """Make someone an agent of these queues with these skills, and of no others; without, the skills stay."""
        body: dict[str, object] = {"name": name, "queues": list(queues)}
        if skills is not None:
            body["skills"] = [{"name": skill, "level": level} for skill, level in skills.items()]
        await self._send("PUT", f"/agents/{agent}", body)

    async def queues(self) -> list[str]:
        """The names of the queues that are configured."""
        return [each["name"] for each in await self._items("/queues") if each["configured"]]

    async def set_presence(self, presence: str) -> None:
        """Say whether the caller can be given work."""
        await self._send("PUT", "/agents/me/presence", {"presence": presence})

    async def _send(self, method: str, path: str, body: Mapping[str, object]) -> Any:
        return await call(self._http, method, f"{self._api}{path}", headers=self._headers, body=body)

    async def _get(self, path: str, query: Mapping[str, str | int] | None = None) -> Any:
        return await call(self._http, "GET", f"{self._api}{path}", headers=self._headers, query=query)

    async def _items(self, path: str, **only: str) -> list[dict[str, Any]]:
        """Every page of a list."""
        items: list[dict[str, Any]] = []
        query: dict[str, str | int] = {"limit": _PAGE, **only}
        while True:
            page = await self._get(path, query)
            items += page["items"]
            if page["nextCursor"] is None:
                return items
            query["cursor"] = page["nextCursor"]


def _listed(item: dict[str, Any]) -> Listed:
    return Listed(
        conversation_id=item["conversationId"],
        status=item["status"],
        queue=item["queue"],
        agent=item.get("agent"),
        phone=item["contact"].get("phone"),
        unread=item["unread"],
    )


def _conversation(answer: dict[str, Any]) -> Conversation:
    closure, survey = answer.get("closure") or {}, answer.get("survey") or {}
    return Conversation(
        status=answer["status"],
        agent=answer.get("agent"),
        wait_reason=answer.get("waitReason"),
        closure=closure.get("reason"),
        survey=survey.get("status"),
        score=survey.get("score"),
        waits=[_seconds(one) for one, next_ in pairwise(answer["segments"]) if not one["agent"] and next_["agent"]],
    )


def _seconds(segment: dict[str, Any]) -> float:
    began, ended = (datetime.fromisoformat(segment[end]) for end in ("from", "to"))
    return (ended - began).total_seconds()


def _history_message(item: dict[str, Any]) -> HistoryMessage:
    error = item.get("error") or {}
    return HistoryMessage(
        message_id=item.get("messageId"),
        direction=item["direction"],
        text=item.get("text") or (item.get("media") or {}).get("caption") or "",
        status=item.get("status"),
        reply_id=item.get("replyId"),
        code=error.get("code"),
        why=error.get("message"),
        retryable=bool(error.get("retryable")),
    )


def _reply(answer: dict[str, Any]) -> SentReply:
    held = answer.get("heldReply")
    return SentReply(
        reply_id=answer["replyId"],
        delivery=answer["delivery"],
        status=answer["status"],
        held=held["status"] if held else None,
    )
