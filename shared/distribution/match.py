"""Which of those who wait goes to which of those who are free. Pure.

Queues by their priority number; of queues with the same one, that whose first in line has waited longest. In a queue by
the order of its line. Each conversation to the first agent of its class, as the workstream's method sorts them; who
declined it comes after the others, or not at all.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush, heapreplace
from itertools import groupby

from shared.configuration.document import Configuration
from shared.configuration.workstreams import Distribution, Mode
from shared.distribution.roster import Candidate, Place, Pool, Roster, WhyNot
from shared.state.agent import Agent
from shared.state.line_row import LineRow
from shared.state.waiting_lines import InLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What was read of a queue's line; `after`: the key after which it goes on, None if that is all."""

    waiting: tuple[InLine, ...] = ()
    after: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A conversation that is to go to an agent.

    Attributes:
        units: What it takes of the agent's capacity.
        at: When it is given; of two in a turn, the later is later by a microsecond, which keeps ties going round.
    """

    waiting: InLine
    row: LineRow
    agent: Agent
    units: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """What a match found; `short`: queues of which more should be read, since capacity was left at their end."""

    given: tuple[Given, ...]
    short: frozenset[str]


def match(lines: Mapping[str, Line], agents: Sequence[Agent], configuration: Configuration, now: datetime) -> Matched:
    """Return who gets what; a queue or workstream that the configuration does not have is passed over."""
    matching = _Matching(Roster(agents), configuration, now)
    given = tuple(matching.give(_in_order(lines, configuration)))
    return Matched(given=given, short=frozenset(matching.short(lines)))


def _in_order(lines: Mapping[str, Line], configuration: Configuration) -> Iterator[InLine]:
    """Yield those who wait in the order in which they are served."""

    def number(queue: str) -> int:
        return configuration.queues[queue].priority

    queues = sorted((queue for queue in lines if queue in configuration.queues), key=number)
    for _, group in groupby(queues, key=number):
        heads: list[tuple[datetime, str, InLine, Iterator[InLine]]] = []
        for queue in group:
            _push_next(heads, queue, iter(lines[queue].waiting))
        while heads:
            _, queue, first, rest = heappop(heads)
            yield first
            _push_next(heads, queue, rest)


def _push_next(heads: list[tuple[datetime, str, InLine, Iterator[InLine]]], queue: str, rest: Iterator[InLine]) -> None:
    if following := next(rest, None):
        heappush(heads, (following.queued_since, queue, following, rest))


class _Matching:
    def __init__(self, roster: Roster, configuration: Configuration, now: datetime) -> None:
        self._roster = roster
        self._now = now
        workstreams = configuration.workstreams.items()
        self._push = {name: each.distribution for name, each in workstreams if each.distribution.mode is Mode.PUSH}
        self._sorted: dict[int, _Sorted] = {}

    def give(self, waiting: Iterator[InLine]) -> Iterator[Given]:
        seen: set[str] = set()
        at = self._now
        for one in waiting:
            distribution = self._push.get(one.row.workstream) if one.row else None
            if one.row is None or distribution is None or one.row.conversation_id in seen:
                continue
            seen.add(one.row.conversation_id)
            pool = self._roster.pool(one.queue, distribution, one.row.skills)
            candidate = self._in_sorted(pool).first_for(one.row, self._now) or self._holder(pool, one.row)
            if candidate is None:
                continue
            units = distribution.capacity
            candidate.take(one.queue, max(units - candidate.own_units(one.row.conversation_id), 0), at)
            yield Given(waiting=one, row=one.row, agent=candidate.agent, units=units, at=at)
            at += timedelta(microseconds=1)

    def _in_sorted(self, pool: Pool) -> "_Sorted":
        if id(pool) not in self._sorted:  # the roster keeps each pool, so its id is no other's
            self._sorted[id(pool)] = _Sorted(pool)
        return self._sorted[id(pool)]

    def _holder(self, pool: Pool, row: LineRow) -> Candidate | None:
        """Return an agent with room for the conversation only because what it takes is taken by itself already."""
        for candidate in self._roster.holders.get(row.conversation_id, ()):
            room = candidate.has_room(pool.distribution.capacity, candidate.own_units(row.conversation_id))
            if room and pool.includes(candidate) and not pool.refuses(candidate, row.declines, self._now):
                return candidate
        return None

    def short(self, lines: Mapping[str, Line]) -> Iterator[str]:
        units = min((each.capacity for each in self._push.values()), default=0)
        presence = {presence for each in self._push.values() for presence in each.presence}
        for queue, line in lines.items():
            members = self._roster.members(queue) if line.after else ()
            if any(each.has_room(units) and each.agent.presence in presence for each in members):
                yield queue


class _Sorted:
    """The agents of a pool who have room, the first to be asked first.

    Whoever takes a conversation only ever moves back, so a place that is out of date is put right when it comes up.
    """

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._units = pool.distribution.capacity
        self._heap: list[tuple[Place, Candidate]] = [
            (pool.place(misfit, each), each) for misfit, each in pool.skilled if each.has_room(self._units)
        ]
        heapify(self._heap)

    def first_for(self, row: LineRow, now: datetime) -> Candidate | None:
        """Return who gets a conversation: the first who did not decline it, else the first who may be asked again."""
        declined: list[tuple[Place, Candidate]] = []
        found: Candidate | None = None
        while self._heap and found is None:
            place, candidate = self._heap[0]
            if not candidate.has_room(self._units):
                heappop(self._heap)
            elif place != (current := self._pool.place(place[0], candidate)):
                heapreplace(self._heap, (current, candidate))
            elif candidate.id in row.declines:
                declined.append(heappop(self._heap))
            else:
                found = candidate
        for each in declined:
            heappush(self._heap, each)
        again = (each for _, each in declined if not self._pool.refuses(each, row.declines, now))
        return found or next(again, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Who would get a conversation, and why each of the others would not; by agent's id."""

    agent: str | None
    why_not: Mapping[str, WhyNot]


def explain_choice(
    waiting: InLine, row: LineRow, agents: Sequence[Agent], configuration: Configuration, now: datetime
) -> Choice | None:
    """Say who would get a conversation if it were alone in line; None where nobody is given its workstream's."""
    workstream = configuration.workstreams.get(row.workstream)
    if workstream is None or workstream.distribution.mode is not Mode.PUSH:
        return None
    given = match({waiting.queue: Line(waiting=(waiting,))}, agents, configuration, now).given
    chosen = given[0].agent.id if given else None
    pool = Roster(agents).pool(waiting.queue, workstream.distribution, row.skills)
    others = (each for each in agents if each.id != chosen)
    return Choice(agent=chosen, why_not={each.id: _why_not(each, pool, row, now) for each in others})


def _why_not(agent: Agent, pool: Pool, row: LineRow, now: datetime) -> WhyNot:
    distribution: Distribution = pool.distribution
    if pool.queue not in agent.queues:
        return WhyNot.NOT_IN_QUEUE
    if not agent.active:
        return WhyNot.INACTIVE
    if agent.presence not in distribution.presence:
        return WhyNot.PRESENCE
    candidate = next(each for each in pool.present if each.agent is agent)
    if not pool.includes(candidate):
        return WhyNot.SKILLS
    if refusal := pool.refuses(candidate, row.declines, now):
        return refusal
    room = candidate.has_room(distribution.capacity, candidate.own_units(row.conversation_id))
    return WhyNot.OTHERS_FIRST if room else WhyNot.CAPACITY
