"""Rules in order, compiled: the first whose condition holds is the one; and a record of what was asked. Pure."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from shared.configuration.conditions import Condition
from shared.rules.compiling import compile_condition
from shared.rules.facts import FoldedFacts
from shared.rules.signs import Candidates
from shared.vocabulary.characters import cut_at_word

_REASON = 500
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

    def look(self, facts: FoldedFacts) -> "Look[R]":
        """Find the first rule whose condition holds."""
        for place in self._candidates.places(facts):
            if self._predicates[place](facts):
                return Look(self, facts, place)
        return Look(self, facts, None)


class Look[R: Rule](NamedTuple):
    """What rules were asked, and the place of the one that matched, None if none did."""

    asked: CompiledRules[R]
    facts: FoldedFacts
    place: int | None

    @property
    def hit(self) -> R | None:
        """The rule that matched."""
        return None if self.place is None else self.asked.rules[self.place]

    def answers(self) -> Iterator[tuple[str, bool, str]]:
        """Yield the rules that were asked: the name, whether it matched, and why."""
        last = len(self.asked.rules) if self.place is None else self.place + 1
        for place in range(last):
            reason = cut_at_word(self.asked.tests[place].why(self.facts), _REASON)
            yield self.asked.rules[place].name or f"rules[{place}]", place == self.place, reason
