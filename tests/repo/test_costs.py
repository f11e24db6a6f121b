"""What costs are reckoned from is what the app does, what is deployed, and what the page says."""

import json
import subprocess
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

import pytest

from dev.tools.bench.bench import STEPS as BENCHED
from dev.tools.bench.tape import RecordingPorts, Tape, count
from dev.tools.costs.bill import (
    BYTES_STORED_A_MESSAGE,
    HOURS_A_MONTH,
    LOG_ALERTS,
    LOG_ALERTS_OF_META,
    METRIC_SERIES,
    METRIC_SERIES_OF_EVENT_GRID,
    Deployment,
    Load,
    quantities,
)
from dev.tools.costs.comparison import SYSTEMS, TEAMS, ours_usd
from dev.tools.costs.prices import read_prices
from dev.tools.costs.report import tables
from dev.tools.costs.steps import STEPS, ScaleGroup, Step
from dev.tools.costs.traffic import STATUSES_FILTERED, Traffic
from shared.composition import ContactCentre
from shared.configuration.workstreams import Presence
from shared.queue.messages import Subject
from shared.state.agent import Agent
from shared.state.tables import Row, Table
from shared.vocabulary.words import Provider
from tests.fakes.faults import Faults, Killed
from tests.fakes.world import PHONE, World
from tests.repo import ROOT
from tests.repo.infrastructure import predicted
from tests.unit.app.api.desk import Desk
from tests.unit.app.media.files import sends_file, world_with_copies

EVENTS = ROOT / "infra" / "variants" / "events-function.snapshot.json"
PAGE = ROOT / "docs" / "costs.md"
MILLION = Traffic(messages=1_000_000)
LATER = 6
"""Seconds: what a worker saw then, it does not take for new any more."""


@pytest.fixture
def recorded() -> tuple[World, ContactCentre, Tape]:
    """A worker in a world, and what it calls."""
    world = World()
    ports = RecordingPorts(world.centre.ports)
    return (
        world,
        world.worker(tables=ports.tables, sender=ports.sender, channel=ports.channel_at(Provider.ACS)),
        ports.tape,
    )


@pytest.mark.parametrize("name", ["ingest", "route", "first_message", "reply"])
async def test_a_step_asks_for_what_the_bench_counts(
    name: str, recorded: tuple[World, ContactCentre, Tape], caplog: pytest.LogCaptureFixture
) -> None:
    """Each call to a service, and each line of the log."""
    world, centre, tape = recorded
    step = BENCHED[name](centre)
    await step.prepare()
    world.clock.step(LATER)
    given = await step.make()
    assert await _asked(partial(step.handle, given), tape, caplog) == _reckoned(STEPS[name])


async def test_a_status_asks_for_what_is_reckoned(
    recorded: tuple[World, ContactCentre, Tape], caplog: pytest.LogCaptureFixture
) -> None:
    """The reply was sent by the process of the API: the first status reads, the next one finds what that has kept."""
    world, centre, tape = recorded
    await world.customer("Bonjour ?", by=centre)
    await world.reply("Bonjour", by=world.worker())
    message_id = world.channel_id_of("Bonjour")
    for status, step in (("delivered", "first_status"), ("read", "status")):
        world.clock.step(LATER)
        asked = await _asked(partial(world.status, message_id, status, by=centre), tape, caplog)
        assert asked == _reckoned(STEPS[step])


async def test_a_check_asks_for_what_is_reckoned(
    recorded: tuple[World, ContactCentre, Tape], caplog: pytest.LogCaptureFixture
) -> None:
    """A reply that went out leaves nothing to do."""
    world, centre, tape = recorded
    await world.customer("Bonjour ?", by=centre)
    await world.reply("Bonjour", by=centre)
    await world.reply("Un instant", by=centre)
    check = [message for message in world.timers if message.subject is Subject.CHECK][-1]
    assert await _asked(partial(world.deliver, check, by=centre), tape, caplog) == _reckoned(STEPS["check"])


async def test_the_copy_of_a_file_asks_for_what_is_reckoned(caplog: pytest.LogCaptureFixture) -> None:
    """It is brought by one message."""
    world = world_with_copies()
    ports = RecordingPorts(world.centre.ports)
    centre = world.worker(tables=ports.tables, sender=ports.sender)
    await sends_file(world)
    (copy,) = [each for each in world.timers if each.subject is Subject.COPY_MEDIA]
    world.clock.step(LATER)
    assert await _asked(partial(world.deliver, copy, by=centre), ports.tape, caplog) == _reckoned(STEPS["copy"])


