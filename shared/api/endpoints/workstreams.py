"""Workstreams: what their rules would do with a message, and why."""

from typing import Annotated, Any, Final

from pydantic import AfterValidator, Field, ValidationInfo

from shared.api.call import Call
from shared.api.endpoints.conversation_views import SkillView
from shared.api.models import Body, View, absent
from shared.api.operations import Operation
from shared.api.texts import WITHOUT_NUL, Moment
from shared.configuration.channels import Channel
from shared.configuration.document import Configuration
from shared.configuration.scalars import MAX_TEXT
from shared.routing.explaining import SENDER, Explanation, Question, explain, explanation_needs
from shared.rules import Stage
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Refused
from shared.vocabulary.words import MessageKind, Priority, Trigger

_TAPS: Final = (MessageKind.BUTTON, MessageKind.LIST)
_OURS: Final = (MessageKind.TEMPLATE, MessageKind.NOTE)


def _written_by_customers(kind: MessageKind | None) -> MessageKind | None:
    if kind in _OURS:
        raise ValueError(f"customers write no {kind}")
    return kind


def _tapped(payload: str | None, info: ValidationInfo[Any]) -> str | None:
    if payload is not None and info.data.get("kind") not in (None, *_TAPS):
        raise ValueError("expected it with the kinds button and list only")
    return payload


class ExplainBody(Body):
    """A message that nobody has written, of a customer who never wrote before. `channel` is a name or an id."""

    text: Annotated[str, Field(max_length=MAX_TEXT), WITHOUT_NUL]
    sender: Annotated[str, Field(alias="from", pattern=f"^(?:{SENDER})$", description="A phone number or a BSUID.")]
    at: Moment | None = Field(default=None, description="When it comes; left out: now.")
    kind: Annotated[MessageKind | None, AfterValidator(_written_by_customers)] = Field(
        default=None, description="Left out: button if there is one, else text."
    )
    button: Annotated[str | None, AfterValidator(_tapped)] = Field(
        default=None, max_length=1024, description="The payload or id of the button; of a list the id of the row."
    )
    channel: str | None = Field(default=None, description="Left out: the workstream's first.")
    distribution: bool = Field(default=False, description="Whether to say who would get it, and why others would not.")


class AutomatedView(View):
    """A text that the workstream would send by itself."""

    trigger: Trigger
    language: str
    text: str


class StepView(View):
    """A rule that was asked, whether it matched, and why. Rules behind one that matched are not asked."""

    stage: Stage
    ruleset: str | None
    rule: str
    matched: bool
    reason: str


class ExplanationView(View):
    """What the message would do; `language` is null where nobody set the contact's.

    `queue` is the one before an overflow's transfer, `agent` the id of who would get it, if that was asked.
    """

    variables: dict[str, str | int | float | bool]
    skills: tuple[SkillView, ...]
    priority: Priority
    language: str | None
    queue: str
    automated: tuple[AutomatedView, ...]
    agent: str | None = absent()
    steps: tuple[StepView, ...]


async def explain_message(call: Call) -> ExplanationView:
    """Say what a message would do, and why, by the rules themselves; nothing is kept and nobody is told."""
    body: ExplainBody = call.body
    services = call.services
    question = Question(
        text=body.text,
        sender=body.sender,
        at=body.at or call.clock.now(),
        kind=body.kind or (MessageKind.TEXT if body.button is None else MessageKind.BUTTON),
        tapped=body.button,
        distribution=body.distribution,
    )
    channel = _channel(call.request.params["name"], body.channel, services.configuration)
    team = await services.read_team(explanation_needs(question, channel, services.configuration, services.rules))
    return _view(explain(question, channel, services.configuration, services.rules, team))


def _channel(workstream: str, wanted: str | None, configuration: Configuration) -> Channel:
    if workstream not in configuration.workstreams:
        raise Refused(Code.NOT_FOUND, "There is no such workstream.")
    its_own = [channel for channel in configuration.channels.values() if channel.workstream == workstream]
    named = [
        channel for channel in its_own if wanted is None or channel.name == wanted or wanted.lower() in channel.ids
    ]
    if not named:
        known = ", ".join(channel.name for channel in its_own) or "none"
        problem = f"expected a channel of the workstream; it has: {known}"
        raise Refused(Code.INVALID_REQUEST, "There is no such channel here.", errors=(("channel", problem),))
    return named[0]


def _view(explanation: Explanation) -> ExplanationView:
    return ExplanationView(
        variables=dict(explanation.variables),
        skills=tuple(SkillView(name=skill.name, level=skill.level) for skill in explanation.skills),
        priority=explanation.priority,
        language=explanation.language,
        queue=explanation.queue,
        automated=tuple(
            AutomatedView(trigger=each.trigger, language=each.language, text=each.text)
            for each in explanation.automated
        ),
        agent=explanation.agent,
        steps=tuple(
            StepView(stage=step.stage, ruleset=step.ruleset, rule=step.rule, matched=step.matched, reason=step.reason)
            for step in explanation.steps
        ),
    )


EXPLAIN: Final = Operation(
    endpoint=explain_message,
    body=ExplainBody,
    answer=ExplanationView,
    most_a_minute=60,
    codes=(Code.NOT_FOUND, Code.TEXT_TOO_LONG),
)
