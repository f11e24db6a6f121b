"""The agents of the team: one row each, in the partition of their group, found by a digest of the agent's id."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from shared.state.agent import Agent
from shared.state.revise_row import revise_row
from shared.state.rows import decode, encode
from shared.state.tables import Row, Table, Tables
from shared.vocabulary.identity import digest
from shared.vocabulary.time import Clock

GROUP: Final = "agents"
ME: Final = "me"
NOBODY: Final = "none"
"""Where an agent's id is expected these stand for whoever calls, and for no agent."""
FRESH_FOR: Final = timedelta(seconds=5)
_LONGEST_ID: Final = 128
_WARM_AGENTS: Final = 1_000


def valid_agent_id(agent_id: str) -> bool:
    """Tell whether a text can be an agent's id: it passes through a header unchanged, and stands for nobody else."""
    if agent_id.lower() in (ME, NOBODY):
        return False
    printable = agent_id.isascii() and agent_id.isprintable() and agent_id == agent_id.strip()
    return printable and 0 < len(agent_id) <= _LONGEST_ID


class Agents:
    """The agents, on Table Storage. Ids are compared without case; a record shows its id as first written."""

    def __init__(self, tables: Tables, clock: Clock) -> None:
        self._tables = tables
        self._clock = clock
        self._warm: OrderedDict[str, tuple[Agent | None, datetime]] = OrderedDict()

    async def find(self, agent_id: str) -> Agent | None:
        """Return an agent's record."""
        now = self._clock.now()
        row = await self._tables.get(Table.AGENTS, GROUP, _key(agent_id))
        agent = decode(Agent, row.body) if row else None
        self._keep(agent_id, agent, now)
        return agent

    async def recent(self, agent_id: str) -> Agent | None:
        """Return an agent's record as it was within the last seconds, also that there was none."""
        agent, read_at = self._warm.get(_key(agent_id), (None, None))
        if read_at and self._clock.now() - read_at <= FRESH_FOR:
            return agent
        return await self.find(agent_id)

    async def list(self) -> Sequence[Agent]:
        """Return all agents, in no order."""
        rows = await self._tables.scan(Table.AGENTS, GROUP, first="", last="g")
        return [decode(Agent, row.body) for row in rows]

    async def save(self, agent_id: str, change: Callable[[Agent | None], Agent]) -> Agent:
        """Write what `change` makes of the record as it is now, None when there is none."""

        def changed(row: Row | None) -> str:
            return encode(change(decode(Agent, row.body) if row else None))

        written = await revise_row(self._tables, Table.AGENTS, GROUP, _key(agent_id), changed)
        agent = decode(Agent, written.body)
        self._keep(agent_id, agent, self._clock.now())
        return agent

    def _keep(self, agent_id: str, agent: Agent | None, read_at: datetime) -> None:
        key = _key(agent_id)
        _, known_at = self._warm.get(key, (None, None))
        if known_at and known_at > read_at:
            return  # a write that is newer than what was read was answered sooner
        self._warm[key] = agent, read_at
        self._warm.move_to_end(key)
        if len(self._warm) > _WARM_AGENTS:
            self._warm.popitem(last=False)


def _key(agent_id: str) -> str:
    return digest("agent", agent_id.lower())
