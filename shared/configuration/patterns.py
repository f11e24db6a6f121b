"""Regular expressions of rules, compiled when the file is loaded.

Customers write the text that they see, and Python's engine cannot be stopped. So the length of that text is bounded,
and a repetition inside a repetition, which takes exponential time on a short text, is refused.
"""

import re
import unicodedata
import warnings
from dataclasses import dataclass
from typing import Any

from shared.vocabulary.invisible import trimmed, without_variation_selectors

MAX_EXPRESSION = 1000
"""Characters of an expression."""
MAX_SEEN = 500
"""Characters of a text that an expression sees."""

_TOKEN = re.compile(
    r"(?P<atom>\\.|\[\^?\]?(?:\\.|[^\\\]])*\])|(?P<open>\()|(?P<close>\))|(?:[*+]|\{\d*,\})(?P<possessive>\+?)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression: `exact` as written, `loose` ignoring what `folded` leaves out."""

    exact: re.Pattern[str]
    loose: re.Pattern[str]

    @classmethod
    def parse(cls, value: Any) -> "Pattern":
        """Compile an expression. Raise ValueError if it is none, or could take for ever."""
        if not (isinstance(value, str) and 0 < len(value) <= MAX_EXPRESSION):
            raise ValueError(f"expected a regular expression of at most {MAX_EXPRESSION:,} characters")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                pattern = cls(re.compile(value), re.compile(_loosened(value), re.IGNORECASE))
        except (re.error, OverflowError, RecursionError, Warning) as error:
            raise ValueError(f"not a regular expression: {error}") from None
        if _repeats_a_repetition(value):
            raise ValueError(
                "a repetition inside a repetition, as in (a+)+, can take for ever; "
                "drop one of them, or make the inner one possessive, as in (a++)+"
            )
        return pattern

    def found_in(self, text: str, *, exact: bool) -> bool:
        """Tell whether the expression is found in the first MAX_SEEN characters of `text`."""
        if exact:
            return bool(self.exact.search(text[:MAX_SEEN]))
        seen = without_variation_selectors(trimmed(text))[:MAX_SEEN]
        return bool(self.loose.search(without_accents(seen)))


def folded(text: str) -> str:
    """Return what `text` says: without case, accents, variation selectors, and invisible characters around it."""
    return trimmed(without_variation_selectors(without_accents(text.casefold())))


def without_accents(text: str) -> str:
    """Return `text` without its accents: é becomes e."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def _loosened(expression: str) -> str:
    """Return `expression` without accents, variation selectors, and invisible characters around it.

    A space behind a backslash is a character that was asked for.
    """
    kept = trimmed(expression)
    if (len(kept) - len(kept.rstrip("\\"))) % 2:
        kept = expression[expression.index(kept) :]
    return without_accents(without_variation_selectors(kept))


def _repeats_a_repetition(expression: str) -> bool:
    """Tell whether a group that holds an unbounded repetition is itself repeated without bound."""
    groups = [False]
    closed_at = -1
    for token in _TOKEN.finditer(expression):
        if token["open"]:
            groups.append(False)
        elif token["close"]:
            repeats = len(groups) > 1 and groups.pop()
            groups[-1] = groups[-1] or repeats
            closed_at = token.end() if repeats else -1
        elif not token["atom"] and not token["possessive"]:
            if token.start() == closed_at:
                return True
            groups[-1] = True
    return False
