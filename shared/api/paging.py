"""Lists a page at a time.

A cursor is the place after which the next page starts, so that what comes or goes meanwhile neither repeats nor hides
the rest. Whatever has its form is a place, also one where nothing is.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field, PlainValidator

from shared.api.models import Query, View

Place = tuple[int | str, ...]
Places = Mapping[str, tuple[type[int] | type[str] | re.Pattern[str], ...]]
"""What a place's parts are, by the order of the list: numbers, texts, or texts that match."""

_NUMBER: Final = "-?[0-9]{1,18}"
_TEXT: Final = "(?:[A-Za-z0-9_:-]|~(?:0[0-9a-f]|10)[0-9a-f]{4})*"


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
    return PlainValidator(lambda cursor: decode_cursor(cursor, places), json_schema_input_type=cursor_in(places))


def cursor_in(places: Places) -> Any:
    """Return the type of the cursors of these orders, as the document has it."""
    return Annotated[str, Field(pattern=f"^(?:{'|'.join(_form(order, places[order]) for order in places)})$")]


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
    return ".".join((order, *(str(part) if isinstance(part, int) else _escaped(part) for part in place)))


def decode_cursor(cursor: str, places: Places) -> Place:
    """Return the place in a cursor.

    Raises:
        ValueError: The cursor is of none of these orders.
    """
    order, *parts = cursor.split(".")
    kinds = places.get(order, ())
    if not kinds or not re.fullmatch(_form(order, kinds), cursor):
        raise ValueError("is not one of this list")
    return tuple(int(part) if kind is int else _plain(part) for kind, part in zip(kinds, parts, strict=True))


def _form(order: str, kinds: Sequence[type | re.Pattern[str]]) -> str:
    """Return the regular expression of an order's cursors."""
    forms = (kind.pattern if isinstance(kind, re.Pattern) else _NUMBER if kind is int else _TEXT for kind in kinds)
    return "[.]".join((order, *forms))


def _escaped(text: str) -> str:
    return re.sub("[^A-Za-z0-9_:-]", lambda found: f"~{ord(found[0]):06x}", text)


def _plain(text: str) -> str:
    return re.sub("~(.{6})", lambda found: chr(int(found[1], 16)), text)
