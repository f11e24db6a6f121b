"""The sessions of one queue: who holds which, who waits for the next that has messages.

In: receivers that ask for a session by name or for the next available one; the passing of time (`tick`).
Out: locked sessions, at once or later through `Receiver.take_session`; `Receiver.lose_session` when a lock runs out.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from dev.stack.servicebus.clock import Clock
from dev.stack.servicebus.records import Condition, Receiver, RefusedError, Session


class Sessions:
    """The sessions of a queue; a session exists while it has messages, a state or a holder.

    `give_back(session, failed)` is called when a holder is gone, to return its locked messages to the queue.
    """

    def __init__(self, lock_duration: timedelta, clock: Clock, give_back: Callable[[Session, bool], None]) -> None:
        self._lock_duration = lock_duration
        self._clock = clock
        self._give_back = give_back
        self._by_id: dict[str, Session] = {}
        self._held: dict[Session, None] = {}
        self._available: dict[Session, None] = {}
        self._waiting: dict[Receiver, None] = {}

    def get(self, session_id: str) -> Session:
        """Return the session of this id, a new one if need be."""
        return self._by_id.setdefault(session_id, Session(session_id))

    def lock(self, session_id: str, receiver: Receiver) -> Session:
        """Lock a session by its name; raise `RefusedError` if another receiver holds it."""
        session = self.get(session_id)
        if session.holder is not None:
            raise RefusedError(
                Condition.SESSION_CANNOT_BE_LOCKED,
                "The requested session cannot be accepted: another receiver holds it",
            )
        return self._hold(session, receiver)

    def lock_next(self, receiver: Receiver) -> Session | None:
        """Lock the session that has had messages for longest, or put `receiver` on the waiting list and return None."""
        if self._available:
            return self._hold(next(iter(self._available)), receiver)
        self._waiting[receiver] = None
        return None

    def stop_waiting(self, receiver: Receiver) -> None:
        """Take `receiver` off the waiting list."""
        self._waiting.pop(receiver, None)

    def accepting(self) -> int:
        """Return how many receivers wait for any session."""
        return len(self._waiting)

    def offer(self, session: Session) -> None:
        """Tell whoever can receive it that `session` has a message: its holder, or the first on the waiting list."""
        if session.holder is not None:
            session.holder.wake()
        elif session.ready and self._waiting:
            receiver = next(iter(self._waiting))
            del self._waiting[receiver]
            receiver.take_session(self._hold(session, receiver))
        elif session.ready:
            self._available[session] = None
        else:
            self._available.pop(session, None)
            self.discard_if_empty(session)

    def release(self, session: Session, receiver: Receiver, *, failed: bool = False) -> None:
        """End the lock of `session` if `receiver` still holds it; its messages are given back."""
        if session.holder is not receiver:
            return
        session.holder = _NOBODY
        self._give_back(session, failed)
        session.holder = session.locked_until = None
        del self._held[session]
        self.offer(session)

    def renew(self, session_id: str) -> datetime:
        """Lock a held session for another lock duration and return the new end."""
        session = self.held(session_id)
        del self._held[session]
        return self._extend(session)

    def held(self, session_id: str | None) -> Session:
        """Return a session that is locked; raise `RefusedError` if nobody holds it (any more)."""
        session = self._by_id.get(session_id or "")
        if session is None or session.holder is None:
            raise RefusedError(Condition.SESSION_LOCK_LOST, "The session lock has expired: accept the session again")
        return session

    def set_state(self, session_id: str, state: bytes | None) -> None:
        """Keep `state` with a session that is locked; None removes it."""
        session = self.held(session_id)
        session.state = state
        session.state_set_at = self._clock.real()

    def ids(self, state_set_after: datetime | None = None) -> list[str]:
        """Return the ids of sessions with messages or a state, or of those whose state was set after that time."""
        if state_set_after is None:
            return [name for name, session in self._by_id.items() if session.size or session.state is not None]
        return [
            name
            for name, session in self._by_id.items()
            if session.state_set_at is not None and session.state_set_at > state_set_after
        ]

    def count(self) -> int:
        """Return the number of sessions that have messages."""
        return sum(session.size > 0 for session in self._by_id.values())

    def discard_if_empty(self, session: Session) -> None:
        """Forget a session that has neither messages nor a state nor a holder."""
        if session.id is not None and not session.size and session.state is None and session.holder is None:
            self._by_id.pop(session.id, None)

    def tick(self) -> None:
        """Take the sessions whose lock ran out from their holders; what these had locked counts as failed."""
        now = self._clock.real()
        for session in list(self._held):
            if session.locked_until is None or session.locked_until > now:
                return
            holder = session.holder
            if holder is not None:
                self.release(session, holder, failed=True)
                holder.lose_session()

    def _hold(self, session: Session, receiver: Receiver) -> Session:
        session.holder = receiver
        self._available.pop(session, None)
        self._extend(session)
        return session

    def _extend(self, session: Session) -> datetime:
        session.locked_until = self._clock.real() + self._lock_duration
        self._held[session] = None
        return session.locked_until


class _Nobody:
    """Holds a session while its messages are given back, so that nobody else gets it half full."""

    def wake(self) -> None:
        """Take nothing."""

    def take_session(self, session: Session) -> None:
        """Never waits for one."""

    def lose_session(self) -> None:
        """Has nothing to lose."""


_NOBODY = _Nobody()
