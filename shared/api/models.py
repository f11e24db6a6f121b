"""What the models of requests and answers have in common: camelCase, nothing unknown, no work at import.

Bodies are read strictly from JSON, query parameters from text.
"""

from functools import cache
from typing import Any, ClassVar, Final

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic.alias_generators import to_camel


class View(BaseModel):
    """Part of an answer. A field is always there, unless it is `absent`: its schema says so, whatever the default."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        validate_by_name=True,
        frozen=True,
        defer_build=True,
        json_schema_serialization_defaults_required=True,
    )


class Body(BaseModel):
    """Part of a request's body; itself that of a request without one, which has no fields.

    Attributes:
        VARIANTS: The fields that hold one of several models, by a discriminator: no part of a path that callers see.
    """

    VARIANTS: ClassVar[frozenset[str]] = frozenset()

    model_config = ConfigDict(
        alias_generator=to_camel, extra="forbid", strict=True, frozen=True, defer_build=True, hide_input_in_errors=True
    )


class Query(BaseModel):
    """A request's query parameters; itself those of a route that takes none."""

    model_config = ConfigDict(
        alias_generator=to_camel, extra="forbid", frozen=True, defer_build=True, hide_input_in_errors=True
    )


def _is_none(value: object) -> bool:
    return value is None


def absent() -> Any:
    """Return a field of a view that is left out when there is nothing to say."""
    return Field(default=None, exclude_if=_is_none)


def listed(value: str) -> tuple[str, ...]:
    """Return the values in a query parameter that takes several: they stand with commas between them."""
    return tuple(filter(None, value.split(",")))


SEVERAL = BeforeValidator(listed)
"""For a tuple in a query parameter."""


def _true_or_false(value: object) -> object:
    if value not in ("true", "false"):
        raise ValueError("expected true or false")
    return value


FLAG = BeforeValidator(_true_or_false)
"""For a bool in a query parameter."""


def in_one(expected: str) -> WrapValidator:
    """For what may be wrong in several ways, a union above all: whichever it is, it is one problem, in these words."""

    def read(value: object, handler: ValidatorFunctionWrapHandler) -> Any:
        try:
            return handler(value)
        except ValidationError:
            raise ValueError(expected) from None

    return WrapValidator(read)


ALONE: Final = "(alone)"
BY_LANGUAGE: Final = "(by language)"
"""Tags of a field that is either one thing or one a language; no part of a path that callers see."""


def _whole(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


WHOLE = BeforeValidator(_whole)
"""For an int in a body: JSON knows one kind of number, and to some systems 5 is 5.0."""


def fits(kind: Any, value: object) -> bool:
    """Tell whether a value can be read as that type."""
    try:
        adapter_of(kind).validate_python(value)
    except ValidationError:
        return False
    return True


def may_be_left_out(body: Any) -> bool:
    """Tell whether a request without a body is as good as one with an empty object."""
    return fits(body, {})


@cache
def adapter_of(kind: Any) -> TypeAdapter[Any]:
    """Return the reader of a model, built when it is first needed."""
    return TypeAdapter(kind)
