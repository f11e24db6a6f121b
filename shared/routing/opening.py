"""A conversation opens: the rules choose its queue, the queue's overflow may pass it on, or end it. Pure."""

from datetime import datetime

from shared.automated_messages.saying import add_automated_message
from shared.configuration.channels import Channel
from shared.configuration.document import Configuration
from shared.configuration.overflow import OverflowAction, Transfer
from shared.hours import QueueHours
from shared.intake.events import InboundMessage
from shared.lifecycle import moves
from shared.lifecycle.affinity import former_agent
from shared.lifecycle.system_lines import Line, add_system_line
from shared.routing.placement import Placement, facts_of, place
from shared.rules import Action, QueuesNow, Rules
from shared.state.contact import Contact
from shared.state.conversation import Conversation, Segment
from shared.state.draft import Draft
from shared.state.team import Team, TeamNeeds
from shared.vocabulary.identity import conversation_id_of, ulid
from shared.vocabulary.words import ClosureReason, ConversationStatus, Trigger


def opening_needs(
    event: InboundMessage,
    contact: Contact,
    channel: Channel,
    configuration: Configuration,
    rules: Rules,
    now: datetime,
) -> TeamNeeds:
    """Return what has to be known of the team before a message opens a conversation."""
    conversation_id = new_conversation_id(event, contact, now)
    workstream_rules = rules[channel.workstream]
    facts = facts_of(event, contact, channel, workstream_rules, now)
    lengths = workstream_rules.lengths_wanted(facts, conversation_id)
    former = former_agent(contact.conversation, configuration, now)
    return TeamNeeds(lengths=lengths, closed_queues=True, agents=frozenset({former} if former else ()))


def new_conversation_id(event: InboundMessage, contact: Contact, now: datetime) -> str:
    """Return the id of the conversation that a message opens, the same however often that is decided."""
    return conversation_id_of(contact.id, ulid(now, contact.id, event.message_id))


def open_conversation(
    draft: Draft,
    event: InboundMessage,
    channel: Channel,
    configuration: Configuration,
    rules: Rules,
    team: Team,
    at: datetime,
) -> Action | None:
    """Open a conversation for a message that came `at` a time, and let its queue pass it on where that overflows.

    Return what the overflow of the queue does.
    """
    contact, now = draft.contact, draft.now
    conversation_id = new_conversation_id(event, contact, now)
    queues = QueuesNow(QueueHours(configuration, team.closed_until), team.lengths, now)
    workstream_rules = rules[channel.workstream]
    facts = facts_of(event, contact, channel, workstream_rules, now)
    placement = place(workstream_rules.decide(facts, conversation_id, queues), channel.workstream)
    draft.update(
        conversation=_placed(conversation_id, channel, placement, contact.conversation, configuration, at, now),
        language=placement.language or contact.language,
    )
    workstream = configuration.workstreams[channel.workstream]
    if placement.failure:
        add_system_line(draft, Line.RULES_FAILED, workstream, by=placement.failure)
    if isinstance(placement.overflow, Transfer):
        moves.overflow_to(draft, placement.overflow.transfer)
        add_system_line(draft, Line.OVERFLOWED, workstream)
    return placement.overflow


def _placed(
    conversation_id: str,
    channel: Channel,
    placement: Placement,
    previous: Conversation | None,
    configuration: Configuration,
    at: datetime,
    now: datetime,
) -> Conversation:
    """Return the conversation that opens where the rules placed it, for a message that came `at` a time."""
    return Conversation(
        id=conversation_id,
        status=ConversationStatus.OPEN,
        workstream=channel.workstream,
        queue=placement.queue,
        created_at=now,
        last_message_at=at,
        queued_since=at,
        priority=placement.priority,
        skills=placement.skills,
        variables=placement.variables,
        previous_id=previous.id if previous else None,
        route_rule=placement.route_rule,
        overflow_again_at=placement.overflow_again_at,
        matched=placement.matched,
        configuration=configuration.version_hash,
        segments=(Segment(queue=placement.queue, agent=None, started_at=now),),
    )


def say_at_opening(draft: Draft, overflow: Action | None, configuration: Configuration, team: Team) -> None:
    """Say what the workstream says when a conversation opens: one text, by what became of it."""
    conversation = draft.contact.conversation
    if conversation:
        trigger = opening_trigger(conversation, overflow, configuration, team, draft.now)
        add_automated_message(draft, trigger, configuration)


def opening_trigger(
    conversation: Conversation, overflow: Action | None, configuration: Configuration, team: Team, now: datetime
) -> Trigger:
    """Return what the customer is told about: the end, that nobody is there, or that somebody will answer."""
    if overflow is OverflowAction.CLOSE:
        return Trigger.OVERFLOW_CLOSED
    hours = QueueHours(configuration, team.closed_until)
    if hours.is_open(conversation.queue, now):
        return Trigger.GREETING
    texts = configuration.workstreams[conversation.workstream].automated_messages
    holiday = hours.is_holiday(conversation.queue, now) and Trigger.HOLIDAY in texts
    return Trigger.HOLIDAY if holiday else Trigger.OUT_OF_HOURS


def end_by_overflow(draft: Draft, overflow: Action | None, configuration: Configuration) -> None:
    """Close the conversation if the overflow of its queue says so."""
    conversation = draft.contact.conversation
    if conversation and overflow is OverflowAction.CLOSE:
        add_system_line(draft, Line.CLOSED_BY_OVERFLOW, configuration.workstreams.get(conversation.workstream))
        moves.close(draft, ClosureReason.OVERFLOW_CLOSED)
