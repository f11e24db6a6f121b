"""How long a text is, and where it is cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.vocabulary.characters import characters, cut_at_word


@pytest.mark.parametrize(
    ("text", "count"), [("", 0), ("é", 1), ("e\u0301", 2), ("👍", 2), ("ab👍🏽", 6), ("\ud800", 1)]
)
def test_what_lies_beyond_the_basic_plane_counts_twice(text: str, count: int) -> None:
    assert characters(text) == count


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        ("Votre colis arrive demain", 100, "Votre colis arrive demain"),
        ("Votre colis arrive demain", 25, "Votre colis arrive demain"),
        ("Votre colis arrive demain", 24, "Votre colis arrive…"),
        ("Votre colis arrive demain", 19, "Votre colis arrive…"),
        ("Votre colis arrive demain", 18, "Votre colis…"),
        ("Votre colis", 4, "Vot…"),
        ("Votre colis", 1, "…"),
        ("Votre    colis arrive", 10, "Votre…"),
        ("   Votre", 4, "   …"),
        ("👍👍👍", 6, "👍👍👍"),
        ("👍👍👍", 5, "👍👍…"),
        ("👍👍👍", 4, "👍…"),
        ("👍👍👍", 2, "…"),
        ("cafe\u0301s", 5, "caf…"),
        ("ok 👩‍👩‍👧", 8, "ok…"),
        ("👩‍👩‍👧👍👍", 9, "👩‍👩‍👧…"),
        ("👍🏽👍🏽", 5, "👍🏽…"),
        ("🇫🇷🇧🇷", 5, "🇫🇷…"),
        ("🇫🇷🇧🇷", 7, "🇫🇷…"),
        ("❤️❤️", 3, "❤️…"),
        ("\u1112\u1161\u11ab\u1100\u1173\u11af", 6, "\u1112\u1161\u11ab\u1100\u1173\u11af"),
        ("\u1112\u1161\u11ab\u1100\u1173\u11afx", 6, "\u1112\u1161\u11ab…"),
        ("कक्षक", 4, "क…"),
        ("นน้ำx", 3, "น…"),
    ],
)
def test_a_text_is_cut_after_a_word(text: str, limit: int, cut: str) -> None:
    assert cut_at_word(text, limit) == cut


@given(text=st.text(), limit=st.integers(min_value=1, max_value=60))
def test_a_cut_text_never_exceeds_its_limit_and_is_the_start_of_the_text(text: str, limit: int) -> None:
    cut = cut_at_word(text, limit)
    assert characters(cut) <= limit
    assert cut == text or (cut.endswith("…") and text.startswith(cut[:-1]))


@given(words=st.lists(st.text("abcé", min_size=1, max_size=8), min_size=1, max_size=20), limit=st.integers(10, 60))
def test_a_cut_text_consists_of_whole_words(words: list[str], limit: int) -> None:
    cut = cut_at_word(" ".join(words), limit).removesuffix("…").split(" ")
    assert cut == words[: len(cut)]


@given(text=st.text("ab 👍é"), shorter=st.integers(1, 40), longer=st.integers(0, 40))
def test_with_more_room_a_cut_text_is_no_shorter(text: str, shorter: int, longer: int) -> None:
    assert characters(cut_at_word(text, shorter)) <= characters(cut_at_word(text, shorter + longer))
