"""A customer is forgotten: at once for whoever asks, within a minute wherever something is stored, and for ever."""

import json
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from shared.intake.quarantine import DeadLetter
from shared.intake.quarantined import Source
from shared.queue.messages import Subject
from shared.state.tables import Table
from shared.telemetry import Metric
from shared.vocabulary.errors import Unavailable
from shared.vocabulary.identity import session_of
from shared.vocabulary.message import Media
from tests.fakes.faults import Faults, Killed
from tests.fakes.meanwhile import Meanwhile
from tests.fakes.sample import sample
from tests.fakes.world import BRUNO, CHANNEL, DAYS, HOURS, PHONE, World
from tests.unit.app.api.desk import ADA, SUE, Desk

MARKER = "ZANZIBAR"
NUMBER = PHONE
FORMER = "33700000001"
BSUID = f"FR.{MARKER}"
OTHER_CHANNEL = "22222222-2222-2222-2222-222222222222"


def everything(world: World) -> dict[str, str]:
    """All that is stored, by its place: keys are looked at as well as what they hold."""
    rows = {
        f"{table}/{partition}/{row.key}": row.body
        for table in Table
        for partition in world.tables.partitions(table)
        for row in world.tables.rows(table, partition)
    }
    blobs = {f"blobs/{name}": content.decode() for name, content in world.blobs.contents.items()}
    return {**rows, **blobs}


def places_with(world: World, *marks: str) -> list[str]:
    """The places whose name or content has one of these texts."""
    return [place for place, held in everything(world).items() if any(mark in place + held for mark in marks)]


def marked(world: World) -> list[str]:
    return places_with(world, MARKER, NUMBER, FORMER)


def own_messages_with(world: World, *marks: str) -> list[str]:
    """What the app has told itself over the queues that has one of these texts."""
    own = [json.dumps(message.body) for message in world.sender.sent if message.subject is not Subject.EVENT]
    return [body for body in own if any(mark in body for mark in marks)]


async def blob(world: World, name: str) -> None:
    async def pieces() -> Any:
        yield MARKER.encode()

    await world.blobs.put(name, pieces(), mime_type="image/png")


async def full_life(world: World) -> str:
    """A customer of whom something is stored wherever it can be; the contact's id."""
    desk = Desk(world)
    await desk.hire("bruno", "general")
    await world.customer(f"{MARKER} un", bsuid=BSUID, phone=FORMER)
    contact_id = world.contact.id
    await desk.patch(f"/contacts/{contact_id}", {"name": MARKER, "externalUrl": f"https://crm.example/{MARKER}"}, SUE)
    await world.reply(f"{MARKER} réponse", replier=BRUNO, key="k")
    await desk.patch(f"/conversations/{world.conversation.id}", {"variables": {"order": MARKER}, "tags": []}, SUE)
    await desk.post(f"/conversations/{world.conversation.id}/notes", {"text": MARKER}, SUE)
    await world.status(world.channel_id_of(f"{MARKER} réponse"), "Delivered", phone=FORMER, bsuid=BSUID)
    await desk.post(f"/conversations/{world.conversation.id}/close", {"note": MARKER}, SUE)
    await world.pass_time(8 * 60)
    await world.customer(f"{MARKER} deux", bsuid=BSUID, media={"caption": MARKER, "mimeType": "image/png", "id": "m"})
    await world.pass_time(25 * HOURS)
    await world.reply(f"{MARKER} gardé", replier=BRUNO)
    await world.reply("", media=Media(uri=f"https://files.example/{MARKER}", caption=MARKER), replier=BRUNO)
    await blob(world, f"copies/{contact_id}/a")
    await blob(world, f"uploads/{contact_id}/b")
    for name in (FORMER, PHONE):
        await world.centre.quarantine.keep(
            source=Source.MESSAGE,
            name=name,
            reasons=("odd",),
            body=f'{{"from": "{MARKER}"}}',
            session_id=session_of(CHANNEL, f"+{name}"),
        )
    return contact_id


async def erase(world: World, contact_id: str) -> Any:
    answer = await Desk(world).delete(f"/contacts/{contact_id}", ADA)
    assert answer.status == 202
    return answer.json


