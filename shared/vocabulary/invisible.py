"""What nobody sees in a text: white space, and characters that have no shape of their own.

People and their phones leave such marks without knowing: a space behind a word, a final newline, direction marks, the
variation selectors of emoji keyboards. They make no text, and do not change what a text says.
"""

import re
import unicodedata
from typing import Final

_WITHOUT_SHAPE: Final = frozenset(("Cc", "Cf", "Zl", "Zp", "Zs"))
_BLANKS: Final = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2065\u2800\u3164\uffa0\U00016fe4\U0001d159"
    "\ufe00\ufe01\ufe02\ufe03\ufe04\ufe05\ufe06\ufe07\ufe08\ufe09\ufe0a\ufe0b\ufe0c\ufe0d\ufe0e\ufe0f"
    "\ufff0\ufff1\ufff2\ufff3\ufff4\ufff5\ufff6\ufff7\ufff8"
)
"""Letters, marks and symbols by category that show nothing: fillers, the empty Braille pattern, what Unicode calls
Default_Ignorable_Code_Point (https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point)."""
_ASCII: Final = "".join(map(chr, (*range(0x21), 0x7F)))
"""The invisible ones of ASCII, in which most names are written: they are found at once."""
_TAGS: Final = range(0xE0000, 0xE1000)
_VARIATION_SELECTORS: Final = re.compile("[\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def shows_nothing(text: str) -> bool:
    """Tell whether there is nothing to see in a text: it is empty, or of invisible characters and accents alone."""
    if text.isascii():
        return not text.strip(_ASCII)
    return all(_invisible(each) or unicodedata.category(each) == "Mn" for each in text)


def trimmed(text: str) -> str:
    """Return `text` without the invisible characters before and behind it; those inside may join what they stand in."""
    if text.isascii():
        return text.strip(_ASCII)
    start, end = 0, len(text)
    while start < end and _invisible(text[start]):
        start += 1
    while start < end and _invisible(text[end - 1]):
        end -= 1
    return text[start:end]


def without_variation_selectors(text: str) -> str:
    """Return `text` without the marks that ask for one look of a character, as a red heart has behind a heart."""
    return text if text.isascii() else _VARIATION_SELECTORS.sub("", text)


def _invisible(character: str) -> bool:
    return unicodedata.category(character) in _WITHOUT_SHAPE or character in _BLANKS or ord(character) in _TAGS
