"""What an agent has in hand, and how it changes: the law under which an agent's load is written. Pure.

A load is a set of entries, one a conversation, each with the version that its contact has, or will have once the commit
for which it was reserved is done: a contact at version 7 whose conversation is about to be given away has an entry that
says 8. Only a contact of an entry's version or a later one changes it. One that leaves stands as `gone` for five
minutes: without it, a writer that is late would bring the entry back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from shared.state.agent import Agent, LoadEntry, LoadKind
from shared.state.draft import Room

MOST_HELD: Final = 200
MOST_PARKED: Final = 200
GONE_STANDS: Final = timedelta(minutes=5)
"""As long as the tombstones of the lists, for the same reason."""
_GONE_IS_INSERTED: Final = GONE_STANDS / 2
"""For so long; later, an entry that is not there may have stood its time, and another would say nothing new."""
_MOST_QUEUES: Final = 50


class Obstacle(StrEnum):
    """Why a conversation could not be reserved."""

    FULL = "full"
    NO_ROOM = "no_room"
    OUTDATED = "outdated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """What became of the conversations that an agent was to have: `taken`, or not, and why."""

    taken: frozenset[str] = frozenset()
    obstacles: Mapping[str, Obstacle] = field(default_factory=dict)


def obstacle_to(agent: Agent, conversation_id: str, units: int, room: Room) -> Obstacle | None:
    """Tell what keeps an agent from having one more conversation; what the agent has of it already counts as free."""
    others = [entry for each, entry in agent.load.items() if entry.kind is LoadKind.HELD and each != conversation_id]
    if len(others) >= MOST_HELD:
        return Obstacle.FULL
    limit = {Room.CAPACITY: agent.capacity, Room.TWICE: 2 * agent.capacity, Room.ANY: None}[room]
    if limit is not None and sum(entry.units for entry in others) + units > limit:
        return Obstacle.NO_ROOM
    return None


def with_reserved(agent: Agent, entries: Mapping[str, LoadEntry], room: Room) -> tuple[Agent, Reservation]:
    """Return the agent with as many of these conversations as there is room for, in their order, and what was taken."""
    taken: set[str] = set()
    obstacles: dict[str, Obstacle] = {}
    for conversation_id, entry in entries.items():
        there = agent.load.get(conversation_id)
        outdated = Obstacle.OUTDATED if there and there.version > entry.version else None
        if obstacle := outdated or obstacle_to(agent, conversation_id, entry.units, room):
            obstacles[conversation_id] = obstacle
            continue
        taken.add(conversation_id)
        assigned = {**agent.last_assigned, entry.queue: entry.at}
        newest = sorted(assigned, key=lambda queue: assigned[queue])[-_MOST_QUEUES:]
        agent = replace(
            agent,
            load={**agent.load, conversation_id: entry},
            last_assigned={queue: assigned[queue] for queue in newest},
        )
    return agent, Reservation(taken=frozenset(taken), obstacles=obstacles)


def with_entry(agent: Agent, conversation_id: str, entry: LoadEntry, now: datetime) -> Agent:
    """Return the agent with an entry as its contact has it; unchanged if a later version, or the same, is there."""
    there = agent.load.get(conversation_id)
    if there is None and entry.kind is LoadKind.GONE and now - entry.at >= _GONE_IS_INSERTED:
        return agent
    if there and (there.version > entry.version or _alike(there, entry)):
        return agent
    return _replaced(agent, conversation_id, entry, now)


def without(agent: Agent, versions: Mapping[str, int], now: datetime) -> Agent:
    """Return the agent without what was reserved at these versions, unless it has been reserved or settled since."""
    for conversation_id, version in versions.items():
        there = agent.load.get(conversation_id)
        if there and there.kind is LoadKind.HELD and there.version == version:
            agent = _gone(agent, conversation_id, there, now)
    return agent


def mended(
    agent: Agent, conversation_id: str, true: LoadEntry | None, made_before: datetime, now: datetime
) -> Agent | None:
    """Return the agent with one entry as its contact has it, whatever the versions; None where that has to wait.

    Args:
        true: What the contact says; None: the agent has nothing of the conversation.
        made_before: What was reserved later may be waiting for its commit.
    """
    there = agent.load.get(conversation_id)
    if true is None:
        if there is None or there.kind is LoadKind.GONE:
            return agent
        return _gone(agent, conversation_id, there, now) if there.at < made_before else None
    if there and there.version > true.version and not _alike(there, true):
        return _replaced(agent, conversation_id, true, now) if there.at < made_before else None
    return with_entry(agent, conversation_id, true, now)


def pruned(agent: Agent, now: datetime) -> Agent:
    """Return the agent without the entries that have stood as `gone` for long enough."""
    over = [each for each, entry in agent.load.items() if entry.kind is LoadKind.GONE and entry.at + GONE_STANDS <= now]
    if not over:
        return agent
    return replace(agent, load={each: entry for each, entry in agent.load.items() if each not in over})


def _alike(one: LoadEntry, other: LoadEntry) -> bool:
    return (one.kind, one.units, one.queue) == (other.kind, other.units, other.queue)


def _gone(agent: Agent, conversation_id: str, there: LoadEntry, now: datetime) -> Agent:
    gone = LoadEntry(kind=LoadKind.GONE, version=there.version, queue=there.queue, at=now)
    return _replaced(agent, conversation_id, gone, now)


def _replaced(agent: Agent, conversation_id: str, entry: LoadEntry, now: datetime) -> Agent:
    there = agent.load.get(conversation_id)
    frees = there is not None and there.kind is LoadKind.HELD and entry.kind is not LoadKind.HELD
    return replace(
        agent,
        load={**agent.load, conversation_id: entry},
        freed_at=now if frees else agent.freed_at,
    )
