"""A customer who has another number or BSUID from now on stays one contact, whatever comes first."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from shared.state.conversation import Closure
from shared.state.draft import Draft
from shared.state.tables import Table
from shared.vocabulary.words import ClosureReason, ConversationStatus
from tests.fakes.faults import Faults, Killed
from tests.fakes.meta import about_number, at_meta, writes
from tests.fakes.world import PHONE, World

OLD, NEW, OTHER = "FR.OLD", "FR.NEW", "FR.OTHER"
NEW_PHONE = "33687654321"


async def updated(world: World, previous: str = OLD, current: str = NEW, *, at: datetime | None = None) -> None:
    when = int((at or world.clock.now()).timestamp())
    item = {"user_id": {"previous": previous, "current": current}, "timestamp": when}
    await about_number(world, "user_id_update", user_id_update=[item])


async def changed(world: World, kind: str = "user_changed_number", **names: str) -> None:
    message: dict[str, Any] = {
        "id": f"wamid.{world.clock.new_id()}",
        "timestamp": str(int(world.clock.now().timestamp())),
        "type": "system",
        "from": PHONE,
        "from_user_id": OLD,
        "system": {"type": kind, "body": "User Ana has changed", **names},
    }
    await about_number(world, "messages", messages=[message])


async def _close(world: World, contact_id: str) -> None:
    stored = await world.centre.contacts.load(contact_id)
    assert stored is not None
    assert stored.contact.conversation is not None
    draft = Draft.of(stored, world.clock.now())
    closure = Closure(reason=ClosureReason.AGENT_CLOSED, at=world.clock.now())
    draft.put_conversation(replace(stored.contact.conversation, status=ConversationStatus.CLOSED, closure=closure))
    await world.centre._settler.settle(await world.centre._committer.commit(stored, draft))


def texts(world: World, contact_id: str | None = None) -> list[str | None]:
    return [line.text for line in world.said(contact_id)]


@pytest.fixture(name="world")
async def after_a_message() -> World:
    world = World(at_meta())
    await writes(world, "Bonjour", phone=PHONE, bsuid=OLD)
    world.clock.step(60)
    return world


async def test_a_new_bsuid_leads_to_the_same_contact_and_no_message_is_made(world: World) -> None:
    before, lines = world.contact, len(world.history())
    await updated(world)
    assert (world.contact.id, world.contact.bsuid, world.contact.former_bsuids) == (before.id, NEW, (OLD,))
    assert len(world.history()) == lines
    await writes(world, "Encore moi", bsuid=NEW)
    assert texts(world)[-1] == "Encore moi"
    assert world.contact.id == before.id


async def test_a_late_message_under_the_old_bsuid_changes_no_name_back(world: World) -> None:
    await updated(world)
    await writes(world, "En retard", bsuid=OLD, phone=PHONE)
    assert (world.contact.bsuid, world.contact.former_bsuids) == (NEW, (OLD,))
    assert texts(world)[-1] == "En retard"


async def test_the_same_again_changes_nothing(world: World) -> None:
    await updated(world)
    revision = world.contact.revision
    await updated(world)
    await changed(world, "user_changed_user_id", user_id=NEW)
    assert world.contact.revision == revision


async def test_a_bsuid_may_come_back(world: World) -> None:
    await updated(world)
    await updated(world, NEW, OLD)
    assert (world.contact.bsuid, world.contact.former_bsuids) == (OLD, (NEW,))


async def test_a_change_that_comes_once_more_days_later_brings_no_name_back(world: World) -> None:
    """Meta sends a call again for a week when its answer was lost, whatever has happened since."""
    first = world.clock.now()
    await updated(world)
    world.clock.step(3600)
    await updated(world, NEW, OTHER)
    world.clock.step(3600)
    await updated(world, at=first)
    assert (world.contact.bsuid, world.contact.former_bsuids) == (OTHER, (OLD, NEW))


async def test_who_writes_under_a_bsuid_of_before_has_it_again(world: World) -> None:
    """Nobody may have told of the way back."""
    await updated(world)
    world.clock.step(60)
    await writes(world, "De retour", bsuid=OLD)
    assert (world.contact.bsuid, world.contact.former_bsuids) == (OLD, (NEW,))


async def test_a_late_message_brings_no_number_back_of_who_told_of_another(world: World) -> None:
    written = world.clock.now()
    world.clock.step(60)
    await changed(world, wa_id=NEW_PHONE)
    world.clock.step(60)
    await writes(world, "En retard", phone=PHONE, at=written)
    assert (world.contact.address, world.contact.former_phones) == (f"+{NEW_PHONE}", (f"+{PHONE}",))
    assert texts(world)[-1] == "En retard"


async def test_a_late_message_brings_no_number_back_of_who_wrote_from_another(world: World) -> None:
    written = world.clock.now()
    world.clock.step(60)
    await writes(world, "Nouveau", phone=NEW_PHONE, bsuid=OLD)
    await writes(world, "En retard", phone=PHONE, bsuid=OLD, at=written)
    assert (world.contact.address, world.contact.former_phones) == (f"+{NEW_PHONE}", (f"+{PHONE}",))


async def test_a_late_message_takes_no_number_that_is_somebody_elses_by_now(world: World) -> None:
    written = world.clock.now()
    world.clock.step(60)
    await writes(world, "Nouveau", phone=NEW_PHONE, bsuid=OLD)
    await writes(world, "Moi aussi", phone=PHONE, bsuid=OTHER)
    await world.drain()
    await writes(world, "En retard", phone=PHONE, bsuid=OLD, at=written)
    await world.drain()
    stranger = next(each for each in world.contacts if each.bsuid == OTHER)
    assert stranger.phone == f"+{PHONE}"
    await writes(world, "Encore", phone=PHONE)
    assert texts(world, stranger.id)[-1] == "Encore"


async def test_who_writes_later_from_a_number_that_was_changed_for_another_is_somebody_else() -> None:
    """Networks give numbers to others; a BSUID of the first one may never have been seen."""
    world = World(at_meta())
    await writes(world, "Bonjour", phone=PHONE)
    first = world.contact.id
    says = {"type": "user_changed_number", "body": "Ana has changed", "wa_id": NEW_PHONE}
    stamp = str(int(world.clock.now().timestamp()))
    message = {"id": "wamid.changed", "timestamp": stamp, "type": "system", "from": PHONE, "system": says}
    await about_number(world, "messages", messages=[message])
    world.clock.step(60)
    await writes(world, "Qui est-ce ?", phone=PHONE, bsuid=OTHER)
    await world.drain()

    stranger, known = world.contact_with(OTHER), world.contact_with(first)
    assert stranger.id != first
    assert (stranger.merged_from, known.merged_into) == ((), None)
    assert (known.phone, known.former_phones) == (f"+{NEW_PHONE}", ())
    await writes(world, "Encore", phone=PHONE)
    await writes(world, "C'est Ana", phone=NEW_PHONE)
    assert (texts(world, stranger.id)[-1], texts(world, first)[-1]) == ("Encore", "C'est Ana")


async def test_a_new_number_leads_to_the_same_contact(world: World) -> None:
    before = world.contact
    await changed(world, wa_id=NEW_PHONE)
    assert (world.contact.id, world.contact.phone) == (before.id, f"+{NEW_PHONE}")
    assert world.contact.former_phones == (f"+{PHONE}",)
    await writes(world, "Encore moi", phone=NEW_PHONE)
    assert texts(world)[-1] == "Encore moi"


async def test_both_names_change_at_once(world: World) -> None:
    await changed(world, wa_id=NEW_PHONE, user_id=NEW)
    assert (world.contact.phone, world.contact.bsuid) == (f"+{NEW_PHONE}", NEW)


async def test_of_nobody_known_nothing_is_kept() -> None:
    world = World(at_meta())
    await updated(world)
    await changed(world, wa_id=NEW_PHONE)
    assert world.tables.partitions(Table.ALIASES) == world.tables.partitions(Table.CONTACTS) == []


async def test_who_wrote_under_the_new_bsuid_before_it_was_told_becomes_one_with_the_old(world: World) -> None:
    """The webhooks have no order: the message may overtake the update."""
    old = world.contact.id
    await world.change(name="Mme Lima")
    await writes(world, "C'est moi", bsuid=NEW)
    new = world.contact_with(NEW)
    assert new.id != old

    await updated(world)
    await world.drain()

    stays, gone = world.contact_with(new.id), world.contact_with(old)
    assert (gone.merged_into, stays.merged_from, stays.name) == (new.id, (old,), "Mme Lima")
    assert stays.former_bsuids == (OLD,)
    assert gone.conversation is not None
    assert gone.conversation.closed
    await writes(world, "En retard", bsuid=OLD)
    await writes(world, "Par numéro", phone=PHONE)
    assert texts(world, new.id)[-2:] == ["En retard", "Par numéro"]


async def test_a_conversation_under_way_goes_on_where_the_customer_is_now(world: World) -> None:
    old = world.contact.id
    await writes(world, "C'est moi", bsuid=NEW)
    new = world.contact_with(NEW).id
    await _close(world, new)

    await updated(world)
    await world.drain()

    now = world.contact_with(new).conversation
    assert now is not None
    assert not now.closed
    former = world.contact_with(old).conversation
    assert former is not None
    assert now.previous_id == former.id


async def test_a_number_that_was_a_strangers_moves(world: World) -> None:
    await writes(world, "Un autre", phone=NEW_PHONE, bsuid=OTHER)
    stranger = world.contact_with(OTHER).id
    await changed(world, wa_id=NEW_PHONE)
    await world.drain()
    assert world.contact_with(OLD).phone == f"+{NEW_PHONE}"
    assert world.contact_with(stranger).phone is None


async def test_a_number_without_a_bsuid_is_the_same_person(world: World) -> None:
    await writes(world, "Par le nouveau numéro", phone=NEW_PHONE)
    (other,) = [each.id for each in world.contacts if each.bsuid is None]
    await changed(world, wa_id=NEW_PHONE)
    await world.drain()
    assert world.contact_with(other).merged_into == world.contact_with(OLD).id


@pytest.mark.parametrize("first_writes", [False, True])
@pytest.mark.parametrize("after", [False, True])
async def test_killed_at_any_call_it_is_done_once_it_comes_again(*, first_writes: bool, after: bool) -> None:
    call = 1
    while (await _killed_at(call, first_writes=first_writes, after=after)).reached:
        call += 1
    assert call > 5


async def _killed_at(call: int, *, first_writes: bool, after: bool) -> Faults:
    world = World(at_meta())
    await writes(world, "Bonjour", phone=PHONE, bsuid=OLD)
    if first_writes:
        await writes(world, "C'est moi", bsuid=NEW)
    faults = Faults(call=call, error=Killed(), after=after, lasting=True)
    world.centre = world.worker(tables=faults.wrap(world.tables), sender=faults.wrap(world.sender))
    with suppress(Killed):
        await updated(world)
    world.restart()
    await updated(world)
    await world.drain()
    await writes(world, "Encore", bsuid=NEW)
    (stays,) = [each for each in world.contacts if each.merged_into is None]
    assert (stays.bsuid, stays.former_bsuids) == (NEW, (OLD,))
    assert texts(world, stays.id)[-1] == "Encore"
    return faults
