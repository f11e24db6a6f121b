"""The deadline of a customer who waits for an agent that is not there: back into the queue's line. Pure."""

from datetime import datetime
from typing import Final

from shared.configuration.document import Configuration
from shared.configuration.workstreams import Presence
from shared.deadlines.going_on import going_on
from shared.lifecycle import moves
from shared.lifecycle.affinity import home_queue
from shared.lifecycle.system_lines import Line, add_system_line
from shared.state.contact import Contact
from shared.state.draft import Draft
from shared.state.team import Team, TeamNeeds
from shared.vocabulary.words import ConversationStatus, SegmentEnd

_GONE: Final = (Presence.OFFLINE, Presence.AWAY)


def absence_at(contact: Contact, configuration: Configuration) -> datetime | None:
    """Return when to look whether the agent is there for whom the customer waits."""
    if (found := going_on(contact, configuration)) is None:
        return None
    conversation, workstream = found
    return_after, active = workstream.distribution.return_after, conversation.status is ConversationStatus.ACTIVE
    if not active or return_after is None or conversation.waiting_since is None:
        return None
    due = max(conversation.waiting_since, conversation.agent_seen_at or conversation.waiting_since) + return_after
    # Who is given what has waited for that long already has as long again: else it would go back at once, and to whom
    # a turn gives it in that presence, again and again.
    given_at = max((at for at in (conversation.assigned_at, conversation.accepted_at) if at), default=None)
    return given_at + return_after if given_at and due <= given_at else due


def absence_needs(contact: Contact, _configuration: Configuration) -> TeamNeeds:
    """Return whose record has to be read."""
    agent = contact.conversation.agent if contact.conversation else None
    return TeamNeeds(agents=frozenset({agent})) if agent else TeamNeeds()


def end_absence(draft: Draft, configuration: Configuration, team: Team) -> None:
    """Put the conversation back into its queue if its agent is gone; else note that the agent was there."""
    conversation = draft.contact.conversation
    if conversation is None:
        return
    agent = team.agent(conversation.agent)
    if agent and agent.active and agent.presence not in _GONE:
        draft.update_conversation(agent_seen_at=draft.now)
        return
    moves.to_queue(draft, home_queue(conversation, configuration), SegmentEnd.AGENT_DISCONNECTED)
    workstream = configuration.workstreams.get(conversation.workstream)
    add_system_line(draft, Line.AGENT_ABSENT, workstream, agent=agent.name if agent else conversation.agent)
