"""From phone numbers and BSUIDs, either of which may be missing, to one contact a person."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.state.contact import Contact
from shared.vocabulary.words import ClosureReason, ConversationStatus, MessageStatus
from tests.fakes.faults import Faults, Killed
from tests.fakes.sample import sample
from tests.fakes.world import HOURS, PHONE, World

BSUID = "FR.1"
OTHER_BSUID = "FR.2"
NINE, NO_NINE = "5511987654321", "551187654321"
VARIANTS = [(NINE, NO_NINE), ("5215512345678", "525512345678"), ("5491123456789", "541123456789")]


@dataclass(frozen=True)
class Sighting:
    """One message of the person: the names it shows, the worker that gets it, and when that worker dies."""

    phone: str
    bsuid: str | None
    worker: int
    killed_at: int | None
    after: bool
    twice: bool
    with_next: bool
    settled: bool


def sightings(*phones: str) -> st.SearchStrategy[list[Sighting]]:
    names = st.sampled_from([(phone, bsuid) for phone in (*phones, "") for bsuid in (BSUID, None) if phone or bsuid])
    one = st.builds(
        lambda names, **rest: Sighting(phone=names[0], bsuid=names[1], **rest),
        names=names,
        worker=st.integers(0, 1),
        killed_at=st.none() | st.integers(1, 12),
        after=st.booleans(),
        twice=st.booleans(),
        with_next=st.booleans(),
        settled=st.booleans(),
    )
    return st.lists(one, min_size=1, max_size=6)


async def story(seen: Sequence[Sighting]) -> World:
    """Two workers handle the person's messages; the last one shows both names."""
    world = World(sample())
    workers = [world.worker(), world.worker()]

    async def handle(number: int, sighting: Sighting) -> None:
        text = f"Message {number}"
        event: dict[str, Any] = {"message_id": text, "phone": sighting.phone, "bsuid": sighting.bsuid}
        if sighting.killed_at:
            faults = Faults(call=sighting.killed_at, error=Killed(), after=sighting.after, lasting=True)
            doomed = world.worker(tables=faults.wrap(world.tables), sender=faults.wrap(world.sender))
            try:
                await world.customer(text, by=doomed, **event)
            except Killed:
                event["delivery"] = 2
        for _ in range(2 if sighting.twice else 1):
            await world.customer(text, by=workers[sighting.worker], **event)

    together: list[tuple[int, Sighting]] = []
    for number, sighting in enumerate(seen):
        together.append((number, sighting))
        if not sighting.with_next:
            await asyncio.gather(*(handle(*each) for each in together))
            together = []
        if sighting.settled:
            await world.drain()
    await asyncio.gather(*(handle(*each) for each in together))
    await world.customer("C'est moi", message_id="last", phone=PHONE if not seen else _phone(seen), bsuid=BSUID)
    await world.pass_time(120)
    return world


def _phone(seen: Sequence[Sighting]) -> str:
    return next((each.phone for each in seen if each.phone), PHONE)


def assert_one_person(world: World, messages: int) -> Contact:
    """All contacts lead to one, with one open conversation, and each message stands in one history once."""
    (contact,) = [each for each in world.contacts if not each.merged_into]
    assert all(each.merged_into in (None, contact.id) for each in world.contacts)
    is_open = [each for each in world.contacts if each.conversation and not each.conversation.closed]
    assert is_open == [contact]
    texts = [line.text for each in world.contacts for line in world.said(each.id)]
    assert sorted(texts, key=str) == sorted([*(f"Message {number}" for number in range(messages)), "C'est moi"])
    assert contact.bsuid == BSUID
    assert [row["contact_id"] for row in world.listed() if not row.get("gone")] == [contact.id]
    assert not any(each.notices or each.unsent for each in world.contacts)
    return contact


@given(sightings(PHONE))
@settings(max_examples=60)
def test_any_order_of_sightings_of_one_person_leads_to_one_contact(seen: list[Sighting]) -> None:
    async def told() -> None:
        world = await story(seen)
        contact = assert_one_person(world, len(seen))
        assert contact.phone == f"+{PHONE}"
        await world.customer("Par numéro", phone=PHONE, by=world.worker())
        await world.customer("Par nom", phone="", bsuid=BSUID, by=world.worker())
        assert [line.text for line in world.history(contact.id)[-2:]] == ["Par numéro", "Par nom"]

    asyncio.run(told())


@given(sightings(NINE, NO_NINE))
@settings(max_examples=60)
def test_whichever_way_the_number_is_spelled(seen: list[Sighting]) -> None:
    async def told() -> None:
        assert_one_person(await story(seen), len(seen))

    asyncio.run(told())


