"""What is told of a turn: what became of its conversations, and why the others wait."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from shared.configuration.document import Configuration
from shared.distribution.giving import Fate
from shared.distribution.match import Line, Matched
from shared.distribution.wait_reasons import WaitReasons
from shared.hours import QueueHours
from shared.logs import log
from shared.state.agent import Agent, LoadEntry, LoadKind
from shared.state.closed_queues import ClosedQueues
from shared.telemetry import Metric, Telemetry
from shared.vocabulary.time import Clock, milliseconds

_UNREADABLE: Final = "unreadable"
"""Beside the reasons why a conversation waits: one in whose row nothing can be read; an alert watches for it."""


class TurnReport:
    """Tells log and metrics of turns."""

    def __init__(
        self, closed_queues: ClosedQueues, configuration: Configuration, clock: Clock, telemetry: Telemetry
    ) -> None:
        self._closed_queues = closed_queues
        self._configuration = configuration
        self._clock = clock
        self._telemetry = telemetry

    async def __call__(
        self, lines: Mapping[str, Line], fates: Mapping[str, Fate], agents: Sequence[Agent], began: datetime
    ) -> None:
        """Say what was given, and why the rest waits, whose lines and agents are as the turn left them."""
        now = self._clock.now()
        closed = {queue: each.until for queue, each in (await self._closed_queues.read()).items()}
        hours = QueueHours(self._configuration, closed)
        reasons = WaitReasons(self._configuration, agents, lambda queue: hours.is_open(queue, now), now)
        left = [one for line in lines.values() for one in line.waiting]
        counted = Counter((one.queue, reasons.of(one.queue, one.row) if one.row else _UNREADABLE) for one in left)
        for (queue, reason), count in counted.items():
            self._telemetry.record(Metric.WAITING.of(count, queue=queue, reason=reason))
        log("turn", fates=Counter(fates.values()), waiting=len(left), duration_ms=milliseconds(began, now))


def with_given(agents: Sequence[Agent], matched: Matched) -> Sequence[Agent]:
    """Return the agents as the match left them."""
    loads: dict[str, dict[str, LoadEntry]] = {}
    for given in matched.given:
        entry = LoadEntry(kind=LoadKind.HELD, version=0, queue=given.waiting.queue, at=given.at, units=given.units)
        loads.setdefault(given.agent.id, {})[given.row.conversation_id] = entry
    return [replace(each, load={**each.load, **loads.get(each.id, {})}) for each in agents]
