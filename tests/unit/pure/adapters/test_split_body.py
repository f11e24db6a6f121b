"""A body in pieces that each fit a property of Table Storage, counted as the service counts: in UTF-16."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.adapters.table_storage import split_body

LIMIT = 30_000  # UTF-16 units, 60,000 bytes, in a property


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@given(
    start=st.text(max_size=3),
    filler=st.sampled_from(["x", "é", "語", "😀", "x😀", "😀x"]),
    length=st.integers(min_value=0, max_value=100_000),
)
def test_the_pieces_fit_are_whole_characters_and_make_the_body(start: str, filler: str, length: int) -> None:
    body = start + (filler * length)[:length]

    pieces = list(split_body(body))

    assert "".join(pieces) == body
    assert all(units(piece) <= LIMIT for piece in pieces)  # half a pair could not be encoded


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("", 1),
        ("x" * LIMIT, 1),
        ("x" * (LIMIT + 1), 2),
        ("😀" * (LIMIT // 2), 1),
        ("x" + "😀" * (LIMIT // 2), 2),
        ("é" * 3 * LIMIT, 3),
    ],
    ids=["empty", "full", "one over", "full of pairs", "pairs out of step", "three"],
)
def test_there_are_no_more_pieces_than_needed(body: str, count: int) -> None:
    assert len(list(split_body(body))) == count