@pytest.mark.parametrize(("long", "short"), VARIANTS)
@pytest.mark.parametrize("swapped", [False, True])
class TestVariants:
    async def test_both_spellings_are_one_contact_and_the_newest_is_kept(
        self, long: str, short: str, swapped: bool
    ) -> None:
        first, second = (short, long) if swapped else (long, short)
        world = World(sample())
        await world.customer("Un", phone=first)
        await world.customer("Deux", phone=second, by=world.worker())
        assert world.texts() == [("in", "Un"), ("in", "Deux")]
        assert world.contact.phone == f"+{second}"
        await world.reply("Me voici")
        assert world.channel.sent[0].to == f"+{second}"

    async def test_two_workers_at_once_find_one_contact(self, long: str, short: str, swapped: bool) -> None:
        first, second = (short, long) if swapped else (long, short)
        world = World(sample())
        await asyncio.gather(
            world.customer("Un", phone=first, by=world.worker()),
            world.customer("Deux", phone=second, by=world.worker()),
        )
        assert sorted(world.texts()) == [("in", "Deux"), ("in", "Un")]

    async def test_a_recycled_number_is_taken_in_either_spelling(self, long: str, short: str, swapped: bool) -> None:
        first, second = (short, long) if swapped else (long, short)
        world = World(sample())
        await world.customer("Un", phone=first, bsuid=BSUID)
        await world.customer("Je suis une autre", phone=second, bsuid=OTHER_BSUID)
        await world.drain()
        await world.customer("Encore une autre", phone=first, by=world.worker())
        old, new = sorted(world.contacts, key=lambda each: each.bsuid or "")
        assert (old.phone, new.phone) == (None, f"+{first}")
        assert [line.text for line in world.history(new.id)] == ["Je suis une autre", "Encore une autre"]


def test_numbers_of_other_countries_have_one_spelling() -> None:
    async def told() -> None:
        world = World(sample())
        for phone in ("33612345678", "3361234567", "4915112345678", "12025550123"):
            await world.customer("Bonjour", phone=phone)
        assert len(world.contacts) == 4

    asyncio.run(told())


async def recycled() -> World:
    """The number of one contact is seen with another BSUID."""
    world = World(sample())
    await world.customer("Je suis Un", bsuid=BSUID)
    await world.reply("Bonjour Un")
    await world.customer("Je suis Deux", bsuid=OTHER_BSUID)
    await world.drain()
    return world


class TestRecycledNumber:
    async def test_it_is_a_new_contact_with_a_conversation_of_its_own(self) -> None:
        world = await recycled()
        old, new = world.contact_with(BSUID), world.contact_with(OTHER_BSUID)
        assert (old.phone, new.phone) == (None, f"+{PHONE}")
        assert [line.text for line in world.history(new.id)] == ["Je suis Deux"]
        assert old.conversation is not None
        assert new.conversation is not None
        assert not old.conversation.closed
        assert new.conversation.previous_id is None

    async def test_the_number_alone_leads_to_the_new_contact(self) -> None:
        world = await recycled()
        await world.customer("Sans nom", by=world.worker())
        assert world.history(world.contact_with(OTHER_BSUID).id)[-1].text == "Sans nom"

    async def test_the_old_contact_is_written_to_under_its_bsuid(self) -> None:
        world = await recycled()
        await world.reply("Toujours là ?", to=BSUID)
        assert world.channel.sent[-1].to == BSUID

    async def test_what_the_old_contact_had_held_never_goes_to_the_number(self) -> None:
        world = World(sample(when_window_closed="hold"))
        await world.customer("Je suis Un", bsuid=BSUID)
        await world.pass_time(25 * HOURS)
        await world.reply("Pour Un seul")
        await world.customer("Je suis Deux", bsuid=OTHER_BSUID)
        await world.drain()
        assert world.phone == []
        await world.customer("C'est Un", phone="", bsuid=BSUID)
        assert [(shipment.to, shipment.content.text) for shipment in world.channel.sent] == [(BSUID, "Pour Un seul")]

    async def test_the_old_contact_may_come_with_another_number(self) -> None:
        world = await recycled()
        await world.customer("Nouveau numéro", phone="33687654321", bsuid=BSUID)
        assert world.contact_with(BSUID).phone == "+33687654321"
        assert world.contact_with(OTHER_BSUID).phone == f"+{PHONE}"


async def merged() -> tuple[World, Contact, Contact]:
    """Two contacts turned out to be one: the world, the one that went, and the one that stays."""
    world = World(sample())
    await world.customer("Par numéro")
    await world.reply("Bonjour")
    gone = world.contact
    await world.customer("Par nom", phone="", bsuid=BSUID)
    await world.customer("C'est moi", bsuid=BSUID)
    await world.drain()
    return world, world.contact_with(gone.id), world.contact_with(BSUID)


