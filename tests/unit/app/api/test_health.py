"""Readiness: each dependency is asked, and the version of the configuration is told."""

import asyncio
from dataclasses import replace

from shared.vocabulary.errors import Unavailable
from shared.vocabulary.templates import Definition, ListedTemplate
from tests.fakes.faults import Faults
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
