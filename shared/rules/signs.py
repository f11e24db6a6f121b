"""Signs by which rules that can't match are passed over without being asked. Pure.

Most conditions hold only where a field is a certain text, or has one in it. Those are found for all rules at once: a
text by one look into a table, however many rules wait for others.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from shared.rules.facts import FoldedFacts


@dataclass(frozen=True, slots=True)
class Sign:
    """A field is this folded text, or has it in it."""

    field: str
    text: str
    whole: bool


type Signs = frozenset[Sign] | None
"""A condition holds only where one of these is there; None says nothing."""


def signs_of_all(parts: Sequence[Signs]) -> Signs:
    """Return the signs of conditions that must all hold: those of the one with the longest texts, the rarest ones."""
    known = [signs for signs in parts if signs is not None]
    return max(known, key=lambda signs: min((len(sign.text) for sign in signs), default=inf), default=None)


def signs_of_any(parts: Sequence[Signs]) -> Signs:
    """Return the signs of conditions of which one must hold."""
    known = [signs for signs in parts if signs is not None]
    return frozenset[Sign]().union(*known) if len(known) == len(parts) else None


class Candidates:
    """Which of some rules may match, given the signs of each."""

    def __init__(self, signs: Sequence[Signs]) -> None:
        whole: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        within: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for place, each in enumerate(signs):
            for sign in each or ():
                if sign.whole:
                    whole[sign.field][sign.text].append(place)
                else:
                    within[sign.field].append((sign.text, place))
        self._always = [place for place, each in enumerate(signs) if each is None]
        self._whole = [(field, dict(places)) for field, places in whole.items()]
        self._within = list(within.items())

    def places(self, facts: FoldedFacts) -> list[int]:
        """Return the places of the rules that may match, in order."""
        places = self._always.copy()
        for field, by_text in self._whole:
            places += by_text.get(facts.text[field], ())
        for field, texts in self._within:
            text = facts.text[field]
            places += [place for part, place in texts if part in text]
        places.sort()
        return places
