"""The customers' phones: what a customer does on one, and what a look at it shows (docs: the local stack)."""

import base64
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

import aiohttp

from dev.stack.story.calls import File, call, fetch


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneMessage:
    """A message on a phone. `incoming`: the customer received it. `template` is the name of one, else None.

    `file_id` is that of its file, once it is on the phone.
    """

    message_id: str
    incoming: bool
    kind: str
    text: str
    template: str | None
    status: str
    at: datetime
    file_id: str | None = None

    @property
    def is_delivered(self) -> bool:
        return self.status in ("delivered", "read")


class Phones:
    """The phones of the stand-in at `address`. Methods raise RefusedError and StoryError."""

    def __init__(self, http: aiohttp.ClientSession, address: str) -> None:
        self._http = http
        self._address = address

    async def channels(self) -> list[str]:
        """The ids of the channels that can be written to."""
        answer = await call(self._http, "GET", f"{self._address}/channels")
        return [channel["id"] for channel in answer["channels"]]

    async def write(
        self, number: str, text: str, *, channel: str | None = None, at: str | None = None, bsuid: str | None = None
    ) -> str:
        """The customer writes; `at` (RFC 3339) dates the message. Returns its id."""
        given = {"text": text, "channel": channel, "at": at, "bsuid": bsuid}
        body = {name: value for name, value in given.items() if value is not None}
        answer = await call(self._http, "POST", self._phone(number, "messages"), body=body)
        message_id: str = answer["messageId"]
        return message_id

    async def send_file(
        self, number: str, content: bytes, mime_type: str, caption: str, *, channel: str | None = None
    ) -> str:
        """The customer sends a file with words under it. Returns the message's id."""
        media = {"mimeType": mime_type, "caption": caption, "content": base64.b64encode(content).decode()}
        body = {"media": media, **({"channel": channel} if channel else {})}
        answer = await call(self._http, "POST", self._phone(number, "messages"), body=body)
        message_id: str = answer["messageId"]
        return message_id

    async def file(self, file_id: str) -> File:
        """A file on a phone."""
        return await fetch(self._http, f"{self._address}/files/{quote(file_id, safe='')}")

    async def fail_next(self, code: str) -> None:
        """Let the next message of the business fail with a code of WhatsApp's."""
        await call(self._http, "POST", f"{self._address}/faults", body={"next": 1, "status": f"failed:{code}"})

    async def messages(self, number: str) -> list[PhoneMessage]:
        """What is on the phone, oldest first."""
        answer = await call(self._http, "GET", self._phone(number, "messages"))
        return [_message(each) for each in answer["messages"]]

    async def read(self, number: str) -> None:
        """The customer looks at the phone."""
        await call(self._http, "POST", self._phone(number, "read"))

    def _phone(self, number: str, what: str) -> str:
        return f"{self._address}/phones/{quote(number.removeprefix('+'), safe='')}/{what}"


def _message(shown: dict[str, Any]) -> PhoneMessage:
    return PhoneMessage(
        message_id=shown["messageId"],
        incoming=shown["direction"] == "out",
        kind=shown["kind"],
        text=shown["text"],
        template=shown["template"]["name"] if shown["template"] else None,
        status=shown["status"],
        at=datetime.fromisoformat(shown["at"]),
        file_id=(shown.get("media") or {}).get("id"),
    )
