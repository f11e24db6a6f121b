"""What was closed longer ago than the configuration keeps it goes by itself, day by day."""

import json
from contextlib import suppress

import pytest

from shared.configuration import WhenWindowClosed
from shared.intake.quarantined import Source
from shared.queue.erasure_messages import EraseOld
from shared.queue.messages import Subject
from shared.queue.sender import QueueMessage
from shared.state.tables import Table
from tests.fakes.faults import Faults, Killed
from tests.fakes.sample import sample
from tests.fakes.world import DAYS, HOURS, World
from tests.unit.app.api.desk import ADA, SUE, Desk
from tests.unit.app.erasure.test_erasing import blob, everything, places_with

OLD = "ANCIENT"


def keeping_for(**retention: str) -> str:
    """A configuration that keeps closed conversations for ten days and quarantine for 40, or as long as it says."""
    kept = {"closed": "10d", "quarantine": "40d", **retention}
    return json.dumps(json.loads(sample()) | {"retention": kept})


def keeping(**retention: str) -> World:
    """A world with such a configuration."""
    return World(keeping_for(**retention))


async def closed_conversation(world: World, text: str) -> str:
    """A conversation with a reply and a note, closed by a supervisor; its id."""
    desk = Desk(world)
    await world.customer(text)
    conversation_id = world.conversation.id
    await world.reply(text, key=text)
    await world.status(world.channel_id_of(text), "Read")
    await desk.post(f"/conversations/{conversation_id}/notes", {"text": text}, SUE, key=f"note-{text}")
    await desk.post(f"/conversations/{conversation_id}/close", {}, SUE)
    await world.pass_time(600)
    return conversation_id


async def test_who_is_erased_for_being_silent_for_so_long_is_not_looked_for_in_the_log_of_changes() -> None:
    """Its hours go by themselves; to read all of them for each of a day's contacts would take the day."""
    world = keeping()
    await closed_conversation(world, OLD)

    await world.pass_time(12 * DAYS)

    assert world.contacts == []
    assert places_with(world, OLD) == []
    assert not [each for each in world.sender.sent if each.subject is Subject.ERASE_CHANGES]


async def test_a_conversation_goes_when_its_time_is_over_and_the_customer_stays_with_the_rest() -> None:
    world = keeping()
    old = await closed_conversation(world, OLD)
    await world.pass_time(6 * DAYS)
    kept = await closed_conversation(world, "récent")
    rows = len(world.tables.rows(Table.CONTACTS, world.contact.id))

    await world.pass_time(6 * DAYS)

    assert places_with(world, OLD) == []
    assert len(world.tables.rows(Table.CONTACTS, world.contact.id)) < rows
    desk = Desk(world)
    assert (await desk.get(f"/conversations/{old}", SUE)).refusal == (404, "conversation_not_found")
    items = (await desk.get(f"/contacts/{world.contact.id}/conversations", SUE)).json["items"]
    assert [each["conversationId"] for each in items] == [kept]
    messages = (await desk.get(f"/conversations/{kept}/messages", SUE)).json["items"]
    assert "récent" in [each["text"] for each in messages if "text" in each]


async def test_a_contact_with_nothing_left_is_erased_whole_but_what_it_writes_meanwhile_is_taken() -> None:
    world = keeping()
    await closed_conversation(world, OLD)
    contact_id = world.contact.id
    await blob(world, f"copies/{contact_id}/a")

    await world.pass_time(12 * DAYS)

    assert world.contacts == []
    assert [row.key for row in world.tables.rows(Table.CONTACTS, contact_id)] == ["contact"]
    assert '"by": "retention"' in everything(world)[f"contacts/{contact_id}/contact"]
    assert world.blobs.contents == {}
    await world.customer("Me revoilà", at=world.clock.now())
    assert world.contact.id != contact_id


async def test_a_list_does_not_show_for_its_failure_what_is_gone() -> None:
    world = keeping(closed="2d")
    await world.customer(OLD)
    await world.reply("Voici")
    await world.status(world.channel_id_of("Voici"), "Failed", code="131053")
    await Desk(world).post(f"/conversations/{world.conversation.id}/close", {}, SUE)
    await world.pass_time(1 * DAYS)
    await world.customer("Encore moi")

    await world.pass_time(3 * DAYS)

    assert places_with(world, OLD) == []
    assert world.contact.closed_with_failure == ()
    assert [row["conversation_id"] for row in world.listed()] == [world.conversation.id]


