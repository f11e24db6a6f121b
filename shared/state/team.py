"""What a decision about a contact has to know besides the contact: agents, queues.

It is read before the decision, as far as that named it, and handed in: the decision stays pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from shared.state.agent import Agent


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamNeeds:
    """What has to be read.

    Attributes:
        agents: By id.
        lengths: Queues whose line is to be counted, each up to a limit.
        everybody: Whether all agents are wanted.
        closed_queues: Whether the queues are wanted that a supervisor closed.
    """

    agents: frozenset[str] = frozenset()
    lengths: Mapping[str, int] = field(default_factory=dict)
    everybody: bool = False
    closed_queues: bool = False

    def __bool__(self) -> bool:
        return bool(self.agents or self.lengths or self.everybody or self.closed_queues)

    def with_those_of(self, other: "TeamNeeds") -> "TeamNeeds":
        """Return these needs and another decision's."""
        return TeamNeeds(
            agents=self.agents | other.agents,
            lengths={**self.lengths, **other.lengths},
            everybody=self.everybody or other.everybody,
            closed_queues=self.closed_queues or other.closed_queues,
        )


NOTHING: Final = TeamNeeds()
"""For decisions that need to know nothing of the team."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """Agents and queues as they were just before the decision.

    Attributes:
        agents: By id in lower case; of those that were asked for, one who has no record is missing.
        lengths: How many wait in a queue; never more than was asked for.
        closed_until: Queues that a supervisor closed for a while.
    """

    agents: Mapping[str, Agent] = field(default_factory=dict)
    lengths: Mapping[str, int] = field(default_factory=dict)
    closed_until: Mapping[str, datetime] = field(default_factory=dict)

    def agent(self, agent_id: str | None) -> Agent | None:
        """Return an agent's record, if there is one."""
        return self.agents.get(agent_id.lower()) if agent_id else None


NOBODY_ASKED = Team()
"""The team for such decisions."""
