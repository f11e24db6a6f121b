"""The worker is killed at every call to the world, before and after it took effect: what comes after ends well.

A message of the queue is delivered again to a new worker. An HTTP call is not repeated by its client here: what was
committed has to go out by itself, within about a minute.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest

from shared.composition import ContactCentre
from shared.sending.channel import Postponed
from shared.vocabulary.errors import Unavailable
from shared.vocabulary.words import MessageStatus
from tests.fakes.faults import Faults, Killed
from tests.fakes.world import World

type Step = Callable[[World, ContactCentre], Awaitable[Any]]

HOURS = 3600


@dataclass(frozen=True)
class Story:
    """What happens before, the step in which the worker dies, and what happens after."""

    before: Step
    step: Step
    over_http: bool = False


async def nothing(world: World, worker: ContactCentre) -> None:
    """Nothing happens before."""


async def first_message(world: World, worker: ContactCentre) -> None:
    await world.customer("Bonjour", message_id="first", by=worker)


async def second_message(world: World, worker: ContactCentre) -> None:
    await world.customer("Encore moi", message_id="second", by=worker)


async def reply(world: World, worker: ContactCentre) -> None:
    await world.reply("Me voici", by=worker)


async def long_reply(world: World, worker: ContactCentre) -> None:
    """In two parts."""
    await world.reply(f"{'a' * 4000}\n\n{'b' * 4000}", by=worker)


async def parts_held(world: World, worker: ContactCentre) -> None:
    await a_day_later(world, worker)
    await long_reply(world, worker)
    await world.pass_time(120)


async def reply_at_once(world: World, worker: ContactCentre) -> None:
    """The worker has just seen the contact, and does not read it."""
    if just_seen := await world.centre.contacts.load(world.contact.id):
        worker.contacts.keep(just_seen)
    await reply(world, worker)


async def a_day_later(world: World, worker: ContactCentre) -> None:
    await first_message(world, worker)
    await world.pass_time(25 * HOURS)


async def two_held(world: World, worker: ContactCentre) -> None:
    await a_day_later(world, worker)
    await world.reply("Un", by=worker)
    await world.reply("Deux", by=worker)
    await world.pass_time(120)


async def sent_and_answered(world: World, worker: ContactCentre) -> None:
    await first_message(world, worker)
    await reply(world, worker)
    await world.pass_time(120)


async def delivered(world: World, worker: ContactCentre) -> None:
    await world.status(world.channel_id_of("Me voici"), "Delivered", by=worker)


async def a_greeting_and_its_statuses(world: World, worker: ContactCentre) -> None:
    """All by one worker, which knows what it sent."""
    await first_message(world, worker)
    greeting = world.channel.message_id(world.channel.sent[0])
    for status in ("Sent", "Delivered", "Delivered", "Read"):
        await world.status(greeting, status, by=worker)


async def a_greeting_that_fails(world: World, worker: ContactCentre) -> None:
    """And is tried again."""
    await first_message(world, worker)
    await world.status(world.channel.message_id(world.channel.sent[0]), "Failed", code="131016", by=worker)


async def window_closed_after_all(world: World, worker: ContactCentre) -> None:
    await world.status(world.channel_id_of("Me voici"), "Failed", code="131047", by=worker)


async def bsuid_and_phone_apart(world: World, worker: ContactCentre) -> None:
    await world.customer("Par numéro", message_id="by-phone", by=worker)
    await world.customer("Par nom", message_id="by-bsuid", phone="", bsuid="FR.1", by=worker)


async def both_at_once(world: World, worker: ContactCentre) -> None:
    await world.customer("C'est moi", message_id="both", bsuid="FR.1", by=worker)


async def merge_decided(world: World, worker: ContactCentre) -> None:
    await bsuid_and_phone_apart(world, worker)
    await both_at_once(world, worker)


async def a_status_before_the_merge_is_heard_of(world: World, worker: ContactCentre) -> None:
    await merge_decided(world, worker)
    await world.reply("Me voici", to="FR.1", by=worker)
    await world.status(world.channel_id_of("Me voici"), "Failed", code="131016", by=worker)


async def two_held_for_a_week(world: World, worker: ContactCentre) -> None:
    await two_held(world, worker)
    world.clock.step(7 * 24 * HOURS)


async def sent_and_failed(world: World, worker: ContactCentre) -> None:
    await sent_and_answered(world, worker)
    await world.status(world.channel_id_of("Me voici"), "Failed", code="131016", by=worker)
    world.clock.step(60)


async def what_is_due(world: World, worker: ContactCentre) -> None:
    await world.drain(by=worker)


async def a_number_and_a_name(world: World, worker: ContactCentre) -> None:
    await world.customer("Je suis là", message_id="owner", bsuid="FR.1", by=worker)


async def a_new_owner(world: World, worker: ContactCentre) -> None:
    await world.customer("C'est mon numéro", message_id="new-owner", bsuid="FR.2", by=worker)


async def take_back(world: World, worker: ContactCentre) -> None:
    await world.cancel(world.contact.held[0].id, by=worker)


async def a_merge_that_was_heard_of(world: World, worker: ContactCentre) -> None:
    await merge_decided(world, worker)
    await world.drain(by=worker)


async def a_minute(world: World, worker: ContactCentre) -> None:
    await world.pass_time(62, by=worker)


async def a_status_of_what_is_not_sent_yet(world: World, worker: ContactCentre) -> None:
    await world.status("00000000-0000-0000-0000-000000000002", "Delivered", by=worker)


async def an_early_status(world: World, worker: ContactCentre) -> None:
    await first_message(world, worker)
    await a_status_of_what_is_not_sent_yet(world, worker)


async def a_name(world: World, worker: ContactCentre) -> None:
    await worker.contact_changes.update(world.contact.id, {"name": "Ana"}, world.soon)


async def away_for_fourteen_minutes(world: World, worker: ContactCentre) -> None:
    world.channel.answer_next(*[Postponed(code="503", message="busy", in_doubt=False)] * 400)
    await first_message(world, worker)
    await world.pass_time(14 * 60, by=worker)


async def two_minutes_more(world: World, worker: ContactCentre) -> None:
    await world.pass_time(120, by=worker)


STORIES = {
    "a first message": Story(nothing, first_message),
    "a second message": Story(first_message, second_message),
    "a reply inside the window": Story(first_message, reply, over_http=True),
    "a reply without reading": Story(first_message, reply_at_once, over_http=True),
    "a reply outside the window": Story(a_day_later, reply, over_http=True),
    "a reply in parts": Story(first_message, long_reply, over_http=True),
    "a reply in parts outside the window": Story(a_day_later, long_reply, over_http=True),
    "the release of a reply in parts": Story(parts_held, second_message),
    "the release of held replies": Story(two_held, second_message),
    "a delivery status": Story(sent_and_answered, delivered),
    "statuses of what the worker sent": Story(nothing, a_greeting_and_its_statuses),
    "a failure of what the worker sent": Story(nothing, a_greeting_that_fails),
    "a window that WhatsApp says is closed": Story(sent_and_answered, window_closed_after_all),
    "two contacts that are one": Story(bsuid_and_phone_apart, both_at_once),
    "a contact that hears of its merge": Story(merge_decided, what_is_due),
    "a contact that hears of its merge after a status": Story(a_status_before_the_merge_is_heard_of, what_is_due),
    "held replies whose time is over": Story(two_held_for_a_week, what_is_due),
    "another attempt after a failure": Story(sent_and_failed, what_is_due),
    "a number with a new owner": Story(a_number_and_a_name, a_new_owner),
    "a held reply that is taken back": Story(two_held, take_back, over_http=True),
    "a tombstone that has stood long enough": Story(a_merge_that_was_heard_of, a_minute),
    "a status before its send": Story(first_message, a_status_of_what_is_not_sent_yet),
    "a send after its status": Story(an_early_status, reply, over_http=True),
    "a name that is noted": Story(first_message, a_name, over_http=True),
    "a message that is given up": Story(away_for_fourteen_minutes, two_minutes_more),
}


async def told(story: Story, faults: Faults | None = None) -> World:
    """The world at the end of a story; with faults the worker dies in the middle."""
    world = World(events_topic="events")
    await play(story, world, faults)
    await world.pass_time(180)
    return world


async def play(story: Story, world: World, faults: Faults | None) -> None:
    """What happens in a story, up to its step; another worker takes over from one that died in it."""
    await story.before(world, world.centre)
    faults = faults or Faults(error=Killed())
    doomed = world.worker(
        tables=faults.wrap(world.tables),
        sender=faults.wrap(world.sender),
        channel=faults.wrap(world.channel),
        topic=faults.wrap(world.topic),
    )
    try:
        await story.step(world, doomed)
    except Killed:
        world.restart()
        if not story.over_http:
            await story.step(world, world.centre)


def account(world: World) -> dict[str, Any]:
    """What an outsider sees: the histories, the phone, the lists, and what other systems are told of each contact."""
    return {
        "histories": sorted(
            [(line.direction, line.kind, line.text, line.status) for line in world.history(contact.id)]
            for contact in world.contacts
        ),
        "phone": [(shipment.content.kind, shipment.content.text) for shipment in world.channel.sent],
        "lists": [
            (row["conversation_id"][-26:] != "", row.get("status"), row.get("unread", 0), row.get("gone", False))
            for row in world.listed()
        ],
        "events": sorted(
            [kind for contact_id, kind in heard(world) if contact_id == contact.id] for contact in world.contacts
        ),
    }


def heard(world: World) -> list[tuple[str, str]]:
    """What a listener hears who knows an event again by its id: contact and type, as they came, which is by id."""
    events = {event.id: (event.contact_id, event.type) for event in world.topic.events}
    for contact_id in {event.contact_id for event in world.topic.events}:
        ids = [event_id for event_id, (whose, _) in events.items() if whose == contact_id]
        assert ids == sorted(ids)
    return list(events.values())


async def calls_of(story: Story) -> int:
    faults = Faults(error=Killed())
    await told(story, faults)
    return len(faults.calls)


@pytest.mark.parametrize("after", [False, True], ids=["before it took effect", "after it took effect"])
@pytest.mark.parametrize("name", STORIES)
async def test_killed_at_any_call_the_story_ends_as_if_nothing_had_happened(name: str, after: bool) -> None:
    """Every crash point of every story, one by one."""
    story = STORIES[name]
    expected = account(await told(story))
    untouched = World(events_topic="events")
    await story.before(untouched, untouched.centre)
    await untouched.pass_time(180)
    for call in range(1, await calls_of(story) + 1):
        faults = Faults(call=call, error=Killed(), after=after, lasting=True)
        world = await told(story, faults)
        assert faults.reached
        ends = [expected, account(untouched)] if story.over_http else [expected]
        assert account(world) in ends, f"killed at {faults.calls[call - 1]} ({call})"
        assert all(not contact.unsent and not contact.notices for contact in world.contacts)
        assert_lists_agree(world)


@pytest.mark.parametrize("after", [False, True], ids=["before it took effect", "after it took effect"])
@pytest.mark.parametrize("name", STORIES)
async def test_a_call_that_fails_once_is_made_again_in_process(name: str, after: bool) -> None:
    """A blip of any dependency at any call is not seen from outside, and costs no delivery."""
    story = STORIES[name]
    expected = account(await told(story))
    for call in range(1, await calls_of(story) + 1):
        faults = Faults(call=call, error=Unavailable("a blip"), after=after)
        world = World(events_topic="events")
        await story.before(world, world.centre)
        worker = world.worker(tables=faults.wrap(world.tables), sender=faults.wrap(world.sender))
        await story.step(world, worker)
        await world.pass_time(180)
        assert account(world) == expected, f"failed at {call}"


@pytest.mark.parametrize("lost", [False, True], ids=["not taken", "taken, the answer lost"])
async def test_a_reply_that_the_channel_does_not_answer_goes_out_by_itself(lost: bool) -> None:
    """The caller gets 503, and does nothing more; the reply goes out once."""
    world = World()
    await first_message(world, world.centre)
    if lost:
        world.channel.lose_next_answer()
    else:
        world.channel.answer_next(Postponed(code="503", message="busy"), Postponed(code="503", message="busy"))
    with pytest.raises(Exception, match="channel_unavailable"):
        await world.reply("Me voici")
    await world.pass_time(60)
    assert [shipment.content.text for shipment in world.channel.sent].count("Me voici") == 1
    assert world.history()[-1].status is MessageStatus.SENT


def assert_lists_agree(world: World) -> None:
    """Each list shows what its contact's conversation says, at the contact's version."""
    rows = {row["conversation_id"]: row for row in world.listed()}
    for contact in world.contacts:
        conversation = contact.conversation
        if conversation and not conversation.closed:
            row = rows[conversation.id]
            assert (row["version"], row.get("unread", 0)) == (contact.version, conversation.unread)