async def test_nothing_is_left_of_a_customer_anywhere(caplog: pytest.LogCaptureFixture) -> None:
    world = World()
    contact_id = await full_life(world)
    before = marked(world)
    for table in (Table.CONTACTS, Table.INBOX, Table.CLOSED, Table.QUARANTINE):
        assert any(place.startswith(table) for place in before), table

    await erase(world, contact_id)
    await world.drain()

    assert marked(world) == []
    assert own_messages_with(world, MARKER, NUMBER, FORMER) == []
    assert not any(mark in line for line in caplog.messages for mark in (MARKER, NUMBER, FORMER))
    left = world.tables.rows(Table.CONTACTS, contact_id)
    assert [row.key for row in left] == ["contact"]
    assert json.loads(left[0].body).keys() == {"erasedAt", "by"}


@pytest.mark.parametrize("in_full", [False, True])
async def test_who_is_told_what_happens_is_told_of_the_end_and_of_nobody_by_name(in_full: bool) -> None:
    """The topic is not the app's to empty: the number and what was said are on it only where the team wants them."""
    world = World(events_topic="events", events_in_full=in_full)
    contact_id = await full_life(world)
    world.topic.away = True
    await world.customer(f"{MARKER} trois", bsuid=BSUID)

    await erase(world, contact_id)
    await world.drain()
    assert marked(world) == []
    assert own_messages_with(world, MARKER, NUMBER, FORMER) == []
    world.topic.away = False
    await world.pass_time(180)

    told = [event.encode().decode() for event in world.topic.events]
    assert len(told) > 10
    assert any(MARKER in each for each in told) is in_full
    assert any(number in each for each in told for number in (NUMBER, FORMER)) is in_full
    assert world.topic.events[-1].type == "contact.erased"
    assert not any(mark in told[-1] for mark in (MARKER, NUMBER, FORMER))


async def test_the_answer_says_what_is_not_reached_and_from_then_on_there_is_no_such_contact() -> None:
    world = World()
    contact_id = await full_life(world)
    conversation_id = world.conversation.id
    desk = Desk(world)

    told = await erase(world, contact_id)
    world.clock.step(1)

    assert {each["place"]: each["until"] for each in told["notReached"]} == {
        "quarantine": "2027-02-23T10:08:00Z",
        "dead_letter_blobs": "2026-12-25T10:08:00Z",
        "deleted_blobs": "2026-12-02T10:08:00Z",
        "events_topic": None,
    }
    for path in (f"/contacts/{contact_id}", f"/contacts/{contact_id}/conversations"):
        assert (await desk.get(path, SUE)).refusal == (404, "not_found")
    assert (await desk.get(f"/conversations/{conversation_id}", SUE)).refusal == (404, "conversation_not_found")
    reply = await desk.post(f"/conversations/{conversation_id}/replies", {"kind": "text", "text": "Allô"}, SUE)
    assert reply.refusal == (404, "conversation_not_found")
    assert (await desk.delete(f"/contacts/{contact_id}", ADA)).refusal == (404, "not_found")
    await world.drain()
    assert (await desk.get("/conversations", SUE)).json["items"] == []
    assert (await desk.get("/conversations?status=closed&day=2026-11-24", SUE)).json["items"] == []
    assert (await desk.get("/agents/bruno", SUE)).json["conversations"] == []


async def test_what_was_written_before_is_dropped_and_what_comes_after_is_a_new_customers() -> None:
    world = World()
    old = world.inbound("Avant", message_id="old")
    await world.event(old)
    greetings = len(world.phone)
    sent = world.channel.message_id(world.channel.sent[0])
    contact_id = world.contact.id
    late = world.inbound("Aussi avant", message_id="late")
    world.clock.step(60)
    await erase(world, contact_id)

    for event in (old, late):  # whether the erasure has come to the name yet, or not
        await world.event(event)
    await world.drain()
    for event in (old, late):
        await world.event(event)
    await world.status(sent, "Read")

    assert len(world.telemetry.of(Metric.EVENTS_ERASED)) == 5
    assert world.contacts == []
    world.clock.step(1)
    await world.customer("Me revoilà")
    assert world.contact.id != contact_id
    assert world.history()[0].text == "Me revoilà"
    assert len(world.phone) == 2 * greetings
    await world.event(old)  # by a worker that knows the new contact
    world.restart()
    await world.event(late)
    assert [line.text for line in world.said() if line.by_customer] == ["Me revoilà"]


