"""A customer of a number that has moved is forgotten under every id of the number and under every name."""

from datetime import timedelta

from shared.intake.quarantined import Source
from shared.state.tables import Table
from shared.telemetry import Metric
from shared.vocabulary.identity import session_of
from shared.vocabulary.time import rfc3339
from tests.fakes.meta import META, about_number, at_meta, writes
from tests.fakes.world import CHANNEL, PHONE, World
from tests.unit.app.api.desk import ADA, Desk
from tests.unit.app.erasure.test_export import exported

OLD, NEW = "FR.OLD", "FR.NEW"
RENAMED = {"user_id": {"previous": OLD, "current": NEW}}


async def test_what_came_while_nobody_knew_the_id_goes_too() -> None:
    """A worker whose file was bad, or old, took the id that came for a channel of its own."""
    world = World()
    start = world.clock.now()
    for number, channel_id in enumerate((META, CHANNEL)):
        await world.centre.quarantine.keep(
            source=Source.DEAD_LETTER,
            name=f"of {channel_id}",
            reasons=("why",),
            body=f"text {number}",
            session_id=session_of(channel_id, OLD),
        )
    world.deploy(at_meta(moved_from=CHANNEL, moved_at=rfc3339(start)))
    await writes(world, "Bonjour", bsuid=OLD)
    await writes(world, "Encore", bsuid=OLD, phone=PHONE)
    desk = Desk(world)
    items = await exported(world, world.contact.id, 50)
    assert sorted(item["value"]["body"] for item in items if item["place"] == "quarantine") == ["text 0", "text 1"]

    assert (await desk.delete(f"/contacts/{world.contact.id}", ADA)).status == 202
    await world.drain()

    assert world.tables.partitions(Table.QUARANTINE) == []
    assert world.contacts == []


async def test_nothing_that_was_written_before_brings_anybody_back_under_any_id_or_name() -> None:
    world = World()
    start = world.clock.now()
    world.deploy(at_meta(moved_from=CHANNEL, moved_at=rfc3339(start)))
    await writes(world, "Bonjour", bsuid=OLD, phone=PHONE)
    await about_number(world, "user_id_update", user_id_update=[RENAMED | {"timestamp": int(start.timestamp())}])
    assert world.contact.bsuid == NEW
    world.clock.step(60)
    written = world.clock.now()
    world.clock.step(60)
    assert (await Desk(world).delete(f"/contacts/{world.contact.id}", ADA)).status == 202
    await world.drain()

    for bsuid in (OLD, NEW):
        await writes(world, "Encore", bsuid=bsuid, at=written)
    await about_number(world, "user_id_update", user_id_update=[RENAMED | {"timestamp": int(written.timestamp())}])
    wish = {"user_id": NEW, "category": "marketing_messages", "value": "stop", "timestamp": int(written.timestamp())}
    await about_number(world, "user_preferences", user_preferences=[wish])
    await world.customer("Encore", bsuid=OLD, at=start - timedelta(seconds=5))

    assert world.contacts == []
    assert {each["channel"] for each in world.telemetry.of(Metric.EVENTS_ERASED)} == {CHANNEL}
    assert len(world.telemetry.of(Metric.EVENTS_ERASED)) == 5
