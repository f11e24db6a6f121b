"""Whatever happens, in the end nothing is pending, nothing is lost, and every view of a message says the same."""

import asyncio
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.composition import ContactCentre
from shared.sending.channel import NothingDone, Postponed, Refusal
from shared.state.outgoing import Outgoing
from shared.state.rows import decode
from shared.state.tables import Table
from shared.vocabulary.errors import Refused, Unavailable
from shared.vocabulary.words import MessageStatus
from tests.fakes.faults import Faults, Killed
from tests.fakes.named_statuses import tell
from tests.fakes.sample import sample
from tests.fakes.world import CHANNEL, HOURS, SAM, World

FAILURES = ["131047", "131026", "131000", "131016", "131056", "132015", "131042", "130429"]
ANSWERS = st.sampled_from(
    [
        Postponed(code="503", message="busy"),
        Postponed(code="429", message="slow down", retry_after=30),
        NothingDone(),
        *(Refusal(code=code, message="refused") for code in FAILURES),
    ]
)
NOT_GONE_OUT = (MessageStatus.HELD, MessageStatus.FAILED, MessageStatus.CANCELLED, MessageStatus.EXPIRED)

type _Fault = tuple[int, bool] | None


def steps(most_calls: int) -> st.SearchStrategy[tuple[str, Any, Any]]:
    """One step; where the worker's calls fail, one of the first `most_calls`, perhaps after it has taken effect."""
    faults = st.none() | st.tuples(st.integers(1, most_calls), st.booleans())
    return st.one_of(
        st.tuples(st.just("customer"), st.integers(0, 1), faults),
        st.tuples(st.just("reply"), st.integers(0, 1), faults),
        st.tuples(st.just("status"), st.sampled_from(["Sent", "Delivered", "Read"]), st.integers(0, 3)),
        st.tuples(st.just("failure"), st.sampled_from(FAILURES), st.integers(0, 3)),
        st.tuples(st.just("channel"), ANSWERS, st.none()),
        st.tuples(st.just("time"), st.sampled_from([1, 30, 600, 23 * HOURS, 25 * HOURS]), st.none()),
    )


class Story:
    """Carries out steps, and remembers what was said.

    Args:
        killed: Whether a worker whose call fails is dead; else its tables or queues only stay away for that call.
        repeatable: Whether the channel knows a repetition again.
    """

    def __init__(self, policy: str, *, killed: bool = True, repeatable: bool = True) -> None:
        self._killed = killed
        self.world = World(sample(when_window_closed=policy))
        self.world.channel.repeatable = repeatable
        self._workers = [self.world.worker(), self.world.worker()]
        self.said: list[str] = []
        self.perhaps: list[str] = []

    async def take(self, number: int, what: str, how: Any, extra: Any) -> None:
        """One step."""
        world = self.world
        match what:
            case "customer":
                await self._customer(f"Message {number}", how, extra)
            case "reply":
                await self._reply(f"Réponse {number}", how, extra)
            case "status" | "failure" if len(world.channel.sent) > extra:
                message_id = world.channel.message_id(world.channel.sent[-1 - extra])
                status, code = (how, None) if what == "status" else ("Failed", how)
                by = self._workers[number % 2]
                if world.channel.repeatable:
                    await world.status(message_id, status, code=code, by=by)
                else:
                    named = MessageStatus(status.lower())
                    await tell(world, world.channel.sent[-1 - extra], named, code=code, by=by)
                    await world.centre.channel_heard.note(CHANNEL, world.clock.now())
            case "channel":
                world.channel.answer_next(how)
            case "time":
                await world.pass_time(how, by=self._workers[number % 2])

    async def _customer(self, text: str, worker: int, fault: _Fault) -> None:
        try:
            await self.world.customer(text, message_id=text, by=self._failing(fault) or self._workers[worker])
        except Killed:
            await self.world.customer(text, message_id=text, by=self._workers[worker])
        self.said.append(text)

    async def _reply(self, text: str, worker: int, fault: _Fault) -> None:
        try:
            await self.world.reply(text, by=self._failing(fault) or self._workers[worker], replier=SAM)
        except Killed:
            self.perhaps.append(text)
        except Refused as refused:
            if "replyId" in refused.extra:
                self.said.append(text)
        else:
            self.said.append(text)

    def _failing(self, fault: _Fault) -> ContactCentre | None:
        world = self.world
        if fault is None:
            return None
        call, after = fault
        error = Killed() if self._killed else Unavailable("away")
        faults = Faults(call=call, error=error, after=after, lasting=self._killed)
        channel = faults.wrap(world.channel) if self._killed else world.channel
        return world.worker(tables=faults.wrap(world.tables), sender=faults.wrap(world.sender), channel=channel)


@pytest.mark.parametrize("repeatable", [True, False])
@given(st.lists(steps(most_calls=14), max_size=14), st.sampled_from(["template", "hold", "reject"]))
@settings(max_examples=80)
def test_in_the_end_everything_is_told_and_agrees(
    repeatable: bool, steps: list[tuple[str, Any, Any]], policy: str
) -> None:
    async def told() -> None:
        story = Story(policy, repeatable=repeatable)
        world = story.world
        await world.customer("Bonjour")
        for number, step in enumerate(steps):
            await story.take(number, *step)
        world.channel.answer_again()
        await world.pass_time(1200 if repeatable else 3600)
        assert_told(story)

    asyncio.run(told())


def assert_told(story: Story) -> None:
    world, contact = story.world, story.world.contact
    assert not contact.unsent
    lines = world.history()
    texts = [line.text or "" for line in world.said() if line.kind != "template"]
    surely = ["Bonjour", *story.said]
    assert [text for text in sorted(texts) if text not in story.perhaps] == sorted(surely)
    assert len(set(texts)) == len(texts)
    rows = {
        row.key.removeprefix("outgoing:"): decode(Outgoing, row.body)
        for row in world.tables.rows(Table.CONTACTS, contact.id)
        if row.key.startswith("outgoing:")
    }
    held = {each.id for each in contact.held}
    assert {line.reply_id for line in lines if line.direction == "out"} == set(rows)
    for line in lines:
        if line.reply_id:
            row = rows[line.reply_id]
            assert (line.status, line.message_id, line.error) == (row.status, row.message_id, row.error)
            assert line.status is not MessageStatus.PENDING
            assert (line.status is MessageStatus.HELD) == (row.id in held)
            if line.status not in NOT_GONE_OUT:
                assert line.text in world.phone
    (listed,) = world.listed()
    assert (listed["version"], listed.get("unread", 0)) == (contact.version, world.conversation.unread)
    requests = [shipment.request_id for shipment in world.channel.sent]
    assert len(set(requests)) == len(requests)
