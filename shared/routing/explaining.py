"""What a message would do, and why, told by the code that routes messages. Pure: nothing is kept and nobody is told."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from shared.configuration import preferred_languages
from shared.configuration.document import Channel, Configuration
from shared.configuration.scalars import Value
from shared.intake.events import InboundMessage, identity_of
from shared.routing.inbound import decide_inbound
from shared.routing.placement import decide_by_rules
from shared.rules import Rules, Stage, Step
from shared.state.contact import Contact
from shared.state.conversation import Conversation, NeededSkill
from shared.state.draft import Draft
from shared.vocabulary.identity import contact_id_of, session_of
from shared.vocabulary.message import Choice
from shared.vocabulary.words import MessageKind, Priority, Trigger

SENDER: Final = r"\+?[0-9]{6,15}|[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}"
"""A phone number or a BSUID, as a regular expression."""
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


def explain(question: Question, channel: Channel, configuration: Configuration, rules: Rules) -> Explanation:
    """Decide about the message as `route` does, and say which rules were asked."""
    event = _event(question, channel)
    contact_id = contact_id_of(channel.id, event.customer.sender, event.event_id)
    draft = decide_inbound(event, None, contact_id, None, channel, configuration, rules, question.at)
    conversation = draft.contact.conversation
    if conversation is None:
        raise AssertionError("the first message of a contact starts a conversation")
    automated = tuple(_automated(draft, conversation, configuration))
    return Explanation(
        variables=conversation.variables,
        skills=conversation.skills,
        priority=conversation.priority,
        language=draft.contact.language,
        queue=conversation.queue,
        automated=automated,
        steps=(
            *_rules_asked(event, contact_id, channel, rules, question.at),
            *_greeting(automated, conversation, configuration),
        ),
    )


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


def _rules_asked(
    event: InboundMessage, contact_id: str, channel: Channel, rules: Rules, at: datetime
) -> Iterator[Step]:
    """Ask the rules once more: a conversation does not keep what they said."""
    customer = event.customer
    contact = Contact(
        id=contact_id,
        channel_id=customer.channel_id,
        session_id=session_of(customer.channel_id, customer.sender),
        phone=customer.phone,
        bsuid=customer.bsuid,
    )
    return decide_by_rules(event, contact, channel, rules[channel.workstream], at).steps()


def _automated(draft: Draft, conversation: Conversation, configuration: Configuration) -> Iterator[AutomatedText]:
    workstream = configuration.workstreams[conversation.workstream]
    for unsent in draft.contact.unsent:
        outgoing = draft.outgoing(unsent.id)
        trigger = Trigger(outgoing.author.id or "")
        texts = workstream.automated_messages[trigger]
        language = preferred_languages(texts, draft.contact.language, workstream)[0]
        yield AutomatedText(trigger=trigger, language=language, text=outgoing.content.text or "")


def _greeting(
    automated: tuple[AutomatedText, ...], conversation: Conversation, configuration: Configuration
) -> Iterator[Step]:
    if Trigger.GREETING in configuration.workstreams[conversation.workstream].automated_messages:
        sent = any(text.trigger is Trigger.GREETING for text in automated)
        reason = "a conversation starts" if sent else "the message does not open the window"
        yield Step(stage=Stage.AUTOMATED_MESSAGES, ruleset=None, rule=Trigger.GREETING, matched=sent, reason=reason)
