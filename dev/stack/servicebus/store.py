"""One queue: its messages in order, and what receiving and settling does to them.

In: messages, settlements, the passing of time (`tick`). Out: records to deliver, and calls of `Receiver.wake`.
Source of the semantics: Microsoft's documentation of Service Bus (message transfers, locks and settlement; sequencing;
dead-letter queues; duplicate detection; auto-forwarding). Knows nothing of AMQP; the clock is given.
"""

import heapq
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import count, islice
from uuid import UUID

from dev.stack.servicebus.clock import Clock
from dev.stack.servicebus.duplicates import Duplicates
from dev.stack.servicebus.locks import Locks
from dev.stack.servicebus.messages import Message
from dev.stack.servicebus.queues import QueueDeclaration
from dev.stack.servicebus.records import Condition, Receiver, Record, RefusedError, Session, State
from dev.stack.servicebus.sessions import Sessions

MAX_ID_LENGTH = 128
_MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many messages wait to be received, are locked, deferred, scheduled, dead; how many sessions have messages.

    `accepting` receivers wait for a session.
    """

    active: int
    locked: int
    deferred: int
    scheduled: int
    dead_letter: int
    sessions: int
    accepting: int


class Queue:
    """A queue and the one for its dead letters (`dead_letters`; None for that one itself)."""

    def __init__(self, declaration: QueueDeclaration, clock: Clock, dead_letters: "Queue | None" = None) -> None:
        self.declaration = declaration
        self.dead_letters = dead_letters
        self.forward_to: Queue | None = None
        self.sessions = Sessions(declaration.lock_duration, clock, self._give_back_session)
        self._clock = clock
        lost = Condition.SESSION_LOCK_LOST if declaration.requires_session else Condition.MESSAGE_LOCK_LOST
        self._locks = Locks(declaration.lock_duration, clock, lost)
        self._duplicates = Duplicates(declaration.duplicate_detection_window, clock)
        self._receivers: dict[Receiver, None] = {}
        self._only_session = Session(None)
        self._sequences = count(1)
        self._records: dict[int, Record] = {}
        self._due: list[tuple[datetime, int]] = []
        self._bytes = 0

    @property
    def size(self) -> int:
        """The number of messages in any state."""
        return len(self._records)

    def check(self, messages: Collection[Message]) -> None:
        """Raise `RefusedError` if this queue would not take one of the messages."""
        for message in messages:
            if self.declaration.requires_session and message.session_id is None:
                raise RefusedError(
                    Condition.NOT_ALLOWED,
                    f"The SessionId was not set on a message, and {self.declaration.name} takes none without",
                )
            if max(len(message.message_id or ""), len(message.session_id or "")) > MAX_ID_LENGTH:
                raise RefusedError(
                    Condition.ARGUMENT_ERROR, f"A MessageId or SessionId has more than {MAX_ID_LENGTH} characters"
                )
        if self._bytes + sum(message.size for message in messages) > self.declaration.max_size_in_megabytes * _MEGABYTE:
            raise RefusedError(Condition.QUOTA_EXCEEDED, f"The queue {self.declaration.name} is full")

    def accept(self, message: Message, *, enqueue_sequence: int | None = None) -> int:
        """Take a message that passes `check` and return its sequence number.

        A duplicate is dropped without a word. A message that is due later waits as scheduled, and gets a new number
        when it becomes active. `enqueue_sequence` is the number it had where it was forwarded from.
        """
        sequence = next(self._sequences)
        if self._is_duplicate(message):
            return sequence
        due = None if enqueue_sequence else message.due
        if due is not None and due > self._clock.real():
            heapq.heappush(self._due, (due + self._clock.ahead, sequence))
            self._keep(self._record(message, sequence, state=State.SCHEDULED))
        else:
            self._activate(message, sequence, enqueue_sequence or sequence)
        return sequence

    def cancel(self, sequence: int) -> None:
        """Remove a scheduled message; raise `RefusedError` if there is none of that number."""
        record = self._records.get(sequence)
        if record is None or record.state is not State.SCHEDULED:
            raise RefusedError(Condition.MESSAGE_NOT_FOUND, f"There is no scheduled message {sequence}")
        self._forget(record)

    def bury(self, record: Record, source: str, reason: str | None, description: str | None) -> None:
        """Take a record of the queue `source` as a dead letter, with its count and its time of arrival."""
        given = {"DeadLetterReason": reason, "DeadLetterErrorDescription": description}
        buried = self._record(record.message, next(self._sequences), record.enqueue_sequence)
        buried.enqueued_at = record.enqueued_at
        buried.delivery_count = record.delivery_count
        buried.properties = record.properties | {name: text for name, text in given.items() if text is not None}
        buried.dead_letter_source = source
        self._keep(buried)
        self._make_ready(buried)

    def add_receiver(self, receiver: Receiver) -> None:
        """Let `receiver` compete for the messages of a queue without sessions."""
        self._receivers[receiver] = None

    def remove_receiver(self, receiver: Receiver) -> None:
        """Forget `receiver`. What it locked stays locked until the lock runs out, as in Azure."""
        self._receivers.pop(receiver, None)

    def receive(self, session: Session | None = None, *, keep: bool = True) -> Record | None:
        """Return the next message, locked, or None. Not `keep`: it is gone with that (receive-and-delete)."""
        ready = (session or self._only_session).ready
        return self._take(self._records[heapq.heappop(ready)], keep=keep) if ready else None

    def receive_deferred(self, sequences: Iterable[int], session_id: str | None, *, keep: bool = True) -> list[Record]:
        """Return the deferred messages of these sequence numbers, locked; all of them or `RefusedError`."""
        if self.declaration.requires_session:
            self.sessions.held(session_id)
        records = []
        for sequence in sequences:
            record = self._records.get(sequence)
            if record is None or record.state is not State.DEFERRED or record.lock_token is not None:
                raise RefusedError(Condition.MESSAGE_NOT_FOUND, f"There is no deferred message {sequence}")
            records.append(record)
        return [self._take(record, keep=keep) for record in records]

    def peek(self, start: int, limit: int, session_id: str | None = None) -> list[Record]:
        """Return up to `limit` messages from sequence number `start` on, in any state, without touching them."""
        found = (
            record
            for sequence, record in self._records.items()
            if sequence >= start and session_id in {None, record.message.session_id}
        )
        return list(islice(found, limit))

    def complete(self, token: UUID) -> None:
        """Remove the message: it was handled."""
        self._forget(self._locks.give_up(token))

    def abandon(self, token: UUID, properties: Mapping[str, str] | None = None) -> None:
        """Give the message back as a failed delivery."""
        record = self._locks.give_up(token)
        record.properties.update(properties or {})
        self._give_back(record, failed=True)

    def release(self, token: UUID) -> None:
        """Give the message back as if it had not been delivered."""
        self._give_back(self._locks.give_up(token), failed=False)

    def defer(self, token: UUID, properties: Mapping[str, str] | None = None) -> None:
        """Keep the message until somebody asks for its sequence number."""
        record = self._locks.give_up(token)
        record.properties.update(properties or {})
        record.state = State.DEFERRED

    def dead_letter(self, token: UUID, reason: str | None, description: str | None) -> None:
        """Move the message to the dead-letter queue."""
        if self.dead_letters is None:
            raise RefusedError(Condition.NOT_ALLOWED, "A message of a dead-letter queue can't be dead-lettered again")
        record = self._locks.give_up(token)
        self._forget(record)
        self.dead_letters.bury(record, self.declaration.name, reason, description)

    def renew(self, token: UUID) -> datetime:
        """Lock a message of a queue without sessions for another lock duration and return the new end."""
        if self.declaration.requires_session:
            raise RefusedError(Condition.NOT_ALLOWED, "The lock belongs to the session: renew the session's lock")
        return self._locks.renew(token)

    def tick(self) -> None:
        """Do what is due: scheduled messages become active, locks run out."""
        while self._due and self._due[0][0] <= self._clock.waiting():
            _, sequence = heapq.heappop(self._due)
            record = self._records.get(sequence)
            if record is not None:
                self._forget(record)
                self._activate(record.message, next(self._sequences), sequence)
        if self.declaration.requires_session:
            self.sessions.tick()
        else:
            for token in self._locks.run_out():
                self.abandon(token)

    def counts(self) -> Counts:
        """Return what the queue holds at this moment."""
        unlocked = [record.state for record in self._records.values() if record.lock_token is None]
        return Counts(
            active=unlocked.count(State.ACTIVE),
            locked=len(self._locks),
            deferred=unlocked.count(State.DEFERRED),
            scheduled=unlocked.count(State.SCHEDULED),
            dead_letter=0 if self.dead_letters is None else self.dead_letters.size,
            sessions=self.sessions.count(),
            accepting=self.sessions.accepting(),
        )

    def _is_duplicate(self, message: Message) -> bool:
        if not self.declaration.requires_duplicate_detection or message.message_id is None:
            return False
        return not self._duplicates.is_new(message.message_id)

    def _record(
        self, message: Message, sequence: int, enqueue_sequence: int | None = None, state: State = State.ACTIVE
    ) -> Record:
        return Record(
            message=message,
            session=self._session_of(message),
            sequence=sequence,
            enqueue_sequence=enqueue_sequence or sequence,
            enqueued_at=self._clock.real(),
            state=state,
        )

    def _session_of(self, message: Message) -> Session:
        if self.declaration.requires_session and message.session_id is not None:
            return self.sessions.get(message.session_id)
        return self._only_session

    def _activate(self, message: Message, sequence: int, enqueue_sequence: int) -> None:
        """Make a message available to receivers, or hand it to the queue that this one forwards to.

        What that queue refuses becomes a dead letter here; Azure does not document what it does with a message that has
        no session when the destination needs one.
        """
        record = self._record(message, sequence, enqueue_sequence)
        if self.forward_to is None:
            self._keep(record)
            self._make_ready(record)
            return
        try:
            self.forward_to.check([message])
        except RefusedError as error:
            if self.dead_letters is not None:
                self.dead_letters.bury(record, self.declaration.name, "ForwardingFailed", error.description)
        else:
            self.forward_to.accept(message, enqueue_sequence=enqueue_sequence)

    def _keep(self, record: Record) -> None:
        self._records[record.sequence] = record
        self._bytes += record.message.size
        record.session.size += 1

    def _forget(self, record: Record) -> None:
        del self._records[record.sequence]
        self._bytes -= record.message.size
        record.session.size -= 1
        self.sessions.discard_if_empty(record.session)

    def _take(self, record: Record, *, keep: bool) -> Record:
        if keep:
            self._locks.take(record)
        else:
            self._forget(record)
        return record

    def _make_ready(self, record: Record) -> None:
        heapq.heappush(record.session.ready, record.sequence)
        if self.declaration.requires_session:
            self.sessions.offer(record.session)
        else:
            self._wake_receivers()

    def _wake_receivers(self) -> None:
        """Wake competing receivers until there is nothing left; one that got something goes to the end of the line."""
        ready = self._only_session.ready
        for receiver in list(self._receivers):
            if not ready:
                return
            before = len(ready)
            receiver.wake()
            if len(ready) < before and receiver in self._receivers:
                self._receivers[receiver] = self._receivers.pop(receiver)

    def _give_back_session(self, session: Session, failed: bool) -> None:
        for token in self._locks.of_session(session):
            self._give_back(self._locks.give_up(token), failed=failed)

    def _give_back(self, record: Record, *, failed: bool) -> None:
        record.delivery_count += failed
        limit = self.declaration.max_delivery_count
        if limit is not None and record.delivery_count >= limit and self.dead_letters is not None:
            description = f"Message could not be consumed after {limit} delivery attempts."
            self._forget(record)
            self.dead_letters.bury(record, self.declaration.name, "MaxDeliveryCountExceeded", description)
        elif record.state is not State.DEFERRED:
            self._make_ready(record)
