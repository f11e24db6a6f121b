"""Readiness: each dependency is asked, and the version of the configuration is told."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from shared.vocabulary.errors import Unavailable
from shared.vocabulary.templates import Definition, ListedTemplate
from shared.vocabulary.time import rfc3339
from tests.fakes.faults import Faults
from tests.fakes.meta import META, at_meta, listings
from tests.fakes.sample import SAMPLE
from tests.fakes.sender import FakeSender
from tests.fakes.world import CHANNEL, World
from tests.unit.app.api.desk import SUE, Desk

NO_OPT_OUT = f"{SAMPLE}:8: workstreams.support.opt_out: there are no keywords: customers can't opt out by a word"


def ready_world() -> World:
    """A world whose channel answers, and lists each template of the configuration."""
    world = World()
    world.channel.listed[CHANNEL] = [
        ListedTemplate(name=name, language=language, status="approved")
        for name in ("follow_up", "order_update")
        for language in ("fr", "en")
    ]
    return world


async def staffed_desk() -> Desk:
    """Somebody who asks while each queue of that world has its agent."""
    desk = Desk(ready_world())
    await desk.hire("ana", "general")
    await desk.hire("bob", "billing")
    return desk


async def test_an_app_that_reaches_everything_is_ready() -> None:
    desk = await staffed_desk()

    answer = await desk.get("/health/ready", SUE)

    assert answer.status == 200
    assert answer.json == {
        "status": "ok",
        "configuration": desk.centre.configuration.version_hash,
        "dependencies": {"tableStorage": "ok", "serviceBus": "ok", "communicationServices": "ok"},
        "channels": [{"name": "support_fr", "id": CHANNEL, "stopped": False, "code": None, "until": None}],
        "warnings": [NO_OPT_OUT],
    }


async def test_a_queue_that_no_agent_serves_is_a_warning() -> None:
    desk = await staffed_desk()
    await desk.put(
        "/agents/bob", {"name": "Bob", "queues": ["billing"], "capacity": 100, "skills": [], "active": False}
    )

    answer = await desk.get("/health/ready", SUE)

    assert (answer.status, answer.json["status"]) == (200, "ok")
    assert answer.json["warnings"] == [NO_OPT_OUT, "queue billing is served by no agent"]


async def test_a_template_that_can_not_be_sent_is_a_warning() -> None:
    world = ready_world()
    carousel = Definition(body="Bonjour {{1}}, votre commande {{2}} est en route.", others=("CAROUSEL",))
    world.channel.listed[CHANNEL] = [
        *world.channel.listed[CHANNEL][:2],
        ListedTemplate(name="order_update", language="fr", status="approved", definition=carousel),
    ]

    answer = await Desk(world).get("/health/ready", SUE)

    assert (answer.status, answer.json["status"]) == (200, "ok")
    first, second = [warning for warning in answer.json["warnings"] if warning.startswith("channel")]
    assert first.startswith("channel support_fr: template order_update (fr) has a carousel")
    assert second == "channel support_fr: template order_update (en) is not listed"


async def test_every_dependency_that_is_away_is_named() -> None:
    world = ready_world()
    faults = Faults(call=1, error=Unavailable("away"), lasting=True)
    ports = {"tables": world.tables, "sender": world.sender, "channel": world.channel}
    away = Desk(world, centre=world.worker(**{name: faults.wrap(port) for name, port in ports.items()}))

    answer = await away.get("/health/ready", SUE)

    assert answer.refusal == (503, "unavailable")
    assert answer.paths == {"tableStorage", "serviceBus", "communicationServices"}
    assert answer.json["configuration"] == away.centre.configuration.version_hash


async def test_meta_is_named_by_its_own_key_and_asked_once_in_ten_minutes() -> None:
    """It takes two hundred such calls an hour for an account."""
    world = World(at_meta())
    asked = listings(world)
    desk = Desk(world)
    for _ in range(30):
        answer = await desk.get("/health/ready", SUE)
        assert answer.json["dependencies"] == {"tableStorage": "ok", "serviceBus": "ok", "whatsappCloud": "ok"}
        world.clock.step(19)
    assert len(asked) == 1

    other_worker = Desk(world, centre=world.worker())
    assert (await other_worker.get("/health/ready", SUE)).status == 200
    assert len(asked) == 1
    world.clock.step(60)
    await other_worker.get("/health/ready", SUE)
    assert len(asked) == 2


async def test_meta_that_did_not_answer_is_away_until_it_is_asked_again() -> None:
    world = World(at_meta())
    faults = Faults(call=1, error=Unavailable("Meta did not give the templates"))
    desk = Desk(world, centre=world.worker(channel=faults.wrap(world.channel)))
    world.channel.listed[META] = []

    for _ in range(2):
        answer = await desk.get("/health/ready", SUE)
        assert answer.refusal == (503, "unavailable")
        assert answer.paths == {"whatsappCloud"}
        world.clock.step(5 * 60)

    assert (await desk.get("/health/ready", SUE)).status == 200


async def test_a_number_that_moves_is_asked_for_where_it_is() -> None:
    world = World()
    world.deploy(at_meta(moved_from=CHANNEL, moved_at=rfc3339(world.clock.now() + timedelta(minutes=1))))
    asked = listings(world, CHANNEL, META)
    desk = Desk(world)

    before = await desk.get("/health/ready", SUE)
    world.clock.step(61)
    after = await desk.get("/health/ready", SUE)
    await desk.get("/health/ready", SUE)

    assert len(asked) == 2

    of_all = {"tableStorage": "ok", "serviceBus": "ok"}
    assert before.json["dependencies"] == of_all | {"communicationServices": "ok"}
    assert after.json["dependencies"] == of_all | {"whatsappCloud": "ok"}


async def test_blob_storage_is_asked_where_files_are_kept() -> None:
    world = ready_world()
    world.settings = replace(world.settings, media_storage=world.settings.table_storage)
    faults = Faults(call=1, error=Unavailable("away"), lasting=True)

    well = await Desk(world, centre=world.worker()).get("/health/ready", SUE)
    away = await Desk(world, centre=world.worker(blobs=faults.wrap(world.blobs))).get("/health/ready", SUE)

    assert well.json["dependencies"]["blobStorage"] == "ok"
    assert away.paths == {"blobStorage"}


async def test_the_topic_is_asked_where_other_systems_are_told() -> None:
    world = ready_world()
    world.settings = replace(world.settings, events_topic="events")
    world.restart()

    well = await Desk(world).get("/health/ready", SUE)
    world.topic.away = True
    away = await Desk(world).get("/health/ready", SUE)

    assert well.json["dependencies"]["eventsTopic"] == "ok"
    assert away.paths == {"eventsTopic"}


class SilentSender(FakeSender):
    """Never answers, until the caller's patience ends."""

    async def reach(self) -> None:
        """As `Sender.reach`: the connection hangs and ends."""
        await asyncio.sleep(0)
        raise TimeoutError


async def test_a_dependency_that_does_not_answer_in_time_is_away() -> None:
    world = ready_world()
    desk = Desk(world, centre=world.worker(sender=SilentSender()))

    answer = await desk.get("/health/ready", SUE)

    assert answer.refusal == (503, "unavailable")
    assert answer.paths == {"serviceBus"}


async def test_a_probe_that_asks_with_head_is_answered_like_get() -> None:
    """Load balancers and uptime checks ask so; the host leaves the body out."""
    desk = Desk()
    asked, probed = await desk.get("/health", {}), await desk.call("HEAD", "/health", None, {})
    of_its_own = {"X-Request-Id": asked.headers["X-Request-Id"]}
    assert (probed.status, {**probed.headers, **of_its_own}) == (asked.status, asked.headers)
