"""Workstreams: how the conversations of their channels are classified, routed, distributed and answered."""

from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from shared.configuration.base import Model, Named, Table, no_entries
from shared.configuration.conditions import Condition
from shared.configuration.durations import Duration, DurationOrNever, PositiveDuration
from shared.configuration.lifecycle import InactivityRule, Lifecycle, WrapUp
from shared.configuration.messages import Messages, MessageTrigger, OptOut, QuickReply, Survey
from shared.configuration.overflow import OverflowRule
from shared.configuration.scalars import (
    Boolean,
    Label,
    Language,
    Name,
    ParameterText,
    TemplateName,
    TimeZone,
    Value,
    VariableName,
    WholeNumber,
)
from shared.vocabulary.words import Priority


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


class MissedOfferPresence(StrEnum):
    """What becomes of the presence of an agent who lets an offer pass."""

    AWAY = "away"
    DO_NOT_DISTURB = "do_not_disturb"
    NONE = "none"


class WhenWindowClosed(StrEnum):
    """What becomes of a reply outside the session window."""

    TEMPLATE = "template"
    HOLD = "hold"
    REJECT = "reject"


class AfterClose(StrEnum):
    """What becomes of held words where a person closed the conversation before the customer wrote again."""

    RELEASE = "release"
    ASK = "ask"


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
    affinity_after_close: Duration = Field(
        default=timedelta(), description="A new conversation this soon after the last prefers its agent; 0s: never."
    )
    allow_pick: Boolean = Field(
        default=False, description="Agents may take from the line. Left out: true in pick mode, else false."
    )
    missed_offer_presence: MissedOfferPresence = Field(
        default=MissedOfferPresence.AWAY, description="What an agent is set to who lets an offer pass."
    )
    return_after: DurationOrNever = Field(
        default=timedelta(minutes=15), description="The customer waits and the agent is gone: back to the queue."
    )

    @model_validator(mode="before")
    @classmethod
    def _who_picks_may_take(cls, value: Any) -> Any:
        if not isinstance(value, dict) or "allow_pick" in value or value.get("mode") != Mode.PICK:
            return value
        return value | {"allow_pick": True}


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
    """A template that goes out in place of a reply while the window is closed."""

    name: TemplateName
    parameters: tuple[ParameterText, ...] = Field(default=(), description="In the order of {{1}}, {{2}} …")
    header: ParameterText | None = Field(
        default=None, description="The value of its header: what stands for {{1}}, or the https address of the file."
    )
    buttons: tuple[ParameterText, ...] = Field(
        default=(), description="The values of the buttons that need one, in their order."
    )


class Hold(Model):
    """Whether and how long an agent's words are kept until the window opens."""

    enabled: Boolean = True
    expires_after: PositiveDuration = timedelta(days=7)
    after_close: AfterClose = Field(
        default=AfterClose.ASK, description="When a person closed the conversation meanwhile."
    )


def _one_or_several(value: Any) -> Any:
    return [value] if isinstance(value, dict) else value


class Replies(Model):
    """What becomes of replies around the session window."""

    when_window_closed: WhenWindowClosed = Field(
        default=WhenWindowClosed.HOLD, description="Left out: template if there is a fallback_template, else hold."
    )
    fallback_template: Annotated[
        tuple[FallbackTemplate, ...],
        BeforeValidator(_one_or_several, json_schema_input_type=FallbackTemplate | tuple[FallbackTemplate, ...]),
    ] = Field(default=(), description="One, or a list of which the first usable one goes out.")
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


class Workstream(Named):
    """The settings by which the conversations of its channels are handled."""

    languages: tuple[Language, ...] = Field(default=(), description="The first is the default.")
    distribution: Distribution = Field(default_factory=Distribution)
    classification: tuple[Ruleset, ...] = ()
    route_to_queue: RouteToQueue
    replies: Replies = Field(default_factory=Replies)
    lifecycle: Lifecycle = Field(default_factory=Lifecycle)
    wrap_up: WrapUp = Field(default_factory=WrapUp)
    timezone: TimeZone | None = Field(default=None, description="Of now.*; left out: that of its queues' hours.")
    automated_messages: Table[MessageTrigger, Messages] = Field(default_factory=no_entries)
    inactivity: tuple[InactivityRule, ...] = ()
    survey: Survey | None = None
    quick_replies: tuple[QuickReply, ...] = ()
    opt_out: OptOut = Field(default_factory=OptOut)
