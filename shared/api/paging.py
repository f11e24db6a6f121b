"""Lists a page at a time. A cursor is the place after which the next page starts, so that what comes or goes meanwhile
neither repeats nor hides the rest.
"""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from typing import Annotated

from pydantic import Field

from shared.api.models import Query, View
from shared.vocabulary.errors import Refused

type Place = tuple[int | str, ...]


class Page[Item](View):
    """Some items, and the cursor of those that follow (null: there are none)."""

    items: tuple[Item, ...]
    next_cursor: str | None


class PageQuery(Query):
    """Which page."""

    limit: Annotated[int, Field(ge=1, le=100)] = 50
    cursor: str | None = None


def cut[Item](
    items: Sequence[Item], place_of: Callable[[Item], Place], order: str, query: PageQuery
) -> tuple[Sequence[Item], str | None]:
    """One page out of all items, sorted by their places, and the next page's cursor.

    Raises:
        Refused: `invalid_request` when the cursor is of no page in this order.
    """
    placed = sorted((place_of(item), at) for at, item in enumerate(items))
    if query.cursor:
        after = decode_cursor(query.cursor, order, *(type(part) for part in placed[0][0])) if placed else ()
        placed = [each for each in placed if each[0] > after]
    page = [items[at] for _, at in placed[: query.limit]]
    more = len(placed) > query.limit
    return page, encode_cursor(order, placed[query.limit - 1][0]) if more else None


def encode_cursor(order: str, place: Place) -> str:
    """The cursor of what comes after a place."""
    return base64.urlsafe_b64encode(json.dumps([order, *place]).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, order: str, *types: type) -> Place:
    """The place in a cursor.

    Raises:
        Refused: `invalid_request` when the cursor was not made for this order.
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        found = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError):
        found = None
    if isinstance(found, list) and found[:1] == [order] and [type(part) for part in found[1:]] == [*types]:
        return tuple(found[1:])
    raise Refused(
        "invalid_request", "The cursor is not one of this list.", errors=(("cursor", "is not one of this list"),)
    )
