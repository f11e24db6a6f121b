"""A contact that is stale at every commit: whoever would change it waits a while, instead of asking again at once."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from shared.composition import ContactCentre
from shared.queue.messages import Merged
from shared.queue.sender import QueueMessage
from shared.state.revise_row import MOST_TRIES
from shared.state.tables import Operation, Table
from shared.vocabulary.errors import Conflict, Unavailable
from shared.vocabulary.identity import alias_of
from tests.fakes.sample import sample
from tests.fakes.tables import FakeTables
from tests.fakes.world import CHANNEL, PHONE, World

type Step = Callable[[World, ContactCentre], Awaitable[Any]]

SECONDS_OF_THE_QUEUE, SECONDS_OF_A_CALL = 90, 10
MOST_ATTEMPTS = 25
"""In 90 seconds, with pauses that grow."""


class AlwaysStale:
    """Tables in which somebody else is always first at a contact; `gone` has deleted it by then."""

    def __init__(self, tables: FakeTables, *, gone: bool) -> None:
        self._tables = tables
        self._gone = gone
        self.refused = 0

    async def commit(self, table: Table, partition: str, operations: list[Operation]) -> Any:
        if table is Table.CONTACTS and not (self._gone and self.refused):
            self.refused += 1
            raise Conflict("contact", exists=False)
        return await self._tables.commit(table, partition, operations)

    async def get(self, table: Table, partition: str, key: str) -> Any:
        if table is Table.CONTACTS and self._gone and self.refused:
            return None
        return await self._tables.get(table, partition, key)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tables, name)


async def message(world: World, worker: ContactCentre) -> None:
    await world.customer("Encore moi", by=worker)


async def known_status(world: World, worker: ContactCentre) -> None:
    await world.status(world.channel_id_of("Un"), "Read", by=worker)


async def early_status(world: World, worker: ContactCentre) -> None:
    await world.status("22222222-2222-2222-2222-222222222222", "Read", by=worker)


async def merge(world: World, worker: ContactCentre) -> None:
    alias = alias_of(CHANNEL, f"+{PHONE}")
    told = Merged(contact_id=world.contact.id, into="0" * 32, alias=alias, at=world.clock.now())
    await world.deliver(QueueMessage.of(told, session_id="s", message_id="m"), by=worker)


async def reply(world: World, worker: ContactCentre) -> None:
    await world.reply("Deux", by=worker)


async def answered() -> World:
    world = World(sample())
    await world.customer("Bonjour")
    await world.reply("Un")
    return world


@pytest.mark.parametrize(
    ("step", "seconds"),
    [
        (message, SECONDS_OF_THE_QUEUE),
        (known_status, SECONDS_OF_THE_QUEUE),
        (early_status, SECONDS_OF_THE_QUEUE),
        (merge, SECONDS_OF_THE_QUEUE),
        (reply, SECONDS_OF_A_CALL),
    ],
)
async def test_it_is_tried_again_with_pauses_and_left_for_later(step: Step, seconds: int) -> None:
    world = await answered()
    tables, began = AlwaysStale(world.tables, gone=False), world.clock.now()
    with pytest.raises(Unavailable):
        await step(world, world.worker(tables=tables))
    assert (world.clock.now() - began).total_seconds() > seconds / 2
    assert MOST_TRIES < tables.refused <= MOST_TRIES * MOST_ATTEMPTS


async def test_a_contact_that_was_deleted_meanwhile_is_let_go() -> None:
    world = await answered()
    tables = AlwaysStale(world.tables, gone=True)
    await merge(world, world.worker(tables=tables))
    assert tables.refused == 1
