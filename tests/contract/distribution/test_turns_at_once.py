"""Turns, people and customers at once, over Azure Table Storage: nobody is lost, or two agents', and loads are true."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from random import Random

import pytest_asyncio

from shared.adapters.table_storage import AzureTables
from shared.commands.finding import load_contact
from shared.composition import ContactCentre
from shared.lifecycle import moves
from shared.state.agent import LoadKind
from shared.state.contact import Contact
from shared.state.contact_store import StoredContact
from shared.state.draft import Draft, Room
from shared.vocabulary.words import ClosureReason, ConversationStatus, SegmentEnd
from tests.unit.app.distribution.centres import Centre, phone
from tests.unit.app.distribution.test_turns import take_turn

CUSTOMERS, AGENTS, PLACES = 60, 12, 3


class Stormy(Centre):
    """A centre on real tables."""

    def __init__(self, tables: AzureTables) -> None:
        super().__init__()
        self.azure = tables
        self.centre = self.on_azure()

    def on_azure(self) -> ContactCentre:
        return self.worker(tables=self.azure)

    async def waiting_ids(self) -> list[str]:
        page = await self.centre.waiting_lines.read("general")
        return [one.row.conversation_id for one in page.waiting if one.row]

    async def stored(self) -> list[Contact]:
        rows = await self.centre.conversation_lists.list("general")
        reader = self.on_azure()
        return [(await load_contact(reader.contacts, row.contact_id)).contact for row in rows]


@pytest_asyncio.fixture
async def centre(own_table_storage: str) -> AsyncIterator[Stormy]:
    tables = AzureTables.from_connection_string(own_table_storage)
    centre = Stormy(tables)
    for number in range(AGENTS):
        await centre.agent(f"agent{number}", capacity=30 * PLACES)
    await asyncio.gather(*(centre.customer("Hello", phone=phone(number)) for number in range(CUSTOMERS)))
    yield centre
    await tables.close()


async def settled(centre: Stormy) -> list[Contact]:
    """Everything that is due has come; the contacts that have a conversation."""
    await centre.pass_time(200)
    contacts = await centre.stored()
    held = {agent.id: sorted(agent.conversations(LoadKind.HELD)) for agent in await centre.on_azure().agents.list()}
    for agent_id, load in held.items():
        has = [each.conversation.id for each in contacts if each.conversation and each.conversation.agent == agent_id]
        assert load == sorted(has)
    return contacts


async def test_two_turns_that_believe_they_are_alone(centre: Stormy) -> None:
    await asyncio.gather(*(take_turn(centre, centre.on_azure()) for _ in range(2)))
    contacts = await settled(centre)
    given = [each for each in contacts if each.conversation and each.conversation.agent]
    assert len(given) == AGENTS * PLACES
    assert len(await centre.waiting_ids()) == CUSTOMERS - AGENTS * PLACES


async def test_turns_pickers_transfers_and_closings_at_once(centre: Stormy) -> None:
    random = Random(7)
    ids = await centre.waiting_ids()
    work: list[Awaitable[object]] = [take_turn(centre, centre.on_azure()) for _ in range(3)]
    for conversation_id in random.sample(ids, 16):
        work += [_takes(centre, conversation_id, f"agent{random.randrange(AGENTS)}") for _ in range(2)]
    work += [_closes(centre, conversation_id) for conversation_id in random.sample(ids, 10)]
    random.shuffle(work)
    await asyncio.gather(*work)
    contacts = await settled(centre)
    assert len(contacts) == CUSTOMERS - 10
    open_ids = sorted(
        each.conversation.id
        for each in contacts
        if each.conversation and each.conversation.status is ConversationStatus.OPEN
    )
    assert sorted(await centre.waiting_ids()) == open_ids


async def _takes(centre: Stormy, conversation_id: str, agent_id: str) -> None:
    """An agent takes a conversation, or another's: as a pick and a transfer do, whatever the load."""
    worker = centre.on_azure()

    def decide(stored: StoredContact, _now: object) -> Draft | None:
        draft = Draft.of(stored, centre.clock.now())
        conversation = stored.contact.conversation
        if conversation is None or conversation.closed or conversation.agent == agent_id:
            return None
        moves.to_agent(draft, agent_id, 30, SegmentEnd.TRANSFERRED_TO_AGENT, Room.ANY)
        return draft

    stored = await worker._committer.load_and_revise(conversation_id.partition("-")[0], decide)
    assert stored
    await worker._settler.settle(stored)


async def _closes(centre: Stormy, conversation_id: str) -> None:
    worker = centre.on_azure()

    def decide(stored: StoredContact, _now: object) -> Draft:
        draft = Draft.of(stored, centre.clock.now())
        moves.close(draft, ClosureReason.SUPERVISOR_CLOSED)
        return draft

    stored = await worker._committer.load_and_revise(conversation_id.partition("-")[0], decide)
    assert stored
    await worker._settler.settle(stored)
