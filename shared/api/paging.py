"""Lists a page at a time.

A cursor is the place after which the next page starts, so that what comes or goes meanwhile neither repeats nor hides
the rest.
"""

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated

from pydantic import BeforeValidator, Field, PlainValidator

from shared.api.models import Query, View

Place = tuple[int | str, ...]
Places = Mapping[str, tuple[type, ...]]
"""The types of a place's parts, by the order of the list."""


class Page[Item](View):
    """Some items, and the cursor of those that follow (null: there are none)."""

    items: tuple[Item, ...]
    next_cursor: str | None


def _digits(text: str) -> str:
    if not (text.isascii() and text.isdecimal()):
        raise ValueError("expected a number in plain digits")
    return text


class PageQuery(Query):
    """How many items. Each list adds a `cursor`: a place in its own order."""

    limit: Annotated[int, Field(ge=1, le=100), BeforeValidator(_digits)] = 50


def place_in(places: Places) -> PlainValidator:
    """Return the validator of a query parameter that is a cursor: a place in one of these orders."""
    return PlainValidator(lambda cursor: decode_cursor(cursor, places), json_schema_input_type=str)


def cut[Item](
    items: Sequence[Item], place_of: Callable[[Item], Place], order: str, limit: int, after: Place | None
) -> tuple[Sequence[Item], str | None]:
    """Return one page out of all items, sorted by their places, and the next page's cursor."""
    placed = sorted((place_of(item), at) for at, item in enumerate(items))
    if after is not None:
        placed = [each for each in placed if each[0] > after]
    page = [items[at] for _, at in placed[:limit]]
    more = len(placed) > limit
    return page, encode_cursor(order, placed[limit - 1][0]) if more else None


def encode_cursor(order: str, place: Place) -> str:
    """Return the cursor of what comes after a place."""
    return base64.urlsafe_b64encode(json.dumps([order, *place]).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, places: Places) -> Place:
    """Return the place in a cursor.

    Raises:
        ValueError: The cursor was not made for any of these orders.
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        found = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError):
        found = None
    match found:
        case [str() as order, *place] if places.get(order) == tuple(type(part) for part in place):
            return tuple(place)
    raise ValueError("is not one of this list")
