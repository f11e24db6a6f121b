"""Whatever moves a conversation makes, in whatever order: what hangs on its status, queue and agent stays true."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

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

from shared.lifecycle import moves
from shared.state.agent import LoadKind
from shared.state.contact import Contact
from shared.state.conversation import Conversation, Segment
from shared.state.draft import Draft
from shared.state.holding import holding_of
from shared.vocabulary.words import ClosureReason, ConversationStatus, SegmentEnd
from tests.unit.pure.contacts import NOW, contact, conversation

AGENTS = st.sampled_from(["ana", "bruno", "chloe"])
QUEUES = st.sampled_from(["general", "billing", "returns"])
UNITS = st.integers(1, 100)
ENDS = st.sampled_from(SegmentEnd)
OPEN, ACTIVE = ConversationStatus.OPEN, ConversationStatus.ACTIVE


class AnyMoves(RuleBasedStateMachine):
    """A contact's conversations, each change a commit; `loads` is what agents' rows hold once it is settled."""

    def __init__(self) -> None:
        super().__init__()
        self.now: datetime = NOW
        self.contact: Contact = contact(conversation=None)
        self.opened = 0
        self.loads: dict[tuple[str, str], tuple[LoadKind, int]] = {}

    @property
    def conversation(self) -> Conversation:
        assert self.contact.conversation
        return self.contact.conversation

    @property
    def status(self) -> ConversationStatus:
        return self.conversation.status

    @initialize()
    def begins(self) -> None:
        self.opens("general")

    @precondition(lambda self: self.conversation.closed)
    @rule(queue=QUEUES)
    def opens(self, queue: str) -> None:
        self.opened += 1
        first = Segment(queue=queue, agent=None, started_at=self.now)
        new = conversation(
            id=f"{self.contact.id}-{self.opened:026}", queue=queue, segments=(first,), queued_since=self.now
        )
        self._commits(lambda draft: draft.update(conversation=new))

    @precondition(lambda self: not self.conversation.closed)
    @rule(agent=AGENTS, units=UNITS, reason=ENDS)
    def is_given_to_an_agent(self, agent: str, units: int, reason: SegmentEnd) -> None:
        self._commits(lambda draft: moves.to_agent(draft, agent, units, reason))
        assert self.status is ACTIVE

    @precondition(lambda self: self.status is OPEN)
    @rule(agent=AGENTS, units=UNITS)
    def is_offered(self, agent: str, units: int) -> None:
        self._commits(lambda draft: moves.offer_to(draft, agent, units, self.now + timedelta(minutes=2)))
        assert not self.conversation.in_line

    @precondition(lambda self: self.conversation.offer is not None)
    @rule(declined=st.booleans())
    def is_in_line_again_at_its_place(self, declined: bool) -> None:
        place, declines = self.conversation.queued_since, self.conversation.declines
        self._commits(lambda draft: moves.end_offer(draft, declined=declined))
        assert self.conversation.in_line
        assert self.conversation.queued_since == place
        assert (self.conversation.declines != declines) == declined

    @precondition(lambda self: not self.conversation.closed)
    @rule(queue=QUEUES, reason=ENDS)
    def goes_to_a_queue(self, queue: str, reason: SegmentEnd) -> None:
        had = self.conversation.agent or self.conversation.last_agent
        self._commits(lambda draft: moves.to_queue(draft, queue, reason))
        assert self.conversation.in_line
        assert self.conversation.last_agent == had

    @precondition(lambda self: not self.conversation.closed)
    @rule(queue=QUEUES)
    def is_relabelled(self, queue: str) -> None:
        agent, place = self.conversation.agent, self.conversation.queued_since
        self._commits(lambda draft: moves.relabel(draft, queue, SegmentEnd.DRAINED))
        assert (self.conversation.agent, self.conversation.queued_since) == (agent, place)

    @precondition(lambda self: self.status is ACTIVE)
    @rule()
    def is_set_aside(self) -> None:
        self._commits(moves.set_aside)

    @precondition(lambda self: self.status is ACTIVE)
    @rule()
    def is_wrapped_up(self) -> None:
        self._commits(lambda draft: moves.begin_wrap_up(draft, self.now + timedelta(minutes=5)))

    @precondition(lambda self: not self.conversation.closed)
    @rule(reason=st.sampled_from(ClosureReason))
    def closes(self, reason: ClosureReason) -> None:
        self._commits(lambda draft: moves.close(draft, reason))
        assert self.conversation.segments[-1].reason == reason

    @rule(seconds=st.integers(0, 400))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    def _commits(self, decide: Callable[[Draft], None]) -> None:
        draft = Draft(self.contact, self.contact, {}, self.now)
        decide(draft)
        before, self.contact = self.contact, draft.change().contact
        assert self.contact.revision == before.revision + 1
        assert self.contact.version >= before.version
        for gone in self.contact.released:
            if gone not in before.released:
                self.loads.pop((gone.agent, gone.conversation_id))
        if has := holding_of(self.contact.conversation):
            self.loads[has.agent, has.conversation_id] = has.kind, has.units

    @invariant()
    def loads_equal_conversations(self) -> None:
        """What a commit gave is in the load, what it took is noted as released; nothing else is ever there."""
        has = holding_of(self.contact.conversation)
        assert self.loads == ({(has.agent, has.conversation_id): (has.kind, has.units)} if has else {})

    @invariant()
    def it_lies_with_one_or_none(self) -> None:
        if not self.contact.conversation:
            return
        assert not (self.conversation.agent and self.conversation.offer)
        assert (self.status is OPEN) == (self.conversation.agent is None and not self.conversation.closed)
        assert self.conversation.units == 0 or holding_of(self.conversation)

    @invariant()
    def segments_follow_each_other(self) -> None:
        if not self.contact.conversation:
            return
        *past, last = self.conversation.segments
        assert len(past) < moves.MOST_SEGMENTS
        for one, other in pairwise(self.conversation.segments):
            assert one.ended_at == other.started_at
            assert one.reason
        assert (last.queue, last.agent) == (self.conversation.queue, self.conversation.agent)
        assert (last.ended_at is None) == (not self.conversation.closed)


def test_after_any_moves_segments_and_status_agree() -> None:
    run_state_machine_as_test(AnyMoves, settings=settings(max_examples=60, stateful_step_count=40, deadline=None))


def test_one_row_of_the_history_of_queues_stays_within_its_bounds() -> None:
    """Forty transfers leave twenty segments, and the first begins when the conversation did."""
    of = contact(conversation=conversation(segments=(Segment(queue="general", agent=None, started_at=NOW),)))
    for number in range(40):
        draft = Draft(of, of, {}, NOW + timedelta(minutes=number))
        moves.to_queue(draft, f"q{number}", SegmentEnd.TRANSFERRED_TO_QUEUE)
        of = replace(draft.contact)
    assert of.conversation
    assert len(of.conversation.segments) == moves.MOST_SEGMENTS
    assert of.conversation.segments[0].started_at == NOW
