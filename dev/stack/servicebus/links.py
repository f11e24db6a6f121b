"""The links of queues: one that sends to a queue or topic (`Intake`), one that receives from a queue (`Outlet`).

In: transfers, credit and settlements of a client, through Proton. Out: calls of the queue, deliveries to the client.
Source: Microsoft's "AMQP 1.0 in Azure Service Bus protocol guide", and what the SDKs put on the wire.
"""

import asyncio
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from proton import Condition as AmqpCondition
from proton import Delivery, Link, symbol, ulong

from dev.stack.servicebus import codec
from dev.stack.servicebus.connection import ClientConnection, end, refuse
from dev.stack.servicebus.messages import BATCH_FORMAT, Message, encode, milliseconds, parse, parse_batch
from dev.stack.servicebus.records import Condition, Record, RefusedError, Session
from dev.stack.servicebus.store import Queue
from dev.stack.servicebus.topics import Topic

MAX_MESSAGE_SIZE = 256 * 1024
SESSION_FILTER = symbol("com.microsoft:session-filter")
_CREDIT = 1000
_OUTCOMES = {Delivery.ACCEPTED, Delivery.REJECTED, Delivery.RELEASED, Delivery.MODIFIED}
_TICKS_AT_EPOCH = 621_355_968_000_000_000
_TICKS_PER_MILLISECOND = 10_000


def encode_record(record: Record) -> bytes:
    """Return the bytes of a message as a receiver gets it, with what the broker knows about it as annotations."""
    annotations = {
        "x-opt-sequence-number": codec.long(record.sequence),
        "x-opt-enqueue-sequence-number": codec.long(record.enqueue_sequence),
        "x-opt-enqueued-time": codec.timestamp(milliseconds(record.enqueued_at)),
        "x-opt-message-state": codec.integer(record.state),
    }
    if record.locked_until is not None:
        annotations["x-opt-locked-until"] = codec.timestamp(milliseconds(record.locked_until))
    if record.dead_letter_source is not None:
        annotations["x-opt-deadletter-source"] = codec.string(record.dead_letter_source)
    return encode(
        record.message,
        delivery_count=record.delivery_count,
        annotations=annotations,
        properties=record.properties,
    )


class Intake:
    """Takes what a client sends to a queue or a topic."""

    def __init__(self, link: Link, queue: Queue | Topic) -> None:
        self._link = link
        self._queue = queue
        link.source.copy(link.remote_source)
        link.target.copy(link.remote_target)
        link.max_message_size = MAX_MESSAGE_SIZE
        link.properties = {symbol("com.microsoft:max-message-batch-size"): ulong(MAX_MESSAGE_SIZE)}
        link.open()
        link.flow(_CREDIT)

    def on_flow(self) -> None:
        """A sender's flow needs no answer."""

    def on_gone(self) -> None:
        """Nothing is kept for a sender."""

    def on_delivery(self, delivery: Delivery, message_format: int) -> None:
        if delivery.aborted:
            delivery.settle()
            return
        if delivery.partial or not delivery.readable:
            return
        data = bytes(self._link.recv(delivery.pending) or b"")
        try:
            self._take(data, message_format)
        except RefusedError as error:
            reject(delivery, error)
        except codec.MalformedError as error:
            reject(delivery, RefusedError(Condition.DECODE_ERROR, f"This is no AMQP message: {error}"))
        else:
            delivery.update(Delivery.ACCEPTED)
        delivery.settle()
        if self._link.credit < _CREDIT // 2:
            self._link.flow(_CREDIT - self._link.credit)

    def _take(self, data: bytes, message_format: int) -> None:
        if len(data) > MAX_MESSAGE_SIZE:
            raise RefusedError(
                Condition.SIZE_EXCEEDED, f"The message has {len(data)} bytes; at most {MAX_MESSAGE_SIZE} are allowed"
            )
        messages: Collection[Message] = parse_batch(data) if message_format == BATCH_FORMAT else [parse(data)]
        self._queue.check(messages)
        for message in messages:
            self._queue.accept(message)


