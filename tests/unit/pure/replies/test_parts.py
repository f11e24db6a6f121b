"""Long texts in parts: what each holds, and where it is cut."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.replies.parts import LONGEST_TEXT, MOST_PARTS, parts_of
from shared.vocabulary.characters import characters, is_inside_one

PIECES = (
    "mot ",
    "x" * 700,
    "é",
    "e\u0301" * 90,
    "👩‍👩‍👧" * 40,
    "🇫🇷" * 60,
    "👍🏽",
    "Fin. ",
    "\n",
    "\n\n",
    " \n \n",
    "\u00a0",
    "。",
)


@pytest.mark.parametrize(
    ("text", "lengths"),
    [
        ("a" * 4096, [4096]),
        ("a" * 4097, [4096, 1]),
        ("👍" * 2049, [4096, 2]),
        ("a" * 1500 + "\n\n" + "b" * 3000, [1500, 3000]),
        ("a" * 1500 + "\n  \n\n  " + "b" * 3000, [1500, 3000]),
        ("a" * 1500 + "\n\n" + "b" * 1000 + "\n\n" + "c" * 3000, [2502, 3000]),
        ("a " * 500 + "\n\n" + "b. " * 1500, [999, 4094, 405]),
        ("a. " * 1000 + "b " * 1500, [2999, 3000]),
        ("a. " * 1000 + "b " * 500 + "\n" + "c " * 500, [3999, 1000]),
        ("a" * 4090 + " " * 100, [4090]),
        (" " * 5000 + "a", [4096, 905]),
        ("e\u0301" * 2100, [4096, 104]),
        ("a" * 4095 + " \u0301b", [4095, 3]),
        ("👩‍👩‍👧" * 600, [4096, 704]),
        ("a" * 4000 + "\u00a0" + "b" * 1000, [4096, 905]),
    ],
)
def test_a_text_is_cut_at_the_last_of_the_best_places(text: str, lengths: list[int]) -> None:
    assert [characters(part) for part in parts_of(text)] == lengths


def test_where_good_places_make_too_many_parts_others_do() -> None:
    text = "\n\n".join("x" * 2000 + " " + "y" * 200 for _ in range(18))
    assert characters(text) < MOST_PARTS * LONGEST_TEXT
    assert len(parts_of(text)) <= MOST_PARTS


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=30), min_size=1, max_size=60).map("".join))
@example("a" * 9000)
@example("\n" * 9000)
def test_nothing_is_lost_but_white_space_nor_is_a_letter_parted(text: str) -> None:
    parts = parts_of(text)
    at = 0
    for part in parts:
        assert 0 < characters(part) <= LONGEST_TEXT
        start = text.index(part, at)
        assert not text[at:start].strip()
        assert not is_inside_one(text, start)
        at = start + len(part)
    assert not text[at:].strip()
