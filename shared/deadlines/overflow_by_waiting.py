"""The deadline of a conversation that waits in a queue for longer than the queue's overflow allows. Pure.

Also of one that its overflow would have passed on when it came, to a queue that was closed: that is asked once more
when the other queue opens.
"""

from collections.abc import Sequence
from datetime import datetime

from shared.automated_messages.saying import add_automated_message
from shared.configuration.document import Configuration
from shared.configuration.overflow import OverflowAction, OverflowRule, Transfer
from shared.deadlines.auto_close import closes_at
from shared.hours import QueueHours
from shared.lifecycle import moves
from shared.lifecycle.system_lines import Line, add_system_line
from shared.rules import LATER, LOOK_AGAIN, Action, Facts, FoldedFacts, OverflowTest, QueuesNow, counted_for
from shared.state.contact import Contact
from shared.state.conversation import Conversation
from shared.state.draft import Draft
from shared.state.team import Team, TeamNeeds
from shared.vocabulary.words import ClosureReason, ConversationStatus, Trigger


def overflows_at(contact: Contact, configuration: Configuration) -> datetime | None:
    """Return when the first condition is to be looked at; None where nothing can come of any."""
    conversation = contact.conversation
    if conversation is None or conversation.status is not ConversationStatus.OPEN:
        return None
    due = [at for at, _ in _due(contact, conversation, configuration)]
    if not due:
        return None
    # Whoever is asked to take it has until the offer's end: it is not taken away meanwhile.
    offered_until = conversation.offer.expires_at if conversation.offer else None
    return max([min(due), *(at for at in (conversation.overflow_after, offered_until) if at)])


def overflow_needs(contact: Contact, configuration: Configuration) -> TeamNeeds:
    """Return what the conditions have to know: the queue's length, if they ask, and which queues are closed."""
    conversation = contact.conversation
    if conversation is None:
        return TeamNeeds()
    most = max((counted_for(rule.when) for _, rule in _due(contact, conversation, configuration)), default=0)
    return TeamNeeds(lengths={conversation.queue: most} if most else {}, closed_queues=True)


def overflow(draft: Draft, configuration: Configuration, team: Team) -> None:
    """Do what the first condition says that holds, those of hours before others; else note when to look again."""
    conversation = draft.contact.conversation
    if conversation is None:
        return
    now, again, on_entry = draft.now, list[datetime](), list[datetime]()
    queues = QueuesNow(QueueHours(configuration, team.closed_until), team.lengths, now)
    facts = _facts(draft.contact, conversation, configuration, queues)
    due = _due(draft.contact, conversation, configuration)
    for at, rule in sorted(due, key=lambda due: not due[1].when.out_of_hours):
        later = again if rule.when.waiting else on_entry
        if at > now:
            later.append(at)
        elif not OverflowTest("", rule).ask(facts).holds:
            again += [_may_hold_at(rule, conversation.queue, queues)] if rule.when.waiting else []
        elif isinstance(rule.do, Transfer) and not queues.is_open(rule.do.transfer):
            later.append(queues.may_be_open_at(rule.do.transfer))
        elif rule.do is OverflowAction.KEEP:
            draft.update_conversation(overflow_after=queues.hours.opens_at(conversation.queue, now) or now + LATER)
            return
        else:
            _act(draft, rule.do, configuration)
            return
    draft.update_conversation(
        overflow_after=min([*again, *on_entry], default=None), overflow_again_at=min(on_entry, default=None)
    )


def _may_hold_at(rule: OverflowRule, queue: str, queues: QueuesNow) -> datetime:
    """Return when to ask again about a condition that does not hold."""
    is_open = queues.is_open(queue)
    if rule.when.out_of_hours is is_open:
        change = queues.hours.closes_at if is_open else queues.hours.opens_at
        return change(queue, queues.now) or queues.now + LATER
    return queues.now + LOOK_AGAIN


def _act(draft: Draft, action: Action, configuration: Configuration) -> None:
    conversation = draft.contact.conversation
    workstream = configuration.workstreams.get(conversation.workstream) if conversation else None
    if isinstance(action, Transfer):
        moves.overflow_to(draft, action.transfer)
        add_system_line(draft, Line.OVERFLOWED, workstream)
    else:
        add_automated_message(draft, Trigger.OVERFLOW_CLOSED, configuration)
        add_system_line(draft, Line.CLOSED_BY_OVERFLOW, workstream)
        moves.close(draft, ClosureReason.WAITING_OVERFLOW_CLOSED)


def _due(
    contact: Contact, conversation: Conversation, configuration: Configuration
) -> list[tuple[datetime, OverflowRule]]:
    """Return the conditions that something may come of, each with the time at which it is asked.

    One that closes is not asked while the team waits for the customer.
    """
    workstream = configuration.workstreams.get(conversation.workstream)
    return [
        (closes_at(at, contact, workstream) if rule.do is OverflowAction.CLOSE else at, rule)
        for rule in _rules(conversation, configuration)
        if (at := _asked_at(conversation, rule))
        and (not isinstance(rule.do, Transfer) or _may_enter(conversation, rule.do.transfer, configuration))
    ]


def _asked_at(conversation: Conversation, rule: OverflowRule) -> datetime | None:
    """Return the end of a condition's time in this queue; of one on entry, when the target opens that was closed."""
    if rule.when.waiting is None:
        return conversation.overflow_again_at if isinstance(rule.do, Transfer) else None
    return conversation.joined_at + rule.when.waiting


def _rules(conversation: Conversation, configuration: Configuration) -> Sequence[OverflowRule]:
    """Return the overflow of the rule that chose the queue, if it has one of its own; else the queue's."""
    workstream = configuration.workstreams.get(conversation.workstream)
    for rule in workstream.route_to_queue.rules if workstream else ():
        if rule.overflow and rule.name == conversation.route_rule and conversation.queue in rule.queues:
            return rule.overflow
    queue = configuration.queues.get(conversation.queue)
    return queue.overflow if queue else ()


def _may_enter(conversation: Conversation, queue: str, configuration: Configuration) -> bool:
    """Tell whether overflow may lead into a queue: into none twice."""
    return queue in configuration.queues and queue not in (*conversation.overflowed_from, conversation.queue)


def _facts(
    contact: Contact, conversation: Conversation, configuration: Configuration, queues: QueuesNow
) -> FoldedFacts:
    """Return what is known of a conversation that waits; no message of it is the one that decides."""
    workstream = configuration.workstreams.get(conversation.workstream)
    channel = configuration.channel_by_id(contact.channel_id)
    facts = Facts(
        now=queues.now.astimezone(configuration.time_zone(workstream)) if workstream else queues.now,
        message_kind="",
        channel_name=channel.name if channel else "",
        channel_id=contact.channel_id,
        contact_phone=contact.phone,
        contact_bsuid=contact.bsuid,
        contact_language=contact.language,
        contact_name=contact.shown_name,
        contact_returning=conversation.previous_id is not None,
        variables=conversation.variables,
    )
    length = queues.lengths.get(conversation.queue)
    return FoldedFacts(facts).with_queue(length, out_of_hours=not queues.is_open(conversation.queue))
