"""Workstreams: how the conversations of their channels are classified, routed, distributed and answered."""

from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from shared.configuration.base import Model, Named, Table, no_entries
from shared.configuration.conditions import Condition
from shared.configuration.overflow import OverflowRule
from shared.configuration.scalars import (
    Boolean,
    Duration,
    Label,
    Language,
    MessageText,
    Name,
    ParameterText,
    PositiveDuration,
    TemplateName,
    Value,
    VariableName,
    WholeNumber,
)
from shared.vocabulary.words import Priority

Messages = Annotated[Table[Language, MessageText], Field(min_length=1)]
"""One text in several languages."""


class Mode(StrEnum):
    """How conversations reach agents: given to them, or taken by them."""

    PUSH = "push"
    PICK = "pick"


class Method(StrEnum):
    """Which of the agents that could take a conversation gets it."""

    HIGHEST_CAPACITY = "highest_capacity"
    ROUND_ROBIN = "round_robin"
    LEAST_ACTIVE = "least_active"


class Presence(StrEnum):
    """What an agent says about being there."""

    AVAILABLE = "available"
    BUSY = "busy"
    DO_NOT_DISTURB = "do_not_disturb"
    AWAY = "away"
    OFFLINE = "offline"


class SkillMatch(StrEnum):
    """How well an agent has to fit the skills that a conversation needs."""

    EXACT = "exact"
    CLOSEST = "closest"
    NONE = "none"


class Accept(StrEnum):
    """Whether an agent is asked before a conversation is assigned."""

    AUTO = "auto"
    MANUAL = "manual"


class WhenWindowClosed(StrEnum):
    """What becomes of a reply outside the session window."""

    TEMPLATE = "template"
    HOLD = "hold"
    REJECT = "reject"


class Trigger(StrEnum):
    """What makes the app send an automated message."""

    GREETING = "greeting"
    OUT_OF_HOURS = "out_of_hours"
    HOLIDAY = "holiday"
    AGENT_ASSIGNED = "agent_assigned"
    AGENT_JOINED = "agent_joined"
    NOT_ASSIGNED = "not_assigned"
    AGENT_DISCONNECTED = "agent_disconnected"
    AGENT_ENDED = "agent_ended"
    CONVERSATION_CLOSED = "conversation_closed"
    TRANSFERRED = "transferred"
    OVERFLOW_CLOSED = "overflow_closed"


class SilentParty(StrEnum):
    """Who has not answered."""

    CUSTOMER = "customer"
    AGENT = "agent"


class InactivityAction(StrEnum):
    """What happens after a silence; `wait` sets the conversation aside."""

    SEND = "send"
    CLOSE = "close"
    WAIT = "wait"


class Distribution(Model):
    """How conversations are given to agents."""

    mode: Mode = Mode.PUSH
    method: Method = Method.HIGHEST_CAPACITY
    capacity: Annotated[WholeNumber, Field(ge=1)] = Field(
        default=30, description="Units that one conversation takes of an agent's capacity."
    )
    presence: tuple[Presence, ...] = Field(default=(Presence.AVAILABLE, Presence.BUSY), min_length=1)
    skill_match: SkillMatch = SkillMatch.CLOSEST
    accept: Accept = Accept.AUTO
    offer_timeout: PositiveDuration = timedelta(minutes=2)
    max_declines: Annotated[WholeNumber, Field(ge=1)] = 3
    affinity: Boolean = Field(default=True, description="A waiting conversation returns to its agent.")


class Skill(Model):
    """A skill that an agent should have, at `level` or above (None: any level)."""

    name: Name
    level: Annotated[WholeNumber, Field(ge=1)] | None = None


def _skill(value: Any) -> Any:
    return {"name": value} if isinstance(value, str) else value


class ClassificationRule(Model):
    """What is set on a conversation that matches."""

    name: Label | None = None
    when: Condition = Field(default_factory=Condition, description="Left out, the rule matches everything.")
    set: Table[VariableName, Value] = Field(default_factory=no_entries, description="Variables.")
    skills: tuple[Annotated[Skill, BeforeValidator(_skill, json_schema_input_type=str | Skill)], ...] = ()
    language: Language | None = None
    priority: Priority | None = None


