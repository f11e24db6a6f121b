"""What is measured and said of a committed change, and when."""

import asyncio
import json
import logging
from collections.abc import Awaitable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.committing.measuring import measurements
from shared.sending.channel import NothingDone, Postponed, Refusal
from shared.state.change import Change
from shared.telemetry import Metric
from shared.vocabulary.errors import Unavailable
from shared.vocabulary.message import TemplateUse
from shared.vocabulary.words import ConversationStatus, Direction
from tests.fakes.clock import FakeClock
from tests.fakes.faults import Faults
from tests.fakes.sample import sample
from tests.fakes.world import CHANNEL, HOURS, SAM, World, refusal
from tests.unit.app.sending.test_anything import Story, steps

BUSY = Postponed(code="503", message="busy")
UPDATE = TemplateUse(name="order_update", language="fr", parameters=("Ana", "A-17"))


@pytest.fixture
async def world() -> World:
    """A customer has written."""
    world = World(sample())
    await world.customer("Bonjour")
    return world


def said(caplog: pytest.LogCaptureFixture, step: str) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in caplog.messages]
    return [{name: value for name, value in line.items() if name != "step"} for line in lines if line["step"] == step]


async def test_a_message_of_a_customer_is_counted_by_kind_and_channel(world: World) -> None:
    await world.customer(None, messageType="sticker", media={"id": "m", "mimeType": "image/webp"})
    assert world.telemetry.of(Metric.MESSAGES_IN) == [
        {"kind": "text", "channel": CHANNEL},
        {"kind": "sticker", "channel": CHANNEL},
    ]


async def test_a_message_that_the_channel_took_is_counted_with_its_author() -> None:
    world = World(sample(greeting=True))
    await world.customer("Bonjour")
    await world.reply("Me voici")
    assert world.telemetry.of(Metric.MESSAGES_OUT) == [
        {"kind": "text", "author": "automated", "delivery": "message", "channel": CHANNEL},
        {"kind": "text", "author": "agent", "delivery": "message", "channel": CHANNEL},
    ]


async def test_a_template_is_counted_as_such(world: World) -> None:
    await world.reply(template=UPDATE)
    (sent,) = world.telemetry.of(Metric.MESSAGES_OUT)
    assert (sent["kind"], sent["delivery"]) == ("template", "template")


async def test_the_statuses_of_a_message_do_not_count_it_again(world: World) -> None:
    await world.reply("Me voici")
    for status in ("Sent", "Delivered", "Read"):
        await world.status(world.channel_id_of("Me voici"), status)
    assert len(world.telemetry.of(Metric.MESSAGES_OUT)) == 1


async def test_a_message_whose_status_comes_before_its_send_is_recorded_counts_once(world: World) -> None:
    world.channel.lose_next_answer()
    await refusal(world.reply("Me voici"))
    await world.status(world.channel_id_of("Me voici"), "Delivered")
    await world.pass_time(60)
    assert len(world.telemetry.of(Metric.MESSAGES_OUT)) == 1


async def test_a_message_that_is_sent_again_after_a_failure_counts_once(world: World) -> None:
    await world.reply("Me voici")
    await world.status(world.channel_id_of("Me voici"), "Failed", code="131016")
    await world.pass_time(60)
    assert world.phone == ["Me voici", "Me voici"]
    assert len(world.telemetry.of(Metric.MESSAGES_OUT)) == 1


async def test_a_message_that_is_held_after_it_was_sent_counts_once() -> None:
    """WhatsApp says afterwards that the window was closed; the words go out when the customer has written."""
    world = World(sample(when_window_closed="hold"))
    await world.customer("Bonjour")
    await world.reply("Me voici")
    await world.status(world.channel_id_of("Me voici"), "Failed", code="131047")
    await world.customer("Encore moi")
    assert world.phone == ["Me voici", "Me voici"]
    assert len(world.telemetry.of(Metric.MESSAGES_OUT)) == 1


