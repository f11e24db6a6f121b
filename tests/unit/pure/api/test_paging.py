"""Cursors: what the document allows is a place, and what is a place comes through unharmed."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from shared.api.paging import Place, cursor_in, decode_cursor, encode_cursor

PLACES = {"named": (int, str, str), "lines": (re.compile("[0-9]{3}:[0-9]"),)}
FORM = TypeAdapter(cursor_in(PLACES)).json_schema()["pattern"]


@given(st.tuples(st.integers(-(10**18) + 1, 10**18 - 1), st.text(), st.text()))
def test_a_place_comes_back_from_its_cursor(place: Place) -> None:
    cursor = encode_cursor("named", place)

    assert decode_cursor(cursor, PLACES) == place
    assert re.fullmatch("[A-Za-z0-9_.:~-]+", cursor)


@given(st.from_regex(FORM, fullmatch=True))
def test_whatever_has_the_form_of_the_document_is_a_place(cursor: str) -> None:
    assert decode_cursor(cursor, PLACES)


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "named",
        "named.1.a",
        "named.x.a.b",
        "named.1.a.b.c",
        "other.1",
        "lines.12:3",
        "lines.123:4\n",
        "named.1.a b.c",
    ],
)
def test_what_has_not_is_none(cursor: str) -> None:
    with pytest.raises(ValueError, match="is not one of this list"):
        decode_cursor(cursor, PLACES)
