"""What passes between customers and the team, and is forgotten when somebody asks for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any, Final

from shared.composition import ContactCentre
from shared.replies.pings import reply_of
from shared.state.contact import Contact
from shared.state.outgoing import Outgoing
from shared.vocabulary.words import AuthorType, MessageStatus
from tests.fakes.faults import Killed
from tests.simulation.centre import SimulatedWorld
from tests.simulation.records import Records
from tests.simulation.snapshot import Snapshot
from tests.unit.app.api.desk import Answer, Desk

SUE: Final = {"X-Agent-Id": "sue", "X-Agent-Role": "Supervisor"}
ADA: Final = {"X-Agent-Id": "ada", "X-Agent-Role": "Admin"}
TEXTS: Final = ("Bonjour", "Ma facture ?", "C'est urgent", "Un retour", "Encore moi")
COMMANDS: Final = ("5", "STOP", "START")
"""What is no question, in certain situations: these words are said again and again."""
JPEG: Final = b"\xff\xd8\xff\xe0" + bytes(200)
CUSTOMERS: Final = 14
_LONG: Final = 4_000
_SERVER_ERRORS: Final = 500
_KEPT: Final = (429, 502, 503)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A customer's message, reactions apart."""

    message_id: str
    phone: str
    at: datetime
    text: str


class Correspondence:
    """Writes, replies and starts, each with words that nobody else uses.

    Attributes:
        wrote: What customers wrote.
        erased: The phone of each contact that somebody asked to erase.
    """

    def __init__(self, world: SimulatedWorld, random: Random) -> None:
        self.wrote: list[Written] = []
        self.erased: dict[str, str] = {}
        self._world = world
        self._random = random
        self._words = 0

    def customer_writes(self, number: int) -> dict[str, Any]:
        """An event of a customer's, that WhatsApp hands over."""
        phone, channel = phone_of(number), self._channel_of(number)
        text = self._random.choice((*TEXTS, *TEXTS, *COMMANDS))
        text = text if text in COMMANDS else self._unique(text)
        message = self._world.inbound(text, phone=phone, to=channel, bsuid=f"FR.{phone}" if number % 4 == 0 else None)
        chance, data = self._random.random(), message["data"]
        if chance < 0.1:
            data |= {"messageType": "reaction", "reaction": {"messageId": "x", "emoji": "👍"}}
            return message
        self.wrote.append(Written(message_id=data["messageId"], phone=phone, at=self._world.clock.now(), text=text))
        if chance < 0.2:
            self._world.whatsapp.files[f"file-{data['messageId']}"] = JPEG
            media = {"mimeType": "image/jpeg", "id": f"file-{data['messageId']}", "caption": text}
            data |= {"messageType": "image", "content": None, "media": media}
        return message

    async def reply(self, worker: ContactCentre, conversation_id: str, headers: Mapping[str, str]) -> None:
        """Somebody replies, in any of the ways there are."""
        body: dict[str, Any] = {"kind": "text", "text": self._unique("Voici")}
        match self._random.randrange(12):
            case 0:
                body = {"kind": "template", "template": "follow_up", "parameters": ["Ana", self._unique("T")]}
            case 1:
                body |= {"whenWindowClosed": self._random.choice(("hold", "reject", "template"))}
            case 2:
                words = [f"{self._unique('Part')} {'x' * _LONG}" for _ in range(self._random.choice((2, 3)))]
                body |= {"text": "\n\n".join(words), "split": True}
            case 3 | 4:
                upload = await self._call(
                    worker, "POST", f"/conversations/{conversation_id}/media", JPEG, headers, self._unique("up")
                )
                if upload.status == 201:
                    body = {"kind": "image", "mediaId": upload.json["mediaId"], "caption": self._unique("Image")}
            case 5 | 6:
                if held := await self._held(conversation_id):
                    body["fromHeld"] = reply_of(self._random.choice(held))
        await self._call(worker, "POST", f"/conversations/{conversation_id}/replies", body, headers, self._unique("k"))

    async def cancel(self, worker: ContactCentre, conversation_id: str, headers: Mapping[str, str]) -> None:
        """Somebody takes held words back."""
        if held := await self._held(conversation_id):
            reply_id = reply_of(self._random.choice(held))
            await self._call(worker, "DELETE", f"/conversations/{conversation_id}/replies/{reply_id}", None, headers)

    async def read(self, worker: ContactCentre, conversation_id: str, headers: Mapping[str, str]) -> None:
        """An agent reads a conversation to its end, or nearly."""
        lines = (await Records.of(self._world.storage)).lines.get(conversation_id.partition("-")[0], ())
        known = [line.message_id for _, line in lines if line.message_id and line.conversation_id == conversation_id]
        if known:
            up_to = {"upTo": self._random.choice(known)}
            await self._call(worker, "POST", f"/conversations/{conversation_id}/read", up_to, headers)

    async def retry(self, worker: ContactCentre) -> None:
        """Somebody has a message sent again that failed, of whatever conversation."""
        outgoing = (await Records.of(self._world.storage)).outgoing
        failed = [each for contact in outgoing.values() for each in contact.values() if _has_failed(each)]
        if failed:
            chosen = self._random.choice(failed)
            path = f"/conversations/{chosen.conversation_id}/messages/{chosen.id}/retry"
            await self._call(worker, "POST", path, None, SUE, self._unique("k"))

    async def start(self, worker: ContactCentre, number: int, headers: Mapping[str, str]) -> None:
        """Somebody writes first."""
        reply: dict[str, Any] = {"kind": "text", "text": self._unique("Voici")}
        if self._random.random() < 0.7:
            reply = {"kind": "template", "template": "follow_up", "parameters": ["Ana", self._unique("T")]}
        body = {"channel": self._channel_of(number), "to": {"phone": f"+{phone_of(number)}"}, "reply": reply}
        await self._call(worker, "POST", "/conversations", body, headers, self._unique("k"))

    async def erase(self, worker: ContactCentre, contact: Contact) -> None:
        """Somebody asks to be forgotten."""
        self.erased[contact.id] = (contact.phone or "")[1:]
        await self._call(worker, "DELETE", f"/contacts/{contact.id}", None, ADA)

    async def _held(self, conversation_id: str) -> list[str]:
        seen: Snapshot = await self._world.look()
        name = conversation_id.partition("-")[0]
        return [held.id for contact in seen.contacts if contact.id == name for held in contact.held]

    async def _call(
        self,
        worker: ContactCentre,
        method: str,
        path: str,
        body: object,
        headers: Mapping[str, str],
        key: str | None = None,
    ) -> Answer:
        """Call the API; who gets no answer calls again with the same key, if there is one."""
        headers = {**headers, "Idempotency-Key": key} if key else headers
        try:
            answer = await Desk(self._world, centre=worker).call(method, path, body, headers)
        except Killed:
            if key is None or self._random.random() < 0.3:
                raise
            answer = await Desk(self._world, centre=self._world.fresh_worker()).call(method, path, body, headers)
        assert answer.status < _SERVER_ERRORS or answer.status in _KEPT, f"{method} {path}: {answer.json}"
        return answer

    def _channel_of(self, number: int) -> str:
        """The channel that a customer writes to."""
        ids = list(self._world.channel_ids.values())
        return ids[number % len(ids)]

    def _unique(self, text: str) -> str:
        self._words += 1
        return f"{text} n{self._words:05}."


def phone_of(number: int) -> str:
    """The phone of a customer, without `+`."""
    return f"336000000{number:02}"


def _has_failed(outgoing: Outgoing) -> bool:
    return outgoing.status is MessageStatus.FAILED and outgoing.author.type is AuthorType.AGENT