@pytest.mark.parametrize(("code", "failures"), [("131026", 1), ("131047", 0)], ids=["given up", "held"])
async def test_a_message_whose_failure_comes_before_its_send_is_recorded_was_sent(code: str, failures: int) -> None:
    world = World(sample(when_window_closed="hold"))
    await world.customer("Bonjour")
    world.channel.lose_next_answer()
    await refusal(world.reply("Me voici"))
    await world.status(world.channel_id_of("Me voici"), "Failed", code=code)
    await world.pass_time(60)
    assert len(world.telemetry.of(Metric.MESSAGES_OUT)) == 1
    assert len(world.telemetry.of(Metric.FIRST_RESPONSE)) == 1
    assert len(world.telemetry.of(Metric.MESSAGES_FAILED)) == failures


async def test_a_message_that_is_given_up_is_counted_by_its_code(world: World) -> None:
    world.channel.answer_next(Refusal(code="131026", message="undeliverable"))
    await refusal(world.reply("Me voici"))
    assert world.telemetry.of(Metric.MESSAGES_FAILED) == [{"code": "131026", "channel": CHANNEL}]
    assert world.telemetry.of(Metric.MESSAGES_OUT) == []


async def test_a_message_that_fails_after_it_was_sent_is_counted_as_failed_once(world: World) -> None:
    await world.reply("Me voici")
    for _ in range(2):
        await world.status(world.channel_id_of("Me voici"), "Failed", code="131026")
    assert world.telemetry.of(Metric.MESSAGES_FAILED) == [{"code": "131026", "channel": CHANNEL}]


async def test_every_attempt_is_counted_by_its_outcome(world: World) -> None:
    world.channel.answer_next(BUSY, NothingDone(), Refusal(code="131026", message="undeliverable"))
    await refusal(world.reply("Un"))
    await world.pass_time(60)
    await world.reply("Deux")
    assert world.telemetry.of(Metric.SENDS) == [
        {"outcome": "postponed", "code": "503", "channel": CHANNEL},
        {"outcome": "nothing_done", "channel": CHANNEL},
        {"outcome": "refused", "code": "131026", "channel": CHANNEL},
        {"outcome": "accepted", "channel": CHANNEL},
    ]


@pytest.mark.parametrize(
    ("policy", "delivery"), [("hold", "held"), ("template", "template")], ids=["held", "a template beside it"]
)
async def test_a_reply_outside_the_window_is_counted_by_its_delivery(policy: str, delivery: str) -> None:
    world = World(sample(when_window_closed=policy))
    await world.customer("Bonjour")
    await world.reply("Dedans", key="a")
    await world.reply("Dedans", key="a")
    await world.pass_time(25 * HOURS)
    await world.reply("Dehors")
    assert world.telemetry.of(Metric.REPLIES) == [{"delivery": "message"}, {"delivery": delivery}]


async def held_reply(world: World) -> str:
    """A reply is held since the window is closed."""
    await world.pass_time(25 * HOURS)
    return (await world.reply("Dehors")).outgoing.id


async def test_what_becomes_of_held_replies_is_counted() -> None:
    world = World(sample(when_window_closed="hold"))
    await world.customer("Bonjour")
    await world.cancel(await held_reply(world))
    await held_reply(world)
    await world.customer("Encore moi")
    await held_reply(world)
    await world.pass_time(30 * 24 * HOURS)
    changes = [each["change"] for each in world.telemetry.of(Metric.HELD_REPLIES)]
    assert changes == ["held", "cancelled", "held", "released", "held", "expired"]
    assert world.telemetry.of(Metric.MESSAGES_FAILED) == []
    assert len(world.telemetry.of(Metric.MESSAGES_OUT)) == 1