class Ruleset(Model):
    """Rules in order: the first that matches wins."""

    name: Label | None = None
    rules: tuple[ClassificationRule, ...] = ()


class RouteRule(Model):
    """Sends to the queue `to`, or to one of several by their share in percent."""

    name: Label | None = None
    when: Condition = Field(default_factory=Condition, description="Left out, the rule matches everything.")
    to: Name | None = None
    split: Table[Name, Annotated[WholeNumber, Field(ge=0, le=100)]] = Field(
        default_factory=no_entries, description="Percentages that sum to 100."
    )
    overflow: tuple[OverflowRule, ...] = Field(
        default=(), description="In place of the queue's own; the rule then needs a name that no other has."
    )

    @property
    def queues(self) -> tuple[str, ...]:
        """The queues that the rule may choose."""
        return (self.to,) if self.to else tuple(self.split)


class RouteToQueue(Model):
    """Rules in order, and the queue for the rest."""

    rules: tuple[RouteRule, ...] = ()
    fallback: Name = Field(description="The queue that takes what no rule matches.")


class FallbackTemplate(Model):
    """The template that goes out in place of a reply while the window is closed."""

    name: TemplateName
    parameters: tuple[ParameterText, ...] = Field(default=(), description="In the order of {{1}}, {{2}} …")


class Hold(Model):
    """Whether and how long an agent's words are kept until the window opens."""

    enabled: Boolean = True
    expires_after: PositiveDuration = timedelta(days=7)


class Replies(Model):
    """What becomes of replies around the session window."""

    when_window_closed: WhenWindowClosed = Field(
        default=WhenWindowClosed.HOLD, description="Left out: template if there is a fallback_template, else hold."
    )
    fallback_template: FallbackTemplate | None = None
    hold: Hold = Field(default_factory=Hold)
    margin: Duration = Field(
        default=timedelta(minutes=1), description="The window counts as closed this long before it is."
    )

    @model_validator(mode="before")
    @classmethod
    def _template_if_there_is_one(cls, value: Any) -> Any:
        if not isinstance(value, dict) or "when_window_closed" in value or not value.get("fallback_template"):
            return value
        return value | {"when_window_closed": WhenWindowClosed.TEMPLATE}


class Lifecycle(Model):
    """When conversations close by themselves, and how long wrap-up lasts."""

    auto_close_waiting: PositiveDuration = timedelta(hours=24)
    auto_close_open: PositiveDuration = timedelta(days=30)
    wrap_up: Duration = timedelta(minutes=5)


class InactivityRule(Model):
    """What to do when one side has not answered for a while; `message` goes with `send`."""

    silent: SilentParty
    after: PositiveDuration
    do: InactivityAction
    message: Messages | None = None


class Survey(Model):
    """Sent while the window is open, else by `template` if there is one."""

    after: Literal["closed"] = "closed"
    template: TemplateName | None = None
    buttons: tuple[Label, ...] = ()


class OptOut(Model):
    """The words by which a customer ends, and resumes, messages that are no direct answer."""

    keywords: tuple[Label, ...] = ()
    confirm: Messages | None = None
    resume: tuple[Label, ...] = ()


class Workstream(Named):
    """The settings by which the conversations of its channels are handled."""

    languages: tuple[Language, ...] = Field(default=(), description="The first is the default.")
    distribution: Distribution = Field(default_factory=Distribution)
    classification: tuple[Ruleset, ...] = ()
    route_to_queue: RouteToQueue
    replies: Replies = Field(default_factory=Replies)
    lifecycle: Lifecycle = Field(default_factory=Lifecycle)
    automated_messages: Table[Trigger, Messages] = Field(default_factory=no_entries)
    inactivity: tuple[InactivityRule, ...] = ()
    survey: Survey | None = None
    opt_out: OptOut = Field(default_factory=OptOut)
