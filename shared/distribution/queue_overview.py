"""What is the matter with the queues: how many wait, how long, why, and who could take them.

All of it is counted at most every five seconds by a worker, whoever asks.
"""

import asyncio
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from shared.configuration.document import Configuration
from shared.configuration.reached_queues import queues_of
from shared.configuration.workstreams import Presence
from shared.distribution.wait_reasons import WaitReason, WaitReasons
from shared.hours.queues import QueueHours
from shared.sending.failures import explain
from shared.state.agent import Agent
from shared.state.agents import Agents
from shared.state.channel_stops import ChannelStops, Stop
from shared.state.closed_queues import ClosedQueues, ClosedUntil
from shared.state.conversation_lists import ConversationLists
from shared.state.queue_names import QueueNames
from shared.state.waiting_lines import MOST_COUNTED, InLine, WaitingLines
from shared.vocabulary.time import Clock, rfc3339

FRESH_FOR: Final = timedelta(seconds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueState:
    """A queue as it was within the last seconds.

    Attributes:
        priority: None where the configuration does not have the queue.
        opens_at: When it opens, if it is closed; None: not within a year.
        closes_at: When it closes, if it is open; None: not within a year.
        length: How many wait in its line, up to a limit.
        length_is_at_least: Whether that limit was reached.
        oldest_since: The earliest place among those that were counted.
        agents: Those who serve it, by presence.
        wait_reasons: Of the first hundred in line.
        warnings: What somebody should look after, in words.
    """

    name: str
    configured: bool
    priority: int | None
    open: bool
    opens_at: datetime | None
    closes_at: datetime | None
    length: int
    length_is_at_least: bool
    oldest_since: datetime | None
    agents: Mapping[Presence, int]
    wait_reasons: Mapping[WaitReason, int]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Staffing:
    """The team at a moment; `changes` counts what this worker had changed of it by then."""

    read_at: datetime
    changes: int
    agents: Sequence[Agent]
    closed: Mapping[str, ClosedUntil]
    hours: QueueHours
    reasons: WaitReasons


class QueueOverview:
    """Counts queues, and says why conversations wait."""

    def __init__(
        self,
        *,
        configuration: Configuration,
        agents: Agents,
        lines: WaitingLines,
        lists: ConversationLists,
        closed_queues: ClosedQueues,
        queue_names: QueueNames,
        channel_stops: ChannelStops,
        clock: Clock,
    ) -> None:
        self._configuration = configuration
        self._agents = agents
        self._lines = lines
        self._lists = lists
        self._closed_queues = closed_queues
        self._queue_names = queue_names
        self._channel_stops = channel_stops
        self._clock = clock
        self._staffing: _Staffing | None = None
        self._states: dict[str, QueueState] = {}
        self._lost: frozenset[str] | None = None
        self._counting_began: datetime | None = None
        self._closings = 0
        self._one_at_a_time = asyncio.Lock()

    async def reasons(self) -> WaitReasons:
        """Return what says of a conversation in line why it waits.

        Raises:
            Unavailable: Storage is away.
        """
        async with self._one_at_a_time:
            return (await self._team()).reasons

    async def lost_queues(self) -> frozenset[str]:
        """Return the queues that the configuration does not have, and that still hold conversations.

        Raises:
            Unavailable: Storage is away.
        """
        async with self._one_at_a_time:
            self._forget_what_is_old()
            if self._lost is None:
                names = sorted(await self._queue_names.known() - self._configuration.queues.keys())
                lists = await asyncio.gather(*(self._lists.list(name) for name in names))
                self._lost = frozenset(name for name, rows in zip(names, lists, strict=True) if rows)
            return self._lost

    async def of(self, names: Collection[str]) -> Sequence[QueueState]:
        """Return queues as they are, in the order of their names.

        Raises:
            Unavailable: Storage is away.
        """
        async with self._one_at_a_time:
            self._forget_what_is_old()
            missing = [name for name in names if name not in self._states]
            staffing = await self._team()
            found = await asyncio.gather(*(self._state(name, staffing) for name in missing))
            self._states.update(zip(missing, found, strict=True))
            states = [self._states[name] for name in names]
        stops = await self._stopped_channels()
        return [replace(each, warnings=(*each.warnings, *self._stops_of(each.name, stops))) for each in states]

    def _forget_what_is_old(self) -> None:
        """Forget what was counted too long ago, or before a queue was closed here: whoever closes it looks."""
        now, closings = self._clock.now(), self._closed_queues.changed
        if self._counting_began is None or now - self._counting_began > FRESH_FOR or closings != self._closings:
            self._states, self._lost, self._counting_began, self._closings = {}, None, now, closings

    async def _team(self) -> _Staffing:
        """Return the team as it was within the last seconds, with all that was changed of it here."""
        now, known = self._clock.now(), self._staffing
        changes = self._agents.saved + self._closed_queues.changed
        if known and known.changes == changes and now - known.read_at <= FRESH_FOR:
            return known
        agents, closed = await asyncio.gather(self._agents.list(), self._closed_queues.read())
        hours = QueueHours(self._configuration, {queue: each.until for queue, each in closed.items()})
        reasons = WaitReasons(self._configuration, agents, lambda queue: hours.is_open(queue, now), now)
        self._staffing = _Staffing(
            read_at=now, changes=changes, agents=agents, closed=closed, hours=hours, reasons=reasons
        )
        return self._staffing

    async def _stopped_channels(self) -> Mapping[str, Stop]:
        channels = self._configuration.channels
        states = await asyncio.gather(*(self._channel_stops.read(channel.key) for channel in channels.values()))
        return {name: state.stop for name, state in zip(channels, states, strict=True) if state.stop}

    def _stops_of(self, queue: str, stops: Mapping[str, Stop]) -> Iterator[str]:
        """Say which channels that lead to a queue send nothing; whoever stopped one here sees it at once."""
        for name, stop in stops.items():
            workstream = self._configuration.workstreams[self._configuration.channels[name].workstream]
            if queue in queues_of(workstream, self._configuration):
                why = explain(stop.code, "").message
                yield f"Channel {name} sends nothing until {rfc3339(stop.until)} at least: {why} ({stop.code})."

    async def _state(self, name: str, staffing: _Staffing) -> QueueState:
        places, head = await asyncio.gather(self._lines.places(name), self._lines.read(name))
        configured, now, hours = self._configuration.queues.get(name), staffing.read_at, staffing.hours
        serving = [agent for agent in staffing.agents if agent.active and name in agent.queues]
        reasons = _reasons(head.waiting, staffing.reasons)
        return QueueState(
            name=name,
            configured=configured is not None,
            priority=configured.priority if configured else None,
            open=hours.is_open(name, now),
            opens_at=hours.opens_at(name, now),
            closes_at=hours.closes_at(name, now),
            length=len(places),
            length_is_at_least=len(places) == MOST_COUNTED,
            oldest_since=min(places, default=None),
            agents=Counter(agent.presence for agent in serving),
            wait_reasons=reasons,
            warnings=_warnings(configured is not None, serving, reasons, staffing.closed.get(name)),
        )


def _reasons(waiting: Sequence[InLine], reasons: WaitReasons) -> Mapping[WaitReason, int]:
    return Counter(reasons.of(each.queue, each.row) for each in waiting if each.row)


def _warnings(
    configured: bool, serving: Sequence[Agent], reasons: Mapping[WaitReason, int], closed: ClosedUntil | None
) -> tuple[str, ...]:
    """Say what somebody should look after."""
    found = []
    if not configured:
        found.append("The configuration does not have this queue: transfer its conversations, or drain it.")
    elif not serving:
        found.append("No agent serves this queue.")
    if reasons.get(WaitReason.NOBODY_AVAILABLE):
        found.append("Customers wait, and nobody who could take them is there.")
    if reasons.get(WaitReason.NO_AGENT_WITH_SKILL):
        found.append("Customers wait for a skill that nobody there has.")
    if reasons.get(WaitReason.DECLINED_BY_ALL):
        found.append("Customers wait whom everybody there has declined.")
    if closed:
        found.append(f"Closed until {rfc3339(closed.until)}{f': {closed.reason}' if closed.reason else '.'}")
    return tuple(found)
