"""Does a condition hold? Pure; a fact that is not known passes only the tests that deny something."""

from collections.abc import Callable, Mapping
from typing import Any

from shared.configuration.conditions import Condition, Tests, TextTests
from shared.configuration.patterns import Pattern, folded
from shared.configuration.scalars import Value
from shared.rules.facts import Facts
from shared.vocabulary.invisible import shows_nothing


def holds(condition: Condition, facts: Facts) -> bool:
    """Tell whether every part of the condition holds."""
    return (
        all(holds(part, facts) for part in condition.all or ())
        and (condition.any is None or any(holds(part, facts) for part in condition.any))
        and (condition.not_ is None or not holds(condition.not_, facts))
        and all(_passes(tests, facts.value(field)) for field, tests in condition.tests.items())
    )


def _passes(tests: Tests, value: Value | None) -> bool:
    exact = isinstance(tests, TextTests) and tests.exact
    return all(_passes_one(operator, value, operand, exact) for operator, operand in tests.operators.items())


def _passes_one(operator: str, value: Value | None, operand: Any, exact: bool) -> bool:
    known = value is not None and not _empty(_text(value), exact)
    if operator == "exists":
        return known is operand
    if operator in _DENIALS:
        return not _passes_one(_DENIALS[operator], value, operand, exact)
    if value is None or not known:
        return False
    if isinstance(operand, Pattern):
        return operand.found_in(_text(value), exact=exact)
    if operator in _ORDER:
        number = _number(value)
        return number is not None and _ORDER[operator](number, operand)
    prepare = _text if exact else _folded
    operands = operand if isinstance(operand, tuple) else (operand,)
    return any(_TEXT[operator](prepare(value), prepare(one)) for one in operands)


_DENIALS = {"not_equals": "equals", "not_in": "in_", "not_contains": "contains"}
_ORDER: Mapping[str, Callable[[float, float], bool]] = {
    "gt": lambda number, bound: number > bound,
    "gte": lambda number, bound: number >= bound,
    "lt": lambda number, bound: number < bound,
    "lte": lambda number, bound: number <= bound,
}
_TEXT: Mapping[str, Callable[[str, str], bool]] = {
    "equals": str.__eq__,
    "in_": str.__eq__,
    "contains": str.__contains__,
    "starts_with": str.startswith,
    "ends_with": str.endswith,
}


def _text(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _folded(value: Value) -> str:
    return folded(_text(value))


def _empty(text: str, exact: bool) -> bool:
    return text == "" if exact else shows_nothing(text)


def _number(value: Value) -> float | None:
    try:
        return float(value)
    except (ValueError, OverflowError):
        return None
