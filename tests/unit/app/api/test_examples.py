"""The examples in the document are what the app answers, and what the document says that it answers."""

from collections.abc import Iterator
from typing import Any

import jsonschema_rs

from shared.api.examples import read_examples
from shared.api.openapi import document_of
from shared.api.routes import ROUTES
from shared.settings import AuthMode
from tests.unit.app.api.example_day import record

JSON = ("application/json", "application/problem+json")


DOCUMENT = document_of(list(ROUTES.values()), AuthMode.KEY, read_examples()).root


def bodies() -> Iterator[tuple[str, dict[str, Any]]]:
    """Each JSON body that the document describes, by operation and status (or `request`)."""
    for operations in DOCUMENT["paths"].values():
        for operation in operations.values():
            parts = {"request": operation.get("requestBody", {}), **operation["responses"]}
            for part, holder in parts.items():
                for kind, media_type in holder.get("content", {}).items():
                    if kind in JSON:
                        yield f"{operation['operationId']} {part}", media_type


async def test_the_examples_are_what_the_app_answers() -> None:
    """Else: python -m tests.unit.app.api.example_day."""
    assert read_examples() == await record()


def test_every_operation_has_an_example_of_what_it_takes_and_of_what_it_answers() -> None:
    without = {
        where
        for where, body in bodies()
        if "example" not in body and (where.endswith(" request") or where.split()[1].startswith("2"))
    }

    assert without == {
        "get_openapi 200",
        "head_health 200",  # which has no body
        "get_desk_file 200",
        "get_contact_export 200",  # rows as they are stored, which gain fields
        "post_conversations 200",  # looks like 201
    }


def test_every_example_is_as_its_schema_says() -> None:
    wrong = {}
    for where, body in bodies():
        if "example" in body:
            schema = {**body["schema"], "components": DOCUMENT["components"]}
            validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
            if errors := [error.message for error in validator.iter_errors(body["example"])]:
                wrong[where] = errors
    assert wrong == {}


def test_no_example_is_left_over() -> None:
    shown = {where for where, body in bodies() if "example" in body}

    assert shown == {
        f"{operation} {part}"
        for operation, example in read_examples().items()
        for part in [*example["responses"], *(["request"] if "request" in example else [])]
    }
