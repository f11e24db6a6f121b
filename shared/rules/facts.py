"""What a condition can ask about: the message, its contact and channel, the time and the variables."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import nan

from shared.configuration.patterns import MAX_SEEN, folded, seen
from shared.configuration.scalars import Value, Weekday
from shared.rules.countries import country_of
from shared.vocabulary.invisible import shows_nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The attribute for the field `message.text` is `message_text`, and so on; None is what is not known.

    `message_button` is the payload or id of the button that was tapped, `message_list` the id of the row chosen.
    `now` is the moment in the workstream's time zone (`Configuration.time_zone`).
    """

    now: datetime
    message_kind: str
    channel_name: str
    channel_id: str
    message_text: str | None = None
    message_button: str | None = None
    message_list: str | None = None
    contact_phone: str | None = None
    contact_bsuid: str | None = None
    contact_language: str | None = None
    contact_name: str | None = None
    contact_returning: bool = False
    queue_length: int | None = None
    out_of_hours: bool | None = None
    variables: Mapping[str, Value] = field(default_factory=dict)

    @property
    def contact_country(self) -> str | None:
        """The country of the phone number, else of the BSUID, as two letters."""
        return country_of(self.contact_phone, self.contact_bsuid)

    @property
    def now_hour(self) -> int:
        """The hour, 0 to 23."""
        return self.now.hour

    @property
    def now_weekday(self) -> Weekday:
        """The day, from `mon` to `sun`."""
        return list(Weekday)[self.now.weekday()]

    def value(self, name: str) -> Value | None:
        """Return the value of a condition's field, such as `message.text` or `var.topic`."""
        if name.startswith("var."):
            return self.variables.get(name.removeprefix("var."))
        value: Value | None = getattr(self, name.replace(".", "_"))
        return value


class Form[T](dict[str, T]):
    """The values of fields in one form; each is made when a condition first asks for it."""

    def __init__(self, make: Callable[[str], T]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, name: str) -> T:
        value = self[name] = self._make(name)
        return value

    def carry_over(self, other: "Form[T]", changed: Collection[str]) -> None:
        """Take the values that another form has made already, but for those of `changed` fields."""
        self.update({name: value for name, value in other.items() if name not in changed})


class Forms:
    """All values in the forms of one way to compare.

    Attributes:
        text: As text; empty is what is not known.
        known: Whether there is anything.
        seen: What a regular expression sees.
    """

    __slots__ = ("known", "seen", "text")

    def __init__(self, text: Callable[[str], str], known: Callable[[str], bool], seen: Callable[[str], str]) -> None:
        self.text, self.known, self.seen = Form(text), Form(known), Form(seen)

    def carry_over(self, other: "Forms", changed: Collection[str]) -> None:
        """Take what others have made already, but for `changed` fields."""
        self.text.carry_over(other.text, changed)
        self.known.carry_over(other.known, changed)
        self.seen.carry_over(other.seen, changed)


class FoldedFacts(Forms):
    """Facts in the forms that conditions compare: each is made once a message, however many rules ask for it.

    Attributes:
        exact: As the values came; the attributes beside it ignore what `folded` leaves out.
        number: As a number; NaN, for which no comparison holds, where it is none.
    """

    __slots__ = ("exact", "facts", "number")

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.number = Form(self._number)
        self.exact = exact = Forms(
            text=self._written, known=lambda name: exact.text[name] != "", seen=lambda name: exact.text[name][:MAX_SEEN]
        )
        super().__init__(
            text=lambda name: folded(exact.text[name]) if self.known[name] else "",
            known=lambda name: not shows_nothing(exact.text[name]),
            seen=lambda name: seen(exact.text[name]),
        )

    def with_results(self, variables: Mapping[str, Value], language: str | None) -> "FoldedFacts":
        """Return the facts as the rules see them that come after one that set these; the rest stays folded."""
        facts = self.facts
        variables_then = {**facts.variables, **variables}
        then = replace(facts, variables=variables_then, contact_language=language or facts.contact_language)
        return self._changed(then, {"contact.language", *(f"var.{name}" for name in variables)})

    def with_queue(self, length: int | None, *, out_of_hours: bool) -> "FoldedFacts":
        """Return the facts as the overflow of one queue sees them."""
        facts = replace(self.facts, queue_length=length, out_of_hours=out_of_hours)
        return self._changed(facts, {"queue.length", "out_of_hours"})

    def _changed(self, facts: Facts, changed: Collection[str]) -> "FoldedFacts":
        then = FoldedFacts(facts)
        then.carry_over(self, changed)
        then.exact.carry_over(self.exact, changed)
        then.number.carry_over(self.number, changed)
        return then

    def _written(self, name: str) -> str:
        value = self.facts.value(name)
        return "" if value is None else as_text(value)

    def _number(self, name: str) -> float:
        value = self.facts.value(name)
        try:
            return nan if value is None else float(value)
        except (ValueError, OverflowError):
            return nan


def as_text(value: Value) -> str:
    """Return a value as it is compared with text: `true` and `false` as the file writes them."""
    return str(value).lower() if isinstance(value, bool) else str(value)
