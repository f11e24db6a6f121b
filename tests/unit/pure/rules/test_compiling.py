"""Compiled conditions decide as a plain reading of the rules' manual does, on whatever conditions and facts."""

import time
import unicodedata
from collections import ChainMap
from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shared.configuration import Workstream
from shared.configuration.conditions import OverflowCondition
from shared.configuration.workstreams import ClassificationRule
from shared.rules import Facts, FoldedFacts, WorkstreamRules
from shared.rules.compiling import compile_condition
from shared.rules.rulesets import CompiledRules
from tests.unit.pure.rules.test_decisions import NO_QUEUES

NOW = datetime(2026, 11, 24, 18, 30, tzinfo=UTC)
FIELDS = {
    "message.text": "message_text",
    "message.list": "message_list",
    "contact.name": "contact_name",
    "channel.name": "channel_name",
}
NUMBERS = {"now.hour": 18, "queue.length": 3}


def reference(condition: dict[str, Any], values: dict[str, Any]) -> bool:
    """The manual's sentences, one line each; slow and plain. Regular expressions are fixed words here."""
    for key, said in condition.items():
        if key == "all":
            held = all(reference(part, values) for part in said)
        elif key == "any":
            held = any(reference(part, values) for part in said)
        elif key == "not":
            held = not reference(said, values)
        else:
            tests = {operator: operand for operator, operand in said.items() if operator != "exact"}
            exact = said.get("exact", False)
            held = all(passes(operator, operand, values.get(key), exact) for operator, operand in tests.items())
        if not held:
            return False
    return True


def passes(operator: str, operand: Any, value: Any, exact: bool) -> bool:
    plain = written if exact else loosely
    text = "" if value is None or (not exact and shows_nothing(written(value))) else plain(value)
    known = text != ""
    if operator.startswith("not_"):
        return not passes(operator.removeprefix("not_"), operand, value, exact)
    if operator == "exists":
        return known is operand
    if not known:
        return False
    match operator:
        case "equals":
            return bool(text == plain(operand))
        case "in":
            return text in [plain(one) for one in operand]
        case "contains":
            return text.find(plain(operand)) >= 0
        case "matches":
            return text.find(plain(operand)) >= 0
        case "starts_with":
            return text[: len(plain(operand))] == plain(operand)
        case "ends_with":
            return text[::-1][: len(plain(operand))] == plain(operand)[::-1]
    try:
        number = float(value)
    except ValueError:
        return False
    held = {"gt": number > operand, "gte": number >= operand, "lt": number < operand, "lte": number <= operand}
    return bool(held[operator])


def written(value: Any) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def loosely(value: Any) -> str:
    letters = [c for c in unicodedata.normalize("NFD", written(value).casefold()) if not unicodedata.combining(c)]
    return "".join(c for c in letters if c != "\ufe0f").strip(" \n\u200b\u200e")


def shows_nothing(text: str) -> bool:
    return all(c in " \n\u200b\u200e\ufe0f\u0301\u0b3f" for c in text)


LETTERS = "abAé \u200b\u200e\ufe0f\u0301\n1❤"
TEXT = st.text(LETTERS, max_size=6)
VISIBLE = TEXT.filter(lambda text: loosely(text) != "" and not shows_nothing(text))
WORD = st.text("abé1", min_size=1, max_size=2)
NUMBER = st.integers(-3, 20) | st.floats(-3, 20, allow_nan=False).map(lambda number: round(number, 1))
VALUE = st.booleans() | NUMBER | TEXT
CHOICE = {"equals": VISIBLE, "not_equals": VISIBLE, "in": st.lists(VISIBLE, min_size=1, max_size=3)}
TEXT_OPERATORS = {
    **CHOICE,
    "not_in": CHOICE["in"],
    "contains": VISIBLE,
    "not_contains": VISIBLE,
    "starts_with": VISIBLE,
    "ends_with": VISIBLE,
    "matches": WORD,
    "exists": st.booleans(),
}
ORDER = dict.fromkeys(("gt", "gte", "lt", "lte"), NUMBER)


def some_of(operators: dict[str, st.SearchStrategy[Any]], **beside: st.SearchStrategy[Any]) -> Any:
    """One or two of the operators. Nothing is made while an example is drawn: hypothesis would look into it anew."""
    one = st.one_of([st.fixed_dictionaries({name: operand}) for name, operand in sorted(operators.items())])
    chosen = st.lists(one, min_size=1, max_size=2)
    return st.builds(
        lambda chosen, beside: dict(ChainMap(*reversed(chosen))) | beside,
        chosen,
        st.fixed_dictionaries({}, optional=beside),
    )


EXACT = st.booleans()
LEAF = st.one_of(
    st.fixed_dictionaries({}, optional={field: some_of(TEXT_OPERATORS, exact=EXACT) for field in FIELDS}),
    st.fixed_dictionaries({"var.x": some_of(TEXT_OPERATORS | ORDER, exact=EXACT)}),
    st.fixed_dictionaries({"now.hour": some_of(ORDER)}),
    st.fixed_dictionaries({"contact.language": st.fixed_dictionaries({"in": st.just(["fr", "pt_BR"])})}),
    st.fixed_dictionaries({"contact.returning": st.fixed_dictionaries({"equals": st.booleans()})}),
)
PARTS = st.recursive(
    LEAF,
    lambda parts: st.fixed_dictionaries(
        {},
        optional={
            "all": st.lists(parts, min_size=1, max_size=3),
            "any": st.lists(parts, min_size=1, max_size=3),
            "not": parts,
            "message.text": some_of(TEXT_OPERATORS, exact=EXACT),
        },
    ),
    max_leaves=8,
)
CONDITIONS = st.builds(
    dict[str, Any].__or__, PARTS, st.fixed_dictionaries({}, optional={"queue.length": some_of(ORDER)})
)
FACTS = st.fixed_dictionaries(
    {"contact.returning": st.booleans(), "channel.name": TEXT},
    optional=dict.fromkeys(("message.text", "message.list", "contact.name"), TEXT) | {"var.x": VALUE},
)