async def test_whoever_was_merged_goes_with_the_last_conversation_of_either() -> None:
    world = keeping()
    await world.customer(OLD)
    await world.customer(OLD, phone="", bsuid="FR.1")
    await world.customer(OLD, bsuid="FR.1")
    await world.drain()
    stays = world.contact_with("FR.1").conversation
    assert stays
    await Desk(world).post(f"/conversations/{stays.id}/close", {}, SUE)

    await world.pass_time(13 * DAYS)

    assert world.contacts == []
    assert places_with(world, OLD) == []


async def test_what_is_held_is_waited_for() -> None:
    world = keeping(closed="1d")
    await world.customer(OLD)
    await world.pass_time(25 * HOURS)
    await world.reply("Plus tard", when_closed=WhenWindowClosed.HOLD)
    await Desk(world).post(f"/conversations/{world.conversation.id}/close", {}, SUE)

    await world.pass_time(5 * DAYS)
    assert [each.text for each in world.said() if not each.by_customer][-1] == "Plus tard"
    await world.pass_time(30 * DAYS)
    assert world.contacts == []


async def test_what_was_kept_for_ever_goes_when_the_configuration_says_so() -> None:
    world = keeping(closed="0s")
    await closed_conversation(world, OLD)
    await world.pass_time(60 * DAYS)
    assert places_with(world, OLD)

    world.deploy(keeping_for(closed="10d"))
    await world.pass_time(2 * DAYS)

    assert places_with(world, OLD) == []


async def test_a_conversation_that_goes_on_keeps_its_customer() -> None:
    world = keeping()
    await closed_conversation(world, OLD)
    await world.pass_time(9 * DAYS)
    await world.customer("Encore moi")
    contact_id = world.contact.id

    await world.pass_time(3 * DAYS)

    assert world.contact.id == contact_id
    assert places_with(world, OLD) == []


@pytest.mark.parametrize("after", [False, True], ids=["before it took effect", "after it took effect"])
async def test_killed_at_any_call_it_comes_to_its_end(after: bool) -> None:
    async def told(faults: Faults) -> World:
        world = keeping()
        await closed_conversation(world, OLD)
        await blob(world, f"copies/{world.contact.id}/a")
        world.clock.step(12 * DAYS)
        doomed = world.worker(**{name: faults.wrap(getattr(world, name)) for name in ("tables", "sender", "blobs")})
        message = EraseOld(contact_id=world.contact.id)
        for worker in (doomed, world.worker()):
            with suppress(Killed):
                await world.deliver(QueueMessage.of(message, session_id="s", message_id="m"), by=worker)
        await world.pass_time(70)
        return world

    counted = Faults(error=Killed())
    await told(counted)
    for call in range(1, len(counted.calls) + 1):
        world = await told(Faults(call=call, error=Killed(), after=after, lasting=True))
        assert (world.contacts, places_with(world, OLD), world.blobs.contents) == ([], [], {}), counted.calls[call - 1]


async def test_old_months_of_the_quarantine_are_forgotten() -> None:
    world = keeping()
    await world.centre.quarantine.keep(source=Source.EVENT, name="x", reasons=("odd",), body="x")
    await world.customer("Bonjour")

    await world.pass_time(30 * DAYS)
    assert len((await Desk(world).get("/quarantine", ADA)).json["items"]) == 1
    await world.pass_time(30 * DAYS)
    assert (await Desk(world).get("/quarantine", ADA)).json["items"] == []


async def test_days_on_which_nobody_looked_are_made_up_for() -> None:
    world = keeping()
    await closed_conversation(world, OLD)
    await world.pass_time(2 * DAYS)
    world._scheduled.clear()  # the queue has lost what was to bring the next day's housekeeping
    world.clock.step(30 * DAYS)
    world.restart()

    await world.customer("Quelqu'un d'autre", phone="33700000009")
    await world.pass_time(2 * HOURS)

    assert places_with(world, OLD) == []


@pytest.mark.parametrize(("kept", "table"), [("closed", Table.CONTACTS), ("quarantine", Table.QUARANTINE)])
async def test_what_is_kept_for_ever_is_kept(kept: str, table: Table) -> None:
    world = keeping(**{kept: "0s"})
    await closed_conversation(world, OLD)
    await world.centre.quarantine.keep(source=Source.EVENT, name="x", reasons=("odd",), body="x")

    await world.pass_time(100 * DAYS)

    assert world.contacts if table is Table.CONTACTS else world.tables.partitions(table)


async def test_the_housekeeping_of_a_day_is_done_once() -> None:
    world = keeping()
    await world.customer("Bonjour")
    for _ in range(3):
        world.restart()
        await world.customer("Encore")
    await world.pass_time(2 * DAYS)

    ids = [each.message_id for each in world.sender.sent if each.subject is Subject.HOUSE and each.deliver_at]
    assert len(ids) == 4 + 3  # every worker asks for the first day; each day's asks for the next
    assert len(set(ids)) == 4
