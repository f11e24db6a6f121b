"""What an error of the models means, in words for the person who writes the file."""

from collections.abc import Iterator
from typing import Any

from pydantic_core import ErrorDetails

from shared.configuration.problems import Location, did_you_mean, shown
from shared.configuration.schema import file_schema

_EXPECTED = {
    "missing": "required, but not written",
    "string_type": "expected text",
    "int_type": "expected a whole number",
    "bool_type": "expected true or false",
    "model_type": "expected a mapping, such as {{name: value}}",
    "dict_type": "expected a mapping, such as {{name: value}}",
    "mapping_type": "expected a mapping, such as {{name: value}}",
    "tuple_type": "expected a list, such as [a, b]",
    "greater_than_equal": "expected {ge} or more",
    "less_than_equal": "expected {le} or less",
    "too_short": "expected at least one",
    "string_too_short": "expected some text",
    "string_too_long": "longer than {max_length:,} characters",
    "enum": "expected {expected}",
    "literal_error": "expected {expected}",
    "value_error": "{error}",
}
_SINGLE_VALUES = ("string_type", "int_type", "bool_type", "greater_than_equal", "less_than_equal", "literal_error")


def message_of(error: ErrorDetails, location: Location) -> str:
    """Return what was expected at `location` and, where it is short, what was found there."""
    kind, found = error["type"], error["input"]
    if kind == "extra_forbidden":
        known = _fields_beside(location)
        return ("unknown operator" if "exists" in known else "unknown field") + did_you_mean(str(location[-1]), known)
    expected = _EXPECTED.get(kind)
    if expected is None:
        return error["msg"]
    message = expected.format(**error.get("ctx", {}))
    if kind == "enum":
        choices = message.removeprefix("expected ").replace("'", "").replace(" or ", ", ").split(", ")
        return f"expected {', '.join(choices)}{shown(found)}{did_you_mean(str(found), choices, listed=True)}"
    return message + (shown(found) if kind in _SINGLE_VALUES else "")


def _fields_beside(location: Location) -> list[str]:
    """Return the names of the fields that the mapping around `location` may have."""
    schema = file_schema()
    node = schema
    for step in location[:-1]:
        node = next(child for each in _alternatives(node, schema) if (child := _child(each, step)) is not None)
    return [name for each in _alternatives(node, schema) for name in each.get("properties", ())]


def _alternatives(node: dict[str, Any], schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what a node of the JSON Schema may be, references followed."""
    if "$ref" in node:
        yield from _alternatives(schema["$defs"][node["$ref"].rpartition("/")[2]], schema)
    elif "anyOf" in node:
        for choice in node["anyOf"]:
            yield from _alternatives(choice, schema)
    else:
        yield node


def _child(node: dict[str, Any], step: str | int) -> dict[str, Any] | None:
    """Return what stands under a key or index of an object or list; None where it can't have one."""
    if isinstance(step, int):
        return node.get("items")
    entries = [*node.get("patternProperties", {}).values(), node.get("additionalProperties") or None]
    found: dict[str, Any] | None = node.get("properties", {}).get(step, next(filter(None, entries), None))
    return found
