"""How long a text is for WhatsApp, and shortening it so that it stays readable."""

import re
import unicodedata

_JOINER = "\u200d"
_ADDED = re.compile("[\u200c\u0e33\u0eb3\u1160-\u11ff\ud7b0-\ud7fb\uff9e\uff9f]")
"""Letters and signs that join the one before them: vowels and finals of Hangul, the am of Thai and Lao, sound marks."""
_JOINED = re.compile("[\u1100-\u115f\ua960-\ua97c][\u1100-\u115f\ua960-\ua97c\uac00-\ud7a3]")
"""Two letters of Hangul in one syllable."""
_OPEN = re.compile(
    "[\u094d\u09cd\u0acd\u0b4d\u0c4d\u0d4d\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u0d4e\U000110bd\U000110cd]"
)
"""What joins the letter behind it: the viramas of India's scripts, signs in front of a number.

Source of all of these: Unicode's GraphemeBreakProperty.txt and Indic_Conjunct_Break (https://www.unicode.org/reports/tr29).
"""


def characters(text: str) -> int:
    """Count a text's characters as WhatsApp may count them at most.

    Its pages do not say what it counts. UTF-16 units are never fewer than code points: what fits by them always fits.
    """
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut_at_word(text: str, limit: int) -> str:
    """Return a text in at most `limit` characters, 1 or more: cut after a word where there is one, `…` at its end."""
    if characters(text) <= limit:
        return text
    end = end_within(text, limit)
    words = re.match(r"(.*\S)\s", text[:end], re.DOTALL)
    return (words[1] if words else text[: end_within(text, limit - 1)]) + "…"


def end_within(text: str, limit: int) -> int:
    """Return where the longest beginning of at most `limit` characters ends that parts no letter or emoji."""
    end = min(len(text), limit)
    while (excess := characters(text[:end]) - limit) > 0:
        end -= (excess + 1) // 2  # no code point has more than two units
    while is_inside_one(text, end):
        end -= 1
    return end


def is_inside_one(text: str, at: int) -> bool:
    """Tell whether what is before and behind a place is shown as one: a letter with its accents, an emoji's parts."""
    if not 0 < at < len(text):
        return False
    before, behind = text[at - 1], text[at]
    if _is_flag_half(before) and _is_flag_half(behind):
        halves = re.search(r"[\U0001F1E6-\U0001F1FF]*$", text[:at])
        return halves is not None and len(halves[0]) % 2 == 1
    return (
        _JOINER in (before, behind)
        or _is_added(behind)
        or _JOINED.fullmatch(before + behind) is not None
        or (_OPEN.match(before) is not None and behind.isalnum())
    )


def _is_flag_half(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _is_added(character: str) -> bool:
    """Tell whether a character changes the one before it: an accent, a variation, a colour of skin, part of a flag."""
    return (
        unicodedata.category(character) in ("Mn", "Mc", "Me")
        or _ADDED.match(character) is not None
        or "\U0001f3fb" <= character <= "\U0001f3ff"
        or "\U000e0020" <= character <= "\U000e007f"
    )