async def test_what_says_no_time_is_as_old_as_its_arrival() -> None:
    world = World()
    await world.customer("Avant")
    timeless = world.inbound("Quand ?")
    await world.centre.ingest({**timeless, "time": None, "data": {**timeless["data"], "receivedTimestamp": None}})
    (queued,) = [message for message in world.sender.sent if message.subject is Subject.EVENT]
    world.clock.step(5)

    await erase(world, world.contact.id)
    for _ in range(2):
        await world.drain()
        await world.deliver(queued)

    assert world.contacts == []


async def test_what_comes_late_on_a_channel_that_is_gone_by_now_is_not_kept() -> None:
    world = World()
    await world.customer(MARKER)
    late = world.inbound(MARKER)
    await erase(world, world.contact.id)
    await world.drain()
    configuration = json.loads(sample())
    (channel,) = configuration["channels"].values()
    world.deploy(json.dumps({**configuration, "channels": {"other": {**channel, "id": OTHER_CHANNEL}}}))

    await world.event(late)

    assert marked(world) == []


async def test_a_name_says_for_a_month_that_its_customer_was_erased() -> None:
    world = World()
    await world.customer("Un")
    await world.customer("Deux", phone="33700000002")
    for contact in world.contacts:
        await erase(world, contact.id)
    await world.drain()
    world.clock.step(5)
    await world.customer("Me revoilà")
    assert len(places_with(world, '{"erasedAt"')) == 4

    await world.pass_time(31 * DAYS)

    (left,) = [place for place in everything(world) if place.startswith("aliases/")]
    assert everything(world)[left] == world.contact.id


async def test_a_name_that_is_claimed_before_the_erasure_comes_to_it_says_so_for_a_month_too() -> None:
    world = World()
    await world.customer("Un")
    await erase(world, world.contact.id)
    world.clock.step(2)
    await world.customer("Me revoilà")

    await world.pass_time(31 * DAYS)

    (left,) = [place for place in everything(world) if place.startswith("aliases/")]
    assert everything(world)[left] == world.contact.id


async def test_whoever_was_merged_is_erased_too_whichever_is_asked_for() -> None:
    for asked in ("stays", "merged"):
        world = World()
        await world.customer(f"{MARKER} par numéro")
        await world.customer(f"{MARKER} par nom", phone="", bsuid=BSUID)
        ids = {"merged": world.contact_with(PHONE).id, "stays": world.contact_with(BSUID).id}
        await world.customer(f"{MARKER} c'est moi", bsuid=BSUID)
        await world.drain()

        await erase(world, ids[asked])
        await world.drain()

        assert marked(world) == []
        assert own_messages_with(world, MARKER, NUMBER) == []
        assert world.contacts == []


async def test_a_contact_that_was_not_told_of_its_merge_takes_the_other_with_it() -> None:
    world = World()
    await world.customer(f"{MARKER} par numéro")
    await world.customer(f"{MARKER} par nom", phone="", bsuid=BSUID)
    merged = world.contact_with(PHONE).id
    await world.customer(f"{MARKER} c'est moi", bsuid=BSUID)

    await erase(world, merged)
    await world.drain()

    assert marked(world) == []
    assert world.contacts == []


async def test_an_erasure_that_begins_at_any_moment_of_a_merge_takes_both() -> None:
    call, reached = 0, True
    while reached:
        call += 1
        world = World()
        await world.customer(f"{MARKER} par numéro")
        await world.customer(f"{MARKER} par nom", phone="", bsuid=BSUID)
        merged = world.contact_with(PHONE).id
        await world.customer(f"{MARKER} c'est moi", bsuid=BSUID)
        meanwhile = Meanwhile(call, partial(erase, world, merged))
        merging = world.worker(tables=meanwhile.wrap(world.tables), sender=meanwhile.wrap(world.sender))

        await world.drain(by=merging)
        await world.drain()

        reached = meanwhile.reached
        assert not reached or world.contacts == [], call
    assert call > 10


async def test_what_could_not_be_understood_goes_too_where_it_names_the_customer() -> None:
    world = World()
    await world.customer(MARKER)
    odd = world.inbound(MARKER)
    for time in (odd["time"], "2026-01-30T10:00:00Z"):  # in the month of its event each
        data = {**odd["data"], "receivedTimestamp": "soon"}
        await world.centre.ingest({**odd, "id": f"odd-{time}", "time": time, "data": data})
    others = world.inbound("Bonjour", phone="33700000002")
    await world.centre.ingest({**others, "data": {**others["data"], "receivedTimestamp": "soon"}})

    await erase(world, world.contact.id)
    await world.drain()

    assert marked(world) == []
    assert len(places_with(world, "quarantine/")) == 1


