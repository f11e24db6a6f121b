"""The agents of the team: one row each, in one of sixteen partitions, found by a digest of the agent's id."""

import asyncio
import logging
import re
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from shared.logs import log
from shared.state.agent import Agent, LoadEntry
from shared.state.draft import Room
from shared.state.loads import Reservation, mended, pruned, with_entry, with_reserved, without
from shared.state.revise_row import revise_row
from shared.state.rows import decode, encode
from shared.state.tables import Replace, Row, Table, Tables
from shared.vocabulary.errors import Unreadable
from shared.vocabulary.identity import digest
from shared.vocabulary.time import Clock

PARTITIONS: Final = tuple("0123456789abcdef")
"""The first hex digit of the key: all of them are read at once when the whole team is wanted."""
ME: Final = "me"
NOBODY: Final = "none"
"""Where an agent's id is expected these stand for whoever calls, and for no agent."""
FRESH_FOR: Final = timedelta(seconds=5)
RESERVED_FOR: Final = timedelta(seconds=60)
"""What was reserved longer ago was committed, or never will be: a commit starts within 30 s of its reservation."""
AGENT_ID_FORM: Final = "^[!-~](?:[ -~]{0,126}[!-~])?$"
"""Of an agent's id: it passes through a header unchanged."""
_NO_IDS: Final = (ME, NOBODY, ".", "..")
"""What means something else; of an address clients leave out what . and .. stand for, however it is encoded."""
AGENT_ID_RULE: Final = f"1 to 128 printable ASCII characters, not {ME}, {NOBODY}, . or .."
_WARM_AGENTS: Final = 5_000


@dataclass(frozen=True, slots=True)
class _Warm:
    """A record as this worker saw it last; `etag` where it is known."""

    agent: Agent | None
    read_at: datetime
    etag: str | None = None


def valid_agent_id(agent_id: str) -> bool:
    """Tell whether a text can be an agent's id, and stands for nothing else."""
    return agent_id.lower() not in _NO_IDS and bool(re.fullmatch(AGENT_ID_FORM, agent_id))


