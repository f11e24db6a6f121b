"""Records what the app asks of Service Bus, Table Storage and ACS: how often, and with which payload."""

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime

from dev.tools.bench.errors import BenchError
from shared.api.openid import OpenId
from shared.composition import Ports
from shared.media.blobs import Blobs
from shared.media.web import Web
from shared.queue.messages import Subject
from shared.queue.sender import QueueMessage, Sender
from shared.queue.topic import Topic
from shared.sending.channel import Channel, Outcome, Shipment
from shared.state.tables import Operation, Row, Table, Tables
from shared.telemetry import Telemetry
from shared.vocabulary.templates import ListedTemplate
from shared.vocabulary.time import Clock
from shared.vocabulary.words import Provider


@dataclass(frozen=True, slots=True)
class Sent:
    """A message to a queue."""

    message: QueueMessage


@dataclass(frozen=True, slots=True)
class Read:
    """A row read, and what was found."""

    table: Table
    partition: str
    key: str
    found: Row | None


@dataclass(frozen=True, slots=True)
class Written:
    """Rows written: one, or a transaction."""

    table: Table
    partition: str
    operations: Sequence[Operation]


@dataclass(frozen=True, slots=True)
class Shipped:
    """A message to a customer."""

    shipment: Shipment


type Call = Sent | Read | Written | Shipped
type Tape = list[Call]


def count(tape: Sequence[Call]) -> dict[str, int]:
    """Calls by service, and those to Table Storage by kind: `reads`, `writes` of one row, `transactions`."""
    kinds = Counter(_kind(call) for call in tape)
    tables = {kind: kinds[kind] for kind in ("reads", "writes", "transactions")}
    return {"serviceBus": kinds["serviceBus"], "tables": sum(tables.values()), "acs": kinds["acs"], **tables}


def _kind(call: Call) -> str:
    match call:
        case Sent():
            return "serviceBus"
        case Shipped():
            return "acs"
        case Read():
            return "reads"
        case Written(operations=[_]):
            return "writes"
        case Written():
            return "transactions"


@dataclass(frozen=True, slots=True)
class RecordingPorts:
    """Ports that write down each call, then make it."""

    ports: Ports
    tape: Tape = field(default_factory=list)

    @property
    def tables(self) -> Tables:
        return _RecordingTables(self.ports.tables, self.tape)

    @property
    def sender(self) -> Sender:
        return _RecordingSender(self.ports.sender, self.tape)

    @property
    def topic(self) -> Topic | None:
        return self.ports.topic

    def channel_at(self, provider: Provider) -> Channel:
        return _RecordingChannel(self.ports.channel_at(provider), self.tape)

    @property
    def clock(self) -> Clock:
        return self.ports.clock

    @property
    def blobs(self) -> Blobs | None:
        return self.ports.blobs

    @property
    def web(self) -> Web:
        return self.ports.web

    @property
    def openid(self) -> OpenId:
        return self.ports.openid

    @property
    def telemetry(self) -> Telemetry:
        return self.ports.telemetry


@dataclass(frozen=True, slots=True)
class _RecordingSender:
    sender: Sender
    tape: Tape

    async def send(self, message: QueueMessage) -> None:
        # Asked for once a second, or once a day, however many messages come.
        if message.subject not in (Subject.TURN, Subject.HOUSE):
            self.tape.append(Sent(message))
        await self.sender.send(message)

    async def reach(self) -> None:
        await self.sender.reach()


@dataclass(frozen=True, slots=True)
class _RecordingTables:
    tables: Tables
    tape: Tape

    async def get(self, table: Table, partition: str, key: str) -> Row | None:
        found = await self.tables.get(table, partition, key)
        self.tape.append(Read(table, partition, key, found))
        return found

    async def commit(self, table: Table, partition: str, operations: Sequence[Operation]) -> Mapping[str, str]:
        self.tape.append(Written(table, partition, operations))
        return await self.tables.commit(table, partition, operations)

    async def scan(
        self, table: Table, partition: str, *, first: str, last: str, limit: int | None = None
    ) -> Sequence[Row]:
        if table is Table.SETTINGS:  # every ten seconds, however many messages come
            return await self.tables.scan(table, partition, first=first, last=last, limit=limit)
        raise BenchError(f"a message made the app scan {table}, which the bare loop does not know")

    async def keys(
        self, table: Table, partition: str, *, first: str, last: str, limit: int | None = None
    ) -> Sequence[str]:
        raise BenchError(f"a message made the app count rows of {table}, which the bare loop does not know")


@dataclass(frozen=True, slots=True)
class _RecordingChannel:
    channel: Channel
    tape: Tape

    def repeats_harmlessly(self, shipment: Shipment) -> bool:
        return self.channel.repeats_harmlessly(shipment)

    def same_provider(self, channel_id: str, then: datetime, now: datetime) -> bool:
        return self.channel.same_provider(channel_id, then, now)

    async def mark_read(self, channel_id: str, message_id: str) -> None:
        await self.channel.mark_read(channel_id, message_id)

    async def send(self, shipment: Shipment) -> Outcome:
        self.tape.append(Shipped(shipment))
        return await self.channel.send(shipment)

    async def templates(self, channel_id: str) -> Sequence[ListedTemplate]:
        raise BenchError("a message made the app list templates, which the bare loop does not know")

    def media(self, provider: Provider, media_id: str) -> AbstractAsyncContextManager[AsyncIterator[bytes] | None]:
        raise BenchError("a message made the app fetch a file, which the bare loop does not know")
