"""The life of held replies, against a model that fits on a page, while workers die and messages come twice."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from shared.composition import ContactCentre
from shared.replies.reply_decision import ReplyRequest
from shared.vocabulary.message import Content
from shared.vocabulary.words import MessageKind, MessageStatus
from tests.fakes.faults import Faults, Killed
from tests.fakes.sample import sample
from tests.fakes.world import ANA, HOURS, World
from tests.unit.app.api.desk import SUE, Desk

EXPIRES_AFTER = timedelta(days=7)
OPEN_FOR = timedelta(hours=24) - timedelta(seconds=60)
NEVER = {"auto_close_open": "365d", "auto_close_active": "365d", "auto_close_waiting": "365d"}
DIES = st.none() | st.tuples(st.integers(1, 12), st.booleans())
"""At which call the worker dies, and whether that call has taken effect."""

type Death = tuple[int, bool] | None


@dataclass(frozen=True)
class Words:
    """What is held, as the model has it."""

    text: str
    reply_id: str
    expires_at: datetime
    draft: bool = False


class HeldReplies(RuleBasedStateMachine):
    """An agent and a customer, in a workstream that holds replies and asks about them."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.held: list[Words] = []
        self.phone: list[str] = []
        self.ended: dict[str, MessageStatus] = {}
        self.open_until: datetime | None = None
        self.closed = True
        self.asks = False
        self.written = 0

    def teardown(self) -> None:
        """End the loop."""
        self.runner.close()

    @initialize()
    def begin(self) -> None:
        """The customer has written, and nothing is held."""
        document = json.loads(sample(when_window_closed="hold"))
        document["workstreams"]["support"]["lifecycle"] = NEVER
        self.world = World(json.dumps(document))
        self.customer_writes(None, twice=False)
        self.time_passes(None, 25)

    @rule(death=DIES, twice=st.booleans())
    def customer_writes(self, death: Death, twice: bool) -> None:
        """A message of the customer's comes, perhaps twice."""
        self.written += 1
        name = f"message {self.written}"

        async def comes(by: ContactCentre) -> None:
            await self.world.customer(name, message_id=name, by=by)

        self.until_done(comes, death)
        if twice:
            self.until_done(comes, None)
        if self.closed and self.asks:
            self.held = [replace(each, draft=True) for each in self.held]
        self.phone += [each.text for each in self.held if not each.draft]
        self.held = [each for each in self.held if each.draft]
        self.open_until = self.world.clock.now() + OPEN_FOR
        self.closed = False

    @precondition(lambda self: not self.closed and len(self.held) < 40)
    @rule(death=DIES, twice=st.booleans(), a_day_later=st.booleans())
    def agent_replies(self, death: Death, twice: bool, a_day_later: bool) -> None:
        """An agent writes, and repeats the call if its worker dies."""
        if a_day_later:
            self.time_passes(None, 25)
        self.replies(death, twice=twice, instead_of=None)

    @precondition(lambda self: not self.closed and self.held)
    @rule(death=DIES, data=st.data())
    def agent_takes_over(self, death: Death, data: st.DataObject) -> None:
        """An agent writes in place of something that is held."""
        instead_of = data.draw(st.sampled_from(self.held))
        self.end(instead_of, MessageStatus.CANCELLED)
        self.replies(death, twice=False, instead_of=instead_of.reply_id)

    @precondition(lambda self: self.held)
    @rule(death=DIES, data=st.data())
    def agent_takes_back(self, death: Death, data: st.DataObject) -> None:
        """An agent cancels something that is held."""
        words = data.draw(st.sampled_from(self.held))

        async def call(by: ContactCentre) -> None:
            conversation_id = self.world.conversation.id
            await by.replies.cancel(conversation_id, words.reply_id, ANA, lambda _: True, self.world.soon)

        self.until_done(call, death)
        self.end(words, MessageStatus.CANCELLED)

    @precondition(lambda self: not self.closed)
    @rule(death=DIES, by_a_person=st.booleans())
    def conversation_is_closed(self, death: Death, by_a_person: bool) -> None:
        """A supervisor closes it, or a rule."""
        path = f"/conversations/{self.world.conversation.id}/close"

        async def close(by: ContactCentre) -> None:
            if by_a_person:
                answer = await Desk(self.world, centre=by).post(path, {}, SUE, key="close")
                assert answer.status == 200
            else:
                await self.world.close(by=by)

        self.until_done(close, death if by_a_person else None)
        self.closed, self.asks = True, by_a_person

    @rule(death=DIES, hours=st.sampled_from([1, 25, 80, 200]))
    def time_passes(self, death: Death, hours: int) -> None:
        """What was due meanwhile comes late, all at once."""
        self.world.clock.step(hours * HOURS)

        async def drain(by: ContactCentre) -> None:
            await self.world.drain(by=by)

        self.until_done(drain, death)
        for words in [each for each in self.held if each.expires_at <= self.world.clock.now()]:
            self.end(words, MessageStatus.EXPIRED)

    def replies(self, death: Death, *, twice: bool, instead_of: str | None) -> None:
        self.written += 1
        text = f"reply {self.written}"
        request = ReplyRequest(content=Content(kind=MessageKind.TEXT, text=text), from_held=instead_of)
        conversation_id, ids = self.world.conversation.id, set[str]()

        async def call(by: ContactCentre) -> None:
            state = await by.replies.reply(conversation_id, request, ANA, lambda _: True, self.world.soon, text)
            ids.add(state.outgoing.id)

        self.until_done(call, death)
        if twice:
            self.until_done(call, None)
        (reply_id,) = ids
        now = self.world.clock.now()
        if self.open_until and now < self.open_until:
            self.phone.append(text)
        else:
            self.held.append(Words(text, reply_id, now + EXPIRES_AFTER))

    def end(self, words: Words, status: MessageStatus) -> None:
        self.held.remove(words)
        self.ended[words.text] = status

    def until_done(self, work: Callable[[ContactCentre], Awaitable[None]], death: Death) -> None:
        """Do it by a worker that dies on the way, if it does, and again by another one."""
        self.runner.run(self._until_done(work, death))

    async def _until_done(self, work: Callable[[ContactCentre], Awaitable[None]], death: Death) -> None:
        world = self.world
        if death:
            call, after = death
            faults = Faults(call=call, error=Killed(), after=after, lasting=True)
            parts: dict[str, Any] = {
                name: faults.wrap(getattr(world, name)) for name in ("tables", "sender", "channel")
            }
            try:
                await work(world.worker(**parts))
            except Killed:
                world.restart()
            else:
                return
        await work(world.centre)

    @invariant()
    def the_world_is_as_the_model_says(self) -> None:
        """On the phone in order, in the contact, in the history, in the counts and in the list."""
        world, contact = self.world, self.world.contact
        assert world.phone == self.phone
        assert not contact.unsent
        assert [(each.id, each.draft) for each in contact.held] == [(each.reply_id, each.draft) for each in self.held]
        statuses = {line.text or "": line.status for line in world.said() if line.status}
        expected = dict.fromkeys(self.phone, MessageStatus.SENT) | self.ended
        assert statuses == expected | {each.text: MessageStatus.HELD for each in self.held}
        assert world.conversation.held_count == len(self.held)
        if not self.closed:
            (listed,) = [row for row in world.listed() if row["conversation_id"] == world.conversation.id]
            assert listed.get("held", 0) == len(self.held)


def test_whatever_happens_each_goes_out_once_in_order_or_ends_for_all_to_see() -> None:
    run_state_machine_as_test(HeldReplies, settings=settings(max_examples=60, stateful_step_count=25))
