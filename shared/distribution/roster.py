"""The agents as a turn sees them: who could take a conversation, and in which order they are asked. Pure.

What conversations ask of agents is the same for many of them: each class (queue, workstream, skills) is looked at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Final

from shared.configuration.workstreams import Distribution, Method, Presence, SkillMatch
from shared.state.agent import Agent, LoadKind
from shared.state.conversation import Declines, NeededSkill
from shared.state.loads import MOST_HELD

DECLINED_FOR: Final = timedelta(minutes=5)
_LONG_AGO: Final = float("-inf")

type Misfit = tuple[int, int, int]
"""How many of the needed skills an agent lacks, has below the level, has above it: the smaller the better."""
type Place = tuple[Misfit, float, float, str]
"""Where an agent stands among those that could take a conversation: the smallest is asked first."""

FITS: Final[Misfit] = (0, 0, 0)


class WhyNot(StrEnum):
    """Why an agent does not get a conversation."""

    NOT_IN_QUEUE = "not_in_queue"
    INACTIVE = "inactive"
    PRESENCE = "presence"
    SKILLS = "skills"
    DECLINED_TOO_OFTEN = "declined_too_often"
    DECLINED = "declined"
    CAPACITY = "capacity"
    OTHERS_FIRST = "others_first"


class Candidate:
    """An agent during a match: what is left of the capacity, and what was assigned by it."""

    __slots__ = ("_assigned", "agent", "free", "freed", "held", "id", "levels")

    def __init__(self, agent: Agent) -> None:
        self.agent = agent
        self.id = agent.id.lower()
        self.free = agent.capacity - agent.units
        self.held = sum(entry.kind is LoadKind.HELD for entry in agent.load.values())
        self.freed = agent.freed_at.timestamp() if agent.freed_at else _LONG_AGO
        self.levels = {skill.name: skill.level for skill in agent.skills}
        self._assigned = {queue: at.timestamp() for queue, at in agent.last_assigned.items()}

    def assigned(self, queue: str) -> float:
        """Return when the agent was last given a conversation of a queue."""
        return self._assigned.get(queue, _LONG_AGO)

    def own_units(self, conversation_id: str) -> int:
        """Return what a conversation takes of the agent already: for itself, that counts as free."""
        entry = self.agent.load.get(conversation_id)
        return entry.units if entry and entry.kind is LoadKind.HELD else 0

    def has_room(self, units: int, own_units: int = 0) -> bool:
        """Tell whether one more conversation fits."""
        return self.free + own_units >= units and (own_units > 0 or self.held < MOST_HELD)

    def take(self, queue: str, units: int, at: datetime) -> None:
        """Count a conversation as this agent's."""
        self.free -= units
        self.held += 1
        self._assigned[queue] = at.timestamp()


@dataclass(frozen=True, slots=True)
class Pool:
    """The agents that one class of conversations looks at, stage by stage.

    Attributes:
        members: Of the queue, and working here.
        present: Those of them whose presence allows work.
        skilled: Those of them whose skills will do, with how well they fit.
    """

    queue: str
    distribution: Distribution
    members: Sequence[Candidate]
    present: Sequence[Candidate]
    skilled: Sequence[tuple[Misfit, Candidate]]

    def place(self, misfit: Misfit, candidate: Candidate) -> Place:
        """Return where an agent stands now; the ties of every method go round."""
        assigned = candidate.assigned(self.queue)
        first: Mapping[Method, float] = {Method.HIGHEST_CAPACITY: -candidate.free, Method.LEAST_ACTIVE: candidate.freed}
        return misfit, first.get(self.distribution.method, 0), assigned, candidate.id

    def includes(self, candidate: Candidate) -> bool:
        """Tell whether an agent's skills will do."""
        return any(each is candidate for _, each in self.skilled)

    def refuses(self, candidate: Candidate, declines: Mapping[str, Declines], now: datetime) -> WhyNot | None:
        """Tell whether an agent's declines of a conversation keep it away; None when they do not."""
        declined = declines.get(candidate.id)
        if declined is None:
            return None
        if declined.times >= self.distribution.max_declines:
            return WhyNot.DECLINED_TOO_OFTEN
        return WhyNot.DECLINED if now < declined.last + DECLINED_FOR else None


class Roster:
    """All agents.

    Attributes:
        holders: By conversation, whose load has it: also what was reserved and never became the agent's.
    """

    def __init__(self, agents: Sequence[Agent]) -> None:
        self.candidates = [Candidate(agent) for agent in agents]
        self.holders: dict[str, list[Candidate]] = {}
        for candidate in self.candidates:
            for conversation_id in candidate.agent.conversations(LoadKind.HELD):
                self.holders.setdefault(conversation_id, []).append(candidate)
        self.members = cache(self._members)
        self.pool = cache(self._pool)
        self._present = cache(self._present_of)

    def _members(self, queue: str) -> Sequence[Candidate]:
        """Return the agents of a queue who work here."""
        return [each for each in self.candidates if each.agent.active and queue in each.agent.queues]

    def _present_of(self, queue: str, presence: frozenset[Presence]) -> Sequence[Candidate]:
        return [each for each in self.members(queue) if each.agent.presence in presence]

    def _pool(self, queue: str, distribution: Distribution, skills: tuple[NeededSkill, ...]) -> Pool:
        """Return the agents that a class of conversations looks at."""
        present = self._present(queue, frozenset(distribution.presence))
        return Pool(queue, distribution, self.members(queue), present, _skilled(present, distribution, skills))


def _skilled(
    present: Sequence[Candidate], distribution: Distribution, skills: tuple[NeededSkill, ...]
) -> Sequence[tuple[Misfit, Candidate]]:
    if distribution.skill_match is SkillMatch.NONE or not skills:
        return [(FITS, each) for each in present]
    fitting = ((_misfit(each.levels, skills), each) for each in present)
    if distribution.skill_match is SkillMatch.CLOSEST:
        return list(fitting)
    return [(FITS, each) for (lacking, below, _), each in fitting if not lacking and not below]


def _misfit(levels: Mapping[str, int], skills: tuple[NeededSkill, ...]) -> Misfit:
    lacking = below = above = 0
    for skill in skills:
        level = levels.get(skill.name)
        if level is None:
            lacking += 1
        elif skill.level is not None:
            below += level < skill.level
            above += level > skill.level
    return lacking, below, above
