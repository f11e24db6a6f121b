"""The channel under test with its other side: what the customer received, and faults on demand."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from shared.adapters.acs import AcsChannel
from shared.sending.channel import Channel, NothingDone, Postponed, Refusal
from shared.vocabulary.templates import Definition, ListedTemplate
from tests.contract.whatsapp.stand_in import CHANNEL, StandIn
from tests.fakes.channel import FakeChannel

TEMPLATES = (
    ListedTemplate(
        name="follow_up",
        language="fr",
        status="approved",
        definition=Definition(body="Bonjour {{1}}, nous avons une réponse : {{2}}"),
    ),
    ListedTemplate(
        name="follow_up",
        language="en_US",
        status="approved",
        definition=Definition(body="Hello {{1}}, we have an answer: {{2}}"),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What the channel took for one customer."""

    message_id: str
    kind: str


class OtherSide(Protocol):
    """Of one channel, `CHANNEL`, that lists `TEMPLATES`."""

    channel: Channel

    async def received(self, to: str) -> Sequence[Received]: ...

    async def fail_next(self, status: int, retry_after: int | None = None) -> None: ...

    async def reject_next(self) -> None: ...

    async def lose_next_answer(self) -> None: ...

    async def file(self, content: bytes) -> str: ...


class FakeOtherSide:
    """Of the fake."""

    def __init__(self) -> None:
        self._fake = FakeChannel()
        self.channel: Channel = self._fake
        self._fake.listed = {CHANNEL: TEMPLATES}

    async def received(self, to: str) -> Sequence[Received]:
        return [
            Received(message_id=self._fake.message_id(shipment), kind=shipment.content.kind.value)
            for shipment in self._fake.sent
            if shipment.to == to
        ]

    async def fail_next(self, status: int, retry_after: int | None = None) -> None:
        if status in (401, 403, 408, 429) or status >= 500:
            self._fake.answer_next(Postponed(code=str(status), message="ordered", retry_after=retry_after))
        else:
            self._fake.answer_next(Refusal(code=str(status), message="ordered"))

    async def reject_next(self) -> None:
        self._fake.answer_next(NothingDone())

    async def lose_next_answer(self) -> None:
        self._fake.lose_next_answer()

    async def file(self, content: bytes) -> str:
        self._fake.files["file"] = content
        return "file"


class StandInOtherSide:
    """Of the adapter at the stand-in."""

    def __init__(self, channel: AcsChannel, stand_in: StandIn) -> None:
        self.channel: Channel = channel
        self._stand_in = stand_in

    async def received(self, to: str) -> Sequence[Received]:
        messages = await self._stand_in.messages(to.removeprefix("+"))
        return [
            Received(message_id=each["messageId"], kind=each["kind"]) for each in messages if each["direction"] == "out"
        ]

    async def fail_next(self, status: int, retry_after: int | None = None) -> None:
        await self._stand_in.fault(status=status, **({} if retry_after is None else {"retryAfter": retry_after}))

    async def reject_next(self) -> None:
        await self._stand_in.fault(status="rejected")

    async def lose_next_answer(self) -> None:
        await self._stand_in.fault(status="timeout-after-send", seconds=0)

    async def file(self, content: bytes) -> str:
        await self._stand_in.write(media={"mimeType": "image/jpeg", "content": b64encode(content).decode()})
        await self._stand_in.webhook.until(self._stand_in.webhook.data)
        media_id: str = self._stand_in.webhook.data()[-1]["media"]["id"]
        return media_id