async def test_the_wait_ends_when_an_agent_takes_the_conversation(world: World) -> None:
    world.clock.step(90)
    await world.reply("C'est Sam", replier=SAM)
    assert world.telemetry.values(Metric.QUEUE_WAIT) == []
    world.clock.step(30)
    await world.reply("C'est Ana")
    await world.reply("Encore Ana")
    assert world.telemetry.values(Metric.QUEUE_WAIT) == [120]
    assert world.telemetry.of(Metric.QUEUE_WAIT) == [{"queue": "general"}]


async def test_the_first_response_is_when_the_channel_took_an_agents_first_message() -> None:
    world = World(sample(greeting=True))
    await world.customer("Bonjour")
    world.clock.step(90)
    world.channel.answer_next(BUSY)
    await refusal(world.reply("Me voici"))
    assert world.telemetry.values(Metric.FIRST_RESPONSE) == []
    await world.pass_time(60)
    await world.reply("Encore moi")
    (waited,) = world.telemetry.values(Metric.FIRST_RESPONSE)
    assert 90 < waited <= 150
    assert world.telemetry.of(Metric.FIRST_RESPONSE) == [{"queue": "general"}]
    assert world.conversation.answered_at == world.conversation.created_at + timedelta(seconds=waited)


async def test_every_conversation_has_a_wait_and_a_first_response_of_its_own(world: World) -> None:
    await world.reply("Me voici")
    await world.close()
    await world.customer("Bonjour à nouveau")
    world.clock.step(60)
    await world.reply("Me revoici")
    assert world.telemetry.values(Metric.QUEUE_WAIT) == [0, 60]
    assert world.telemetry.values(Metric.FIRST_RESPONSE) == [0, 60]


async def test_a_conversation_that_an_agent_has_from_its_start_did_not_wait(world: World) -> None:
    await world.reply("Me voici")
    await world.close()
    before = await world.centre.contacts.load(world.contact.id)
    assert before
    active = replace(world.conversation, id="c-2", status=ConversationStatus.ACTIVE, created_at=world.clock.now())
    change = Change(contact=replace(before.contact, conversation=active))
    assert list(measurements(before, change, world.clock.now())) == [
        Metric.QUEUE_WAIT.of(0, queue="general"),
        Metric.ASSIGNMENTS.of(queue="general", reason="assigned"),
        Metric.FIRST_RESPONSE.of(0, queue="general"),
    ]


async def test_an_agent_whose_worker_has_a_slow_clock_did_not_wait_less_than_nothing(world: World) -> None:
    slow = FakeClock(world.clock.now() - timedelta(seconds=2))
    await world.reply("Me voici", by=world.worker(clock=slow))
    assert world.telemetry.values(Metric.QUEUE_WAIT) == [0]
    assert world.telemetry.values(Metric.FIRST_RESPONSE) == [0]


async def test_how_long_a_message_was_on_its_way_is_measured_by_subject(world: World) -> None:
    assert world.telemetry.of(Metric.MESSAGE_DELAY) == [{"subject": "event"}]
    world.channel.answer_next(BUSY)
    await refusal(world.reply("Me voici"))
    await world.pass_time(60)
    assert {"subject": "check"} in world.telemetry.of(Metric.MESSAGE_DELAY)


async def test_what_goes_to_quarantine_is_counted_by_its_source(world: World) -> None:
    await world.centre.ingest(world.inbound("Bonjour", receivedTimestamp="soon"))
    await world.event(world.inbound("Bonjour", to="99999999-9999-9999-9999-999999999999"))
    assert world.telemetry.of(Metric.QUARANTINED) == [{"source": "event"}, {"source": "event"}]


