"""What a message says as a whole, by which an opt-out and the answer to a survey are known."""

import unicodedata
from typing import Final

from shared.configuration.patterns import folded
from shared.vocabulary.invisible import shows_nothing

LONGEST: Final = 200
"""Characters of a message that may be one of a few words: most are longer, and folding them would take its time."""


def keyword(text: str) -> str:
    """Return what a message says without case and accents, and without what is around it or can't be seen.

    Around it may be white space and punctuation: `Stop !`, ` «ＳＴＯＰ» ` and `stop` are one keyword.
    """
    shown = (each for each in folded(unicodedata.normalize("NFKC", text)) if unicodedata.category(each) != "Cf")
    said = " ".join("".join(shown).split())
    start, end = 0, len(said)
    while start < end and _is_around(said[start]):
        start += 1
    while start < end and _is_around(said[end - 1]):
        end -= 1
    return said[start:end]


def _is_around(character: str) -> bool:
    return unicodedata.category(character).startswith("P") or shows_nothing(character)
