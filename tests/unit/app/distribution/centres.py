"""A centre with agents, and ways to look at who has whom."""

from collections.abc import Mapping
from typing import Any

import yaml

from shared.composition import ContactCentre
from shared.configuration.workstreams import Presence
from shared.lifecycle import moves
from shared.state.agent import Agent, LoadKind
from shared.state.conversation import Conversation
from shared.state.draft import Draft, Room
from shared.state.rows import decode
from shared.state.tables import Table
from shared.vocabulary.identity import digest
from shared.vocabulary.words import ConversationStatus, SegmentEnd
from tests.fakes.world import CHANNEL, World


def configuration(
    distribution: Mapping[str, Any] | None = None,
    *,
    queues: Mapping[str, Any] | None = None,
    templates: Mapping[str, Any] | None = None,
    **workstream: Any,
) -> str:
    """A file with one workstream; 30 of an agent's 100 units a conversation."""
    return yaml.safe_dump(
        {
            "version": 1,
            "channels": {"fr": {"id": CHANNEL, "workstream": "support"}},
            "workstreams": {
                "support": {
                    "languages": ["en"],
                    "route_to_queue": {"fallback": "general"},
                    "distribution": dict(distribution or {}),
                    **workstream,
                }
            },
            "queues": dict(queues or {"general": {}}),
            "templates": dict(templates or {}),
        }
    )


class Centre(World):
    """A world whose customers are known by a number, and whose agents by name."""

    def __init__(self, distribution: Mapping[str, Any] | None = None, **rest: Any) -> None:
        super().__init__(configuration(distribution, **rest))

    async def agent(self, agent_id: str, *, presence: Presence = Presence.AVAILABLE, **fields: Any) -> None:
        """An agent is there, in the queue `general`."""
        given = {"queues": ("general",), **fields}
        await self.centre.agents.save(
            agent_id, lambda _: Agent(id=agent_id, name=agent_id.title(), presence=presence, **given)
        )

    async def customers(self, *numbers: int, by: ContactCentre | None = None) -> None:
        """These customers write, one a second."""
        for number in numbers:
            await self.customer("Hello", phone=phone(number), by=by)
            self.clock.step(1)

    async def agent_takes(self, number: int, agent_id: str) -> None:
        """An agent without a record takes a customer's conversation."""
        stored = await self.worker().contacts.load(self.contact_with(phone(number)).id)
        assert stored
        draft = Draft.of(stored, self.clock.now())
        moves.to_agent(draft, agent_id, 30, SegmentEnd.ASSIGNED, Room.ANY, accepted=True)
        await self.centre._settler.settle(await self.centre._committer.commit(stored, draft))

    def forget_contact(self, number: int) -> None:
        """A customer is erased, and nobody has settled that yet."""
        self.tables.erase(Table.CONTACTS, self.contact_with(phone(number)).id)

    def spoil_contact(self, number: int) -> None:
        """A customer's row can't be read any more."""
        self.tables.write(Table.CONTACTS, self.contact_with(phone(number)).id, "contact", "{")

    def spoil_agent(self, agent_id: str) -> None:
        """An agent's row can't be read any more."""
        key = digest("agent", agent_id)
        self.tables.write(Table.AGENTS, key[0], key, "{")

    def conversation_of(self, number: int) -> Conversation:
        """The conversation of a customer."""
        conversation = self.contact_with(phone(number)).conversation
        assert conversation is not None
        return conversation

    def agent_of(self, number: int) -> str | None:
        """Who has a customer's conversation."""
        return self.conversation_of(number).agent

    def record(self, agent_id: str) -> Agent:
        """An agent's record."""
        rows = [row for each in self.tables.partitions(Table.AGENTS) for row in self.tables.rows(Table.AGENTS, each)]
        (found,) = [one for one in (decode(Agent, row.body) for row in rows) if one.id == agent_id]
        return found

    def load(self, agent_id: str) -> list[str]:
        """The conversations that an agent's row says are in hand."""
        return sorted(self.record(agent_id).conversations(LoadKind.HELD))

    def check_true(self, *agents: str) -> None:
        """Loads, lists and lines say what the contacts say."""
        conversations = [each.conversation for each in self.contacts if each.conversation]
        for agent_id in agents:
            held = sorted(each.id for each in conversations if each.agent == agent_id and not each.closed)
            assert self.load(agent_id) == held
            assert self.record(agent_id).units <= self.record(agent_id).capacity
        waiting = sorted(each.id for each in conversations if each.status is ConversationStatus.OPEN and not each.offer)
        assert sorted(self.waiting()) == waiting


def phone(number: int) -> str:
    """The phone number of a customer."""
    return f"336{number:08d}"
