"""Counts what became of numbered texts: lost, doubled, out of order."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """`expected` texts, and how many of them went wrong in which way."""

    expected: int = 0
    lost: int = 0
    doubled: int = 0
    disordered: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            expected=self.expected + other.expected,
            lost=self.lost + other.lost,
            doubled=self.doubled + other.doubled,
            disordered=self.disordered + other.disordered,
        )

    @property
    def is_clean(self) -> bool:
        return self.lost == self.doubled == self.disordered == 0


def tally(written: Sequence[int], found: Sequence[int]) -> Tally:
    """Compare the numbers that a customer wrote with those found, in the order in which they were found.

    Each repetition counts as doubled; a text that is found only after a higher number counts as disordered.
    """
    highest, disordered = 0, 0
    for number in dict.fromkeys(found):
        disordered += number < highest
        highest = max(highest, number)
    return Tally(
        expected=len(written),
        lost=len(set(written) - set(found)),
        doubled=sum(count - 1 for count in Counter(found).values()),
        disordered=disordered,
    )
