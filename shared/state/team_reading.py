"""Reads of the team what decisions about contacts have to know."""

import asyncio
from collections.abc import Mapping
from datetime import datetime

from shared.state.agent import Agent
from shared.state.agents import Agents
from shared.state.closed_queues import ClosedQueues
from shared.state.team import NOBODY_ASKED, Team, TeamNeeds
from shared.state.waiting_lines import WaitingLines


class ReadTeam:
    """Reads what is asked for, all at once, and nothing else."""

    def __init__(self, agents: Agents, lines: WaitingLines, closed_queues: ClosedQueues) -> None:
        self._agents = agents
        self._lines = lines
        self._closed_queues = closed_queues

    async def __call__(self, needs: TeamNeeds) -> Team:
        """Return the team as it is now; what a supervisor closed as it was within the last seconds.

        Raises:
            Unavailable: The service is away.
        """
        if not needs:
            return NOBODY_ASKED
        agents, lengths, closed_until = await asyncio.gather(
            self._agents_of(needs), self._lengths_of(needs), self._closed_until(needs)
        )
        return Team(agents=agents, lengths=lengths, closed_until=closed_until)

    async def _agents_of(self, needs: TeamNeeds) -> Mapping[str, Agent]:
        if needs.everybody:
            found = await self._agents.list()
        else:
            each = await asyncio.gather(*(self._agents.find(agent_id) for agent_id in needs.agents))
            found = [agent for agent in each if agent]
        return {agent.id.lower(): agent for agent in found}

    async def _lengths_of(self, needs: TeamNeeds) -> Mapping[str, int]:
        counted = await asyncio.gather(*(self._lines.length(queue, most) for queue, most in needs.lengths.items()))
        return dict(zip(needs.lengths, counted, strict=True))

    async def _closed_until(self, needs: TeamNeeds) -> Mapping[str, datetime]:
        closed = await self._closed_queues.read() if needs.closed_queues else {}
        return {queue: each.until for queue, each in closed.items()}
