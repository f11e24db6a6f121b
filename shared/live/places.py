"""Who waits on this worker: one call a client, few clients a caller, and room left for the work of others."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Final

MOST_CLIENTS: Final = 3
MOST_WAITERS: Final = 48
"""Of the 64 requests that an instance takes at once."""
CROWDED: Final = 24
LONGEST_WAIT: Final = timedelta(seconds=25)
_CROWDED_WAIT: Final = timedelta(seconds=10)


class Refusal(StrEnum):
    """Why a call can't wait here: the caller's clients, or all that wait on the worker, are too many."""

    CALLER = "caller"
    WORKER = "worker"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a call waits.

    Attributes:
        longest: How long it may.
        refusal: Why it may not.
        ended: Set when a newer call of the same client has come.
    """

    longest: timedelta
    refusal: Refusal | None = None
    ended: asyncio.Event = field(default_factory=asyncio.Event)


class Places:
    """The places of a worker."""

    def __init__(self) -> None:
        self._taken: dict[tuple[str, str], Place] = {}

    @property
    def taken(self) -> int:
        """How many wait."""
        return len(self._taken)

    @contextmanager
    def take(self, caller_id: str, client: str) -> Iterator[Place]:
        """Take a place for as long as this lasts; an older call of the same client ends."""
        key = caller_id.lower(), client
        if older := self._taken.pop(key, None):
            older.ended.set()
        place = self._place(key[0])
        if place.refusal:
            yield place
            return
        self._taken[key] = place
        try:
            yield place
        finally:
            if self._taken.get(key) is place:
                del self._taken[key]

    def _place(self, caller: str) -> Place:
        if sum(each == caller for each, _ in self._taken) >= MOST_CLIENTS:
            return Place(timedelta(0), Refusal.CALLER)
        if len(self._taken) >= MOST_WAITERS:
            return Place(timedelta(0), Refusal.WORKER)
        return Place(_CROWDED_WAIT if len(self._taken) >= CROWDED else LONGEST_WAIT)