class Agents:
    """The agents, on Table Storage. Ids are compared without case; a record shows its id as first written.

    Every method raises Unavailable when the service is away, or a row keeps changing.

    Attributes:
        saved: How many records this worker has saved: what people changed, beside loads.
    """

    def __init__(self, tables: Tables, clock: Clock) -> None:
        self.saved = 0
        self._tables = tables
        self._clock = clock
        self._warm: OrderedDict[str, _Warm] = OrderedDict()

    async def find(self, agent_id: str) -> Agent | None:
        """Return an agent's record."""
        now, key = self._clock.now(), agent_key(agent_id)
        return self._seen(key, await self._tables.get(Table.AGENTS, key[0], key), now)

    async def recent(self, agent_id: str) -> Agent | None:
        """Return an agent's record as it was within the last seconds, also that there was none."""
        warm = self._warm.get(agent_key(agent_id))
        if warm and self._clock.now() - warm.read_at <= FRESH_FOR:
            return warm.agent
        return await self.find(agent_id)

    async def list(self) -> Sequence[Agent]:
        """Return all agents, in no order; one whose row can't be read is passed over, with a line in the log."""
        now = self._clock.now()
        scans = (self._tables.scan(Table.AGENTS, each, first=each, last=f"{each}~") for each in PARTITIONS)
        rows = [row for found in await asyncio.gather(*scans) for row in found]
        return [agent for row in rows if (agent := self._readable(row, now))]

    async def save(self, agent_id: str, change: Callable[[Agent | None], Agent]) -> Agent:
        """Write what `change` makes of the record as it is now, None when there is none.

        What `change` raises is raised, and nothing written.
        """

        def changed(row: Row | None) -> str:
            return encode(change(decode(Agent, row.body) if row else None))

        key = agent_key(agent_id)
        written = await revise_row(self._tables, Table.AGENTS, key[0], key, changed)
        agent = decode(Agent, written.body)
        self._keep(key, _Warm(agent, self._clock.now(), written.etag))
        self.saved += 1
        return agent

    async def reserve(
        self,
        agent_id: str,
        entries: Mapping[str, LoadEntry],
        room: Room,
        provided: Callable[[Agent], bool] = lambda _: True,
    ) -> Reservation:
        """Let an agent have conversations before they are committed, in one write; what was taken, and what not.

        Without a record there is no load to keep: everything counts as taken.

        Args:
            entries: By conversation, each with the version that the contact will have.
            provided: Asked of the record as it is then; where it says no, nothing is taken.
        """
        reservation = Reservation(taken=frozenset(entries))

        def reserved(agent: Agent) -> Agent:
            nonlocal reservation
            if not provided(agent):
                reservation = Reservation()
                return agent
            agent, reservation = with_reserved(agent, entries, room)
            return agent

        await self.revise(agent_id, reserved)
        return reservation

    async def remove(self, agent_id: str, versions: Mapping[str, int]) -> None:
        """Take back what was reserved at these versions, by conversation, since it was not committed.

        The contact has to be read between the commit that was refused and this: should it have come to this agent by
        another's commit at the same version, the entry is that one's.
        """
        await self.revise(agent_id, lambda agent: without(agent, versions, self._clock.now()))

    async def settle_entry(self, agent_id: str, conversation_id: str, entry: LoadEntry) -> bool:
        """Bring an entry to what a contact of its version says; whether that changed anything."""
        changed = False

        def settled(agent: Agent) -> Agent:
            nonlocal changed
            after = with_entry(agent, conversation_id, entry, self._clock.now())
            changed = after is not agent
            return after

        await self.revise(agent_id, settled)
        return changed

    async def mend_entry(self, agent_id: str, conversation_id: str, true: LoadEntry | None) -> datetime | None:
        """Bring an entry to what its contact says, whatever the versions; else when to look again.

        Args:
            true: None where the agent has nothing of the conversation.
        """
        again: datetime | None = None

        def as_it_is(agent: Agent) -> Agent:
            nonlocal again
            now = self._clock.now()
            after = mended(agent, conversation_id, true, now - RESERVED_FOR, now)
            again = agent.load[conversation_id].at + RESERVED_FOR if after is None else None
            return after or agent

        await self.revise(agent_id, as_it_is)
        return again

    async def revise(self, agent_id: str, change: Callable[[Agent], Agent]) -> Agent | None:
        """Write what `change` makes of a record, if that is another; the record as it is then, None without one.

        Args:
            change: Called again where the record turned out to be newer.
        """
        key = agent_key(agent_id)

        def changed(row: Row | None) -> str | Row | None:
            if row is None:
                return None
            agent = decode(Agent, row.body)
            after = change(agent)
            return row if after is agent else encode(pruned(after, self._clock.now()))

        first, now = None, self._clock.now()
        warm = self._warm.get(key)
        if warm and warm.agent and warm.etag:
            # Saves the read. It serves a change that ends in a write, which fails if it is out of date.
            after = change(warm.agent)
            first = None if after is warm.agent else Replace(key, encode(pruned(after, now)), warm.etag)
        return self._seen(key, await revise_row(self._tables, Table.AGENTS, key[0], key, changed, first=first), now)

    def _readable(self, row: Row, read_at: datetime) -> Agent | None:
        try:
            return self._seen(row.key, row, read_at)
        except Unreadable as error:
            log("agents.unreadable_row", level=logging.ERROR, error=error, key=row.key)
            return None

    def _seen(self, key: str, row: Row | None, read_at: datetime) -> Agent | None:
        agent = decode(Agent, row.body) if row else None
        self._keep(key, _Warm(agent, read_at, row.etag if row else None))
        return agent

    def _keep(self, key: str, warm: _Warm) -> None:
        known = self._warm.get(key)
        if known and known.read_at > warm.read_at:
            return  # a write that is newer than what was read was answered sooner
        self._warm[key] = warm
        self._warm.move_to_end(key)
        if len(self._warm) > _WARM_AGENTS:
            self._warm.popitem(last=False)


def agent_key(agent_id: str) -> str:
    """Return the key of an agent's row; its first digit is the partition."""
    return digest("agent", agent_id.lower())
