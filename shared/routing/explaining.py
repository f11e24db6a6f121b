"""What a message would do, and why, told by the code that routes messages. Pure: nothing is kept and nobody is told."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from shared.configuration import preferred_languages
from shared.configuration.document import Channel, Configuration
from shared.configuration.scalars import Value
from shared.configuration.workstreams import Workstream
from shared.hours import QueueHours
from shared.intake.events import InboundMessage, identity_of
from shared.routing.inbound import decide_inbound, inbound_needs
from shared.routing.opening import opening_trigger
from shared.routing.placement import decide_by_rules
from shared.rules import QueuesNow, Rules, Stage, Step
from shared.state.contact import Contact
from shared.state.conversation import Conversation, NeededSkill
from shared.state.draft import Draft
from shared.state.team import Team, TeamNeeds
from shared.vocabulary.identity import contact_id_of, session_of
from shared.vocabulary.message import Choice
from shared.vocabulary.words import MessageKind, Priority, Trigger

SENDER: Final = r"\+?[0-9]{6,15}|[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}"
"""A phone number or a BSUID, as a regular expression."""
_WHEN: Final = {
    Trigger.GREETING: "a conversation starts",
    Trigger.OUT_OF_HOURS: "a conversation starts while its queue is closed",
    Trigger.HOLIDAY: "a conversation starts on a holiday",
    Trigger.OVERFLOW_CLOSED: "the overflow of its queue closes it",
}
_EARLIEST, _LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A message that nobody has written.

    Attributes:
        sender: The phone number or BSUID of a customer who never wrote before; None is not known.
        at: When it comes, and is decided about.
        tapped: The payload or id of the button, or the id of the row of a list.
    """

    text: str
    sender: str | None
    at: datetime
    kind: MessageKind = MessageKind.TEXT
    tapped: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AutomatedText:
    """A text that the workstream would send by itself."""

    trigger: Trigger
    language: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What the message would do; `language` is the contact's from then on, None if it is not known."""

    variables: Mapping[str, Value]
    skills: tuple[NeededSkill, ...]
    priority: Priority
    language: str | None
    queue: str
    automated: tuple[AutomatedText, ...]
    steps: tuple[Step, ...]


def imaginable(at: datetime) -> datetime:
    """Return a time at which a message may come. Raise ValueError where time reckoning would come to its ends."""
    if not _EARLIEST <= at <= _LATEST:
        raise ValueError("expected a time from 2000 to 2099")
    return at


def explanation_needs(question: Question, channel: Channel, configuration: Configuration, rules: Rules) -> TeamNeeds:
    """Return what an explanation has to know of the team."""
    event = _event(question, channel)
    return inbound_needs(event, None, _contact_id(event, channel), None, channel, configuration, rules, question.at)


def explain(
    question: Question, channel: Channel, configuration: Configuration, rules: Rules, team: Team
) -> Explanation:
    """Decide about the message as `route` does, and say which rules were asked.

    Args:
        team: Queues as they are now, as far as `explanation_needs` asks for them; a queue that was not counted is
            taken for empty.
    """
    event = _event(question, channel)
    contact_id = _contact_id(event, channel)
    draft = decide_inbound(event, None, contact_id, None, channel, configuration, rules, team, question.at)
    conversation = draft.contact.conversation
    if conversation is None:
        raise AssertionError("the first message of a contact starts a conversation")
    queues = QueuesNow(QueueHours(configuration, team.closed_until), team.lengths, question.at)
    decision = decide_by_rules(
        event, _stranger(event, contact_id), conversation.id, channel, rules[channel.workstream], queues
    )
    automated = tuple(_automated(draft, conversation, configuration))
    trigger = opening_trigger(conversation, decision.action, configuration, team, question.at)
    return Explanation(
        variables=conversation.variables,
        skills=conversation.skills,
        priority=conversation.priority,
        language=draft.contact.language,
        queue=decision.queue,
        automated=automated,
        steps=(*decision.steps(), *_said(trigger, automated, configuration.workstreams[channel.workstream])),
    )


def _contact_id(event: InboundMessage, channel: Channel) -> str:
    return contact_id_of(channel.id, event.customer.sender, event.event_id)


def _event(question: Question, channel: Channel) -> InboundMessage:
    tapped = question.tapped
    return InboundMessage(
        event_id="explain",
        message_id="explain",
        customer=identity_of(channel.id, question.sender),
        kind=question.kind,
        original_kind=None,
        at=question.at,
        text=question.text or None,
        choice=Choice(id=tapped, title=question.text) if tapped is not None else None,
    )


def _stranger(event: InboundMessage, contact_id: str) -> Contact:
    """Return a contact who never wrote before."""
    customer = event.customer
    return Contact(
        id=contact_id,
        channel_id=customer.channel_id,
        session_id=session_of(customer.channel_id, customer.sender),
        phone=customer.phone,
        bsuid=customer.bsuid,
    )


def _automated(draft: Draft, conversation: Conversation, configuration: Configuration) -> Iterator[AutomatedText]:
    workstream = configuration.workstreams[conversation.workstream]
    for unsent in draft.contact.unsent:
        outgoing = draft.outgoing(unsent.id)
        trigger = Trigger(outgoing.author.id or "")
        of_opt_out = {Trigger.OPT_OUT_CONFIRM: workstream.opt_out.confirm}
        texts = of_opt_out.get(trigger) or workstream.automated_messages[trigger]
        language = preferred_languages(texts, draft.contact.language, workstream)[0]
        yield AutomatedText(trigger=trigger, language=language, text=outgoing.content.text or "")


def _said(trigger: Trigger, automated: tuple[AutomatedText, ...], workstream: Workstream) -> Iterator[Step]:
    """Tell whether the message goes out that the opening of a conversation asks for, if there is a text for it."""
    if trigger in workstream.automated_messages:
        sent = any(text.trigger is trigger for text in automated)
        reason = _WHEN[trigger] if sent else "the message does not open the window"
        yield Step(stage=Stage.AUTOMATED_MESSAGES, ruleset=None, rule=trigger, matched=sent, reason=reason)
