"""What each execution asks for: the one place where operations are counted.

Calls to Service Bus, Table Storage and ACS are those that the bench counts; a test counts them again. Times are those
that docs/operations.md gives: processor time on one core, or for `route` the accepts of sessions, which bind earlier.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class ScaleGroup(StrEnum):
    """What scales by itself, and has an always-ready instance in production."""

    INGEST = "ingest"
    ROUTE = "route"
    HTTP = "http"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One execution.

    Attributes:
        busy_ms: The share of an instance of 2,048 MB that it takes when the instance is packed.
        queue_sends: Messages that it sends to Service Bus.
        log_lines: Lines that it writes, at most.
        host_lines: Whether the host logs it, where it does at all.
    """

    group: ScaleGroup
    busy_ms: float
    queue_sends: int = 0
    table_calls: int = 0
    acs_sends: int = 0
    log_lines: int = 1
    host_lines: bool = True

    @property
    def calls(self) -> int:
        """Calls to all services."""
        return self.queue_sends + self.table_calls + self.acs_sends


_ACCEPT_MS: Final = 1000 / 30
"""An instance of one core accepts 20 to 40 sessions a second, two at a time."""

STEPS: Final[Mapping[str, Step]] = {
    "ingest": Step(group=ScaleGroup.INGEST, busy_ms=0.57, queue_sends=1),
    # Meta's own call, in place of ingest: assumed to bring one item, and to take what HTTP adds to that.
    "webhook": Step(group=ScaleGroup.HTTP, busy_ms=5, queue_sends=1),
    "first_message": Step(group=ScaleGroup.ROUTE, busy_ms=37, queue_sends=1, table_calls=8, acs_sends=1, log_lines=3),
    "route": Step(group=ScaleGroup.ROUTE, busy_ms=_ACCEPT_MS, table_calls=3),
    # Two queues, 16 partitions of agents, one assignment; sends its announcement, a timer, and the next two turns.
    "turn": Step(group=ScaleGroup.ROUTE, busy_ms=_ACCEPT_MS, queue_sends=4, table_calls=23, log_lines=3),
    "empty_turn": Step(group=ScaleGroup.ROUTE, busy_ms=_ACCEPT_MS, table_calls=2),
    "reservations": Step(group=ScaleGroup.ROUTE, busy_ms=_ACCEPT_MS, table_calls=2),
    "first_status": Step(group=ScaleGroup.ROUTE, busy_ms=_ACCEPT_MS, table_calls=6),  # another process has sent it
    "status": Step(group=ScaleGroup.ROUTE, busy_ms=_ACCEPT_MS, table_calls=2),
    "check": Step(group=ScaleGroup.ROUTE, busy_ms=_ACCEPT_MS, table_calls=1),
    "copy": Step(group=ScaleGroup.ROUTE, busy_ms=_ACCEPT_MS, table_calls=3, log_lines=2),
    "reply": Step(group=ScaleGroup.HTTP, busy_ms=27, queue_sends=1, table_calls=6, acs_sends=1, log_lines=3),
    "read": Step(group=ScaleGroup.HTTP, busy_ms=10, table_calls=2),  # assumed: the bench does not read
    # Assumed: the agent's record, a conversation that is open, and that it is.
    "poll": Step(group=ScaleGroup.HTTP, busy_ms=10, table_calls=3, log_lines=0, host_lines=False),
}
