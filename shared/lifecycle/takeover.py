"""A conversation takes over what another one of the same person had, once both are known to be one. Pure.

The other one closes in its own contact's session, and nobody is told: for the customer it goes on.
"""

from dataclasses import replace
from datetime import datetime

from shared.configuration.document import Configuration
from shared.lifecycle.affinity import home_queue
from shared.state.conversation import Conversation, Segment
from shared.state.draft import Draft
from shared.state.team import TeamNeeds
from shared.vocabulary.words import ConversationStatus, Priority


def takeover_needs(other: Conversation) -> TeamNeeds:
    """Return what has to be known of the team before a conversation is taken over."""
    return TeamNeeds(agents=frozenset({other.agent} if other.agent else ()))


def open_in_place_of(
    draft: Draft, other: Conversation, conversation_id: str, at: datetime, configuration: Configuration
) -> None:
    """Open a conversation that goes on where the other stands: no rules, no first words."""
    queue = home_queue(other, configuration)
    taken_over = Conversation(
        id=conversation_id,
        status=ConversationStatus.OPEN,
        workstream=other.workstream,
        queue=queue,
        created_at=draft.now,
        last_message_at=at,
        priority=other.priority,
        skills=other.skills,
        variables=other.variables,
        queued_since=other.queued_since or at,
        waiting_since=other.waiting_since,
        previous_id=other.id,
        route_rule=other.route_rule,
        overflowed_from=other.overflowed_from,
        said=other.said,
        tags=other.tags,
        last_agent=other.agent or other.last_agent,
        matched=other.matched,
        configuration=other.configuration,
        segments=(Segment(queue=queue, agent=None, started_at=draft.now),),
    )
    draft.update(conversation=taken_over)


def fill_from(draft: Draft, other: Conversation) -> None:
    """Give the conversation what the other has, where it has none of its own."""
    own = draft.contact.conversation
    if own is None:
        return
    waits = [since for since in (own.waiting_since, other.waiting_since) if since]
    filled = replace(
        own,
        priority=other.priority if own.priority is Priority.NORMAL else own.priority,
        skills=own.skills or other.skills,
        variables={**other.variables, **own.variables},
        queued_since=own.queued_since or other.queued_since,
        waiting_since=min(waits, default=None),
        overflowed_from=tuple(dict.fromkeys((*own.overflowed_from, *other.overflowed_from))),
        said=tuple(dict.fromkeys((*own.said, *other.said))),
        tags=own.tags or other.tags,
        last_agent=own.last_agent or other.agent or other.last_agent,
    )
    draft.update(conversation=filled)