async def test_where_a_conversation_stands_is_said_whenever_that_changes(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    world = World(sample())
    await world.customer("Bonjour")
    await world.customer("Il y a quelqu'un ?")
    await world.reply("Me voici")
    await world.reply("Encore moi")
    await world.close()
    line = {"conversation_id": world.conversation.id, "queue": "general", "since": "2026-11-24T09:00:00Z"}
    assert said(caplog, "conversation") == [
        {**line, "status": "open", "assigned": False},
        {**line, "status": "active", "assigned": True},
        {**line, "status": "closed", "assigned": True},
    ]


async def test_a_commit_that_fails_is_not_measured() -> None:
    world = World(sample())
    await world.customer("Bonjour")
    before = list(world.telemetry.recorded)
    faults = Faults(call=1, error=Unavailable("away"), lasting=True, only="commit")
    with pytest.raises(Unavailable):
        await world.reply("Me voici", by=world.worker(tables=faults.wrap(world.tables)))
    assert world.telemetry.recorded == before


@given(st.lists(st.tuples(st.sampled_from(["customer", "reply"]), st.integers(1, 3)), min_size=1, max_size=6))
@settings(max_examples=40)
def test_work_that_is_done_several_times_at_once_counts_once(steps: list[tuple[str, int]]) -> None:
    """Two workers race for the contact, and what was done already comes again."""

    async def told() -> None:
        world = World(sample())
        await world.customer("Bonjour")
        workers = [world.worker(), world.worker()]
        for number, (what, times) in enumerate(steps):
            name = f"{what} {number}"
            at_once: list[Awaitable[object]] = [world.customer("Moi aussi", message_id=f"beside {number}")]
            for each in range(times):
                by = workers[each % 2]
                if what == "customer":
                    at_once.append(world.customer(name, message_id=name, by=by))
                else:
                    at_once.append(world.reply(name, key=name, by=by))
            await asyncio.gather(*at_once)
        lines = [line.direction for line in world.history()]
        replies = [what for what, _ in steps if what == "reply"]
        measured = world.telemetry
        assert len(measured.of(Metric.MESSAGES_IN)) == lines.count(Direction.IN)
        assert len(measured.of(Metric.MESSAGES_OUT)) == lines.count(Direction.OUT) == len(replies)
        assert len(measured.of(Metric.REPLIES)) == len(replies)
        assert len(measured.of(Metric.QUEUE_WAIT)) == len(measured.of(Metric.FIRST_RESPONSE)) == min(len(replies), 1)

    asyncio.run(told())


@given(st.lists(steps(most_calls=6), max_size=14), st.sampled_from(["template", "hold", "reject"]))
@settings(max_examples=100)
def test_whatever_happens_every_value_is_as_declared_and_nothing_counts_twice(
    taken: list[tuple[str, Any, Any]], policy: str
) -> None:
    """Calls to tables and queues fail now and then, before or after they took effect; nobody dies."""

    async def told() -> None:
        story = Story(policy, killed=False)
        await story.world.customer("Bonjour")
        for number, step in enumerate(taken):
            await story.take(number, *step)
        measured, history = story.world.telemetry, story.world.history()
        for each in measured.recorded:
            assert set(each.attributes) <= set(each.metric.value.attributes)
            assert each.value >= 0
        assert len(measured.of(Metric.MESSAGES_IN)) <= sum(line.direction is Direction.IN for line in history)
        replies = [line for line in history if line.text in story.said and line.direction is Direction.OUT]
        assert len(measured.of(Metric.REPLIES)) <= len(replies)
        sent = {line.reply_id for line in history if line.direction is Direction.OUT}
        assert len(measured.of(Metric.MESSAGES_OUT)) <= len(sent)
        assert len(measured.of(Metric.FIRST_RESPONSE)) <= 1

    asyncio.run(told())


@pytest.mark.parametrize("kind", [Refusal, Postponed])
async def test_by_what_the_providers_support_finds_a_failure_is_in_the_log_and_the_trace(
    world: World, caplog: pytest.LogCaptureFixture, kind: type[Refusal | Postponed]
) -> None:
    caplog.set_level(logging.INFO)
    world.channel.answer_next(*[kind(code="131000", message="no", trace_id="AbC")] * 2)
    await refusal(world.reply("Me voici"))

    assert said(caplog, "send")[0]["provider_trace"] == "AbC"
    (first, *_) = (span for span in world.telemetry.spans if span.name == "send")
    assert first.noted["provider_trace"] == "AbC"
