"""A centre to simulate: the app on fakes, two workers that stay warm, and queues that deliver as Service Bus does."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

from shared.composition import ContactCentre
from shared.intake.envelope import normal_form
from shared.intake.ingest import queue_message
from shared.intake.parsing import parse_event
from shared.queue.sender import QueueMessage
from shared.settings import Connection
from shared.state.tables import Tables
from shared.vocabulary.time import rfc3339
from tests.fakes.clock import OffClock
from tests.fakes.faults import Faults, Killed
from tests.fakes.sender import FakeSender
from tests.fakes.world import World
from tests.simulation.jumble import jumbled
from tests.simulation.snapshot import Snapshot
from tests.simulation.storage import NotedTables
from tests.simulation.whatsapp import Report, WhatsApp

TEAM: Final = Path(__file__).parent / "team.yaml"
CHANNELS: Final = {
    "pushed": "11111111-1111-1111-1111-111111111111",
    "offered": "22222222-2222-2222-2222-222222222222",
    "picked": "33333333-3333-3333-3333-333333333333",
}
AT_META: Final = {"pushed": "106540352242921", "offered": "106540352242922", "picked": "106540352242923"}
_ACCOUNT = "102290129340398"
_REMEMBERED = timedelta(minutes=30)
_MOST_CALLS = 25
_OFF_BY = (-3, -1, -0.05, 0, 0, 3)


class Queues(FakeSender):
    """Both queues: sessions in order, messages for later, ids that are remembered for half an hour."""

    def __init__(self, now: Any) -> None:
        super().__init__()
        self.waiting: list[QueueMessage] = []
        self.deliveries: dict[int, int] = {}
        self._now = now
        self._ids: dict[tuple[str, str], datetime] = {}

    async def send(self, message: QueueMessage) -> None:
        """As `Sender.send`."""
        await super().send(message)
        self.sent.clear()
        name, now = (message.queue, message.message_id), self._now()
        if name in self._ids and self._ids[name] + _REMEMBERED > now:
            return
        self._ids[name] = now
        self.waiting.append(message)

    def due(self, now: datetime) -> Iterator[QueueMessage]:
        """The first message of each session that may be delivered now."""
        sessions = set()
        for message in sorted(self.waiting, key=lambda each: each.deliver_at or now):
            if (message.deliver_at is None or message.deliver_at <= now) and message.session_id not in sessions:
                sessions.add(message.session_id)
                yield message

    def next_due(self) -> datetime | None:
        """When the next of those for later is due."""
        return min((each.deliver_at for each in self.waiting if each.deliver_at), default=None)

    def done(self, message: QueueMessage) -> None:
        """A message was handled."""
        self.waiting = [each for each in self.waiting if each is not message]
        self.deliveries.pop(id(message), None)

    def failed(self, message: QueueMessage) -> int:
        """A delivery of a message came to nothing; how many have by now."""
        self.deliveries[id(message)] = self.deliveries.get(id(message), 0) + 1
        return self.deliveries[id(message)]


class SimulatedWorld(World):
    """A world whose workers' calls are jumbled, so that each seed sees another order of what happens at once.

    Args:
        tables: Where its rows lie; in memory, if none are given.
        clocks_differ: Whether workers' clocks are a little ahead of the queues', or behind.
        at_meta: Whether the numbers are at Meta, which does not know a repetition again.
    """

    def __init__(
        self, random: Random, tables: Tables | None = None, *, clocks_differ: bool = False, at_meta: bool = False
    ) -> None:
        self.random = random
        self._clocks_differ = clocks_differ
        self._at_meta = at_meta
        self.channel_ids = AT_META if at_meta else CHANNELS
        team = TEAM.read_text(encoding="utf-8")
        for name, channel_id in AT_META.items() if at_meta else ():
            there = f'provider: whatsapp_cloud, id: "{channel_id}", account: "{_ACCOUNT}"'
            team = team.replace(f"id: {CHANNELS[name]}", there)
        super().__init__(team, media_storage=Connection(connection_string="fake"))
        self.storage = NotedTables(tables or self.tables)
        self._looked: tuple[int, Snapshot] | None = None
        self.queues = Queues(self.clock.now)
        self.sender = self.queues
        self.channel = self.whatsapp = WhatsApp(random, self.clock)
        self.whatsapp.repeatable = not at_meta
        self.whatsapp.report = self._report
        self.workers = [self.fresh_worker(), self.fresh_worker()]
        self.centre = self.workers[0]

    def fresh_worker(self) -> ContactCentre:
        """A worker that remembers nothing."""
        clock = OffClock(self.clock, self.random.choice(_OFF_BY)) if self._clocks_differ else self.clock
        return self.worker(
            tables=jumbled(self.storage, self.random),
            sender=jumbled(self.sender, self.random),
            channel=jumbled(self.channel, self.random),
            blobs=jumbled(self.blobs, self.random),
            clock=clock,
        )

    def doomed_worker(self) -> ContactCentre:
        """A worker that dies at one of its next calls to the world, before it took effect or after."""
        faults = Faults(
            call=self.random.randint(1, _MOST_CALLS), error=Killed(), after=self.random.random() < 0.5, lasting=True
        )
        return self.worker(
            tables=faults.wrap(jumbled(self.storage, self.random)),
            sender=faults.wrap(jumbled(self.sender, self.random)),
            channel=faults.wrap(self.channel),
            blobs=faults.wrap(self.blobs),
        )

    def inbound(self, text: str | None = None, **event: Any) -> dict[str, Any]:
        """As `World.inbound`; WhatsApp knows of it before the app does."""
        envelope = super().inbound(text, **event)
        data = envelope["data"]
        self.whatsapp.hear(data["to"], f"+{data['from']}", data["fromBSUID"])
        return envelope

    def _report(self, report: Report) -> None:
        """WhatsApp says what became of a message, by an event that comes a while later."""
        now = self.clock.now()
        envelope = _by_meta(report, now) if self._at_meta else _by_acs(report, now)
        understood = parse_event(envelope)
        assert understood is not None
        message = queue_message(envelope, understood, arrived_at=now)
        self.queues.waiting.append(replace(message, deliver_at=now + timedelta(seconds=report.after)))

    async def drain(self, *, by: ContactCentre | None = None) -> None:
        """Deliver what is due by now, one message after the other."""
        while message := next(self.queues.due(self.clock.now()), None):
            await self.deliver(message, by=by)
            self.queues.done(message)

    async def pass_time(self, seconds: float, *, by: ContactCentre | None = None) -> None:
        """Let time pass, and deliver each message at its time."""
        end = self.clock.now() + timedelta(seconds=seconds)
        while True:
            await self.drain(by=by)
            due = self.queues.next_due()
            if due is None or due > end:
                break
            self.clock.step((due - self.clock.now()).total_seconds())
        self.clock.step(max((end - self.clock.now()).total_seconds(), 0))

    async def look(self) -> Snapshot:
        """What the tables hold now; they are read only if somebody wrote since the last look."""
        at, now = self.storage.written, self.clock.now()
        if self._looked is None or self._looked[0] != at:
            self._looked = at, await Snapshot.of(self.storage, self.centre.configuration, now)
        return replace(self._looked[1], at=now)

    def restart_all(self) -> None:
        """New workers take over: whatever was warm is forgotten."""
        self.workers = [self.fresh_worker(), self.fresh_worker()]
        self.centre = self.workers[0]


def _by_acs(report: Report, now: datetime) -> dict[str, Any]:
    address = report.shipment.to
    phone, bsuid = (address[1:], None) if address.startswith("+") else (None, address)
    error = {"channelCode": report.code, "channelMessage": "refused"} if report.code else None
    return normal_form(
        {
            "id": f"event-{report.message_id}-{report.status}-{report.after}",
            "eventType": "Microsoft.Communication.AdvancedMessageDeliveryStatusUpdated",
            "eventTime": rfc3339(now),
            "data": {
                "messageId": report.message_id,
                "status": report.status,
                "from": report.shipment.channel_id,
                "to": phone,
                "toBSUID": bsuid,
                "receivedTimestamp": rfc3339(now),
                "error": error,
            },
        }
    )


def _by_meta(report: Report, now: datetime) -> dict[str, Any]:
    """As the webhook's intake writes it; each status names the attempt by its request id."""
    address = report.shipment.to
    status: dict[str, Any] = {
        "id": report.message_id,
        "status": report.status.lower(),
        "timestamp": str(int(now.timestamp())),
        "biz_opaque_callback_data": report.shipment.request_id,
        **({"recipient_id": address[1:]} if address.startswith("+") else {"recipient_user_id": address}),
    }
    if report.code:
        status["errors"] = [{"code": int(report.code), "title": "refused"}]
    return {
        "id": f"event-{report.message_id}-{report.status}-{report.after}",
        "type": "whatsapp.status",
        "subject": None,
        "time": rfc3339(now),
        "data": {
            "channel": report.shipment.channel_id,
            "account": _ACCOUNT,
            "contact": None,
            "status": status,
        },
    }
