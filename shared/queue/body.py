"""Reads the bodies of the queues' messages, field by field: what is missing, or of another type, is said by name."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shared.vocabulary.errors import Unreadable


def decode_body(body: bytes) -> Mapping[str, Any]:
    """Read the JSON object in a message's body.

    Raises:
        Unreadable: It is no JSON object.
    """
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable("the body is not JSON") from error
    if not isinstance(value, dict):
        raise Unreadable("the body is not a JSON object")
    return value


def text(body: Mapping[str, Any], name: str) -> str:
    """Return a field that is a text.

    Raises:
        Unreadable: It is none.
    """
    value = body.get(name)
    if not isinstance(value, str):
        raise Unreadable(f"{name} is no text")
    return value


def two_texts(value: Any) -> tuple[str, str]:
    """Return a pair of texts, which JSON knows as a list.

    Raises:
        Unreadable: It is none.
    """
    if not isinstance(value, list) or len(value) != 2 or not all(isinstance(each, str) for each in value):
        raise Unreadable("a pair is two texts")
    return value[0], value[1]


def number(body: Mapping[str, Any], name: str) -> int:
    """Return a field that is a whole number.

    Raises:
        Unreadable: It is none.
    """
    value = body.get(name)
    if not isinstance(value, int):
        raise Unreadable(f"{name} is no number")
    return value


def moment(body: Mapping[str, Any], name: str) -> datetime:
    """Return a field that is a time.

    Raises:
        Unreadable: It is none.
    """
    try:
        return datetime.fromisoformat(text(body, name))
    except ValueError:
        raise Unreadable(f"{name} is no time") from None
