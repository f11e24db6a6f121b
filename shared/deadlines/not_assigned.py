"""The deadline by which it is looked whether anybody serves the queue that a conversation has joined. Pure."""

from datetime import datetime, timedelta
from typing import Final

from shared.automated_messages.saying import add_automated_message
from shared.configuration.document import Configuration
from shared.configuration.workstreams import Workstream
from shared.deadlines.going_on import going_on
from shared.hours import QueueHours
from shared.state.contact import Contact
from shared.state.conversation import Conversation
from shared.state.draft import Draft
from shared.state.team import Team, TeamNeeds
from shared.vocabulary.words import Trigger

LOOKED_AFTER: Final = timedelta(minutes=2)


def staffing_is_checked_at(contact: Contact, configuration: Configuration) -> datetime | None:
    """Return when it is looked, once for each queue that the conversation joins, if the customer could be told."""
    if (found := going_on(contact, configuration)) is None:
        return None
    conversation, workstream = found
    if not conversation.in_line or Trigger.NOT_ASSIGNED in conversation.said:
        return None
    joined, checked = conversation.joined_at, conversation.staffing_checked_at
    if Trigger.NOT_ASSIGNED not in workstream.automated_messages or (checked and checked >= joined):
        return None
    return joined + LOOKED_AFTER


def staffing_needs(_contact: Contact, _configuration: Configuration) -> TeamNeeds:
    """Ask for everybody, and for what is closed."""
    return TeamNeeds(everybody=True, closed_queues=True)


def check_staffing(draft: Draft, configuration: Configuration, team: Team) -> None:
    """Tell the customer if the queue has no agents, or none of them is there although it is open."""
    draft.update_conversation(staffing_checked_at=draft.now)
    found = going_on(draft.contact, configuration)
    if found and not _is_served(*found, configuration, team, draft.now):
        add_automated_message(draft, Trigger.NOT_ASSIGNED, configuration)


def _is_served(
    conversation: Conversation, workstream: Workstream, configuration: Configuration, team: Team, now: datetime
) -> bool:
    members = [each for each in team.agents.values() if each.active and conversation.queue in each.queues]
    if any(each.presence in workstream.distribution.presence for each in members):
        return True
    # That nobody is there while it is closed is no news: the customer was told when it opens.
    return bool(members) and not QueueHours(configuration, team.closed_until).is_open(conversation.queue, now)
