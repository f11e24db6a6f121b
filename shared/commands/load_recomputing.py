"""An agent's load is made to say what the agent's conversations do, should it ever say anything else."""

from collections.abc import Iterable

from shared.commands.finding import no_agent
from shared.distribution.reservations import SettleReservations
from shared.queue.messages import Pair
from shared.state.agent import Agent, LoadKind
from shared.state.agents import Agents


class RecomputeLoad:
    """Compares entries with the contacts that they are about."""

    def __init__(self, agents: Agents, reservations: SettleReservations) -> None:
        self._agents = agents
        self._reservations = reservations

    async def __call__(self, agent_id: str, conversation_ids: Iterable[str]) -> int:
        """Mend an agent's load; how many entries were wrong.

        What was reserved within the last minute is looked at again later: its commit may be under way.

        Args:
            conversation_ids: Those that the lists say to be the agent's, besides those that the load names.

        Raises:
            Refused: `not_found`.
            Unavailable: Storage or queue are away.
        """
        before = await self._find(agent_id)
        named = before.conversations(LoadKind.HELD, LoadKind.PARKED)
        pairs = [Pair(conversation_id=each, agent=before.id) for each in dict.fromkeys((*named, *conversation_ids))]
        await self._reservations.settle(pairs)
        after = await self._find(agent_id)
        return sum(_said(before, pair) != _said(after, pair) for pair in pairs)

    async def _find(self, agent_id: str) -> Agent:
        agent = await self._agents.find(agent_id)
        if agent is None:
            raise no_agent()
        return agent


def _said(agent: Agent, pair: Pair) -> tuple[LoadKind, int, str] | None:
    """Return what a load says of a conversation; an entry that is gone says nothing."""
    entry = agent.load.get(pair.conversation_id)
    return (entry.kind, entry.units, entry.queue) if entry and entry.kind is not LoadKind.GONE else None
