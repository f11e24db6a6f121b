"""The calls on a tape, made straight on the SDKs: what the same traffic costs without the app.

Payloads are those of the tape, as equal objects written out as JSON each time. Every message gets row keys and ids of
its own by its number, of the same length; rows that the app replaces are replaced under their ETag here too.
"""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import count
from typing import Any
from uuid import uuid4

from azure.communication.messages.aio import NotificationMessagesClient
from azure.communication.messages.models import TextNotificationContent
from azure.core import MatchConditions
from azure.core.credentials import AzureKeyCredential
from azure.core.exceptions import ResourceNotFoundError
from azure.data.tables import UpdateMode
from azure.data.tables.aio import TableClient, TableServiceClient
from azure.servicebus import ServiceBusMessage
from azure.servicebus.aio import ServiceBusClient, ServiceBusSender

from dev.stack.settings import SERVICE_BUS, TABLES, WHATSAPP
from dev.tools.bench.errors import BenchError
from dev.tools.bench.tape import Call, Read, Sent, Shipped, Written
from shared.queue.sender import CONVERSATIONS, TIMERS, QueueMessage
from shared.sending.channel import Shipment
from shared.state.tables import Insert, Operation, Put, Replace, Table

_LATER = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clients:
    """Clients of the SDKs, open."""

    queues: Mapping[str, ServiceBusSender]
    tables: Mapping[Table, TableClient]
    notifications: NotificationMessagesClient


@asynccontextmanager
async def open_clients(settings: Mapping[str, str]) -> AsyncIterator[Clients]:
    """The clients of the services that the settings name."""
    acs = dict(part.split("=", 1) for part in settings[WHATSAPP].split(";"))
    async with AsyncExitStack() as ends:
        bus = await ends.enter_async_context(ServiceBusClient.from_connection_string(settings[SERVICE_BUS]))
        storage = await ends.enter_async_context(TableServiceClient.from_connection_string(settings[TABLES]))
        notifications = NotificationMessagesClient(acs["endpoint"].rstrip("/"), AzureKeyCredential(acs["accesskey"]))
        yield Clients(
            queues={
                name: await ends.enter_async_context(bus.get_queue_sender(name)) for name in (CONVERSATIONS, TIMERS)
            },
            tables={table: storage.get_table_client(table.value) for table in Table},
            notifications=await ends.enter_async_context(notifications),
        )


