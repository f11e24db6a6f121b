"""What the models of requests and answers have in common: camelCase, nothing unknown, no work at import.

Bodies are read strictly from JSON, query parameters from text. Both name every problem at once, by path.
"""

from functools import cache
from typing import Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel
from pydantic_core import ErrorDetails, PydanticCustomError

from shared.vocabulary.errors import Refused

_TAGGED_UNION_ERRORS = ("union_tag_invalid", "union_tag_not_found")
_LIMITED_TEXTS = ("text", "caption")


class View(BaseModel):
    """Part of an answer."""

    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True, frozen=True, defer_build=True)


class Body(BaseModel):
    """Part of a request's body."""

    model_config = ConfigDict(
        alias_generator=to_camel, extra="forbid", strict=True, frozen=True, defer_build=True, hide_input_in_errors=True
    )


class Query(BaseModel):
    """A request's query parameters."""

    model_config = ConfigDict(
        alias_generator=to_camel, extra="forbid", frozen=True, defer_build=True, hide_input_in_errors=True
    )


def _is_none(value: object) -> bool:
    return value is None


def absent() -> Any:
    """A field of a view that is left out when there is nothing to say."""
    return Field(default=None, exclude_if=_is_none)


def _without_nul(text: str) -> str:
    if "\x00" in text:
        raise PydanticCustomError("nul", "a NUL character can't be sent")
    return text


WITHOUT_NUL = AfterValidator(_without_nul)
"""Of a text that goes unchanged: half surrogate pairs are refused with the JSON, NUL characters by this."""


def _listed(value: object) -> object:
    return tuple(filter(None, value.split(","))) if isinstance(value, str) else value


SEVERAL = BeforeValidator(_listed)
"""Of a tuple in a query parameter: its values stand with commas between them."""


def read_body(kind: Any, body: bytes) -> Any:
    """The model in a body.

    Raises:
        Refused: `text_too_long` when nothing but that is wrong, else `invalid_request`.
    """
    try:
        return adapter_of(kind).validate_json(body)
    except ValidationError as error:
        raise _refusal(error, variants=not isinstance(kind, type)) from None


def read_query(kind: type[Query], query: Any) -> Any:
    """The model in query parameters; one without a value counts as left out.

    Raises:
        Refused: `invalid_request`.
    """
    try:
        return adapter_of(kind).validate_python({name: value for name, value in query.items() if value != ""})
    except ValidationError as error:
        raise _refusal(error) from None


@cache
def adapter_of(kind: Any) -> TypeAdapter[Any]:
    """The reader of a model, built when it is first needed."""
    return TypeAdapter(kind)


def _refusal(error: ValidationError, *, variants: bool = False) -> Refused:
    """The refusal that names each problem; of a body with variants pydantic names the variant first."""
    details = error.errors(include_url=False, include_input=False)
    outer = 1 if variants else 0
    problems = tuple((_path(each, each["loc"][outer:]), _message(each)) for each in details)
    too_long = all(each["type"] == "string_too_long" and each["loc"][-1] in _LIMITED_TEXTS for each in details)
    code = "text_too_long" if too_long else "invalid_request"
    return Refused(code, "The request is not as it has to be; `errors` names each problem.", errors=problems)


def _path(error: ErrorDetails, places: tuple[int | str, ...]) -> str:
    """As in `parameters[0]`."""
    if error["type"] in _TAGGED_UNION_ERRORS:
        return "kind"
    path = ""
    for part in places:
        if isinstance(part, int):
            path += f"[{part}]"
        else:
            path += f".{part}" if path else part
    return path


def _message(error: ErrorDetails) -> str:
    match error["type"]:
        case "extra_forbidden":
            return "there is no such field here"
        case "missing" | "union_tag_not_found":
            return "is missing"
        case "union_tag_invalid":
            return f"expected one of {error['ctx']['expected_tags']}"
        case _:
            return error["msg"]
