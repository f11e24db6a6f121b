"""When each agent's desk was last heard of, and when it was last looked who is still there (table `agents`).

A desk's sign is a row of its own and never a write to the agent's row: a whole shift writes one a minute each.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shared.state.agents import agent_key
from shared.state.deleting import delete_rows
from shared.state.rows import decode, encode
from shared.state.tables import Put, Table, Tables

SEEN: Final = "seen"
ROLL_CALLS: Final = "roll"
_ENDED: Final = "ended"
_LAST_KEY: Final = "~"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An agent's desk was heard of."""

    agent: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RollCallEnded:
    """A roll call came to its end."""

    at: datetime


class SignsOfLife:
    """The signs, on Table Storage. Every method raises Unavailable when the service is away."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def seen(self) -> Mapping[str, datetime]:
        """Return when each desk was last heard of, by its agent's id in lower case."""
        rows = await self._tables.scan(Table.AGENTS, SEEN, first="", last=_LAST_KEY)
        return {seen.agent.lower(): seen.at for seen in (decode(Seen, row.body) for row in rows)}

    async def note(self, seen: Seen) -> None:
        """Note that an agent's desk was heard of."""
        await self._tables.commit(Table.AGENTS, SEEN, [Put(agent_key(seen.agent), encode(seen))])

    async def forget(self, agent_id: str) -> None:
        """Expect no sign of an agent's desk any more."""
        await delete_rows(self._tables, Table.AGENTS, SEEN, [agent_key(agent_id)])

    async def roll_call_ended(self) -> datetime | None:
        """Return when the last roll call came to its end."""
        row = await self._tables.get(Table.AGENTS, ROLL_CALLS, _ENDED)
        return decode(RollCallEnded, row.body).at if row else None

    async def end_roll_call(self, at: datetime) -> None:
        """Note that a roll call came to its end."""
        await self._tables.commit(Table.AGENTS, ROLL_CALLS, [Put(_ENDED, encode(RollCallEnded(at=at)))])