class BareCalls:
    """One message's calls, to be made again and again; each message has a number of its own."""

    at_once = 1

    def __init__(self, clients: Clients, tape: Sequence[Call]) -> None:
        self._clients = clients
        self._tape = tape
        self._values = {operation.body: _value(operation.body) for operation in _operations(tape)}
        self._etags: dict[tuple[Table, str], str] = {}
        self._lasting = set[tuple[Table, str]]()
        self._numbers = count()

    async def prepare(self) -> None:
        """Write the rows that a message finds: those that it reads or replaces before it wrote them itself."""
        own = set[tuple[Table, str]]()
        for call in self._tape:
            match call:
                case Read(table, partition, key, found) if found and (table, key) not in own:
                    await self._lay(table, partition, key, found.body)
                case Written(table, partition, operations):
                    for operation in operations:
                        if isinstance(operation, Replace) and (table, operation.key) not in own:
                            await self._lay(table, partition, operation.key, operation.body)
                        own.add((table, operation.key))

    async def make(self) -> int:
        """A number that no message had."""
        return next(self._numbers)

    async def handle(self, number: int) -> None:
        """Make the calls of one message."""
        for call in self._tape:
            match call:
                case Sent(message):
                    await self._send(message, number)
                case Read(table, partition, key):
                    await self._read(table, partition, key, number)
                case Written(table, partition, [operation]):
                    await self._write_one(table, partition, operation, number)
                case Written(table, partition, operations):
                    await self._write_all(table, partition, operations, number)
                case Shipped(shipment):
                    await self._ship(shipment)

    async def _lay(self, table: Table, partition: str, key: str, body: str) -> None:
        self._lasting.add((table, key))
        entity = {"PartitionKey": _own(partition), "RowKey": key, "body0": body}
        self._etags[table, key] = (await self._clients.tables[table].upsert_entity(entity))["etag"]

    async def _send(self, message: QueueMessage, number: int) -> None:
        await self._clients.queues[message.queue].send_messages(
            ServiceBusMessage(
                _json(message.body),
                session_id=message.session_id,
                message_id=_numbered(message.message_id, number),
                subject=message.subject.value,
                content_type="application/json",
                application_properties={"eventTime": message.event_time.isoformat()} if message.event_time else None,
                scheduled_enqueue_time_utc=datetime.now(UTC) + _LATER if message.deliver_at else None,
            )
        )

    async def _read(self, table: Table, partition: str, key: str, number: int) -> None:
        try:
            entity = await self._clients.tables[table].get_entity(_own(partition), self._key(table, key, number))
        except ResourceNotFoundError:
            return
        _value(entity["body0"])

    async def _write_one(self, table: Table, partition: str, operation: Operation, number: int) -> None:
        client = self._clients.tables[table]
        action, entity, options = self._step(table, partition, operation, number)
        match action:
            case "create":
                answer = await client.create_entity(entity, **options)
            case "update":
                answer = await client.update_entity(entity, **options)
            case _:
                answer = await client.upsert_entity(entity, **options)
        self._etags[table, entity["RowKey"]] = answer["etag"]

    async def _write_all(self, table: Table, partition: str, operations: Sequence[Operation], number: int) -> None:
        steps = [self._step(table, partition, operation, number) for operation in operations]
        answers = await self._clients.tables[table].submit_transaction(steps)
        for (_, entity, _), answer in zip(steps, answers, strict=True):
            self._etags[table, entity["RowKey"]] = answer["etag"]

    def _step(
        self, table: Table, partition: str, operation: Operation, number: int
    ) -> tuple[str, dict[str, Any], dict[str, Any]]:
        if not isinstance(operation, Insert | Replace | Put):
            raise BenchError("a message made the app delete a row, which the bare loop does not know")
        key = self._key(table, operation.key, number)
        entity = {"PartitionKey": _own(partition), "RowKey": key, "body0": _json(self._values[operation.body])}
        match operation:
            case Insert():
                return "create", entity, {"response_preference": "return-no-content"}
            case Put():
                return "upsert", entity, {"mode": UpdateMode.REPLACE}
            case Replace():
                guard = {"etag": self._etags[table, key], "match_condition": MatchConditions.IfNotModified}
                return "update", entity, {"mode": UpdateMode.REPLACE, **guard}

    async def _ship(self, shipment: Shipment) -> None:
        if not shipment.content.text:
            raise BenchError("a message made the app send something else than a text")
        content = TextNotificationContent(
            channel_registration_id=shipment.channel_id, to=[shipment.to], content=shipment.content.text
        )
        headers = {
            "Repeatability-Request-ID": str(uuid4()),
            "Repeatability-First-Sent": format_datetime(datetime.now(UTC), usegmt=True),
        }
        answer = await self._clients.notifications.send(content, headers=headers)
        if not answer.receipts[0].message_id:
            raise BenchError("the WhatsApp stand-in took no message")

    def _key(self, table: Table, key: str, number: int) -> str:
        return key if (table, key) in self._lasting else _numbered(key, number)


def _operations(tape: Sequence[Call]) -> list[Insert | Replace | Put]:
    written = [operation for call in tape if isinstance(call, Written) for operation in call.operations]
    return [operation for operation in written if isinstance(operation, Insert | Replace | Put)]


def _own(partition: str) -> str:
    """A partition beside the app's, with a name of the same length."""
    return f"{partition[:-1]}_"


def _numbered(name: str, number: int) -> str:
    return f"{name[:-6]}{number:06d}"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _value(body: str) -> object:
    """What a row's text says: JSON, or the text itself."""
    try:
        return json.loads(body)
    except ValueError:
        return body
