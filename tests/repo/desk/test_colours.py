"""The desk's colours in both themes: what is written on what can be read (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re
from collections.abc import Mapping
from typing import Final, Literal

import pytest

from shared.desk.files import FOLDER

TEXT, SHAPE = 4.5, 3.0
"""The least contrast of words, and of edges and signs."""
GROUNDS: Final = ("canvas", "surface", "raised", "hover", "selected", "bubble-in", "bubble-out")
PLAIN: Final = ("canvas", "surface", "raised")
PAIRS: Final[Mapping[str, tuple[float, tuple[str, ...]]]] = {
    "text": (TEXT, GROUNDS),
    "text-2": (TEXT, GROUNDS),
    "accent": (TEXT, GROUNDS),
    "on-accent": (TEXT, ("accent",)),
    "note-text": (TEXT, ("note-ground",)),
    **{state: (TEXT, (*PLAIN, f"{state}-ground")) for state in ("ok", "warn", "bad", "held")},
    "field-border": (SHAPE, PLAIN),
    "focus": (SHAPE, (*GROUNDS, "note-ground")),
}
"""What is drawn on what."""
_PAIR: Final = re.compile(r"--([\w-]+): light-dark\(#([0-9a-f]{6}), #([0-9a-f]{6})\)")
_CSS: Final = (FOLDER / "styles" / "tokens.css").read_text(encoding="utf-8")
COLOURS: Final = {
    theme: {found[1]: found[number] for found in _PAIR.finditer(_CSS)} for theme, number in (("light", 2), ("dark", 3))
}


@pytest.mark.parametrize("theme", COLOURS)
@pytest.mark.parametrize("name", PAIRS)
def test_it_can_be_read_on_every_ground(theme: Literal["light", "dark"], name: str) -> None:
    colours = COLOURS[theme]
    least, grounds = PAIRS[name]
    found = {ground: round(contrast(colours[name], colours[ground]), 2) for ground in grounds}
    assert {ground: ratio for ground, ratio in found.items() if ratio < least} == {}


def test_every_colour_is_a_token() -> None:
    """No style sheet has a colour of its own, which neither theme nor contrast would know."""
    colour = re.compile(r"#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?|oklch)\(", re.IGNORECASE)
    sheets = {sheet for sheet in (FOLDER / "styles").glob("*.css") if sheet.name != "tokens.css"}
    assert sheets
    assert {sheet.name: found for sheet in sheets if (found := colour.findall(sheet.read_text(encoding="utf-8")))} == {}


def test_every_token_that_a_style_sheet_names_is_there() -> None:
    sheets = "".join(sheet.read_text(encoding="utf-8") for sheet in (FOLDER / "styles").glob("*.css"))
    assert {*re.findall(r"var\((--[\w-]+)\)", sheets)} <= {*re.findall(r"(--[\w-]+):", sheets)}


def contrast(one: str, other: str) -> float:
    """The ratio of two colours."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
