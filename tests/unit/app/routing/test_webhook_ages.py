"""Whether Meta's webhooks come: what is noted of a number, how often, and how it is measured."""

from datetime import datetime, timedelta

from shared.queue.messages import RollCall
from shared.queue.roll_call_requests import ROLL
from shared.queue.sender import QueueMessage
from shared.telemetry import Metric
from shared.vocabulary.time import rfc3339
from tests.fakes.faults import Faults, Killed
from tests.fakes.meta import META, at_meta
from tests.fakes.world import CHANNEL, World


async def writes(world: World, at: datetime | None = None) -> None:
    """A customer of the number at Meta writes."""
    await world.customer("Bonjour", to=META, at=at)


async def test_an_event_is_noted_once_a_minute_and_only_of_a_number_at_meta() -> None:
    world = World(at_meta())
    faults = Faults(error=Killed())
    heard = world.worker(tables=faults.wrap(world.tables)).channel_heard
    for _ in range(5):
        await heard.note(META, world.clock.now())
        world.clock.step(30)
    assert faults.calls == ["FakeTables.get", "FakeTables.commit"] * 3

    at_acs = World()
    await at_acs.customer("Bonjour")
    assert await at_acs.centre.channel_heard.last(CHANNEL) is None


async def test_it_is_the_events_own_time_and_never_goes_back() -> None:
    """What Meta sends again after an outage says nothing of the webhooks of now."""
    world = World(at_meta())
    now = world.clock.now()
    await writes(world, at=now - timedelta(hours=2))
    assert await world.centre.channel_heard.last(META) == now - timedelta(hours=2)
    await world.worker().channel_heard.note(META, now + timedelta(hours=1))
    assert await world.centre.channel_heard.last(META) == now
    await world.worker().channel_heard.note(META, now - timedelta(minutes=5))
    assert await world.centre.channel_heard.last(META) == now


async def test_a_roll_call_measures_since_when_nothing_came() -> None:
    world = World(at_meta())
    await roll_call(world)
    assert world.telemetry.values(Metric.WEBHOOK_AGE) == []
    await writes(world)
    world.clock.step(90)
    await roll_call(world)
    assert world.telemetry.values(Metric.WEBHOOK_AGE) == [90]


async def test_a_number_that_has_moved_and_was_never_heard_of_is_measured_from_its_move() -> None:
    """What ACS brings is dropped from then on: if Meta brings nothing, messages are lost."""
    world = World()
    at = world.clock.now().replace(microsecond=0) + timedelta(hours=1)
    world.deploy(at_meta(moved_from=CHANNEL, moved_at=rfc3339(at)))
    await roll_call(world)
    assert world.telemetry.values(Metric.WEBHOOK_AGE) == []
    world.clock.step((at - world.clock.now()).total_seconds() + 90)
    await roll_call(world)
    assert world.telemetry.values(Metric.WEBHOOK_AGE) == [90]


async def roll_call(world: World) -> None:
    message = RollCall(minute=int(world.clock.now().timestamp() / 60))
    await world.deliver(QueueMessage.of(message, session_id=ROLL, message_id=world.clock.new_id()))
