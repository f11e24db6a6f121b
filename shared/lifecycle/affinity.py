"""Whether a conversation goes back to the agent who had it, and what it does when its customer writes. Pure.

It goes to an agent who works here, in its queue, and is not offline, as long as that agent's load stays within twice
the capacity; else into its queue's line.
"""

from datetime import datetime

from shared.configuration.document import Configuration
from shared.configuration.workstreams import Presence
from shared.lifecycle import moves
from shared.lifecycle.situation import distribution_of
from shared.lifecycle.system_lines import Line, add_system_line
from shared.state.agent import Agent
from shared.state.contact import Contact
from shared.state.conversation import Conversation
from shared.state.draft import Draft, Room
from shared.state.loads import obstacle_to
from shared.state.team import Team, TeamNeeds
from shared.vocabulary.words import ConversationStatus, SegmentEnd

_ASIDE = (ConversationStatus.WAITING, ConversationStatus.WRAP_UP)


def returning_needs(contact: Contact) -> TeamNeeds:
    """Return what has to be known of the team before a conversation that was set aside goes on."""
    conversation = contact.conversation
    if conversation is None or conversation.agent is None or conversation.status not in _ASIDE:
        return TeamNeeds()
    return TeamNeeds(agents=frozenset({conversation.agent}))


def customer_came_back(draft: Draft, configuration: Configuration, team: Team, at: datetime) -> None:
    """Let a conversation go on that was set aside, or being wrapped up, and whose customer wrote `at` a time."""
    conversation = draft.contact.conversation
    if conversation is None or conversation.status not in _ASIDE:
        return
    wraps_up = conversation.status is ConversationStatus.WRAP_UP
    affinity = wraps_up or distribution_of(conversation, configuration).affinity
    agent, units = team.agent(conversation.agent), _units(conversation, configuration)
    name = agent.name if agent else conversation.agent
    workstream = configuration.workstreams.get(conversation.workstream)
    if affinity and can_return(conversation, agent, units):
        moves.take_up(draft, units, _room(conversation))
        add_system_line(draft, Line.RETURNED_TO_AGENT, workstream, agent=name)
        return
    gone = affinity and conversation.agent is not None
    reason = SegmentEnd.AGENT_DISCONNECTED if gone else SegmentEnd.RELEASED
    moves.to_queue(draft, home_queue(conversation, configuration), reason, at)
    add_system_line(draft, Line.RETURNED_TO_QUEUE if gone else Line.CUSTOMER_WROTE, workstream, agent=name)


def give_to_former_agent(draft: Draft, former: Conversation | None, configuration: Configuration, team: Team) -> None:
    """Give a conversation that has just opened to the agent of the one before, if that closed a moment ago."""
    give_back_to(draft, team.agent(former_agent(former, configuration, draft.now)), configuration)


def give_back_to(draft: Draft, agent: Agent | None, configuration: Configuration) -> None:
    """Give a conversation in line to an agent who had this customer before, if that is possible."""
    conversation = draft.contact.conversation
    if conversation is None or not conversation.in_line or agent is None:
        return
    units = distribution_of(conversation, configuration).capacity
    if can_return(conversation, agent, units):
        moves.to_agent(draft, agent.id, units, SegmentEnd.ASSIGNED, Room.TWICE)
        workstream = configuration.workstreams.get(conversation.workstream)
        add_system_line(draft, Line.RETURNED_TO_AGENT, workstream, agent=agent.name)


def former_agent(former: Conversation | None, configuration: Configuration, now: datetime) -> str | None:
    """Return the agent whom a new conversation prefers, since the one before closed a moment ago."""
    if former is None or former.closure is None:
        return None
    recent = now - former.closure.at < distribution_of(former, configuration).affinity_after_close
    return former.agent if recent else None


def can_return(conversation: Conversation, agent: Agent | None, units: int) -> bool:
    """Tell whether the agent works here, serves the queue, is not offline, and has room for it."""
    if agent is None or not agent.active or agent.presence is Presence.OFFLINE:
        return False
    return conversation.queue in agent.queues and not obstacle_to(agent, conversation.id, units, _room(conversation))


def home_queue(conversation: Conversation, configuration: Configuration) -> str:
    """Return the queue to which a conversation goes back: its own, or where that is gone its workstream's fallback."""
    workstream = configuration.workstreams.get(conversation.workstream)
    if conversation.queue in configuration.queues or workstream is None:
        return conversation.queue
    return workstream.route_to_queue.fallback


def _room(conversation: Conversation) -> Room:
    """Return what is asked of the agent's load: nothing, while the conversation is still part of it."""
    return Room.ANY if conversation.status is ConversationStatus.WRAP_UP else Room.TWICE


def _units(conversation: Conversation, configuration: Configuration) -> int:
    """Return what it takes of an agent's capacity: while it is wrapped up it has kept that."""
    if conversation.status is ConversationStatus.WRAP_UP:
        return conversation.units
    return distribution_of(conversation, configuration).capacity
