"""A customer of the contact centre under test: what is done and seen on the phone, and what the team makes of it."""

import json
from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any, Self

import aiohttp

from shared.vocabulary.time import rfc3339
from tests.flow.centre import GREETING, SUPPORT, Answer, Centre, Json
from tests.flow.events import Event
from tests.flow.waiting import eventually, until


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A customer with a phone; `number` is E.164 without `+`."""

    centre: Centre
    number: str

    @classmethod
    def new(cls, centre: Centre) -> Self:
        """Somebody who has never written."""
        return cls(centre=centre, number=next(centre.numbers))

    async def writes(self, text: str, *, ago: timedelta = timedelta(), channel: str = SUPPORT) -> str:
        """Write on the phone, perhaps some time ago; the message's id."""
        body = {"channel": channel, "text": text, "at": rfc3339(datetime.now(UTC) - ago)}
        async with self.centre.http.post(f"{self._phone}/messages", json=body) as answer:
            assert answer.status == 201, await answer.text()
            message_id: str = (await answer.json())["messageId"]
            return message_id

    async def sends_file(self, content: bytes, mime_type: str, *, name: str | None = None) -> str:
        """Send a file; the message's id."""
        media = {"mimeType": mime_type, "fileName": name, "content": b64encode(content).decode()}
        body = BytesIO(json.dumps({"channel": SUPPORT, "media": media}).encode())
        headers = {"Content-Type": "application/json"}
        async with self.centre.http.post(f"{self._phone}/messages", data=body, headers=headers) as answer:
            assert answer.status == 201, await answer.text()
            message_id: str = (await answer.json())["messageId"]
            return message_id

    async def reads(self) -> None:
        """Look at the phone."""
        async with self.centre.http.post(f"{self._phone}/read") as answer:
            assert answer.status == 200

    async def is_away(self, hours: int) -> None:
        """Let time pass on the phone, and for WhatsApp; the app's clock stands."""
        async with self.centre.http.post(f"{self._phone}/clock", json={"forward": f"{hours}h"}) as answer:
            assert answer.status == 200

    async def event(self, text: str, *, ago: timedelta = timedelta()) -> Event:
        """Write, and return the event that tells it."""
        return await self.centre.events.event(await self.writes(text, ago=ago))

    async def writes_and_is_heard(self, text: str) -> str:
        """Write, and wait until the app has taken the event; the message's id."""
        message_id = await self.writes(text)

        async def status() -> str:
            (message,) = [each for each in await self.messages() if each["messageId"] == message_id]
            return str(message["status"])

        await eventually(status, "delivered")
        return message_id

    async def is_greeted(self, *, channel: str = SUPPORT) -> None:
        """Write a first message, and wait until the greeting and its statuses are over and done."""
        await self.writes("Bonjour", channel=channel)
        await eventually(self.lines, [("in", "Bonjour", None), ("out", GREETING, "delivered")])
        await self.centre.is_idle()

    async def messages(self) -> list[Json]:
        """Everything on the phone, oldest first."""
        async with self.centre.http.get(f"{self._phone}/messages") as answer:
            messages: list[Json] = (await answer.json())["messages"]
            return messages

    async def received(self) -> list[str]:
        """The texts that the phone shows of the team, oldest first."""
        return [
            each["text"] for each in await self.messages() if each["direction"] == "out" and each["status"] != "failed"
        ]

    async def conversations(self) -> list[Json]:
        """The customer's conversations that are not closed: out of the latest, else out of all."""
        path = "/conversations?sort=recent"
        latest = (await self.centre.page(path))["items"]
        return self._own(latest) or self._own(await self.centre.items(path))

    def _own(self, listed: list[Json]) -> list[Json]:
        return [each for each in listed if each["contact"]["phone"] == f"+{self.number}"]

    async def conversation(self) -> Json:
        """The customer's conversation, as soon as it is in the list."""
        (found,) = await until(self.conversations, f"a conversation of {self.number}")
        return found

    async def conversation_id(self) -> str:
        """The id of the customer's conversation, as soon as it is in the list."""
        found: str = (await self.conversation())["conversationId"]
        return found

    async def lines(self) -> list[tuple[str, str, str | None]]:
        """What was said, as (direction, text, delivery status), oldest first."""
        return [
            (line["direction"], line.get("text") or line["kind"], line.get("status"))
            for line in await self._history()
            if line["direction"] != "internal"
        ]

    async def notes(self) -> list[str]:
        """What the app has noted in the history, oldest first."""
        return [line["text"] for line in await self._history() if line["author"]["type"] == "system"]

    async def _history(self) -> list[Json]:
        return [
            line
            for conversation in await self.conversations()
            for line in await self.centre.history(conversation["conversationId"])
        ]

    async def wrote(self) -> list[str]:
        """What the history has of the customer, oldest first."""
        return [text for direction, text, _ in await self.lines() if direction == "in"]

    async def pending(self) -> list[str]:
        """The texts whose way out is not over, says the history."""
        return [text for _, text, status in await self.lines() if status == "pending"]

    async def is_sent(
        self,
        text: str,
        *,
        key: str | None = None,
        api: str | None = None,
        agent: str = "sam",
        role: str = "Supervisor",
        **asked: Any,
    ) -> Answer:
        """Somebody of the team replies; `asked` are further fields of the body."""
        return await self.is_given({"kind": "text", "text": text, **asked}, key, api, agent, role)

    async def is_given(
        self,
        body: Json,
        key: str | None = None,
        api: str | None = None,
        agent: str = "sam",
        role: str = "Supervisor",
    ) -> Answer:
        """Somebody of the team replies with that body."""
        path = f"/conversations/{await self.conversation_id()}/replies"
        return await self.centre.call("POST", path, body, key=key, api=api, agent=agent, role=role)

    async def is_answered(self, text: str, *, key: str, api: str | None = None) -> None:
        """Somebody of the team replies, and repeats the call with the same key until it is accepted."""

        async def accepted() -> bool:
            try:
                answer = await self.is_sent(text, key=key, api=api)
            except aiohttp.ClientError:
                return False
            assert answer.status in (201, 500, 502, 503), answer
            return answer.status == 201

        await until(accepted, f"the reply {key}")

    async def reply(self, reply_id: str) -> Json:
        """A reply as the API shows it now."""
        answer = await self.centre.call("GET", f"/conversations/{await self.conversation_id()}/replies/{reply_id}")
        assert answer.status == 200, answer
        return answer.body

    @property
    def _phone(self) -> str:
        return f"{self.centre.whatsapp}/phones/{self.number}"
