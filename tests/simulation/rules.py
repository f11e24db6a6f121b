"""What must hold: at every step, of what a step did, and once everything is settled. Each rule names what breaks it."""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from shared.configuration.workstreams import Distribution, Mode, SkillMatch
from shared.state.agent import Agent, LoadKind
from shared.state.conversation import Conversation
from shared.state.line_row import line_key
from shared.vocabulary.words import ConversationStatus, Priority
from tests.simulation.snapshot import Snapshot

_NOT_AGAIN_WITHIN = timedelta(minutes=5)
_URGENT_FIRST = (Priority.URGENT, Priority.HIGH, Priority.NORMAL, Priority.LOW)


def always(now: Snapshot) -> Iterator[str]:
    """What must hold whatever was interrupted."""
    listed = Counter(row.conversation_id for _, row in now.lists if not row.gone)
    yield from (f"{name} is in {count} lists" for name, count in listed.items() if count > 1)
    in_line = Counter(row.conversation_id for _, _, row in now.line)
    yield from (f"{name} is in {count} lines" for name, count in in_line.items() if count > 1)
    for conversation in now.running:
        if conversation.agent and conversation.offer:
            yield f"{conversation.id} is {conversation.agent}'s, and offered to {conversation.offer.agent}"


def settled(now: Snapshot) -> Iterator[str]:
    """What must hold once every message of the queues was handled and nobody does anything."""
    yield from _lists_equal_contacts(now)
    yield from loads_equal_conversations(now)
    yield from (f"in quarantine: {body}" for body in now.quarantined)
    for contact in now.contacts:
        if contact.unsent or contact.missed_offers or contact.unreported or contact.erasing:
            yield f"{contact.id} has something left to settle"


def _lists_equal_contacts(now: Snapshot) -> Iterator[str]:
    versions = {each.conversation.id: each.version for each in now.contacts if each.conversation}
    expected = {(each.queue, each.id, versions[each.id], each.status, each.agent) for each in now.running}
    rows = [(queue, row) for queue, row in now.lists if not row.gone]
    found = {
        (queue, row.conversation_id, row.version, row.status, row.agent)
        for queue, row in rows
        if row.status is not ConversationStatus.CLOSED
    }
    yield from (f"a list lacks {row}" for row in expected - found)
    yield from (f"a list has {row}, which no contact says" for row in found - expected)
    failed = {(each.queue, each.conversation_id) for contact in now.contacts for each in contact.closed_with_failure}
    closed = {(queue, row.conversation_id) for queue, row in rows if row.status is ConversationStatus.CLOSED}
    yield from (f"a list lacks {row}, which is closed and failed" for row in failed - closed)
    yield from (f"a list has {row}, which is closed, and no contact says so" for row in closed - failed)
    waiting = {(each.queue, line_key(each)) for each in now.waiting()}
    in_line = {(queue, key) for queue, key, _ in now.line}
    yield from (f"a line lacks {row}" for row in waiting - in_line)
    yield from (f"a line has {row}, which no contact says" for row in in_line - waiting)


def loads_equal_conversations(now: Snapshot) -> Iterator[str]:
    expected = {(each.agent.lower(), name, each.kind, each.units) for name, each in now.holdings.items()}
    found = {
        (agent.id.lower(), name, entry.kind, entry.units)
        for agent in now.agents.values()
        for name, entry in agent.load.items()
        if entry.kind is not LoadKind.GONE
    }
    yield from (f"a load lacks {entry}" for entry in expected - found)
    yield from (f"a load has {entry}, which no contact says" for entry in found - expected)


def pushed(before: Snapshot, now: Snapshot, asked_for: Collection[str]) -> Iterator[Conversation]:
    """What the app gave or offered to agents out of the line; `asked_for` are conversations that people moved."""
    for was in before.waiting():
        conversation = now.conversations.get(was.id)
        if conversation and was.id not in asked_for and was.id in now.holdings:
            yield conversation


def of_a_turn(before: Snapshot, now: Snapshot, asked_for: Collection[str]) -> Iterator[str]:
    """What must hold of the assignments between two looks, with nothing else going on but `asked_for`."""
    given = list(pushed(before, now, asked_for))
    for conversation in given:
        name = now.holdings[conversation.id].agent
        agent, distribution = before.agents[name], _distribution(now, conversation)
        if now.units_of(name) > agent.capacity:
            yield f"{name} is over capacity by {conversation.id}"
        if not may_take(agent, before.conversations[conversation.id], distribution, replace(before, at=now.at), room=0):
            yield f"{name} was given {conversation.id}, for which {name} was not there"
        if conversation.id not in agent.load:  # what was reserved for it already is there for nobody else
            yield from _passed_over(before, now, conversation)


def _passed_over(before: Snapshot, now: Snapshot, conversation: Conversation) -> Iterator[str]:
    """Urgent first, then oldest: of those that ask for the same, none that comes before is still in line."""
    was = before.conversations[conversation.id]
    for other in before.waiting():
        still = now.conversations.get(other.id)
        if still and still.in_line and _alike(still, was) and not other.declines and _turn_of(other) < _turn_of(was):
            yield f"{conversation.id} was served before {other.id}, which is more urgent, or older"


def _alike(one: Conversation, other: Conversation) -> bool:
    first, second = ((each.queue, each.workstream, each.skills) for each in (one, other))
    return first == second


def _turn_of(conversation: Conversation) -> tuple[int, datetime]:
    """Whoever has the smaller one is served first."""
    return _URGENT_FIRST.index(conversation.priority), conversation.queued_since or conversation.created_at


def could_be_served(now: Snapshot) -> Iterator[str]:
    """The conversations in line for which an agent is free this very moment."""
    for conversation in now.waiting():
        distribution = _distribution(now, conversation)
        if distribution.mode is Mode.PUSH and any(
            may_take(agent, conversation, distribution, now, room=distribution.capacity)
            for agent in now.agents.values()
        ):
            yield conversation.id


def may_take(agent: Agent, conversation: Conversation, distribution: Distribution, at: Snapshot, *, room: int) -> bool:
    """Whether an agent is there for a conversation, and has `room` units left."""
    declines = conversation.declines.get(agent.id.lower())
    if declines and (declines.times >= distribution.max_declines or at.at - declines.last < _NOT_AGAIN_WITHIN):
        return False
    return (
        agent.active
        and conversation.queue in agent.queues
        and agent.presence in distribution.presence
        and max(agent.units, at.units_of(agent.id)) + room <= agent.capacity
        and (distribution.skill_match is not SkillMatch.EXACT or _has_skills(agent, conversation))
    )


def _has_skills(agent: Agent, conversation: Conversation) -> bool:
    levels = {skill.name: skill.level for skill in agent.skills}
    return all(need.name in levels and levels[need.name] >= (need.level or 0) for need in conversation.skills)


def _distribution(now: Snapshot, conversation: Conversation) -> Distribution:
    return now.configuration.workstreams[conversation.workstream].distribution