async def test_a_settling_that_is_late_brings_nothing_back() -> None:
    world = World()
    contact_id = await full_life(world)
    late = world.worker()
    stored = await late.contacts.load(contact_id)
    assert stored
    await erase(world, contact_id)
    await world.drain()

    with pytest.raises(Unavailable):
        await late._settler.settle(replace(stored, contact=replace(stored.contact, unreported=("x",))))

    assert [place for place in marked(world) if not place.startswith("changes/")] == []
    await world.pass_time(16 * 60)
    assert world.tables.rows(Table.INBOX, "general") == []
    await world.pass_time(4 * HOURS)  # as all that desks are told
    assert marked(world) == []


async def test_what_is_large_is_erased_in_pieces() -> None:
    world = World()
    contact_id = await full_life(world)
    for number in range(2500):
        world.tables.write(Table.CONTACTS, contact_id, f"message:{number}", MARKER)
    for number in range(600):
        await world.centre.quarantine.keep(source=Source.EVENT, name=str(number), reasons=("odd",), body=f"{number}")

    await erase(world, contact_id)
    await world.drain()

    assert marked(world) == []
    assert len([each for each in world.sender.sent if each.subject is Subject.ERASE]) == 4


async def short_life(world: World) -> str:
    """A customer of two names with a closed and an assigned conversation, a file and something in quarantine."""
    await Desk(world).hire("bruno", "general")
    await world.customer(f"{MARKER} par numéro")
    await world.customer(f"{MARKER} par nom", phone="", bsuid=BSUID)
    contact_id = world.contact_with(BSUID).id
    await world.customer(f"{MARKER} c'est moi", bsuid=BSUID)
    await world.drain()
    await world.reply(f"{MARKER} réponse", replier=BRUNO, to=BSUID)
    await blob(world, f"copies/{contact_id}/a")
    await world.centre.quarantine.keep(
        source=Source.MESSAGE, name="x", reasons=("odd",), body=MARKER, session_id=session_of(CHANNEL, f"+{PHONE}")
    )
    return contact_id


@pytest.mark.parametrize("after", [False, True], ids=["before it took effect", "after it took effect"])
async def test_killed_at_any_call_an_erasure_comes_to_its_end(after: bool) -> None:
    async def told(faults: Faults) -> World:
        world = World()
        contact_id = await short_life(world)
        doomed = world.worker(**{name: faults.wrap(getattr(world, name)) for name in ("tables", "sender", "blobs")})
        with suppress(Killed):
            await Desk(world, centre=doomed).delete(f"/contacts/{contact_id}", ADA)
            await world.drain(by=doomed)
        world.restart()
        await world.pass_time(70)
        return world

    counted = Faults(error=Killed())
    await told(counted)
    for call in range(1, len(counted.calls) + 1):
        faults = Faults(call=call, error=Killed(), after=after, lasting=True)
        world = await told(faults)
        assert faults.reached
        begun = not world.contacts
        assert begun or call <= (3 if after else 4), f"killed at {faults.calls[call - 1]} ({call})"
        assert not begun or marked(world) == [], f"killed at {faults.calls[call - 1]} ({call})"


async def test_a_dead_letter_of_an_erased_customer_is_dropped_and_counted_and_one_from_afterwards_is_kept() -> None:
    """As the event itself would be, however late the broker gives it up; what nobody can read is kept."""
    world = World()
    before = world.inbound(f"{MARKER} avant")
    await world.customer("Bonjour")
    await Desk(world).delete(f"/contacts/{world.contact.id}", ADA)
    await world.pass_time(120)
    after = world.inbound("après")

    def letter(body: bytes, message_id: str) -> DeadLetter:
        return DeadLetter(
            message_id=message_id,
            subject=Subject.EVENT,
            session_id=session_of(CHANNEL, f"+{NUMBER}"),
            body=body,
            at=world.clock.now(),
            reason="MaxDeliveryCountExceeded",
            description=None,
        )

    for number, body in enumerate((json.dumps(before).encode(), json.dumps(after).encode(), b"no JSON")):
        await world.centre.keep_dead_letter(letter(body, str(number)))

    kept = (await world.centre.quarantine.page(source=Source.DEAD_LETTER)).items
    assert sorted(each.body for each in kept) == sorted([json.dumps(after), "no JSON"])
    assert len(world.telemetry.of(Metric.EVENTS_ERASED)) == 1
