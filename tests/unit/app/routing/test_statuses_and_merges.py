"""A status under the number alone while two contacts become one: it finds its message, whoever had the number then."""

from typing import Any

import pytest

from shared.sending.channel import Accepted, Outcome, Shipment
from shared.state.tables import Row, Table
from shared.vocabulary.message import Message
from shared.vocabulary.words import MessageStatus
from tests.fakes.channel import FakeChannel
from tests.fakes.faults import Faults, Killed
from tests.fakes.sample import sample
from tests.fakes.world import World

BSUID = "FR.1"
TEXT = "Je m'en occupe"


async def merge_under_way() -> World:
    """The contact with the BSUID has taken the number; the one that is known by it alone has not heard of it."""
    world = World(sample())
    await world.customer("Par numéro")
    await world.customer("Par nom", phone="", bsuid=BSUID)
    await world.customer("C'est moi", bsuid=BSUID)
    return world


def answer(world: World) -> Message:
    """The team's answer, in the history of the contact that stays."""
    (line,) = [line for line in world.history(world.contact_with(BSUID).id) if line.text == TEXT]
    return line


class ReportsByNumber(FakeChannel):
    """Reports the first message to another worker before the send is answered; perhaps the merge is heard of, too."""

    def __init__(self, world: World, *, heard_of: bool) -> None:
        super().__init__()
        self._world = world
        self._heard_of = heard_of
        self._reported = False

    async def send(self, shipment: Shipment) -> Outcome:
        outcome = await super().send(shipment)
        if isinstance(outcome, Accepted) and not self._reported:
            self._reported = True
            other = self._world.worker()
            await self._world.status(outcome.message_id, "Read", by=other)
            if self._heard_of:
                await self._world.drain(by=other)
        return outcome


class MergesAfterALook:
    """Tables in which the merge is heard of right after somebody has looked for a status in vain, once."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._heard_of = False

    async def get(self, table: Table, partition: str, key: str) -> Row | None:
        found = await self._world.tables.get(table, partition, key)
        if key.startswith("status:") and not self._heard_of:
            self._heard_of = True
            await self._world.drain(by=self._world.worker())
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._world.tables, name)


async def test_it_moves_its_message_once_the_merge_is_heard_of() -> None:
    world = await merge_under_way()
    await world.reply(TEXT, to=BSUID)
    for status in ("Delivered", "Read"):
        await world.status(world.channel_id_of(TEXT), status, by=world.worker())
    await world.drain(by=world.worker())
    assert answer(world).status is MessageStatus.READ


async def test_a_failure_is_acted_upon_then() -> None:
    world = await merge_under_way()
    await world.reply(TEXT, to=BSUID)
    await world.status(world.channel_id_of(TEXT), "Failed", code="131016", by=world.worker())
    await world.pass_time(60)
    assert world.phone == [TEXT, TEXT]


@pytest.mark.parametrize("heard_of", [False, True], ids=["the merge is heard of later", "and so does the merge"])
async def test_it_may_come_before_its_send_was_recorded(heard_of: bool) -> None:
    world = await merge_under_way()
    world.channel = ReportsByNumber(world, heard_of=heard_of)
    await world.reply(TEXT, to=BSUID, by=world.worker())
    await world.drain(by=world.worker())
    assert answer(world).status is MessageStatus.READ


async def test_one_that_is_being_written_when_the_merge_is_heard_of_goes_to_the_other() -> None:
    world = await merge_under_way()
    await world.reply(TEXT, to=BSUID)
    await world.status(world.channel_id_of(TEXT), "Read", by=world.worker(tables=MergesAfterALook(world)))
    assert answer(world).status is MessageStatus.READ


async def test_one_that_comes_before_the_number_leads_to_the_other_goes_there_all_the_same() -> None:
    """The worker died between the commit of the merge and the number."""
    world = await merge_under_way()
    await world.reply(TEXT, to=BSUID)
    dies = Faults(call=2, error=Killed(), lasting=True, only="commit")
    with pytest.raises(Killed):
        await world.drain(by=world.worker(tables=dies.wrap(world.tables)))
    await world.status(world.channel_id_of(TEXT), "Read", by=world.worker())
    assert answer(world).status is MessageStatus.READ


async def test_told_twice_nothing_changes_any_more() -> None:
    world = await merge_under_way()
    await world.reply(TEXT, to=BSUID)
    await world.status(world.channel_id_of(TEXT), "Failed", code="131016", by=world.worker())
    await world.drain()
    before = world.contacts
    (told,) = [message for message in world.sender.sent if message.subject == "merged"]
    await world.deliver(told, by=world.worker())
    assert world.contacts == before


async def test_one_of_nobodys_message_stays_without_effect() -> None:
    """Somebody else may write over the same number, and the channel reports that as well."""
    world = await merge_under_way()
    await world.status("22222222-2222-2222-2222-222222222222", "Failed", code="131026", by=world.worker())
    await world.drain()
    assert world.contact_with(BSUID).unsent == ()
    assert world.phone == []
