"""A client for what a queue trigger needs of Service Bus: tokens, receivers, sessions, lock renewal.

Protocol: https://learn.microsoft.com/azure/service-bus-messaging/service-bus-amqp-protocol-guide and
…/service-bus-amqp-request-response. Microsoft's Python client is not used because it sleeps half a second whenever it
opens or closes a session, which would be most of the time that a short conversation takes.
"""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import proton

from dev.stack.host.amqp.connection import Connection
from dev.stack.host.amqp.errors import AmqpError, LinkClosedError, answer
from dev.stack.host.amqp.links import Receiver, Sender
from dev.stack.host.namespace import Namespace

_SESSION_FILTER = proton.symbol("com.microsoft:session-filter")
_SESSION_LOCK = "com.microsoft:locked-until-utc"
_NO_SESSION = "com.microsoft:timeout"
_ACCEPT_SECONDS = 60
_TOKEN_SECONDS = 3600
_TICKS_OF_1970 = 621_355_968_000_000_000
_DEAD_LETTERS = "/$deadletterqueue"


class RequestLink:
    """Requests to a node such as `$cbs` or `orders/$management`, one at a time, each with its reply.

    Opened when first needed, and again after the service has detached it for being idle.
    """

    def __init__(self, connection: Connection, node: str) -> None:
        self._connection = connection
        self._node = node
        self._turn = asyncio.Lock()
        self._ends: tuple[Sender, Receiver] | None = None

    async def call(self, properties: dict[str, Any], body: Any) -> Any:
        """Send a request and return the body of its reply. Raises AmqpError if the status is not 2xx."""
        request = proton.Message(id=str(uuid.uuid4()), reply_to=self._node, properties=properties, body=body)
        async with self._turn:
            sender, receiver = await self._open()
            sender.send(request)
            reply: Any = await answer(_reply(receiver, request.id))
        status = reply.properties.get("status-code", reply.properties.get("statusCode", 0))
        if not 200 <= status < 300:
            description = reply.properties.get("status-description", reply.properties.get("statusDescription", ""))
            raise AmqpError(str(reply.properties.get("errorCondition", f"status {status}")), str(description))
        return reply.body

    async def _open(self) -> tuple[Sender, Receiver]:
        if self._ends is None or any(end.lost for end in self._ends):
            session = self._connection.session()
            sender = await Sender.open(self._connection, session, self._node)
            self._ends = sender, await Receiver.open(self._connection, session, self._node)
        return self._ends


async def _reply(receiver: Receiver, request_id: Any) -> Any:
    while True:
        received = await receiver.receive()
        assert received is not None
        received.delivery.update(proton.Disposition.ACCEPTED)
        received.delivery.settle()
        if received.message.correlation_id == request_id:
            return received.message


class Lock:
    """How long a session or a message is ours, and when to renew that: halfway."""

    def __init__(self, until: datetime) -> None:
        self.extend(until)

    def extend(self, until: datetime) -> None:
        now = datetime.now(UTC)
        self.until = until
        self.renew_at = now + (until - now) / 2

    async def wait_to_renew(self) -> None:
        await asyncio.sleep(max((self.renew_at - datetime.now(UTC)).total_seconds(), 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A locked session and the receiver of its messages."""

    id: str
    receiver: Receiver
    lock: Lock


class QueueClient:
    """One queue on a connection of its own."""

    def __init__(self, connection: Connection, namespace: Namespace, queue: str) -> None:
        self._connection = connection
        self._namespace = namespace
        self._queue = queue
        self._links = connection.session()
        self._tokens = RequestLink(connection, "$cbs")
        self._management = RequestLink(connection, f"{queue}/$management")

    @classmethod
    @asynccontextmanager
    async def open(cls, namespace: Namespace, queue: str) -> AsyncIterator["QueueClient"]:
        """Connect with a token for `queue` (or its dead letters). Raises OSError and AmqpError."""
        connection = await Connection.open(namespace.host, namespace.port, tls=namespace.tls)
        try:
            client = cls(connection, namespace, queue)
            await client._put_token()
            yield client
        finally:
            await connection.close()

    async def keep(self) -> None:
        """Renew the token as long as the connection lives, then raise ConnectionLostError."""
        while True:
            try:
                async with asyncio.timeout(_TOKEN_SECONDS * 0.8):
                    await self._connection.wait_lost()
            except TimeoutError:
                await self._put_token()

    async def receiver(self) -> Receiver:
        """A receiver of the queue's messages, for a queue without sessions."""
        return await Receiver.open(self._connection, self._links, self._namespace.address(self._queue))

    async def accept_session(self) -> Session | None:
        """Lock the next session that has messages; None if none had any for a minute."""
        try:
            receiver = await Receiver.open(
                self._connection,
                self._links,
                self._namespace.address(self._queue),
                prepare=_any_session,
                within=_ACCEPT_SECONDS + 15,
            )
        except LinkClosedError as error:
            if error.condition == _NO_SESSION:
                return None
            raise
        filters = receiver.endpoint.remote_source.filter
        filters.rewind()
        session_id = filters.get_object()[_SESSION_FILTER] if filters.next() else ""
        ticks = (receiver.endpoint.remote_properties or {}).get(_SESSION_LOCK, _TICKS_OF_1970)
        return Session(id=str(session_id), receiver=receiver, lock=Lock(_from_ticks(ticks)))

    async def renew_session(self, session: Session) -> None:
        """Extend the lock of a session. Raises AmqpError."""
        body = await self._manage("renew-session-lock", {"session-id": session.id}, session.receiver)
        session.lock.extend(from_milliseconds(body["expiration"]))

    async def renew_message(self, receiver: Receiver, lock_token: uuid.UUID, lock: Lock) -> None:
        """Extend the lock of a message. Raises AmqpError."""
        tokens = proton.Array(proton.UNDESCRIBED, proton.Data.UUID, lock_token)  # type: ignore[arg-type]  # its own constant
        body = await self._manage("renew-lock", {"lock-tokens": tokens}, receiver)
        lock.extend(from_milliseconds(next(iter(body["expirations"]))))

    async def _manage(self, operation: str, body: dict[str, Any], receiver: Receiver) -> Any:
        properties = {
            "operation": f"com.microsoft:{operation}",
            "com.microsoft:server-timeout": proton.uint(10_000),
            "associated-link-name": receiver.name,
        }
        return await self._management.call(properties, body)

    async def _put_token(self) -> None:
        entity = self._queue[: -len(_DEAD_LETTERS)] if self._queue.lower().endswith(_DEAD_LETTERS) else self._queue
        audience = self._namespace.audience(entity)
        expiry = int(time.time()) + _TOKEN_SECONDS
        properties = {
            "operation": "put-token",
            "type": "servicebus.windows.net:sastoken",
            "name": audience,
            "expiration": proton.timestamp(expiry * 1000),
        }
        await self._tokens.call(properties, self._namespace.token(audience, expiry=expiry))


def from_milliseconds(timestamp: float) -> datetime:
    """An AMQP timestamp as a time."""
    return datetime.fromtimestamp(timestamp / 1000, UTC)


def _from_ticks(ticks: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=(ticks - _TICKS_OF_1970) // 10)


def _any_session(endpoint: Any) -> None:
    endpoint.source.filter.put_dict({_SESSION_FILTER: None})
    endpoint.properties = {proton.symbol("com.microsoft:timeout"): proton.uint(_ACCEPT_SECONDS * 1000)}
