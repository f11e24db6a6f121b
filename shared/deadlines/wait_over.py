"""The deadline of a wait that an agent asked for until a moment: back to the agent, else to the queue. Pure."""

from datetime import datetime

from shared.configuration.document import Configuration
from shared.lifecycle import moves
from shared.lifecycle.affinity import can_return, home_queue
from shared.lifecycle.system_lines import Line, add_system_line
from shared.state.contact import Contact
from shared.state.draft import Draft, Room
from shared.state.silence import pass_over_customers_silence
from shared.state.team import Team, TeamNeeds
from shared.vocabulary.words import ConversationStatus, SegmentEnd


def wait_ends_at(contact: Contact, _configuration: Configuration) -> datetime | None:
    """Return until when the conversation is set aside, if its agent said so."""
    conversation = contact.conversation
    waits = conversation is not None and conversation.status is ConversationStatus.WAITING
    return conversation.wait_until if conversation and waits else None


def wait_needs(contact: Contact, _configuration: Configuration) -> TeamNeeds:
    """Ask for the agent to whom it returns."""
    agent = contact.conversation.agent if contact.conversation else None
    return TeamNeeds(agents=frozenset((agent,)) if agent else frozenset())


def end_wait(draft: Draft, configuration: Configuration, team: Team) -> None:
    """Let the agent go on with the conversation, or whoever is next in its queue."""
    conversation = draft.contact.conversation
    if conversation is None:
        return
    workstream = configuration.workstreams.get(conversation.workstream)
    units = workstream.distribution.capacity if workstream else conversation.units
    agent = team.agent(conversation.agent)
    name = agent.name if agent else conversation.agent
    if can_return(conversation, agent, units):
        moves.take_up(draft, units, Room.TWICE)
        add_system_line(draft, Line.WAIT_OVER, workstream, agent=name)
    else:
        moves.to_queue(draft, home_queue(conversation, configuration), SegmentEnd.AGENT_DISCONNECTED)
        add_system_line(draft, Line.WAIT_OVER_IN_QUEUE, workstream, agent=name)
    pass_over_customers_silence(draft)