class Outlet:
    """Delivers the messages of a queue, or of one of its sessions, to a client. A `Receiver` of its queue.

    `keep`: a message stays locked until the client settles it (peek-lock), else it is gone when sent.
    """

    def __init__(self, link: Link, queue: Queue, connection: ClientConnection) -> None:
        self._link = link
        self._queue = queue
        self._connection = connection
        self._keep = link.remote_snd_settle_mode != Link.SND_SETTLED
        self._session: Session | None = None
        self._open = False
        self._unsettled: dict[Delivery, UUID] = {}
        self._count = 0
        self._wait: asyncio.TimerHandle | None = None

    def compete(self) -> None:
        """Receive from a queue without sessions."""
        self._answer()
        self._queue.add_receiver(self)

    def wait_for_session(self, seconds: float) -> None:
        """Leave the attach without an answer until a session has messages; refuse it when that takes longer."""
        session = self._queue.sessions.lock_next(self)
        if session is not None:
            self.take_session(session)
        else:
            self._wait = asyncio.get_running_loop().call_later(seconds, self._stop_waiting)

    def _stop_waiting(self) -> None:
        self._queue.sessions.stop_waiting(self)
        refuse(self._link, Condition.TIMEOUT, "The operation did not complete within the allotted time: no session")
        self._connection.flush()

    def take_session(self, session: Session) -> None:
        """Receive from the session that was locked for this link."""
        self._cancel_wait()
        self._session = session
        filters = self._link.source.filter
        filters.clear()
        filters.put_dict({SESSION_FILTER: session.id})
        assert session.locked_until is not None
        self._answer(_ticks(session.locked_until))

    def _answer(self, locked_until: int | None = None) -> None:
        link = self._link
        link.source.address = link.remote_source.address or ""
        link.target.copy(link.remote_target)
        link.snd_settle_mode = link.remote_snd_settle_mode
        link.rcv_settle_mode = link.remote_rcv_settle_mode
        link.max_message_size = MAX_MESSAGE_SIZE
        if locked_until is not None:
            link.properties = {symbol("com.microsoft:locked-until-utc"): locked_until}
        link.open()
        self._open = True
        self._connection.flush()

    def lose_session(self) -> None:
        """Detach: the lock of the session ran out."""
        self._close()
        end(self._link, Condition.SESSION_LOCK_LOST, "The session lock has expired: accept the session again")
        self._connection.flush()

    def wake(self) -> None:
        """Send what there is and the client has credit for."""
        if not self._open:
            return
        while self._link.credit > 0:
            record = self._queue.receive(self._session, keep=self._keep)
            if record is None:
                break
            self._send(record)
        if self._link.drain_mode:
            self._link.drained()
        self._connection.flush()

    def _send(self, record: Record) -> None:
        self._count += 1
        tag = record.lock_token.bytes_le if record.lock_token else self._count.to_bytes(16)
        delivery = self._link.delivery(tag)  # type: ignore[arg-type]  # declared str, but bytes are taken as they are
        self._link.stream(encode_record(record))
        if record.lock_token:
            self._unsettled[delivery] = record.lock_token
        else:
            delivery.settle()
        self._link.advance()

    def on_flow(self) -> None:
        self.wake()

    def on_delivery(self, delivery: Delivery, _: int) -> None:
        """Do what the client decided about a message and confirm it with the same outcome."""
        state = delivery.remote_state
        if not delivery.settled and state not in _OUTCOMES:
            return
        token = self._unsettled.pop(delivery, None)
        if token is not None:
            try:
                self._settle(token, delivery, state)
            except RefusedError as error:
                reject(delivery, error)
            else:
                delivery.local.failed = delivery.remote.failed
                delivery.local.undeliverable = delivery.remote.undeliverable
                delivery.update(state)
        delivery.settle()

    def _settle(self, token: UUID, delivery: Delivery, state: int) -> None:
        if state == Delivery.ACCEPTED:
            self._queue.complete(token)
        elif state == Delivery.REJECTED:
            info = _texts(delivery.remote.condition.info if delivery.remote.condition else None)
            self._queue.dead_letter(token, info.get("DeadLetterReason"), info.get("DeadLetterErrorDescription"))
        elif state == Delivery.MODIFIED and delivery.remote.undeliverable:
            self._queue.defer(token, _texts(delivery.remote.annotations))
        elif state == Delivery.MODIFIED:
            self._queue.abandon(token, _texts(delivery.remote.annotations))
        else:
            self._queue.release(token)

    def on_gone(self) -> None:
        self._close()
        self._cancel_wait()
        self._queue.remove_receiver(self)
        self._queue.sessions.stop_waiting(self)
        if self._session is not None:
            self._queue.sessions.release(self._session, self)

    def _cancel_wait(self) -> None:
        if self._wait is not None:
            self._wait.cancel()

    def _close(self) -> None:
        self._open = False
        self._unsettled.clear()


def reject(delivery: Delivery, error: RefusedError) -> None:
    """Refuse a delivery or its settlement; some SDKs need all three fields of the error, so `info` is never empty."""
    delivery.local.condition = AmqpCondition(error.condition, error.description, {symbol("broker"): "stand-in"})
    delivery.update(Delivery.REJECTED)


def _texts(values: object) -> dict[str, str]:
    """Return the map that a client sent along with a settlement, without what is null."""
    if not isinstance(values, dict):
        return {}
    return {str(name): str(value) for name, value in values.items() if value is not None}


def _ticks(moment: datetime) -> int:
    """Return `moment` as .NET counts it: 100 ns since the year 1."""
    return milliseconds(moment) * _TICKS_PER_MILLISECOND + _TICKS_AT_EPOCH
