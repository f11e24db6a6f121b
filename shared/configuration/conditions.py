"""Conditions of rules as the file writes them: a mapping of `field: {operator: value}`, or `all`, `any` and `not`.

The models say which operators fit which field; regular expressions are compiled once, here. `shared.rules` evaluates.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import AfterValidator, ConfigDict, Field, PlainValidator, WithJsonSchema, model_validator

from shared.configuration.base import Model, Table
from shared.configuration.durations import PositiveDuration
from shared.configuration.patterns import Pattern, folded
from shared.configuration.scalars import Boolean, Country, Number, Text, Value, VariableField, Weekday, WholeNumber
from shared.vocabulary.languages import whatsapp_spelling
from shared.vocabulary.words import MessageKind

VARIABLE = "var."
"""How the field of a variable starts, as in `var.topic`."""


Matches = Annotated[Pattern, PlainValidator(Pattern.parse), WithJsonSchema({"type": "string", "format": "regex"})]

_LanguageText = Annotated[Text, AfterValidator(whatsapp_spelling)]
_PartOfLanguage = Annotated[Text, AfterValidator(lambda part: part.replace("-", "_"))]


class Tests(Model):
    """What a field is tested for; several operators must all hold."""

    exists: Boolean | None = None

    @model_validator(mode="after")
    def _has_operator(self) -> Self:
        if not self.operators:
            known = [field.alias or name for name, field in type(self).model_fields.items() if name != "exact"]
            raise ValueError(f"expected at least one operator: {', '.join(known)}")
        return self

    @cached_property
    def operators(self) -> Mapping[str, Any]:
        """The operators that were written, with their operands."""
        written = {name: getattr(self, name) for name in self.model_fields_set if name != "exact"}
        return {name: operand for name, operand in written.items() if operand is not None}


class ChoiceTests[T](Tests):
    """Tests of a field that has one of several values."""

    equals: T | None = None
    not_equals: T | None = None
    in_: tuple[T, ...] | None = Field(default=None, alias="in", min_length=1)
    not_in: tuple[T, ...] | None = Field(default=None, min_length=1)


class OrderTests(Tests):
    """Tests of a number by its size."""

    gt: Number | None = None
    gte: Number | None = None
    lt: Number | None = None
    lte: Number | None = None


class NumberTests(ChoiceTests[Number], OrderTests):
    """Tests of a number."""


class TextTests[T](ChoiceTests[T]):
    """Tests of a text."""

    contains: Text | None = None
    not_contains: Text | None = None
    starts_with: Text | None = None
    ends_with: Text | None = None
    matches: Matches | None = None
    exact: Boolean = Field(
        default=False,
        description="Compare as written: case, accents, surrounding white space and invisible characters count.",
    )

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        silent = [name for name, operand in self.operators.items() if not self.exact and _says_nothing(operand)]
        if silent:
            raise ValueError(f"{silent[0].removesuffix('_')}: expected a visible character, or exact: true beside it")
        return self


class LanguageTests(TextTests[_LanguageText]):
    """Tests of a language in any spelling; only `matches` sees the one that is stored, such as `pt_BR`."""

    contains: _PartOfLanguage | None = None
    not_contains: _PartOfLanguage | None = None
    starts_with: _PartOfLanguage | None = None
    ends_with: _PartOfLanguage | None = None


class VariableTests(TextTests[Value], OrderTests):
    """Tests of a variable, which may be text or number."""


def _says_nothing(operand: Any) -> bool:
    """Tell whether nothing is left of an operand, or of one in a list, where it is not compared as written."""
    if isinstance(operand, Pattern):
        return operand.says_nothing
    operands = operand if isinstance(operand, tuple) else (operand,)
    return any(isinstance(one, str) and not folded(one) for one in operands)


def _describe_variables(schema: dict[str, Any]) -> None:
    schema["patternProperties"] = schema["properties"].pop(VARIABLE)["anyOf"][0]["patternProperties"]


class Condition(Model):
    """Holds if every part that is written holds; without any part it always holds."""

    model_config = ConfigDict(json_schema_extra=_describe_variables)

    all: tuple["Condition", ...] | None = Field(default=None, min_length=1)
    any: tuple["Condition", ...] | None = Field(default=None, min_length=1)
    not_: "Condition | None" = Field(default=None, alias="not")

    message_text: TextTests[Text] | None = Field(default=None, alias="message.text")
    message_kind: TextTests[MessageKind] | None = Field(default=None, alias="message.kind")
    message_button: TextTests[Text] | None = Field(
        default=None, alias="message.button", description="The payload or id of the button that was tapped."
    )
    message_list: TextTests[Text] | None = Field(
        default=None, alias="message.list", description="The id of the row that was chosen."
    )
    contact_phone: TextTests[Text] | None = Field(default=None, alias="contact.phone")
    contact_country: TextTests[Country] | None = Field(default=None, alias="contact.country")
    contact_language: LanguageTests | None = Field(default=None, alias="contact.language")
    contact_name: TextTests[Text] | None = Field(default=None, alias="contact.name")
    contact_returning: ChoiceTests[Boolean] | None = Field(default=None, alias="contact.returning")
    channel_name: TextTests[Text] | None = Field(default=None, alias="channel.name")
    channel_id: TextTests[Text] | None = Field(default=None, alias="channel.id")
    now_hour: NumberTests | None = Field(default=None, alias="now.hour", description="0 to 23, local time.")
    now_weekday: TextTests[Weekday] | None = Field(default=None, alias="now.weekday")

    variables: Table[VariableField, VariableTests] | None = Field(default=None, alias="var.")
    """The tests of variables, gathered from the fields that start with `var.`."""

    @model_validator(mode="before")
    @classmethod
    def _gather_variables(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        variables = {field: tests for field, tests in value.items() if field.startswith(VARIABLE)}
        others = {field: tests for field, tests in value.items() if field not in variables}
        return others | {VARIABLE: variables} if variables else others

    @cached_property
    def tests(self) -> Mapping[str, Tests]:
        """The tests that were written, by the name of their field; `all`, `any` and `not` are not among them."""
        fields = {field.alias or name: getattr(self, name) for name, field in type(self).model_fields.items()}
        tests = {field: tests for field, tests in fields.items() if isinstance(tests, Tests)}
        return {**tests, **(self.variables or {})}

    @property
    def always_holds(self) -> bool:
        """Whether the condition has no part at all."""
        return all(getattr(self, name) is None for name in type(self).model_fields)


class OverflowCondition(Condition):
    """When a queue overflows; the parts of any condition may be added."""

    out_of_hours: Boolean | None = None
    length: Annotated[WholeNumber, Field(ge=1)] | None = None
    waiting: PositiveDuration | None = None
    queue_length: NumberTests | None = Field(default=None, alias="queue.length")
