"""What an error of the models means, in words for the person who writes the file."""

from functools import cache
from typing import Any

from pydantic_core import ErrorDetails

from shared.configuration.document import Configuration
from shared.configuration.problems import Location, did_you_mean, shown

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
    schema = _schema()
    node = schema
    for step in location[:-1]:
        node = _child(_resolved(node, schema), step)
    return list(_resolved(node, schema).get("properties", ()))


@cache
def _schema() -> dict[str, Any]:
    return Configuration.model_json_schema()


def _resolved(node: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Return the object or list that a node of the JSON Schema stands for: references followed, null left out."""
    while "$ref" in node or "anyOf" in node:
        if "$ref" in node:
            node = schema["$defs"][node["$ref"].rpartition("/")[2]]
        else:
            node = next(choice for choice in node["anyOf"] if {"$ref", "items", "properties"} & choice.keys())
    return node


def _child(node: dict[str, Any], step: str | int) -> dict[str, Any]:
    if isinstance(step, int):
        items: dict[str, Any] = node["items"]
        return items
    entries: list[dict[str, Any]] = [*node.get("patternProperties", {}).values(), node.get("additionalProperties", {})]
    return node["properties"][step] if step in node.get("properties", {}) else entries[0]
