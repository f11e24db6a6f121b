"""What the tables hold at one moment, read as the checks need it."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache

from shared.configuration import Configuration
from shared.state.agent import Agent
from shared.state.contact import Contact
from shared.state.conversation import Conversation
from shared.state.holding import Holding, holding_of
from shared.state.line_row import LINE, LineRow
from shared.state.list_row import ListRow
from shared.state.rows import CONTACT, decode, decode_erased
from shared.state.tables import Row, Table
from tests.simulation.storage import NotedTables

_SIGNS_OF_LIFE = "seen"

read = lru_cache(maxsize=8192)(decode)
"""Most rows are as they were at the last look."""


@dataclass(frozen=True)
class Snapshot:
    """Contacts are the truth; lists, lines and agents' loads follow from them."""

    at: datetime
    configuration: Configuration
    contacts: Sequence[Contact]
    agents: Mapping[str, Agent]
    lists: Sequence[tuple[str, ListRow]]
    line: Sequence[tuple[str, str, LineRow]]
    quarantined: Sequence[str]

    @classmethod
    async def of(cls, tables: NotedTables, configuration: Configuration, at: datetime) -> "Snapshot":
        """Everything, as it is now."""
        names = tables.partitions(Table.CONTACTS)
        found = await asyncio.gather(*(tables.get(Table.CONTACTS, each, CONTACT) for each in names))
        inbox = await _every_row(tables, Table.INBOX)
        agents = [
            read(Agent, row.body) for group, row in await _every_row(tables, Table.AGENTS) if group != _SIGNS_OF_LIFE
        ]
        in_line = [(queue, row) for queue, row in inbox if row.key.startswith(LINE[0])]
        listed = [(queue, row) for queue, row in inbox if not row.key.startswith(LINE[0])]
        return cls(
            at=at,
            configuration=configuration,
            contacts=[read(Contact, row.body) for row in found if row and not decode_erased(row.body)],
            agents={agent.id: agent for agent in agents},
            lists=[(queue, read(ListRow, row.body)) for queue, row in listed],
            line=[(queue, row.key, read(LineRow, row.body)) for queue, row in in_line],
            quarantined=[row.body for _, row in await _every_row(tables, Table.QUARANTINE)],
        )

    @cached_property
    def conversations(self) -> Mapping[str, Conversation]:
        """The newest conversation of each contact that is not being erased, by its id."""
        going_on = [each.conversation for each in self.contacts if not each.erasing]
        return {each.id: each for each in going_on if each}

    @cached_property
    def running(self) -> Sequence[Conversation]:
        """Those that are not closed."""
        return [each for each in self.conversations.values() if not each.closed]

    @cached_property
    def holdings(self) -> Mapping[str, Holding]:
        """With whom each running conversation lies, by its id."""
        found = ((each.id, holding_of(each)) for each in self.running)
        return {name: holding for name, holding in found if holding}

    def units_of(self, agent: str) -> int:
        """What an agent has in hand, by the contacts."""
        return sum(holding.units for holding in self.holdings.values() if holding.agent.lower() == agent.lower())

    def waiting(self) -> Iterator[Conversation]:
        """Those that wait in line."""
        return (each for each in self.running if each.in_line)


async def _every_row(tables: NotedTables, table: Table) -> list[tuple[str, Row]]:
    names = tables.partitions(table)
    found = await asyncio.gather(*(tables.rows(table, each) for each in names))
    return [(name, row) for name, rows in zip(names, found, strict=True) for row in rows]
