"""The examples in the OpenAPI document: real answers, recorded by a test, which fails once they are not."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

FILE: Final = Path(__file__).with_name("examples.json")
_JSON: Final = ("application/json", "application/problem+json")

type Examples = Mapping[str, Mapping[str, Any]]
"""By operation: the body of a `request` that was done, and in `responses` the body of an answer a status."""


def read_examples() -> Examples:
    """Return the examples; they are read when the document is made, once a worker."""
    found: Examples = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def illustrated(operation: Mapping[str, Any], examples: Examples) -> dict[str, Any]:
    """Return the description of an operation with an example beside each body that it has one for."""
    example = examples.get(operation["operationId"], {})
    answers = example.get("responses", {})
    responses = {status: _with(described, answers.get(status)) for status, described in operation["responses"].items()}
    body = operation.get("requestBody")
    asked = {"requestBody": _with(body, example.get("request"))} if body else {}
    return {**operation, **asked, "responses": responses}


def _with(described: Mapping[str, Any], example: object) -> Mapping[str, Any]:
    if example is None or "content" not in described:
        return described
    content = {
        kind: {**media_type, "example": example} if kind in _JSON else media_type
        for kind, media_type in described["content"].items()
    }
    return {**described, "content": content}
