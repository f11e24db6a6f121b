"""White space and characters without a shape make no text, and do not change what a text says."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.vocabulary.invisible import shows_nothing, trimmed, without_variation_selectors

MARKS = {
    "space": " ",
    "newline": "\n",
    "carriage return": "\r",
    "tab": "\t",
    "NUL": "\x00",
    "next line": "\x85",
    "no-break space": "\u00a0",
    "soft hyphen": "\u00ad",
    "combining grapheme joiner": "\u034f",
    "Arabic letter mark": "\u061c",
    "Hangul choseong filler": "\u115f",
    "Hangul jungseong filler": "\u1160",
    "Khmer inherent vowel": "\u17b4",
    "Mongolian variation selector": "\u180b",
    "Mongolian vowel separator": "\u180e",
    "em space": "\u2003",
    "zero width space": "\u200b",
    "zero width non-joiner": "\u200c",
    "zero width joiner": "\u200d",
    "left-to-right mark": "\u200e",
    "right-to-left mark": "\u200f",
    "line separator": "\u2028",
    "paragraph separator": "\u2029",
    "right-to-left override": "\u202e",
    "narrow no-break space": "\u202f",
    "word joiner": "\u2060",
    "pop directional isolate": "\u2069",
    "blank Braille pattern": "\u2800",
    "ideographic space": "\u3000",
    "Hangul filler": "\u3164",
    "text variation selector": "\ufe0e",
    "emoji variation selector": "\ufe0f",
    "byte-order mark": "\ufeff",
    "halfwidth Hangul filler": "\uffa0",
    "interlinear annotation anchor": "\ufff9",
    "null notehead": "\U0001d159",
    "musical beam": "\U0001d173",
    "language tag": "\U000e0001",
    "tag letter": "\U000e0041",
    "supplementary variation selector": "\U000e0100",
}

invisible = pytest.mark.parametrize("mark", [pytest.param(mark, id=name) for name, mark in MARKS.items()])


@invisible
def test_a_text_of_invisible_characters_shows_nothing(mark: str) -> None:
    assert shows_nothing(mark)
    assert shows_nothing(f" {mark}\u200b{mark}")
    assert not shows_nothing(f"{mark}a")


@invisible
def test_invisible_characters_around_a_text_are_no_part_of_it(mark: str) -> None:
    assert trimmed(f"{mark} {mark}a{mark}b{mark}\n{mark}") == f"a{mark}b"
    assert trimmed(mark * 2) == ""


@pytest.mark.parametrize("text", ["a", "é", "e\u0301", "👍", "1", "ـ", "ㄱ", "⠁", "\ufffd", "\ue000"])
def test_what_has_a_shape_is_kept(text: str) -> None:
    assert not shows_nothing(text)
    assert trimmed(text) == text


def test_of_ascii_letters_digits_and_punctuation_are_seen() -> None:
    seen = [character for character in map(chr, range(128)) if not shows_nothing(character)]
    assert set(seen) == set(string.ascii_letters + string.digits + string.punctuation)
    assert [trimmed(character) for character in seen] == seen


def test_an_accent_alone_shows_nothing_and_is_no_mark_around_a_text() -> None:
    assert shows_nothing("\u0301")
    assert trimmed("कि\u0301") == "कि\u0301"


def test_joiners_inside_a_text_are_kept() -> None:
    assert trimmed(" 👩\u200d💻 ") == "👩\u200d💻"


@pytest.mark.parametrize(
    ("text", "bare"),
    [("❤\ufe0f", "❤"), ("1\ufe0f\u20e3", "1\u20e3"), ("a\U000e0100b\ufe0ec", "abc"), ("plain", "plain")],
)
def test_variation_selectors_are_left_out_anywhere(text: str, bare: str) -> None:
    assert without_variation_selectors(text) == bare


@given(st.text())
def test_a_trimmed_text_is_a_part_of_the_text_and_has_nothing_to_trim(text: str) -> None:
    assert trimmed(text) in text
    assert trimmed(trimmed(text)) == trimmed(text)
    assert shows_nothing(text) or trimmed(text)
