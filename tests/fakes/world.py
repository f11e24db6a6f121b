"""The whole app on fakes, with the two queues between its functions: what a test sends comes out at the other end."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.api.openid import OpenId
from shared.commands.reply_state import ReplyState
from shared.composition import ContactCentre
from shared.configuration import WhenWindowClosed
from shared.intake.envelope import normal_form
from shared.intake.ingest import queue_message
from shared.intake.parsing import parse_event
from shared.media.blobs import Blobs
from shared.media.web import Web
from shared.queue.messages import Subject
from shared.queue.sender import QueueMessage, Sender
from shared.queue.topic import Topic
from shared.replies.parts import LONGEST_TEXT
from shared.replies.reply_decision import ReplyRequest
from shared.routing.route import Arrival
from shared.sending.channel import Channel
from shared.settings import AuthMode, Connection, Settings
from shared.state.conversation import Closure
from shared.state.draft import Draft
from shared.state.tables import Table, Tables
from shared.telemetry import NoTelemetry, Telemetry
from shared.vocabulary.actor import Actor
from shared.vocabulary.characters import characters
from shared.vocabulary.errors import Refused
from shared.vocabulary.message import Content, Media, TemplateUse
from shared.vocabulary.templates import ListedTemplate
from shared.vocabulary.time import Clock, rfc3339
from shared.vocabulary.words import ClosureReason, ConversationStatus, MessageKind, Provider
from tests.fakes.blobs import FakeBlobs
from tests.fakes.clock import FakeClock
from tests.fakes.issuer import Issuer
from tests.fakes.sample import SAMPLE, configuration_of
from tests.fakes.telemetry import FakeTelemetry
from tests.fakes.topic import FakeTopic
from tests.fakes.views import Views
from tests.fakes.web import FakeWeb

CHANNEL = "11111111-1111-1111-1111-111111111111"
PHONE = "33612345678"
ANA = Actor(id="ana", name="Ana", is_agent=True)
BRUNO = Actor(id="bruno", name="Bruno", is_agent=True)
SAM = Actor(id="sam", name="Sam", is_agent=False)
HOURS = 3600
DAYS = 24 * HOURS
_CONNECTION = Connection(connection_string="fake")
_SETTINGS = Settings(
    service_bus=_CONNECTION,
    table_storage=_CONNECTION,
    communication_services=_CONNECTION,
    auth_mode=AuthMode.KEY,
    configuration_file=SAMPLE,
)


async def refusal(call: Awaitable[object]) -> Refused:
    """What a call of the API is refused with."""
    with pytest.raises(Refused) as caught:
        await call
    return caught.value


@dataclass
class FakePorts:
    """The ports of one worker."""

    tables: Tables
    sender: Sender
    channel: Channel
    clock: Clock
    topic: Topic | None = field(default_factory=FakeTopic)
    telemetry: Telemetry = field(default_factory=NoTelemetry)
    blobs: Blobs | None = field(default_factory=FakeBlobs)
    web: Web = field(default_factory=FakeWeb)
    openid: OpenId = field(default_factory=lambda: Issuer(FakeClock()))
    cloud: Channel | None = None

    def channel_at(self, provider: Provider) -> Channel:
        """As `Ports.channel_at`; without a provider of its own, Meta is the same fake."""
        return self.cloud if self.cloud and provider is Provider.WHATSAPP_CLOUD else self.channel


class World(Views):
    """Tables, queues and channel in memory, a clock to step, and one worker on top; `restart` puts a new one there.

    `settings` are those of its app that differ from the usual ones: key mode, and no webhook.
    """

    def __init__(self, configuration: str | None = None, **settings: Any) -> None:
        super().__init__()
        self.clock = FakeClock()
        self.telemetry = FakeTelemetry()
        self.issuer = Issuer(self.clock)
        self.topic = FakeTopic()
        self.blobs = FakeBlobs()
        self.web = FakeWeb()
        self.settings = replace(_SETTINGS, **settings)
        self._text = configuration or SAMPLE.read_text(encoding="utf-8")
        self._taken = 0
        self._scheduled: list[QueueMessage] = []
        self._seen: set[tuple[str, str]] = set()
        self.centre = self.worker()

    def worker(self, **ports: Any) -> ContactCentre:
        """Another worker on the same tables and queues; ports given here replace the fakes."""
        parts = {
            "tables": self.tables,
            "sender": self.sender,
            "channel": self.channel,
            "topic": self.topic,
            "clock": self.clock,
            "telemetry": self.telemetry,
            "openid": self.issuer,
            "blobs": self.blobs,
            "web": self.web,
        }
        return ContactCentre(FakePorts(**{**parts, **ports}), self.settings, configuration_of(self._text))

    def restart(self) -> None:
        """A new worker takes over: whatever was warm is forgotten."""
        self.centre = self.worker()

    def deploy(self, configuration: str) -> None:
        """A worker with another configuration takes over."""
        self._text = configuration
        self.restart()

    async def lists(self, *templates: ListedTemplate, by: ContactCentre | None = None) -> None:
        """The channel lists these templates, and the worker has asked for them."""
        self.channel.listed[CHANNEL] = templates
        await (by or self.centre).templates.read(CHANNEL)

    async def background(self) -> None:
        """What the workers began in the background comes to its end."""
        while others := asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.gather(*others)

    async def customer(
        self, text: str | None = None, *, by: ContactCentre | None = None, delivery: int = 1, **event: Any
    ) -> str:
        """The customer writes, and the worker handles it; the WhatsApp message id."""
        return await self.event(self.inbound(text, **event), by=by, delivery=delivery)

    async def event(self, envelope: Mapping[str, Any], *, by: ContactCentre | None = None, delivery: int = 1) -> str:
        """An event in its normal form comes over the queue; the WhatsApp message id that it is about."""
        understood = parse_event(envelope)
        assert understood is not None
        await self.deliver(queue_message(envelope, understood, arrived_at=self.clock.now()), by=by, delivery=delivery)
        return getattr(understood, "message_id", understood.event_id)

    async def close(self, *, by: ContactCentre | None = None) -> None:
        """The conversation of the only contact is closed."""
        closure = Closure(reason=ClosureReason.MERGED, at=self.clock.now())
        closed = replace(self.conversation, status=ConversationStatus.CLOSED, closure=closure)
        await self._commit(lambda draft: draft.put_conversation(closed), by)

    async def change(self, *, by: ContactCentre | None = None, **fields: Any) -> None:
        """Fields of the only contact change."""
        await self._commit(lambda draft: draft.update(**fields), by)

    async def _commit(self, decide: Callable[[Draft], None], by: ContactCentre | None) -> None:
        centre = by or self.centre
        stored = await centre.contacts.load(self.contact.id)
        assert stored is not None
        draft = Draft.of(stored, self.clock.now())
        decide(draft)
        await centre._settler.settle(await centre._committer.commit(stored, draft))

    def inbound(
        self,
        text: str | None = None,
        *,
        message_id: str | None = None,
        at: datetime | None = None,
        phone: str = PHONE,
        bsuid: str | None = None,
        **data: Any,
    ) -> dict[str, Any]:
        """An event of a customer's message, in the normal form."""
        name = message_id or self.clock.new_id()
        return normal_form(
            {
                "id": f"event-{name}",
                "eventType": "Microsoft.Communication.AdvancedMessageReceived",
                "subject": f"advancedMessage/sender/{bsuid or phone}/recipient/{CHANNEL}",
                "eventTime": rfc3339(at or self.clock.now()),
                "data": {
                    "messageId": name,
                    "messageType": "text",
                    "content": text,
                    "from": phone,
                    "fromBSUID": bsuid,
                    "to": CHANNEL,
                    "receivedTimestamp": rfc3339(at or self.clock.now()),
                    **data,
                },
            }
        )

    async def status(
        self,
        message_id: str | None,
        status: str,
        *,
        code: str | None = None,
        by: ContactCentre | None = None,
        phone: str = PHONE,
        bsuid: str | None = None,
        channel: str = CHANNEL,
    ) -> None:
        """The channel reports a delivery status, and the worker handles it."""
        envelope = normal_form(
            {
                "id": f"event-{message_id}-{status}",
                "eventType": "Microsoft.Communication.AdvancedMessageDeliveryStatusUpdated",
                "eventTime": rfc3339(self.clock.now()),
                "data": {
                    "messageId": message_id,
                    "status": status,
                    "from": channel,
                    "to": phone,
                    "toBSUID": bsuid,
                    "receivedTimestamp": rfc3339(self.clock.now()),
                    "error": {"channelCode": code, "channelMessage": "refused"} if code else None,
                },
            }
        )
        await self.event(envelope, by=by)

    async def deliver(
        self,
        message: QueueMessage,
        *,
        by: ContactCentre | None = None,
        delivery: int = 1,
        traceparent: str | None = None,
    ) -> None:
        """Hand a message of the queue to the worker."""
        await (by or self.centre).route(
            Arrival(
                subject=message.subject,
                body=message.encode(),
                session_id=message.session_id,
                message_id=message.message_id,
                delivery_count=delivery,
                enqueued_at=self.clock.now(),
                traceparent=traceparent,
            )
        )

    async def drain(self, *, by: ContactCentre | None = None) -> None:
        """Deliver what the app has sent itself and is due by now, oldest due first."""
        while True:
            for message in self.sender.sent[self._taken :]:
                # The broker drops an id that it has seen; of the app's own messages turns and roll calls repeat theirs.
                if (message.queue, message.message_id) not in self._seen:
                    self._scheduled.append(message)
                self._seen.add((message.queue, message.message_id))
            self._taken = len(self.sender.sent)
            now = self.clock.now()
            due = [message for message in self._scheduled if message.deliver_at is None or message.deliver_at <= now]
            if not due:
                return
            message = min(due, key=lambda each: each.deliver_at or now)
            if not self._idle(message):
                await self.deliver(message, by=by)
            self._scheduled.remove(message)

    def _idle(self, message: QueueMessage) -> bool:
        """A turn without agents: it would do nothing but ask for another every minute, for as long as time passes."""
        return message.subject is Subject.TURN and not self.tables.partitions(Table.AGENTS)

    async def pass_time(self, seconds: float, *, by: ContactCentre | None = None) -> None:
        """Let time pass, and deliver each message of `timers` at its time."""
        end = self.clock.now() + timedelta(seconds=seconds)
        while True:
            await self.drain(by=by)
            ahead = [
                message.deliver_at for message in self._scheduled if message.deliver_at and message.deliver_at <= end
            ]
            if not ahead:
                break
            self.clock.step(max((min(ahead) - self.clock.now()).total_seconds(), 0))
        self.clock.step((end - self.clock.now()).total_seconds())

    async def reply(
        self,
        text: str = "Bonjour",
        *,
        key: str | None = None,
        when_closed: WhenWindowClosed | None = None,
        template: TemplateUse | None = None,
        media: Media | None = None,
        by: ContactCentre | None = None,
        replier: Actor = ANA,
        to: str | None = None,
        conversation_id: str | None = None,
    ) -> ReplyState:
        """An agent replies to the conversation of the only contact, or of `contact_with(to)`, or to the one given.

        A long text goes out in parts.
        """
        content = Content(kind=MessageKind.TEXT, text=text)
        if template:
            content = Content(kind=MessageKind.TEMPLATE, template=template)
        elif media:
            content = Content(kind=MessageKind.IMAGE, media=media)
        split = not template and not media and characters(text) > LONGEST_TEXT
        request = ReplyRequest(content=content, when_closed=when_closed, split=split)
        if conversation_id is None:
            conversation = self.contact_with(to).conversation if to else self.conversation
            assert conversation is not None
            conversation_id = conversation.id
        replies = (by or self.centre).replies
        return await replies.reply(conversation_id, request, replier, lambda _: True, self.soon, key)

    @property
    def soon(self) -> datetime:
        """How long the API tries again."""
        return self.clock.now() + timedelta(seconds=10)

    async def cancel(self, reply_id: str, *, by: ContactCentre | None = None, replier: Actor = ANA) -> ReplyState:
        """An agent takes a held reply back."""
        replies = (by or self.centre).replies
        return await replies.cancel(self.conversation.id, reply_id, replier, lambda _: True, self.soon)