async def test_distribution_adds_a_timer_and_a_turn_to_the_opening_of_a_conversation_and_nothing_after_it() -> None:
    """But a timer where a deadline comes before the one that is armed: here, that its agent goes while she waits."""
    world = World()
    await Desk(world).hire("ana", "general")
    await world.customer("Hola", phone="34612345678")  # whoever is first in a minute asks for one turn more
    world.clock.step(LATER)

    async def sends(work: Awaitable[object]) -> list[Subject]:
        sent_before = len(world.sender.sent)
        await work
        world.clock.step(LATER)
        return sorted(each.subject for each in world.sender.sent[sent_before:])

    assert await sends(world.customer("Bonjour ?")) == [Subject.TIMER, Subject.TURN]
    assert await sends(world.customer("Il y a quelqu'un ?")) == []
    assert await sends(world.reply("Bonjour", to=PHONE)) == [Subject.CHECK]
    assert await sends(world.customer("Où est ma commande ?")) == [Subject.TIMER]
    assert await sends(world.customer("A-17")) == []
    assert await sends(world.reply("Partie ce matin", to=PHONE)) == [Subject.CHECK]
    assert await sends(world.status(world.channel_id_of("Partie ce matin"), "delivered")) == []
    assert await sends(world.customer("Merci")) == []


async def test_a_turn_and_what_follows_it_ask_for_what_is_reckoned(caplog: pytest.LogCaptureFixture) -> None:
    """The turn that gives a conversation, the next one, the one a minute later, what mends what it reserved."""
    world = World()
    ana = Agent(id="ana", name="Ana", queues=("general",), presence=Presence.AVAILABLE)
    await world.centre.agents.save("ana", lambda _: ana)
    tables, sender = Faults(error=Killed()), Faults(error=Killed())
    by = world.worker(tables=tables.wrap(world.tables), sender=sender.wrap(world.sender))
    await world.pass_time(130, by=by)
    await world.customer("Bonjour ?", by=by)
    found = []
    for seconds in (2, 2, 58, 1):
        world.clock.step(seconds)
        tables.calls.clear()
        sender.calls.clear()
        caplog.clear()
        with caplog.at_level("INFO", logger="contact_centre"):
            await world.drain(by=by)
        found.append((len(sender.calls), len(tables.calls), len(caplog.messages)))
    expected = [STEPS[name] for name in ("turn", "empty_turn", "empty_turn", "reservations")]
    assert found == [(step.queue_sends, step.table_calls, step.log_lines) for step in expected]
    assert world.conversation.agent == "ana"


async def test_a_message_takes_the_room_that_is_reckoned() -> None:
    """A conversation of ten messages, with all that is stored of it."""
    world = World()
    for number in range(5):
        await world.customer(f"Question {number}: où est ma commande A-17 ? Je l'attends depuis lundi matin.")
        if number:
            await world.reply(f"Réponse {number}: elle est partie ce matin et arrivera demain avant midi.")
        for status in ("sent", "delivered", "read"):
            await world.status(world.channel.message_id(world.channel.sent[-1]), status)
        world.clock.step(LATER)
    rows = [
        (partition, row)
        for table in Table
        if table is not Table.CHANGES  # erased within four hours
        for partition in world.tables.partitions(table)
        for row in world.tables.rows(table, partition)
    ]
    a_message = sum(_stored_bytes(partition, row) for partition, row in rows) / 10
    assert BYTES_STORED_A_MESSAGE / 2 < a_message <= BYTES_STORED_A_MESSAGE


def test_every_price_is_used_and_dated() -> None:
    """Nothing is listed that no table needs."""
    ways = (Deployment(), Deployment(always_ready=False), Deployment(premium=True))
    used = {name for way in ways for name in quantities(MILLION, way, Load.QUIET)}
    used |= {name for system in SYSTEMS for name in (system.seat, system.message) if name}
    prices = read_prices()
    assert set(prices) == used | {"acs.message", "meta.least", "meta.most", "logs.retention"}
    assert all(price.date <= date(2026, 11, 24) for price in prices.values())


def test_the_statuses_that_are_reckoned_are_those_that_the_subscription_lets_through() -> None:
    """Of sent, delivered and read."""
    resources = json.loads(EVENTS.read_text(encoding="utf-8"))["predictedResources"]
    (statuses,) = [each for each in resources if each["name"].endswith("whatsapp-status")]
    (kept_out,) = [
        each["values"]
        for each in statuses["properties"]["filter"]["advancedFilters"]
        if (each["key"], each["operatorType"]) == ("data.status", "StringNotIn")
    ]
    assert (kept_out, STATUSES_FILTERED) == (["Sent"], 1)


