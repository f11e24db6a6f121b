"""The pure core through any day: who waits is matched with who is free, and loads follow, whatever people do."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from shared.configuration import load_configuration
from shared.configuration.workstreams import Accept, Presence
from shared.distribution.match import Line, match
from shared.lifecycle import moves
from shared.state.agent import Agent, AgentSkill, LoadEntry, LoadKind
from shared.state.contact import Contact
from shared.state.conversation import Conversation, NeededSkill, Segment
from shared.state.draft import Draft, Room
from shared.state.holding import holding_of
from shared.state.line_row import line_row
from shared.state.loads import with_entry, with_reserved
from shared.state.waiting_lines import InLine
from shared.vocabulary.words import ClosureReason, ConversationStatus, Priority, SegmentEnd
from tests.simulation import rules
from tests.simulation.centre import TEAM
from tests.simulation.snapshot import Snapshot
from tests.unit.pure.contacts import NOW, contact, conversation

CONFIGURATION = load_configuration(TEAM.read_text(encoding="utf-8"))
AGENTS = ("ana", "bruno", "chloe")
NUMBERS = range(12)
NAMES, QUEUES = st.sampled_from(AGENTS), st.sampled_from(sorted(CONFIGURATION.queues))
SKILLS = st.sampled_from([(), (NeededSkill(name="billing"),), (NeededSkill(name="billing", level=3),)])


class AnyDay(RuleBasedStateMachine):
    """Contacts and agents as their rows would be, each change a commit that is settled at once."""

    def __init__(self) -> None:
        super().__init__()
        self.now: datetime = NOW
        self.contacts: dict[int, Contact] = {}
        self.agents: dict[str, Agent] = {}
        self.beyond: set[tuple[str, str]] = set()

    @initialize(levels=st.lists(st.integers(0, 5), min_size=3, max_size=3))
    def come_to_work(self, levels: list[int]) -> None:
        for name, level in zip(AGENTS, levels, strict=True):
            skills = (AgentSkill(name="billing", level=level),) if level else ()
            self.agents[name] = Agent(id=name, name=name, capacity=90, skills=skills, queues=("general", "billing"))

    @rule(
        number=st.sampled_from(NUMBERS),
        queue=QUEUES,
        skills=SKILLS,
        priority=st.sampled_from(Priority),
        workstream=st.sampled_from(sorted(CONFIGURATION.workstreams)),
    )
    def somebody_writes(
        self, number: int, queue: str, skills: tuple[NeededSkill, ...], priority: Priority, workstream: str
    ) -> None:
        self.now += timedelta(seconds=1)
        before = self.contacts.get(number)
        if before and before.conversation and not before.conversation.closed:
            return
        known = before or contact(id=f"{number:032x}", conversation=None)
        new = conversation(
            id=f"{known.id}-{known.version:026}",
            workstream=workstream,
            queue=queue,
            skills=skills,
            priority=priority,
            created_at=self.now,
            queued_since=self.now,
            segments=(Segment(queue=queue, agent=None, started_at=self.now),),
        )
        self.contacts[number] = known
        self._commits(number, lambda draft: draft.update(conversation=new))

    @rule(agent=NAMES, presence=st.sampled_from(Presence), active=st.booleans())
    def somebody_comes_or_goes(self, agent: str, presence: Presence, active: bool) -> None:
        self.agents[agent] = replace(self.agents[agent], presence=presence, active=active or presence == "available")

    @rule(seconds=st.integers(0, 400))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(number=st.sampled_from(NUMBERS), agent=NAMES)
    def a_supervisor_assigns(self, number: int, agent: str) -> None:
        if self._running(number):
            self.beyond.add((agent, self._conversation(number).id))
            self._commits(number, lambda draft: moves.to_agent(draft, agent, 30, SegmentEnd.SUPERVISOR_ASSIGNED))

    @rule(number=st.sampled_from(NUMBERS), declined=st.booleans())
    def an_offer_ends(self, number: int, declined: bool) -> None:
        if self._running(number) and (offer := self._conversation(number).offer):
            if declined:
                self._commits(number, lambda draft: moves.end_offer(draft, declined=True))
            else:
                agent, units = offer.agent, self._conversation(number).units
                self._commits(number, lambda draft: moves.to_agent(draft, agent, units, SegmentEnd.ASSIGNED))

    @rule(number=st.sampled_from(NUMBERS), what=st.sampled_from(["aside", "wrap up", "close", "release"]))
    def an_agent_moves_it(self, number: int, what: str) -> None:
        if not self._running(number) or self._conversation(number).status is not ConversationStatus.ACTIVE:
            return
        queue = self._conversation(number).queue
        decide: dict[str, Callable[[Draft], None]] = {
            "aside": moves.set_aside,
            "wrap up": lambda draft: moves.begin_wrap_up(draft, self.now + timedelta(minutes=1)),
            "close": lambda draft: moves.close(draft, ClosureReason.AGENT_CLOSED),
            "release": lambda draft: moves.to_queue(draft, queue, SegmentEnd.RELEASED),
        }
        self._commits(number, decide[what])

    @rule()
    def a_turn_is_taken(self) -> None:
        before = self._snapshot()
        numbers = {each.conversation.id: number for number, each in self.contacts.items() if each.conversation}
        lines = self._lines()
        given = match(lines, list(self.agents.values()), CONFIGURATION, self.now).given
        for each in given:
            accept = CONFIGURATION.workstreams[each.row.workstream].distribution.accept
            self._commits(numbers[each.row.conversation_id], _giving(each.agent.id, each.units, self.now, accept))
        after = self._snapshot()
        assert list(rules.of_a_turn(before, after, ())) == []
        assert list(rules.could_be_served(after)) == []

    @invariant()
    def loads_equal_conversations(self) -> None:
        assert list(rules.loads_equal_conversations(self._snapshot())) == []

    @invariant()
    def nobody_is_over_capacity_but_by_a_supervisor(self) -> None:
        for agent in self.agents.values():
            given = [
                (each, entry.units)
                for each, entry in agent.load.items()
                if entry.kind is LoadKind.HELD and (agent.id, each) not in self.beyond
            ]
            assert sum(units for _, units in given) <= agent.capacity

    def _commits(self, number: int, decide: Callable[[Draft], None]) -> None:
        before = self.contacts[number]
        draft = Draft(before, before, {}, self.now)
        decide(draft)
        after = self.contacts[number] = draft.change().contact
        for gone in set(after.released) - set(before.released):
            entry = LoadEntry(kind=LoadKind.GONE, version=after.version, queue="general", at=self.now)
            self.agents[gone.agent] = with_entry(self.agents[gone.agent], gone.conversation_id, entry, self.now)
        if has := holding_of(after.conversation):
            entry = LoadEntry(kind=has.kind, version=after.version, queue=has.queue, at=self.now, units=has.units)
            agent, reserved = with_reserved(self.agents[has.agent], {has.conversation_id: entry}, Room.ANY)
            assert reserved.taken
            self.agents[has.agent] = agent

    def _lines(self) -> dict[str, Line]:
        waiting = sorted(filter(None, map(_in_line, self.contacts.values())), key=lambda one: one.key)
        return {
            queue: Line(waiting=tuple(one for one in waiting if one.queue == queue)) for queue in CONFIGURATION.queues
        }

    def _snapshot(self) -> Snapshot:
        return Snapshot(
            at=self.now,
            configuration=CONFIGURATION,
            contacts=list(self.contacts.values()),
            agents=dict(self.agents),
            lists=(),
            line=(),
            quarantined=(),
        )

    def _running(self, number: int) -> bool:
        known = self.contacts.get(number)
        return known is not None and known.conversation is not None and not known.conversation.closed

    def _conversation(self, number: int) -> Conversation:
        found = self.contacts[number].conversation
        assert found
        return found


def _in_line(of: Contact) -> InLine | None:
    found = line_row(of)
    return InLine(queue=of.conversation.queue, key=found[0], row=found[1]) if of.conversation and found else None


def _giving(agent: str, units: int, now: datetime, accept: Accept) -> Callable[[Draft], None]:
    if accept is Accept.MANUAL:
        return lambda draft: moves.offer_to(draft, agent, units, now + timedelta(minutes=1))
    return lambda draft: moves.to_agent(draft, agent, units, SegmentEnd.ASSIGNED)


def test_on_any_day_everybody_is_served_in_turn_and_loads_are_true() -> None:
    run_state_machine_as_test(AnyDay, settings=settings(max_examples=50, stateful_step_count=60, deadline=None))
