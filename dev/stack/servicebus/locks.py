"""The locks of delivered messages in one queue."""

from datetime import datetime, timedelta
from itertools import takewhile
from uuid import UUID, uuid4

from dev.stack.servicebus.clock import Clock
from dev.stack.servicebus.records import Condition, Record, RefusedError, Session


class Locks:
    """Which lock token stands for which record. All last equally long, so they run out in the order they were taken."""

    def __init__(self, duration: timedelta, clock: Clock, lost: Condition) -> None:
        self._duration = duration
        self._clock = clock
        self._lost = lost
        self._records: dict[UUID, Record] = {}

    def __len__(self) -> int:
        return len(self._records)

    def take(self, record: Record) -> None:
        """Lock `record`: for the lock duration, or as long as its session is locked."""
        self._lock(record, uuid4())

    def give_up(self, token: UUID) -> Record:
        """End the lock and return its record; raise `RefusedError` if there is no such lock any more."""
        record = self._records.pop(token, None)
        if record is None:
            raise RefusedError(
                self._lost, "The lock supplied is invalid: it ran out, or the message was settled already"
            )
        record.lock_token = record.locked_until = None
        return record

    def renew(self, token: UUID) -> datetime:
        """Start the lock duration anew and return its end."""
        return self._lock(self.give_up(token), token)

    def of_session(self, session: Session) -> list[UUID]:
        """Return the tokens of the messages of `session`."""
        return [token for token, record in self._records.items() if record.session is session]

    def run_out(self) -> list[UUID]:
        """Return the tokens whose time is over; the caller gives them up."""
        now = self._clock.real()
        overdue = takewhile(lambda record: record.locked_until and record.locked_until <= now, self._records.values())
        return [record.lock_token for record in overdue if record.lock_token]

    def _lock(self, record: Record, token: UUID) -> datetime:
        record.lock_token = token
        record.locked_until = record.session.locked_until or self._clock.real() + self._duration
        self._records[token] = record
        return record.locked_until
