"""A number that moves from one provider to the other, event by event: it stays one channel under its first id."""

from datetime import datetime, timedelta
from typing import Any, Final

import pytest

from shared.intake.quarantined import Quarantined
from shared.state.tables import Table
from shared.telemetry import Metric
from shared.vocabulary.time import rfc3339
from shared.vocabulary.words import MessageStatus
from tests.fakes.meta import META, at_meta, file_with
from tests.fakes.world import CHANNEL, World

HOUR: Final = timedelta(hours=1)


def moved(at: datetime) -> str:
    return at_meta(moved_from=CHANNEL, moved_at=rfc3339(at))


def back(at: datetime) -> str:
    return file_with(id=CHANNEL, moved_from=META, moved_at=rfc3339(at))


def back_and_forth(at: datetime) -> str:
    return file_with(id=CHANNEL, moved_from=[CHANNEL, META], moved_at=rfc3339(at))


async def under(world: World, channel_id: str, text: str, at: datetime, **data: Any) -> None:
    """The customer's message comes under an id of the number's."""
    await world.event(world.inbound(text, at=at, to=channel_id, **data))


async def kept(world: World) -> tuple[Quarantined, ...]:
    return (await world.centre.quarantine.page()).items


def said(world: World) -> list[str | None]:
    return [line.text for line in world.history() if line.direction == "in"]


@pytest.mark.parametrize("deployed", [moved, back, back_and_forth])
async def test_each_message_counts_under_one_id(deployed: Any) -> None:
    """Way A brings each message twice while the number moves, and nothing links the two."""
    world = World()
    start = world.clock.now()
    world.deploy(deployed(start + HOUR))
    before, after = (CHANNEL, META) if deployed is moved else (META, CHANNEL)
    world.clock.step(2 * HOUR.total_seconds())

    for seconds in (0, 3599, 3600, 7200):
        at = start + timedelta(seconds=seconds)
        await under(world, before, f"{seconds} before", at)
        await under(world, after, f"{seconds} after", at)

    assert said(world) == ["0 before", "3599 before", "3600 after", "7200 after"]
    assert world.contact.channel_id == CHANNEL
    dropped = world.telemetry.of(Metric.MESSAGES_ELSEWHERE)
    assert sorted(each["provider"] for each in dropped) == ["acs", "acs", "whatsapp_cloud", "whatsapp_cloud"]
    assert {each["channel"] for each in dropped} == {CHANNEL}
    assert await kept(world) == ()


@pytest.mark.parametrize("kind", [{}, {"messageType": "reaction"}, {"messageType": "system"}])
async def test_what_does_not_count_leaves_nothing_behind(kind: dict[str, Any]) -> None:
    world = World()
    start = world.clock.now()
    world.deploy(moved(start + HOUR))

    await under(world, META, "Bonjour", start, **kind)
    await under(world, CHANNEL, "Bonjour", start + HOUR, **kind)

    assert len(world.telemetry.of(Metric.MESSAGES_ELSEWHERE)) == 2
    assert [world.tables.partitions(table) for table in (Table.CONTACTS, Table.ALIASES, Table.QUARANTINE)] == [
        [],
        [],
        [],
    ]
    assert world.sender.sent == []


async def test_a_conversation_goes_on_under_the_other_id() -> None:
    """Contact, conversation, agent's reply and its statuses: all lie under the first id."""
    world = World()
    start = world.clock.now()
    await world.customer("Bonjour")
    await world.reply("Bonjour Ana")
    contact, conversation = world.contact, world.conversation
    world.deploy(moved(start + HOUR))
    world.clock.step(2 * HOUR.total_seconds())

    await under(world, META, "Encore moi", world.clock.now())
    await world.status(world.channel_id_of("Bonjour Ana"), "Delivered")

    assert (world.contact.id, world.conversation.id) == (contact.id, conversation.id)
    assert world.line("Bonjour Ana").status is MessageStatus.DELIVERED
    assert said(world) == ["Bonjour", "Encore moi"]


async def test_statuses_of_every_id_count_at_any_time() -> None:
    world = World()
    start = world.clock.now()
    await world.customer("Bonjour")
    await world.reply("Bonjour Ana")
    sent = world.channel_id_of("Bonjour Ana")
    world.deploy(moved(start))
    world.clock.step(2 * HOUR.total_seconds())

    await world.status(sent, "Delivered")
    assert world.line("Bonjour Ana").status is MessageStatus.DELIVERED
    await world.status(sent, "Read", channel=META)
    assert world.line("Bonjour Ana").status is MessageStatus.READ


async def test_a_number_that_nobody_has_entered_goes_to_quarantine_until_it_is() -> None:
    """A worker with the old file, and a message that the new one would take."""
    world = World()
    start = world.clock.now()
    await under(world, META, "Bonjour", start)
    (item,) = await kept(world)
    world.deploy(moved(start))

    await world.centre.replay(item.id)
    await world.drain()

    assert said(world) == ["Bonjour"]
    assert world.contact.channel_id == CHANNEL


async def test_a_channel_that_was_taken_out_is_whole_when_it_is_back() -> None:
    world = World()
    start = world.clock.now()
    world.deploy(moved(start))
    await under(world, META, "Bonjour", world.clock.now())
    contact = world.contact.id
    world.deploy(file_with(id="44444444-4444-4444-4444-444444444444"))
    await under(world, META, "Toujours là", world.clock.now())
    (item,) = await kept(world)
    world.deploy(moved(start))

    await world.centre.replay(item.id)
    await world.drain()

    assert said(world) == ["Bonjour", "Toujours là"]
    assert world.contact.id == contact


async def test_while_the_file_is_rolled_out_both_workers_take_the_same_messages() -> None:
    """Before the move it is all one which file a worker has; what only the new one knows waits, and counts or not."""
    world = World()
    start = world.clock.now()
    old = world.centre
    world.deploy(moved(start + HOUR))
    for number, worker in enumerate([old, world.centre] * 2):
        at = start + timedelta(seconds=number)
        world.clock.step(1)
        await world.event(world.inbound(f"{number}", at=at), by=worker)
        await world.event(world.inbound(f"{number} again", at=at, to=META), by=worker)
    items = await kept(world)
    assert len(items) == 2

    for item in items:
        await world.centre.replay(item.id)
    await world.drain()

    assert said(world) == ["0", "1", "2", "3"]
    assert len(world.telemetry.of(Metric.MESSAGES_ELSEWHERE)) == 4


async def test_a_number_that_is_registered_anew_loses_nothing_when_its_file_follows() -> None:
    """Way B: what Meta brings waits in quarantine until the file is there with the second of the registration."""
    world = World()
    registered = world.clock.now() + HOUR
    world.clock.step(2 * HOUR.total_seconds())
    await world.customer("avant", at=registered - timedelta(seconds=1))
    await under(world, META, "à l'instant", registered)
    await under(world, META, "après", registered + timedelta(seconds=1))
    world.deploy(moved(registered))
    await world.customer("en retard", at=registered - timedelta(seconds=2))
    for item in await kept(world):
        await world.centre.replay(item.id)
    await world.drain()

    assert said(world) == ["en retard", "avant", "à l'instant", "après"]
    assert len(world.contacts) == 1
    assert world.telemetry.of(Metric.MESSAGES_ELSEWHERE) == []
