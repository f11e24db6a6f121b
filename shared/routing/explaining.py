"""What a message would do, and why, told by the code that routes messages. Pure: nothing is kept and nobody is told."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shared.configuration import preferred_languages
from shared.configuration.channels import Channel
from shared.configuration.document import Configuration
from shared.configuration.scalars import Value
from shared.configuration.workstreams import Workstream
from shared.distribution.match import explain_choice
from shared.distribution.roster import WhyNot
from shared.hours import QueueHours
from shared.intake.events import InboundMessage, identity_of
from shared.routing.inbound import Reception, decide_inbound, inbound_needs
from shared.routing.opening import new_conversation_id, opening_trigger
from shared.routing.placement import facts_of
from shared.rules import Action, QueuesNow, Rules, Stage, Step
from shared.state.conversation import NeededSkill
from shared.state.draft import Draft
from shared.state.line_row import line_row
from shared.state.team import Team, TeamNeeds
from shared.state.waiting_lines import InLine
from shared.vocabulary.identity import contact_id_of
from shared.vocabulary.message import Choice
from shared.vocabulary.words import ClosureReason, MessageKind, Priority, Trigger

SENDER: Final = r"\+?[0-9]{6,15}|[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}"
"""A phone number or a BSUID, as a regular expression."""
_WHEN: Final = {
    Trigger.GREETING: "a conversation starts",
    Trigger.OUT_OF_HOURS: "a conversation starts while its queue is closed",
    Trigger.HOLIDAY: "a conversation starts on a holiday",
    Trigger.OVERFLOW_CLOSED: "the overflow of its queue closes it",
}
_WHY_NOT: Final = {
    WhyNot.INACTIVE: "is not active",
    WhyNot.PRESENCE: "is not there",
    WhyNot.SKILLS: "lacks a skill",
    WhyNot.DECLINED_TOO_OFTEN: "declined it too often",
    WhyNot.DECLINED: "declined it a moment ago",
    WhyNot.CAPACITY: "has no room for it",
    WhyNot.OTHERS_FIRST: "would take it, but comes later",
}
_NOT_ASKED: Final = (
    Step(
        stage=Stage.ROUTE_TO_QUEUE,
        ruleset=None,
        rule="none",
        matched=False,
        reason="nobody has to answer the message: the rules are not asked",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A message that nobody has written.

    Attributes:
        sender: The phone number or BSUID of a customer who never wrote before; None is not known.
        at: When it comes, and is decided about.
        tapped: The payload or id of the button, or the id of the row of a list.
        distribution: Whether it is asked, too, which agent would get the conversation.
    """

    text: str
    sender: str | None
    at: datetime
    kind: MessageKind = MessageKind.TEXT
    tapped: str | None = None
    distribution: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AutomatedText:
    """A text that the workstream would send by itself."""

    trigger: Trigger
    language: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What the message would do.

    Attributes:
        language: The contact's from then on; None if it is not known.
        queue: Before an overflow's transfer.
        agent: Who would get the conversation, if that was asked; None if nobody.
    """

    variables: Mapping[str, Value]
    skills: tuple[NeededSkill, ...]
    priority: Priority
    language: str | None
    queue: str
    automated: tuple[AutomatedText, ...]
    agent: str | None
    steps: tuple[Step, ...]


def explanation_needs(question: Question, channel: Channel, configuration: Configuration, rules: Rules) -> TeamNeeds:
    """Return what an explanation has to know of the team."""
    needs = inbound_needs(_reception(question, channel), configuration, rules, question.at)
    return needs.with_those_of(TeamNeeds(everybody=question.distribution))


def explain(
    question: Question, channel: Channel, configuration: Configuration, rules: Rules, team: Team
) -> Explanation:
    """Decide about the message as `route` does, and say what was asked.

    Args:
        team: What `explanation_needs` asks for; a queue that was not counted overflows by no length.
    """
    reception, now = _reception(question, channel), question.at
    draft = decide_inbound(reception, configuration, rules, team, now)
    event, contact, of_workstream = reception.event, reception.contact(now), rules[channel.workstream]
    decision = of_workstream.decide(
        facts_of(event, contact, channel, of_workstream, now),
        new_conversation_id(event, contact, now),
        QueuesNow(QueueHours(configuration, team.closed_until), team.lengths, now),
    )
    found = decision.classification
    automated = tuple(_automated(draft, configuration.workstreams[channel.workstream]))
    agent, agents_asked = _who_gets_it(draft, configuration, team) if question.distribution else (None, ())
    return Explanation(
        variables=found.variables,
        skills=tuple(NeededSkill(name=skill.name, level=skill.level) for skill in found.skills),
        priority=found.priority,
        language=draft.contact.language,
        queue=decision.queue,
        automated=automated,
        agent=agent,
        steps=(
            *(decision.steps() if _opens(draft) else _NOT_ASKED),
            *_said(draft, automated, decision.action, configuration, team),
            *agents_asked,
        ),
    )


def _opens(draft: Draft) -> bool:
    """Tell whether a conversation opens that somebody has to answer: none does for a reaction or an opt-out."""
    conversation = draft.contact.conversation
    closure = conversation.closure if conversation else None
    return conversation is not None and not (closure and closure.reason is ClosureReason.OPTED_OUT)


def _reception(question: Question, channel: Channel) -> Reception:
    """Return the message as it would come, of a customer who never wrote before."""
    tapped, customer = question.tapped, identity_of(channel.key, question.sender)
    event = InboundMessage(
        event_id="explain",
        message_id="explain",
        customer=customer,
        kind=question.kind,
        original_kind=None,
        at=question.at,
        text=question.text or None,
        choice=Choice(id=tapped, title=question.text) if tapped is not None else None,
    )
    return Reception(event=event, channel=channel, contact_id=contact_id_of(channel.key, customer.sender, "explain"))


def _automated(draft: Draft, workstream: Workstream) -> Iterator[AutomatedText]:
    of_opt_out = {Trigger.OPT_OUT_CONFIRM: workstream.opt_out.confirm}
    for unsent in draft.contact.unsent:
        outgoing = draft.outgoing(unsent.id)
        trigger = Trigger(outgoing.author.id or "")
        texts = of_opt_out.get(trigger) or workstream.automated_messages[trigger]
        language = preferred_languages(texts, draft.contact.language, workstream)[0]
        yield AutomatedText(trigger=trigger, language=language, text=outgoing.content.text or "")


def _said(
    draft: Draft,
    automated: tuple[AutomatedText, ...],
    overflow: Action | None,
    configuration: Configuration,
    team: Team,
) -> Iterator[Step]:
    """Tell what goes out, or that nothing does although there is a text for the opening of a conversation."""
    for text in automated:
        reason = _WHEN.get(text.trigger, "the message asks for it")
        yield _step(Stage.AUTOMATED_MESSAGES, text.trigger, reason)
    conversation = draft.contact.conversation
    if conversation and _opens(draft) and not automated:
        trigger = opening_trigger(conversation, overflow, configuration, team, draft.now)
        if trigger in configuration.workstreams[conversation.workstream].automated_messages:
            reason = "the message does not open the window"
            yield _step(Stage.AUTOMATED_MESSAGES, trigger, reason, matched=False)


def _who_gets_it(draft: Draft, configuration: Configuration, team: Team) -> tuple[str | None, tuple[Step, ...]]:
    """Return who would get the conversation, were it alone in line, and of each agent of its queue why or why not."""
    conversation, agents = draft.contact.conversation, [*team.agents.values()]
    line = line_row(draft.contact)
    if conversation is None or line is None:
        return None, (_step(Stage.DISTRIBUTION, "nobody", "it does not wait for an agent", matched=False),)
    key, row = line
    waiting = InLine(queue=conversation.queue, key=key, row=row)
    choice = explain_choice(waiting, row, agents, configuration, draft.now)
    if choice is None:
        return None, (_step(Stage.DISTRIBUTION, "nobody", "it is for the agents to take", matched=False),)
    steps = [_step(Stage.DISTRIBUTION, choice.agent, "the first who may get it")] if choice.agent else []
    members = ((agent, why) for agent, why in choice.why_not.items() if why is not WhyNot.NOT_IN_QUEUE)
    steps += [_step(Stage.DISTRIBUTION, agent, _WHY_NOT[why], matched=False) for agent, why in members]
    nobody = _step(Stage.DISTRIBUTION, "nobody", f"no agent is in the queue {conversation.queue}", matched=False)
    return choice.agent, tuple(steps) or (nobody,)


def _step(stage: Stage, rule: str, reason: str, *, matched: bool = True) -> Step:
    return Step(stage=stage, ruleset=None, rule=rule, matched=matched, reason=reason)
