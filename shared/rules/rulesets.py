"""Rules in order, compiled: the first whose condition holds is the one; and a record of what was asked. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol

from shared.configuration.conditions import Condition
from shared.rules.compiling import compile_condition
from shared.rules.facts import FoldedFacts
from shared.rules.signs import Candidates
from shared.vocabulary.characters import cut_at_word

MAX_REASON = 500
"""Characters of a reason."""


class Rule(Protocol):
    """Whatever has a condition, and perhaps a name."""

    @property
    def name(self) -> str | None:
        """The name that the file gives it."""

    @property
    def when(self) -> Condition:
        """The condition."""


class CompiledRules[R: Rule]:
    """Rules of which the first that matches wins; `name` is their ruleset's, None where a workstream has but one."""

    def __init__(self, name: str | None, rules: Sequence[R]) -> None:
        self.name = name
        self.rules = rules
        self.tests = [compile_condition(rule.when) for rule in rules]
        self._predicates = [test.holds for test in self.tests]
        self._candidates = Candidates([test.signs for test in self.tests])

    def matches(self, facts: FoldedFacts) -> Iterator[int]:
        """Yield the places of the rules whose condition holds, in order; each is asked when it is its turn."""
        for place, _ in groupby(self._candidates.places(facts)):  # several signs may name one rule
            if self._predicates[place](facts):
                yield place

    def look(self, facts: FoldedFacts) -> "Look[R]":
        """Find the first rule whose condition holds."""
        for place in self._candidates.places(facts):
            if self._predicates[place](facts):
                return Look(self, facts, (place,), place + 1)
        return Look(self, facts, (), len(self.rules))


@dataclass(frozen=True, slots=True)
class Look[R: Rule]:
    """What rules were asked, the first `count` of them, and the places of those that matched."""

    asked: CompiledRules[R]
    facts: FoldedFacts
    places: tuple[int, ...]
    count: int

    @property
    def hits(self) -> tuple[R, ...]:
        """The rules that matched."""
        return tuple(self.asked.rules[place] for place in self.places)

    def name_of(self, place: int) -> str:
        """Return what a rule is called."""
        return self.asked.rules[place].name or f"rules[{place}]"

    def names(self) -> Iterator[str]:
        """Yield the names of the rules that matched; one without a name has its ruleset's before its place."""
        for place in self.places:
            name = self.name_of(place)
            yield name if self.asked.rules[place].name or not self.asked.name else f"{self.asked.name}.{name}"

    def answer(self, place: int) -> tuple[bool, str]:
        """Return of a rule that was asked whether it matched, and why."""
        return place in self.places, cut_at_word(self.asked.tests[place].why(self.facts), MAX_REASON)