def facts_of(values: dict[str, Any]) -> Facts:
    texts: dict[str, Any] = {FIELDS[field]: value for field, value in values.items() if field in FIELDS}
    return Facts(
        now=NOW,
        message_kind="text",
        channel_id="c",
        contact_returning=values["contact.returning"],
        queue_length=NUMBERS["queue.length"],
        variables={"x": values["var.x"]} if "var.x" in values else {},
        **texts,
    )


@settings(max_examples=300)
@given(condition=CONDITIONS, values=FACTS)
@example({"message.text": {"matches": "a"}}, {"contact.returning": True, "channel.name": "", "message.text": ""})
def test_a_compiled_condition_decides_as_the_manual_reads(condition: dict[str, Any], values: dict[str, Any]) -> None:
    test = compile_condition(OverflowCondition.model_validate(condition))
    facts = FoldedFacts(facts_of(values))
    assert test.holds(facts) is reference(condition, values | NUMBERS)
    assert test.why(facts)
    assert test.holds(facts) is test.holds(FoldedFacts(facts_of(values)))  # what `why` asked has changed nothing


WORDS = ["a", "B", "ab", "ba", "\u200b", "\u0b3f", "a\u200b"]
FEW = st.sampled_from(WORDS[:4])
AS_WRITTEN = st.sampled_from(WORDS)


def few(words: st.SearchStrategy[str], **beside: st.SearchStrategy[Any]) -> Any:
    operators = dict.fromkeys(("equals", "contains", "starts_with", "ends_with", "not_equals", "not_contains"), words)
    choice = {"in": st.lists(words, min_size=1, max_size=2), "not_in": st.lists(words, min_size=1, max_size=2)}
    return some_of(operators | choice, **beside)


FEW_TESTS = few(FEW) | few(AS_WRITTEN).map(lambda tests: tests | {"exact": True})
FEW_LEAF = st.one_of([st.fixed_dictionaries({field: FEW_TESTS}) for field in ("message.text", "var.x")])
FEW_PARTS = st.recursive(
    FEW_LEAF,
    lambda parts: (
        st.builds(lambda key, listed: {key: listed}, st.sampled_from(["all", "any"]), st.lists(parts, min_size=2))
        | st.fixed_dictionaries({"not": parts})
    ),
    max_leaves=6,
)


@given(conditions=st.lists(FEW_PARTS, min_size=2, max_size=4))
def test_the_first_rule_that_holds_is_found_whatever_is_passed_over(conditions: list[dict[str, Any]]) -> None:
    """Few words, so that texts and rules meet often."""
    rules = CompiledRules(None, [ClassificationRule.model_validate({"when": condition}) for condition in conditions])
    for text, x in product(WORDS, WORDS[:3]):
        values = {"contact.returning": True, "channel.name": "x", "message.text": text, "var.x": x}
        holding = [place for place, condition in enumerate(conditions) if reference(condition, values)]
        facts = FoldedFacts(facts_of(values))
        assert [*rules.matches(facts)] == holding
        assert rules.look(facts).places == tuple(holding[:1])


@given(condition=CONDITIONS, values=FACTS, language=st.none() | st.sampled_from(["fr", "en"]), x=st.none() | VALUE)
def test_facts_after_a_rule_are_those_of_a_message_that_had_them_from_the_start(
    condition: dict[str, Any], values: dict[str, Any], language: str | None, x: Any
) -> None:
    test = compile_condition(OverflowCondition.model_validate(condition))
    before = FoldedFacts(facts_of(values))
    test.holds(before)
    after = before.with_results({} if x is None else {"x": x}, language)
    values = values | NUMBERS | ({"contact.language": language} if language else {})
    assert test.holds(after) is reference(condition, values if x is None else values | {"var.x": x})


class Counted(str):
    """A text that counts how often it is folded."""

    folds = 0

    def __str__(self) -> str:
        return self

    def casefold(self) -> str:
        Counted.folds += 1
        return super().casefold()


def thousand(**condition: Any) -> WorkstreamRules:
    rules = [{"when": {"message.text": {"contains": f"word {number}"}, **condition}} for number in range(1000)]
    return WorkstreamRules(
        Workstream.model_validate({"classification": [{"rules": rules}], "route_to_queue": {"fallback": "general"}}),
        UTC,
    )


def test_a_message_is_folded_once_however_many_rules_look_at_it() -> None:
    rules, values = thousand(), {"contact.returning": False, "channel.name": "x", "message.text": Counted("Où ?")}
    Counted.folds = 0
    assert rules.decide(facts_of(values), "a", NO_QUEUES).classified.looks[0].hits == ()
    assert Counted.folds == 1


@pytest.mark.parametrize("text", ["Bonjour, où est ma commande ? " * 10, "é" * 4096])
def test_a_thousand_rules_that_all_fail_take_less_than_five_milliseconds(text: str) -> None:
    rules = thousand(**{"contact.name": {"not_in": ["ana", "zoe"]}, "any": [{"now.hour": {"gte": 8}}]})
    facts = facts_of({"contact.returning": False, "channel.name": "x", "message.text": text})

    def took() -> float:
        started = time.process_time()
        assert rules.decide(facts, "a", NO_QUEUES).classified.looks[0].hits == ()
        return time.process_time() - started

    assert min(took() for _ in range(5)) < 0.005
