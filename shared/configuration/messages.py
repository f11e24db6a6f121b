"""What the app says by itself, and the texts at an agent's hand."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import cached_property
from typing import Annotated, Any, Final, Literal

from pydantic import Field, PlainValidator, PrivateAttr, WithJsonSchema

from shared.configuration.base import Model, Table, no_entries
from shared.configuration.durations import PositiveDuration
from shared.configuration.keywords import keyword
from shared.configuration.problems import did_you_mean, shown
from shared.configuration.scalars import Label, Language, MessageText, Name, Tag, TemplateName, WholeNumber
from shared.vocabulary.words import Trigger

Messages = Annotated[Table[Language, MessageText], Field(min_length=1)]
"""One text in several languages."""

TRIGGERS: Final = (
    Trigger.GREETING,
    Trigger.OUT_OF_HOURS,
    Trigger.HOLIDAY,
    Trigger.NOT_ASSIGNED,
    Trigger.AGENT_ASSIGNED,
    Trigger.TRANSFERRED,
    Trigger.OVERFLOW_CLOSED,
    Trigger.CONVERSATION_CLOSED,
)
"""Those that have their texts under `automated_messages`; the others have keys of their own."""
_SUCCESSORS = {
    "agent_joined": Trigger.AGENT_ASSIGNED,
    "agent_disconnected": Trigger.NOT_ASSIGNED,
    "agent_ended": Trigger.CONVERSATION_CLOSED,
}
"""What the first version called otherwise, or told apart."""


def _trigger(value: Any) -> Trigger:
    if value in TRIGGERS:
        return Trigger(value)
    if successor := _SUCCESSORS.get(value):
        raise ValueError(f"not known any more; its successor is {successor}")
    hint = did_you_mean(str(value), TRIGGERS, listed=True)
    raise ValueError(f"expected {', '.join(TRIGGERS)}{shown(value)}{hint}")


MessageTrigger = Annotated[
    Trigger, PlainValidator(_trigger), WithJsonSchema({"type": "string", "enum": [*map(str, TRIGGERS)]})
]
"""A trigger that has its text among the automated messages."""


class Survey(Model):
    """Asked once when a conversation is closed: as text while the window is open, else by `template` if there is one.

    Scores count from 1, the worst. `after` and `buttons` are the first version's words: `buttons` are answers in
    whatever language.
    """

    question: Messages | None = None
    written_scale: Annotated[WholeNumber, Field(ge=2, le=10)] | None = Field(
        default=None, alias="scale", description="The best score. Left out: as many as there are answers, else 5."
    )
    answers: Table[Language, tuple[Label, ...]] = Field(
        default_factory=no_entries, description="What counts as an answer besides the number, the worst first."
    )
    template: TemplateName | None = Field(default=None, description="Asks while the window is closed.")
    thanks: Messages | None = None
    expires_after: PositiveDuration = timedelta(hours=24)
    sample: Annotated[WholeNumber, Field(ge=0, le=100)] = Field(
        default=100, description="How many of a hundred conversations are asked about."
    )
    after: Literal["closed"] = "closed"
    buttons: tuple[Label, ...] = ()

    _template_buttons: tuple[tuple[str, ...], ...] = PrivateAttr(default=())

    def with_template_buttons(self, *buttons: tuple[str, ...]) -> None:
        """Note the quick-reply buttons of the template in each of its languages; once, when the file is loaded."""
        self._template_buttons = buttons

    @property
    def scale(self) -> int:
        """The best score."""
        return self.written_scale or next((len(texts) for texts in self.answer_lists()), 5)

    @cached_property
    def scores(self) -> Mapping[str, int]:
        """The score of each answer that is no number, folded by `keyword`."""
        return {keyword(text): score for texts in self.answer_lists() for score, text in enumerate(texts, start=1)}

    def answer_lists(self) -> Iterator[tuple[str, ...]]:
        """Yield each list of answers, the worst first: those written, and the buttons of the template."""
        lists = (*self.answers.values(), self.buttons, *self._template_buttons)
        return (texts for texts in lists if texts)


class QuickReply(Model):
    """A text at an agent's hand."""

    name: Name
    tags: tuple[Tag, ...] = ()
    text: Messages


class OptOut(Model):
    """The words by which a customer ends, and resumes, messages that are no direct answer."""

    keywords: tuple[Label, ...] = ()
    confirm: Messages | None = None
    resume: tuple[Label, ...] = ()
    resumed: Messages | None = None

    @cached_property
    def ends(self) -> frozenset[str]:
        """The keywords, folded by `keyword`."""
        return frozenset(map(keyword, self.keywords))

    @cached_property
    def resumes(self) -> frozenset[str]:
        """The words that take an opt-out back, folded by `keyword`."""
        return frozenset(map(keyword, self.resume))
