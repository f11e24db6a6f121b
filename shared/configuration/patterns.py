"""Regular expressions of rules, compiled when the file is loaded.

Customers write the text that they see, so an expression has to come to an end whatever it is given. The engine is the
one in Pydantic's core, whose time grows with the length of the text and never faster (docs/adr/0007).
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from pydantic_core import SchemaError, SchemaValidator, core_schema

from shared.vocabulary.invisible import trimmed, without_variation_selectors

MAX_EXPRESSION = 1000
"""Characters of an expression."""
MAX_SEEN = 500
"""Characters of a text that an expression is given."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression: `exact` as written, `loose` ignoring what `folded` leaves out."""

    expression: str
    exact: SchemaValidator = field(compare=False, repr=False)
    loose: SchemaValidator = field(compare=False, repr=False)

    @classmethod
    def parse(cls, value: Any) -> "Pattern":
        """Compile an expression.

        Raises:
            ValueError: It is none, is too large, or uses what takes more than linear time, such as look-around.
        """
        if not (isinstance(value, str) and 0 < len(value) <= MAX_EXPRESSION):
            raise ValueError(f"expected a regular expression of at most {MAX_EXPRESSION:,} characters")
        return cls(value, exact=_compiled(value), loose=_compiled(f"(?i){_loosened(value)}"))

    @property
    def says_nothing(self) -> bool:
        """Whether nothing is left of the expression where it is not compared as written."""
        return not _loosened(self.expression)

    def finder(self, *, exact: bool) -> Callable[[str], bool]:
        """Return what tells whether the expression is found in a text: one as written, or one as `seen` returns it."""
        return (self.exact if exact else self.loose).isinstance_python


def seen(text: str) -> str:
    """Return what an expression that is not exact sees of `text`: MAX_SEEN characters, without accents and marks."""
    return without_accents(without_variation_selectors(trimmed(text))[:MAX_SEEN])


def folded(text: str) -> str:
    """Return what `text` says: without case, accents, variation selectors, and invisible characters around it."""
    return trimmed(without_variation_selectors(without_accents(text.casefold())))


def without_accents(text: str) -> str:
    """Return `text` without its accents: é becomes e."""
    if text.isascii():
        return text
    # No accent comes before U+0300: most characters need not be looked up.
    return "".join(c for c in unicodedata.normalize("NFD", text) if c < "\u0300" or not unicodedata.combining(c))


def _loosened(expression: str) -> str:
    """Return `expression` without accents, variation selectors, and invisible characters around it.

    A space behind a backslash is a character that was asked for.
    """
    kept = trimmed(expression)
    if (len(kept) - len(kept.rstrip("\\"))) % 2:
        kept = expression[expression.index(kept) :]
    return without_accents(without_variation_selectors(kept))


def _compiled(expression: str) -> SchemaValidator:
    """Return the validator that accepts a text in which the expression is found."""
    try:
        return SchemaValidator(core_schema.str_schema(pattern=expression, regex_engine="rust-regex"))
    except SchemaError as error:
        raise ValueError(f"not a regular expression that rules can use: {_reason(str(error))}") from None


def _reason(report: str) -> str:
    """Return what the engine's report ends with, and the piece of the expression that its line of carets marks."""
    lines = report.splitlines()
    reason = lines[-1].strip().removeprefix("SchemaError: ").removeprefix("error: ")
    for marked, carets in pairwise(lines):
        if carets.strip() and not carets.strip(" ^"):
            return f"{reason}: {marked[carets.index('^') : carets.rindex('^') + 1]}"
    return reason
