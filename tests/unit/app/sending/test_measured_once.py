"""What happened is measured and said once: however often the work is repeated, and if a commit's answer was lost."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.composition import ContactCentre
from shared.telemetry import Metric
from shared.vocabulary.errors import Refused, Unavailable
from shared.vocabulary.words import Direction
from tests.fakes.faults import Faults
from tests.fakes.sample import sample
from tests.fakes.world import World
from tests.unit.app.sending.test_anything import Story, steps
from tests.unit.app.sending.test_measuring import said

AWAY = Unavailable("away")

type Step = Callable[..., Awaitable[None]]


async def test_a_commit_that_fails_is_not_measured() -> None:
    world = World(sample())
    await write(world)
    before = list(world.telemetry.recorded)
    faults = Faults(call=1, error=AWAY, lasting=True, only="commit")
    with pytest.raises(Unavailable):
        await world.reply("Me voici", by=world.worker(tables=faults.wrap(world.tables)))
    assert world.telemetry.recorded == before


@pytest.mark.parametrize("after", [False, True], ids=["before it took effect", "after it took effect"])
async def test_a_commit_that_is_made_again_is_measured_and_said_once(
    after: bool, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    world = World(sample())
    for step in (write, answer):
        await step(world, by=failing_commit(world, step, after=after)[0])
    assert_one_message_and_one_reply(world, caplog)


async def test_a_reply_without_a_key_whose_commit_is_made_again_is_counted_once() -> None:
    world = World(sample())
    await write(world)
    await world.reply("Me voici", by=failing_commit(world, answer, after=True)[0])
    assert world.telemetry.of(Metric.REPLIES) == [{"delivery": "message"}]


async def test_what_is_recognised_in_a_later_call_of_the_same_worker_is_measured_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    world = World(sample())
    for step in (write, answer):
        worker, faults = failing_commit(world, step, after=True, lasting=True)
        with pytest.raises((Unavailable, Refused)):
            await step(world, by=worker)
        faults.end()
        await step(world, by=worker)
        await step(world, by=worker)
    assert_one_message_and_one_reply(world, caplog)


async def test_what_another_worker_did_meanwhile_is_measured_by_that_one_alone(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    world = World(sample())
    for step in (write, answer):
        worker, faults = failing_commit(world, step, after=False, lasting=True)
        with pytest.raises(Unavailable):
            await step(world, by=worker)
        faults.end()
        await step(world)
        await step(world, by=worker)
    assert_one_message_and_one_reply(world, caplog)


async def test_a_commit_that_was_cut_off_is_measured_when_its_message_comes_again() -> None:
    world = World(sample())
    worker, _ = failing_commit(world, write, after=True, error=asyncio.CancelledError())
    with pytest.raises(asyncio.CancelledError):
        await write(world, by=worker)
    await write(world, by=worker)
    assert len(world.telemetry.of(Metric.MESSAGES_IN)) == 1


async def test_a_commit_whose_contact_was_merged_meanwhile_is_measured_once() -> None:
    world = World(sample())
    worker, faults = failing_commit(world, write, after=True, lasting=True)
    with pytest.raises(Unavailable):
        await write(world, by=worker)
    await world.customer("Par nom", phone="", bsuid="FR.1")
    await world.customer("Les deux", bsuid="FR.1")
    faults.end()
    await world.customer("Bonjour", message_id="in", bsuid="FR.1", by=worker)
    assert len(world.telemetry.of(Metric.MESSAGES_IN)) == 3


async def write(world: World, by: ContactCentre | None = None) -> None:
    """The customer's message comes, perhaps not for the first time."""
    await world.customer("Bonjour", message_id="in", by=by)


async def answer(world: World, by: ContactCentre | None = None) -> None:
    """An agent's reply comes, perhaps not for the first time."""
    await world.reply("Me voici", key="out", by=by)


def failing_commit(
    world: World, step: Step, *, after: bool, lasting: bool = False, error: BaseException = AWAY
) -> tuple[ContactCentre, Faults]:
    """A worker whose commit to the contact fails in a step; a new contact's name is committed before it."""
    call = 2 if step is write else 1
    faults = Faults(call=call, error=error, after=after, lasting=lasting, only="commit")
    return world.worker(tables=faults.wrap(world.tables)), faults


def assert_one_message_and_one_reply(world: World, caplog: pytest.LogCaptureFixture) -> None:
    measured = world.telemetry
    for metric in (Metric.MESSAGES_IN, Metric.REPLIES, Metric.QUEUE_WAIT):
        assert len(measured.of(metric)) == 1, metric
    assert [line["status"] for line in said(caplog, "conversation")] == ["open", "active"]


@given(st.lists(st.tuples(st.sampled_from(["customer", "reply"]), st.integers(1, 3)), min_size=1, max_size=6))
@settings(max_examples=40, deadline=None)
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
@settings(max_examples=100, deadline=None)
def test_whatever_happens_every_value_is_as_declared_and_what_is_in_the_history_counts_once(
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
        assert len(measured.of(Metric.MESSAGES_IN)) == sum(line.direction is Direction.IN for line in history)
        replies = [line for line in history if line.text in story.said and line.direction is Direction.OUT]
        assert len(measured.of(Metric.REPLIES)) == len(replies)
        sent = {line.reply_id for line in history if line.direction is Direction.OUT}
        assert len(measured.of(Metric.MESSAGES_OUT)) <= len(sent)
        assert len(measured.of(Metric.FIRST_RESPONSE)) <= 1

    asyncio.run(told())