@pytest.mark.parametrize("variant", ["default", "whatsapp-cloud"])
def test_the_default_deployment_is_the_one_that_is_reckoned(variant: str) -> None:
    """Always-ready instances, memory, sampling, alerts; at Meta there is neither ACS nor Event Grid."""
    resources = predicted(variant).resources
    at_meta = variant == "whatsapp-cloud"
    (site,) = _of_type(resources, "Microsoft.Web/sites")
    (settings,) = _of_type(resources, "Microsoft.Web/sites/config")
    scale = site["properties"]["functionAppConfig"]["scaleAndConcurrency"]
    default = Deployment()
    ready = {each["name"].removeprefix("function:"): each["instanceCount"] for each in scale["alwaysReady"]}
    assert ready == dict.fromkeys(set(ScaleGroup) - ({ScaleGroup.INGEST} if at_meta else set()), 1)
    baseline = len(ready) * default.memory_gb * HOURS_A_MONTH * 3600
    assert quantities(Traffic(messages=1, at_meta=at_meta), default, Load.QUIET)["flex.baseline"] == baseline
    assert scale["instanceMemoryMB"] == default.memory_mb
    assert float(settings["properties"]["OTEL_TRACES_SAMPLER_ARG"]) == default.traces_sampled
    rules = _of_type(resources, "Microsoft.Insights/scheduledQueryRules")
    assert [rule["properties"]["evaluationFrequency"] for rule in rules] == ["PT5M"] * (
        LOG_ALERTS + LOG_ALERTS_OF_META * at_meta
    )
    watched = [
        2 if criterion["dimensions"] else 1
        for rule in _of_type(resources, "Microsoft.Insights/metricAlerts")
        for criterion in rule["properties"]["criteria"]["allOf"]
    ]
    assert sum(watched) == METRIC_SERIES - METRIC_SERIES_OF_EVENT_GRID * at_meta
    assert bool(_of_type(resources, "Microsoft.EventGrid/systemTopics")) is not at_meta


def test_numbers_at_meta_pay_neither_acs_nor_event_grid() -> None:
    """Every status comes over HTTP; a message costs Meta's fee alone."""
    there, here = Traffic(messages=1_000, at_meta=True), Traffic(messages=1_000)
    assert "event_grid.operations" not in quantities(there, Deployment(), Load.BUSY)
    assert there.executions()["webhook"] == here.executions()["ingest"] + here.outgoing
    assert "ingest" not in there.executions()
    prices = read_prices()
    assert "ACS" not in tables(there, Deployment(), prices)["Fees for messages, a month"]
    team = TEAMS[-1]
    saved = ours_usd(team, Load.BUSY, prices) - ours_usd(team, Load.BUSY, prices, at_meta=True)
    assert saved > prices["acs.message"].usd(team.messages)


@pytest.mark.parametrize("title", tables(MILLION, Deployment(), read_prices()))
def test_the_page_quotes_the_calculation(title: str) -> None:
    """Every table of `python -m dev costs` is in docs/costs.md as it is printed today."""
    assert tables(MILLION, Deployment(), read_prices())[title] in PAGE.read_text(encoding="utf-8")


def test_the_command_prints_the_tables_of_what_it_is_asked_for() -> None:
    """Size, instances and memory change the bill."""
    asked = ["--messages", "20000", "--always-ready", "off", "--memory", "512"]
    command = [sys.executable, "-m", "dev", "costs", *asked]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 0, ended.stderr
    expected = tables(Traffic(messages=20_000), Deployment(always_ready=False, memory_mb=512), read_prices())
    assert all(table in ended.stdout for table in expected.values())


async def _asked(
    work: Callable[[], Awaitable[None]], tape: Tape, caplog: pytest.LogCaptureFixture
) -> Mapping[str, int]:
    """What a piece of work calls and writes."""
    tape.clear()
    caplog.clear()
    with caplog.at_level("INFO", logger="contact_centre"):
        await work()
    calls = count(tape)
    return {kind: calls[kind] for kind in ("serviceBus", "tables", "acs")} | {"lines": len(caplog.messages)}


def _reckoned(step: Step) -> Mapping[str, int]:
    return {
        "serviceBus": step.queue_sends,
        "tables": step.table_calls,
        "acs": step.acs_sends,
        "lines": step.log_lines,
    }


def _stored_bytes(partition: str, row: Row) -> int:
    """What Table Storage bills for a row: its formula for an entity, texts as UTF-16."""
    name = "body0"
    return 4 + 2 * (len(partition) + len(row.key)) + 8 + 2 * len(name) + 2 * len(row.body) + 4


def _of_type(resources: Sequence[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    return [resource for resource in resources if resource["type"] == name]
