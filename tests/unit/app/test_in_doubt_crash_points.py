"""The worker is killed at every call, and the channel does not know a repetition again: nothing comes twice.

Webhooks come through: statuses of what was taken, and others.
"""

import pytest

from shared.vocabulary.errors import Unavailable
from tests.fakes.faults import Faults, Killed
from tests.fakes.named_statuses import tell_of_all
from tests.fakes.world import CHANNEL, World
from tests.unit.app.test_crash_points import STORIES, Story, account, assert_lists_agree, play

NAMES = (
    "a first message",
    "a second message",
    "a reply inside the window",
    "a reply without reading",
    "a reply outside the window",
    "a reply in parts",
    "the release of held replies",
    "a window that WhatsApp says is closed",
    "two contacts that are one",
    "another attempt after a failure",
    "a send after its status",
)


async def told(story: Story, faults: Faults | None = None) -> World:
    """The world at the end of a story, and of the statuses of what was taken in it."""
    world = World(events_topic="events")
    world.channel.repeatable = False
    await play(story, world, faults)
    await world.pass_time(90)
    await tell_of_all(world)
    await world.centre.channel_heard.note(CHANNEL, world.clock.now())
    await world.pass_time(180)
    await tell_of_all(world)
    await world.pass_time(1_500)
    return world


@pytest.mark.parametrize("after", [False, True], ids=["before it took effect", "after it took effect"])
@pytest.mark.parametrize("name", NAMES)
async def test_killed_at_any_call_all_ends_as_if_nothing_had_happened(name: str, after: bool) -> None:
    story = STORIES[name]
    expected = account(await told(story))
    untouched = await told(Story(story.before, _nothing))
    faults = Faults(error=Killed())
    await told(story, faults)
    for call in range(1, len(faults.calls) + 1):
        faults = Faults(call=call, error=Killed(), after=after, lasting=True)
        world = await told(story, faults)
        ends = [expected, account(untouched)] if story.over_http else [expected]
        where = f"killed at {faults.calls[call - 1]} ({call})"
        phone = [shipment.request_id for shipment in world.channel.sent]
        assert len(set(phone)) == len(phone), where
        assert all(not contact.unsent and not contact.notices for contact in world.contacts), where
        assert account(world) in ends, where
        assert_lists_agree(world)


async def _nothing(*_: object) -> None:
    """No step."""


@pytest.mark.parametrize("after", [False, True], ids=["before it took effect", "after it took effect"])
@pytest.mark.parametrize("name", NAMES)
async def test_a_call_that_fails_once_is_made_again_in_process(name: str, after: bool) -> None:
    """A blip of storage or queue at any call leaves nothing in doubt: no status is needed."""
    story = STORIES[name]
    quiet = World(events_topic="events")
    quiet.channel.repeatable = False
    await story.before(quiet, quiet.centre)
    counted = Faults(error=Unavailable("a blip"))
    await story.step(quiet, quiet.worker(tables=counted.wrap(quiet.tables), sender=counted.wrap(quiet.sender)))
    await quiet.pass_time(180)
    for call in range(1, len(counted.calls) + 1):
        faults = Faults(call=call, error=Unavailable("a blip"), after=after)
        world = World(events_topic="events")
        world.channel.repeatable = False
        await story.before(world, world.centre)
        await story.step(world, world.worker(tables=faults.wrap(world.tables), sender=faults.wrap(world.sender)))
        await world.pass_time(180)
        assert account(world) == account(quiet), f"failed at {faults.calls[call - 1]} ({call})"
