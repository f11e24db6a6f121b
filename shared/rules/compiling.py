"""Conditions become functions of the facts, once, when the file is loaded. Pure.

A fact that is not known passes only the tests that deny something. What decides also says why, in words; these are
made only when they are asked for.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from shared.configuration.conditions import Condition, Tests, TextTests
from shared.configuration.patterns import Pattern, folded
from shared.rules.facts import FoldedFacts, Forms, as_text
from shared.rules.signs import Sign, Signs, signs_of_all, signs_of_any
from shared.vocabulary.characters import cut_at_word

type Predicate = Callable[[FoldedFacts], bool]
type Comparison = Callable[[Forms], bool]

_SHOWN: Final = 60
"""Characters of a value in an explanation."""


@dataclass(frozen=True, slots=True)
class Test:
    """A condition or part of one, compiled.

    Attributes:
        holds: Decides.
        why: Says in words why it holds, or why it does not.
        signs: Where none of them is, it does not hold.
    """

    holds: Predicate
    why: Callable[[FoldedFacts], str]
    signs: Signs = None


def compile_condition(condition: Condition, *more: tuple[str, Tests]) -> Test:
    """Return the test that holds if every part of the condition does, and `more` tests of fields."""
    parts = [test for field, tests in (*more, *condition.tests.items()) for test in _tests_of(field, tests)]
    if condition.not_ is not None:
        parts.append(_denied(compile_condition(condition.not_)))
    if condition.any is not None:
        parts.append(_one_of([compile_condition(part) for part in condition.any]))
    parts += [compile_condition(part) for part in condition.all or ()]
    return _all_of(parts)


def _all_of(parts: Sequence[Test]) -> Test:
    if not parts:
        return Test(lambda _: True, lambda _: "matches everything")
    if len(parts) == 1:
        return parts[0]
    predicates = [part.holds for part in parts]

    def holds(facts: FoldedFacts) -> bool:
        for predicate in predicates:  # noqa: SIM110 - all() of a generator takes twice as long
            if not predicate(facts):
                return False
        return True

    def why(facts: FoldedFacts) -> str:
        failed = next((part for part in parts if not part.holds(facts)), None)
        return failed.why(facts) if failed else "; ".join(part.why(facts) for part in parts)

    return Test(holds, why, signs_of_all([part.signs for part in parts]))


def _one_of(parts: Sequence[Test]) -> Test:
    predicates = [part.holds for part in parts]

    def holds(facts: FoldedFacts) -> bool:
        for predicate in predicates:  # noqa: SIM110 - any() of a generator takes twice as long
            if predicate(facts):
                return True
        return False

    def why(facts: FoldedFacts) -> str:
        held = next((part for part in parts if part.holds(facts)), None)
        return held.why(facts) if held else "; ".join(part.why(facts) for part in parts)

    return Test(holds, why, signs_of_any([part.signs for part in parts]))


def _denied(test: Test) -> Test:
    holds = test.holds
    return Test(lambda facts: not holds(facts), lambda facts: f"not ({test.why(facts)})")


def _tests_of(field: str, tests: Tests) -> Iterator[Test]:
    exact = isinstance(tests, TextTests) and tests.exact
    for operator, operand in tests.operators.items():
        holds = _operator(field, operator, operand, exact)
        why = _reason(f"{field} {_words(operator, operand)}{' exactly' if exact else ''}", field, holds)
        yield Test(holds, why, None if exact else _signs(field, operator, operand))


def _operator(field: str, operator: str, operand: Any, exact: bool) -> Predicate:
    """Return what one operator asks of one field."""
    if operator in _ORDER:
        return _ORDER[operator](field, operand)
    holds = _comparison(field, _DENIALS.get(operator, operator), operand, exact)
    if operator in _DENIALS:
        return (lambda facts: not holds(facts.exact)) if exact else (lambda facts: not holds(facts))
    return (lambda facts: holds(facts.exact)) if exact else holds


def _comparison(field: str, operator: str, operand: Any, exact: bool) -> Comparison:
    if operator == "exists":
        return lambda forms: forms.known[field] is operand
    if isinstance(operand, Pattern):
        found = operand.finder(exact=exact)
        return lambda forms: forms.known[field] and found(forms.seen[field])
    wanted = _texts(operand, str if exact else folded)
    return _TEXT[operator](field, *wanted) if wanted else lambda _: False


def _signs(field: str, operator: str, operand: Any) -> Signs:
    if operator not in _TEXT or isinstance(operand, Pattern):
        return None
    whole = operator in ("equals", "in_")
    return frozenset(Sign(field, text, whole) for text in _texts(operand, folded))


def _texts(operand: Any, prepare: Callable[[str], str]) -> list[str]:
    """Return the texts that an operand asks for; nothing that is known is empty."""
    operands = operand if isinstance(operand, tuple) else (operand,)
    return [text for text in (prepare(as_text(one)) for one in operands) if text]


def _in(field: str, *wanted: str) -> Comparison:
    choices = frozenset(wanted)
    return lambda forms: forms.text[field] in choices


_DENIALS: Final = {"not_equals": "equals", "not_in": "in_", "not_contains": "contains"}
_TEXT: Final[Mapping[str, Callable[..., Comparison]]] = {
    "equals": lambda field, wanted: lambda forms: forms.text[field] == wanted,
    "in_": _in,
    "contains": lambda field, wanted: lambda forms: wanted in forms.text[field],
    "starts_with": lambda field, wanted: lambda forms: forms.text[field].startswith(wanted),
    "ends_with": lambda field, wanted: lambda forms: forms.text[field].endswith(wanted),
}
_ORDER: Final[Mapping[str, Callable[[str, float], Predicate]]] = {
    "gt": lambda field, bound: lambda facts: facts.number[field] > bound,
    "gte": lambda field, bound: lambda facts: facts.number[field] >= bound,
    "lt": lambda field, bound: lambda facts: facts.number[field] < bound,
    "lte": lambda field, bound: lambda facts: facts.number[field] <= bound,
}


def _reason(words: str, field: str, holds: Predicate) -> Callable[[FoldedFacts], str]:
    def why(facts: FoldedFacts) -> str:
        if holds(facts):
            return words
        value = facts.facts.value(field)
        return f"{words}: no, it is {'not known' if value is None else _shown(value)}"

    return why


def _words(operator: str, operand: Any) -> str:
    return f"{operator.strip('_').replace('_', ' ')} {_shown(operand)}"


def _shown(value: Any) -> str:
    if isinstance(value, Pattern):
        return cut_at_word(value.expression, _SHOWN)
    if isinstance(value, tuple):
        return cut_at_word(", ".join(map(_shown, value)), _SHOWN)
    return json.dumps(cut_at_word(value, _SHOWN) if isinstance(value, str) else value, ensure_ascii=False)
