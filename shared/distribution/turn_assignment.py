"""What it means to give a conversation to an agent whom a turn chose: assigned, or offered. Pure."""

from shared.configuration.document import Configuration
from shared.configuration.workstreams import Accept
from shared.distribution.match import Given
from shared.lifecycle import moves
from shared.lifecycle.system_lines import Line, add_system_line
from shared.state.contact import Contact
from shared.state.draft import Draft, Room
from shared.vocabulary.words import SegmentEnd


def still_waits(contact: Contact, given: Given) -> bool:
    """Tell whether the contact's conversation is as it was when the agent was chosen for it."""
    conversation, agent = contact.conversation, given.agent.id.lower()
    return (
        conversation is not None
        and conversation.id == given.row.conversation_id
        and conversation.in_line
        and conversation.agent is None
        and conversation.queue == given.waiting.queue
        and conversation.skills == given.row.skills
        and conversation.declines.get(agent) == given.row.declines.get(agent)
    )


def assign(draft: Draft, given: Given, configuration: Configuration) -> None:
    """Give the conversation to the agent, or ask whether the agent takes it, as its workstream wants."""
    workstream = configuration.workstreams[given.row.workstream]
    agent, name = given.agent.id, given.agent.name
    if workstream.distribution.accept is Accept.MANUAL:
        moves.offer_to(draft, agent, given.units, draft.now + workstream.distribution.offer_timeout)
        add_system_line(draft, Line.OFFERED, workstream, agent=name)
        return
    moves.to_agent(draft, agent, given.units, SegmentEnd.ASSIGNED, Room.CAPACITY)
    add_system_line(draft, Line.ASSIGNED, workstream, agent=name)
