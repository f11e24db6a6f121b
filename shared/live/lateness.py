"""How late desks learn of changes: from the commit until an instance at which desks wait has read of it."""

from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from shared.state.changes import Logged
from shared.telemetry import Metric, Telemetry

_REMEMBERED: Final = 5_000


class Lateness:
    """Measures each change once: whoever settles a contact later may tell of the same again, which is not late."""

    def __init__(self, telemetry: Telemetry) -> None:
        self._telemetry = telemetry
        self._revisions: OrderedDict[str, int] = OrderedDict()

    def measure(self, found: Iterable[Logged], reads_since: datetime, now: datetime) -> None:
        """Measure what was found.

        Args:
            reads_since: From when on the log was read without a break; of what is older, nobody knows whether it was
                told before.
        """
        for change in (each.change for each in found):
            if change.committed_at and self._is_new(change.conversation_id, change.revision):
                delay = (now - change.committed_at).total_seconds()
                if change.committed_at >= reads_since:
                    self._telemetry.record(Metric.CHANGE_DELAY.of(max(delay, 0), kind=change.kind))

    def _is_new(self, conversation_id: str, revision: int) -> bool:
        if revision <= self._revisions.get(conversation_id, 0):
            return False
        self._revisions[conversation_id] = revision
        self._revisions.move_to_end(conversation_id)
        if len(self._revisions) > _REMEMBERED:
            self._revisions.popitem(last=False)
        return True
