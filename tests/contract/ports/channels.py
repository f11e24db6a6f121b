"""The channel under test with its other side: what the customer received, and faults on demand."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from dev.stack.whatsapp.catalogue import Provider as AtProvider
from dev.stack.whatsapp.message_ids import message_id_at
from shared.adapters.acs import AcsChannel
from shared.adapters.whatsapp_cloud import WhatsAppCloudChannel
from shared.sending.channel import Channel, NothingDone, Postponed, Refusal
from shared.settings import WhatsAppCloud
from shared.vocabulary.templates import Definition, ListedTemplate
from tests.contract.whatsapp.cloud import ACCOUNT, PHONE_NUMBER_ID, SECRET, TOKEN, Cloud
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


def cloud_channel(cloud: Cloud) -> WhatsAppCloudChannel:
    """The adapter of Meta's Cloud API at the stand-in."""
    settings = WhatsAppCloud(access_token=TOKEN, app_secrets=(SECRET,), graph_url=cloud.address, marks_read=True)
    return WhatsAppCloudChannel(settings, {PHONE_NUMBER_ID: ACCOUNT})


class OtherSide(Protocol):
    """Of one channel, `channel_id`, that lists `listed`: `TEMPLATES`, as far as it tells of them."""

    channel: Channel
    channel_id: str

    @property
    def listed(self) -> Sequence[ListedTemplate]: ...

    async def received(self, to: str) -> Sequence[Received]: ...

    async def fail_next(self, status: int, retry_after: int | None = None) -> None: ...

    async def reject_next(self) -> None: ...

    async def lose_next_answer(self) -> None: ...

    async def file(self, content: bytes) -> str: ...


class FakeOtherSide:
    """Of the fake."""

    def __init__(self, *, repeatable: bool = True) -> None:
        self._fake = FakeChannel()
        self._fake.repeatable = repeatable
        self.channel: Channel = self._fake
        self.channel_id, self.listed = CHANNEL, TEMPLATES
        self._fake.listed = {CHANNEL: TEMPLATES}

    async def received(self, to: str) -> Sequence[Received]:
        return [
            Received(message_id=self._fake.id_of(number), kind=shipment.content.kind.value)
            for number, shipment in enumerate(self._fake.sent)
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
    """Of ACS's adapter at the stand-in."""

    def __init__(self, channel: AcsChannel, stand_in: StandIn) -> None:
        self.channel: Channel = channel
        self.channel_id, self.listed = CHANNEL, TEMPLATES
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


class CloudOtherSide:
    """Of the adapter of Meta's Cloud API at the stand-in; `prepare` comes first."""

    def __init__(self, channel: WhatsAppCloudChannel, cloud: Cloud) -> None:
        self.channel: Channel = channel
        self.channel_id = PHONE_NUMBER_ID
        self.listed = [
            replace(each, definition=replace(each.definition, category="utility"))
            for each in TEMPLATES
            if each.definition
        ]
        self._cloud = cloud

    async def prepare(self) -> None:
        """WhatsApp lists the templates."""
        listed = [
            {
                "name": each.name,
                "language": each.language,
                "status": "APPROVED",
                "category": "UTILITY",
                "components": [{"type": "BODY", "text": each.definition.body if each.definition else ""}],
            }
            for each in TEMPLATES
        ]
        status, answer = await self._cloud.call("PUT", f"/channels/{PHONE_NUMBER_ID}/templates", listed)
        assert status == 200, answer

    async def received(self, to: str) -> Sequence[Received]:
        return [
            Received(message_id=message_id_at(AtProvider.WHATSAPP_CLOUD, each["messageId"]), kind=each["kind"])
            for each in await self._cloud.outgoing(to.removeprefix("+"))
        ]

    async def fail_next(self, status: int, retry_after: int | None = None) -> None:
        """Of what is no fault on the way, by a code of Meta's: the status alone says nothing there."""
        passes = status in (401, 403, 408, 429) or status >= 500
        fault = {} if retry_after is None else {"retryAfter": retry_after}
        await self._cloud.fault(status=status if passes else "error:131026", **fault)

    async def reject_next(self) -> None:
        raise NotImplementedError("Meta has no such answer")

    async def lose_next_answer(self) -> None:
        await self._cloud.fault(status="timeout-after-send", seconds=0)

    async def file(self, content: bytes) -> str:
        await self._cloud.write(media={"mimeType": "image/jpeg", "content": b64encode(content).decode()})
        await self._cloud.app.until(lambda: self._cloud.app.items("messages"))
        media_id: str = self._cloud.app.items("messages")[-1]["image"]["id"]
        return media_id
