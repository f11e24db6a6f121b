"""A broker without a network: a clock that tests set, messages without bytes, receivers that remember what they got."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from dev.stack.servicebus.broker import Broker
from dev.stack.servicebus.clock import Clock
from dev.stack.servicebus.messages import Message
from dev.stack.servicebus.queues import QueueDeclaration
from dev.stack.servicebus.records import Record, Session
from dev.stack.servicebus.store import Queue

START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
LOCK = timedelta(minutes=1)
WINDOW = timedelta(minutes=30)


class Bench:
    """One namespace and the hand on its clock."""

    def __init__(self, *declarations: QueueDeclaration) -> None:
        self.now = START
        self.broker = Broker(declarations, Clock(lambda: self.now))

    def queue(self, path: str) -> Queue:
        """Return a queue by its path."""
        return self.broker.queue(path)

    def pass_time(self, elapsed: timedelta) -> None:
        """Let the real time go on and the broker do what is due."""
        self.now += elapsed
        self.broker.tick()

    def advance(self, elapsed: timedelta) -> None:
        """Move the waiting time alone."""
        self.broker.clock.advance(elapsed.total_seconds())
        self.broker.tick()


@dataclass(eq=False)
class Taker:
    """A receiver that takes up to `credit` messages whenever it is woken, and any session it is given."""

    queue: Queue
    credit: int = 0
    taken: list[Record] = field(default_factory=list)
    session: Session | None = None
    lost_sessions: int = 0

    def wake(self) -> None:
        while self.credit and (record := self.queue.receive(self.session)):
            self.credit -= 1
            self.taken.append(record)

    def take_session(self, session: Session) -> None:
        self.session = session
        self.wake()

    def lose_session(self) -> None:
        self.lost_sessions += 1


def message(
    message_id: str | None = None,
    session_id: str | None = None,
    due: datetime | None = None,
    size: int = 100,
) -> Message:
    """Return a message that has only what the broker looks at."""
    return Message(message_id=message_id, session_id=session_id, due=due, annotations={}, bare=b"", size=size)


def ids(records: list[Record]) -> list[str | None]:
    """Return the message ids of records, in order."""
    return [record.message.message_id for record in records]


def take(queue: Queue, session: Session | None = None) -> Record:
    """Receive a message that must be there."""
    record = queue.receive(session)
    assert record is not None
    return record


def token(record: Record) -> UUID:
    """Return the token of a record that must be locked."""
    assert record.lock_token is not None
    return record.lock_token
