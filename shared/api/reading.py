"""Reads the query and the body of a request as models, and names everything that is wrong with them at once, by path.

A model's validators find the app's services as their context. The error of a validator is its own words.
"""

from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from shared.api.call import Services
from shared.api.models import ALONE, BY_LANGUAGE, Body, Query, adapter_of
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Refused

_TAGGED_UNION_ERRORS = ("union_tag_invalid", "union_tag_not_found")
_NUMBERS = ("limit",)
_NOT_SEEN = (ALONE, BY_LANGUAGE, "[key]")
"""What pydantic puts into places beside names and numbers."""
_LIMITED_TEXTS = ("text", "caption")
_THE_BODY_ITSELF = frozenset({""})
"""Has variants where a body may be one of several models."""


class Reading:
    """The reading of one request."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._problems: list[tuple[str, str]] = []
        self._codes: set[Code] = set()

    def query(self, kind: type[Query], given: Mapping[str, str]) -> Any:
        """Return the model in query parameters. None if anything is wrong.

        A filter without a value filters nothing; a number without a value is a mistake of the caller's.
        """
        values = {name: value for name, value in given.items() if value != "" or name in _NUMBERS}
        return self._read(lambda: adapter_of(kind).validate_python(values, context=self._services))

    def body(self, kind: Any, given: bytes) -> Any:
        """Return the model in a body; where none is expected, nothing or an empty object. None if anything is wrong.

        A byte-order mark, which some systems put before all that they write, is skipped (RFC 8259, §8.1).
        """
        given = given.removeprefix(BOM_UTF8)
        if not given.strip():
            if kind is None:
                return None
            given = b"{}"  # so that what is missing is named, and a body in which all may be left out may be, too
        kind = kind or Body
        one_model = isinstance(kind, type) and issubclass(kind, Body)
        variants = kind.VARIANTS if one_model else _THE_BODY_ITSELF
        return self._read(lambda: adapter_of(kind).validate_json(given, context=self._services), variants)

    def note(self, problems: Iterable[tuple[str, str]]) -> None:
        """Add what is wrong elsewhere: (path, message)."""
        for problem in problems:
            self._problems.append(problem)
            self._codes.add(Code.INVALID_REQUEST)

    def finish(self) -> None:
        """Refuse the request if anything is wrong.

        Raises:
            Refused: `text_too_long` when nothing but that is wrong, else `invalid_request`.
        """
        if self._problems:
            code = self._codes.pop() if len(self._codes) == 1 else Code.INVALID_REQUEST
            detail = "The request is not as it has to be; `errors` names each problem."
            raise Refused(code, detail, errors=tuple(self._problems))

    def _read(self, read: Callable[[], Any], variants: frozenset[str] = frozenset()) -> Any:
        """Return what `read` gives; behind what holds `variants`, pydantic's paths name the variant."""
        try:
            return read()
        except ValidationError as error:
            for each in error.errors(include_url=False, include_input=False):
                self._problems.append((_path(each, variants), _message(each)))
                self._codes.add(_code(each))
            return None


def _code(error: ErrorDetails) -> Code:
    too_long = error["type"] == "string_too_long" and error["loc"][-1] in _LIMITED_TEXTS
    return Code.TEXT_TOO_LONG if too_long else Code.INVALID_REQUEST


def _path(error: ErrorDetails, variants: frozenset[str]) -> str:
    """Return where something stands, as in `parameters[0]`."""
    path, before = "", ""
    for part in error["loc"]:
        if part in _NOT_SEEN or before in variants:
            before = "[variant]"
            continue
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
        before = path
    if error["type"] in _TAGGED_UNION_ERRORS:
        discriminator = str(error["ctx"]["discriminator"]).strip("'")
        return f"{path}.{discriminator}" if path else discriminator
    return path


def _message(error: ErrorDetails) -> str:
    match error["type"]:
        case "extra_forbidden":
            return "there is no such field here"
        case "missing" | "union_tag_not_found":
            return "is missing"
        case "union_tag_invalid":
            return f"expected one of {error['ctx']['expected_tags']}"
        case "too_long" | "too_short" as problem:
            bound = error["ctx"]["max_length" if problem == "too_long" else "min_length"]
            return f"expected at {'most' if problem == 'too_long' else 'least'} {bound} of them"
        case "value_error":
            return str(error["ctx"]["error"])
        case _:
            return error["msg"]