class TestMerge:
    async def test_the_one_with_the_bsuid_stays_and_the_other_is_closed(self) -> None:
        _, gone, stays = await merged()
        assert (gone.merged_into, stays.merged_from) == (stays.id, (gone.id,))
        assert gone.conversation is not None
        assert gone.conversation.status is ConversationStatus.CLOSED
        assert gone.conversation.closure is not None
        assert gone.conversation.closure.reason is ClosureReason.MERGED
        assert stays.phone == f"+{PHONE}"

    async def test_the_list_shows_one_conversation_and_for_five_minutes_a_tombstone(self) -> None:
        world, _, stays = await merged()
        assert sorted(row.get("gone", False) for row in world.listed()) == [False, True]
        await world.pass_time(305)
        assert [row["contact_id"] for row in world.listed()] == [stays.id]

    async def test_ids_of_the_merged_contact_still_lead_to_its_history(self) -> None:
        world, gone, _ = await merged()
        assert gone.conversation is not None
        assert [line.text for line in world.said(gone.id)][:2] == ["Par numéro", "Bonjour"]
        (line,) = [line for line in world.history(gone.id) if line.text == "Bonjour"]
        state = await world.centre.replies.get(gone.conversation.id, line.reply_id or "", lambda _: True)
        assert state.outgoing.status is MessageStatus.SENT

    async def test_a_message_that_the_merged_contact_had_is_not_handled_again(self) -> None:
        world = World(sample())
        await world.customer("Par numéro", message_id="m1")
        await world.customer("Par nom", phone="", bsuid=BSUID)
        await world.customer("C'est moi", bsuid=BSUID)
        await world.drain()
        await world.customer("Par numéro", message_id="m1", by=world.worker())
        texts = [line.text for contact in world.contacts for line in world.history(contact.id)]
        assert texts.count("Par numéro") == 1

    async def test_a_message_that_the_staying_contact_had_is_not_handled_again_by_one_that_has_not_heard_yet(
        self,
    ) -> None:
        """The worker that is handed the message again knows the number as it was."""
        world = World(sample())
        old = world.worker()
        await world.customer("Par numéro", by=old)
        await world.customer("Par nom", phone="", bsuid=BSUID)
        await world.customer("C'est moi", bsuid=BSUID)
        dies = Faults(call=2, error=Killed(), lasting=True, only="commit")
        with pytest.raises(Killed):
            await world.customer("Encore", message_id="m", by=world.worker(tables=dies.wrap(world.tables)))
        await world.customer("Encore", message_id="m", by=old, delivery=2)
        texts = [line.text for contact in world.contacts for line in world.history(contact.id)]
        assert texts.count("Encore") == 1

    async def test_held_replies_of_the_merged_contact_go_out(self) -> None:
        world = World(sample(when_window_closed="hold"))
        await world.customer("Par numéro")
        await world.pass_time(25 * HOURS)
        await world.reply("Un")
        await world.reply("Deux")
        await world.customer("Par nom", phone="", bsuid=BSUID)
        assert world.phone == []
        await world.customer("C'est moi", bsuid=BSUID)
        await world.drain()
        assert world.phone == ["Un", "Deux"]

    async def test_who_shows_another_bsuid_meanwhile_is_not_merged(self) -> None:
        """The number is somebody else's by the time the contact hears of its merge."""
        world = World(sample())
        await world.customer("Par numéro")
        await world.customer("Par nom", phone="", bsuid=BSUID)
        await world.customer("C'est moi", bsuid=BSUID)
        await world.customer("Je suis une autre", bsuid=OTHER_BSUID)
        await world.drain()
        assert {contact.merged_into for contact in world.contacts} == {None}
        await world.customer("Encore une autre", by=world.worker())
        assert world.history(world.contact_with(OTHER_BSUID).id)[-1].text == "Encore une autre"

    async def test_told_twice_it_is_merged_once(self) -> None:
        world, gone, _ = await merged()
        (told,) = [message for message in world.sender.sent if message.subject == "merged"]
        await world.deliver(told, by=world.worker())
        assert world.contact_with(gone.id) == gone


async def test_what_a_bsuid_alone_says_costs_no_read_while_the_contact_is_warm() -> None:
    """Somebody who hides the number by now was seen with it before."""
    world = World(sample())
    await world.customer("Bonjour", bsuid=BSUID)
    calls = Faults(error=Killed())
    worker = world.worker(tables=calls.wrap(world.tables))
    await world.customer("Un", phone="", bsuid=BSUID, by=worker)
    calls.calls.clear()
    await world.customer("Deux", phone="", bsuid=BSUID, by=worker)
    assert calls.calls == ["FakeTables.commit"] * 3
    assert world.contact.phone == f"+{PHONE}"


async def test_a_number_that_changed_hands_during_a_merge_is_nobody_elses() -> None:
    """US.1 showed the number, but before its owner heard of it, US.2 wrote from that number."""
    world = World()
    await world.customer("par numéro")
    await world.customer("par nom", phone="", bsuid="US.1")
    await world.customer("les deux", bsuid="US.1")
    await world.customer("un autre", bsuid="US.2")
    await world.pass_time(120)
    first = world.contact_with("US.1")
    assert (first.address, first.merged_from) == ("US.1", ())
    assert world.contact_with("US.2").phone == f"+{PHONE}"
