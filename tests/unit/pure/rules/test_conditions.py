"""A condition holds if all of its parts do; comparisons ignore case and accents unless they are to be exact."""

import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.configuration.conditions import Condition
from shared.rules import Facts, FoldedFacts
from shared.rules.compiling import compile_condition

FACTS = Facts(
    now=datetime(2026, 11, 24, 9, 30, tzinfo=UTC),
    message_kind="text",
    message_text="Où est ma FACTURE ?",
    channel_name="support_fr",
    channel_id="11111111-1111-1111-1111-111111111111",
    contact_phone="+33612345678",
    contact_bsuid="BE.1349",
    contact_language="fr",
    contact_name="Zoé",
    contact_returning=True,
    variables={"topic": "Billing", "amount": 150, "order": "42", "vip": True, "empty": ""},
)


def holds(condition: Condition, facts: Facts) -> bool:
    return compile_condition(condition).holds(FoldedFacts(facts))


def condition(**written: Any) -> Condition:
    return Condition.model_validate({key.replace("__", "."): value for key, value in written.items()})


@pytest.mark.parametrize(
    ("field", "tests", "expected"),
    [
        ("message.text", {"equals": "ou est ma facture ?"}, True),
        ("message.text", {"equals": "ou est ma facture ?", "exact": True}, False),
        ("message.text", {"equals": "Où est ma FACTURE ?", "exact": True}, True),
        ("message.text", {"not_equals": "bonjour"}, True),
        ("message.text", {"not_equals": "OU EST MA FACTURE ?"}, False),
        ("message.text", {"in": ["bonjour", "où est ma facture ?"]}, True),
        ("message.text", {"in": ["bonjour"]}, False),
        ("message.text", {"not_in": ["bonjour"]}, True),
        ("message.text", {"not_in": ["bonjour", "où est ma facture ?"]}, False),
        ("message.text", {"contains": "fàcture"}, True),
        ("message.text", {"contains": "facture", "exact": True}, False),
        ("message.text", {"not_contains": "commande"}, True),
        ("message.text", {"not_contains": "facture"}, False),
        ("message.text", {"starts_with": "ou"}, True),
        ("message.text", {"starts_with": "est"}, False),
        ("message.text", {"ends_with": "FACTURE ?"}, True),
        ("message.text", {"ends_with": "Facture ?", "exact": True}, False),
        ("message.text", {"matches": "^où.*fact[uo]re"}, True),
        ("message.text", {"matches": "facture|invoice"}, True),
        ("message.text", {"matches": "facture", "exact": True}, False),
        ("message.text", {"matches": "(?i)facture", "exact": True}, True),
        ("message.text", {"exists": True}, True),
        ("message.text", {"contains": "facture", "starts_with": "bonjour"}, False),
        ("message.kind", {"in": ["text", "image"]}, True),
        ("message.button", {"exists": False}, True),
        ("message.button", {"exists": True}, False),
        ("message.list", {"equals": "x"}, False),
        ("message.list", {"not_equals": "x"}, True),
        ("contact.phone", {"starts_with": "+336"}, True),
        ("contact.country", {"in": ["fr", "BE"]}, True),
        ("contact.country", {"equals": "BE"}, False),
        ("contact.language", {"equals": "FR"}, True),
        ("contact.language", {"not_in": ["fr_FR", "en"]}, True),
        ("contact.name", {"equals": "zoe"}, True),
        ("contact.returning", {"equals": True}, True),
        ("contact.returning", {"not_equals": True}, False),
        ("channel.name", {"equals": "support_fr"}, True),
        ("channel.id", {"starts_with": "1111"}, True),
        ("now.hour", {"gte": 9, "lt": 10}, True),
        ("now.hour", {"gt": 9}, False),
        ("now.hour", {"lte": 9}, True),
        ("now.hour", {"in": [8, 9]}, True),
        ("now.weekday", {"equals": "tue"}, True),
        ("now.weekday", {"in": ["sat", "sun"]}, False),
        ("var.topic", {"equals": "billing"}, True),
        ("var.topic", {"equals": "billing", "exact": True}, False),
        ("var.Topic", {"exists": True}, False),
        ("var.amount", {"gt": 100}, True),
        ("var.amount", {"equals": 150}, True),
        ("var.order", {"equals": 42}, True),
        ("var.order", {"lt": 43}, True),
        ("var.topic", {"gt": 1}, False),
        ("var.vip", {"equals": True}, True),
        ("var.empty", {"exists": True}, False),
        ("var.none", {"lt": 5}, False),
        ("var.none", {"not_in": ["a"]}, True),
    ],
)
def test_an_operator_compares_a_field(field: str, tests: dict[str, Any], expected: bool) -> None:
    assert holds(Condition.model_validate({field: tests}), FACTS) is expected


MARKS = [
    *(
        " ",
        "\n",
        "\r\n",
        "\t",
        "\u00a0",
        "\u00ad",
        "\u061c",
        "\u115f",
        "\u180e",
        "\u200b",
        "\u200d",
        "\u200e",
        "\u200f",
    ),
    *(
        "\u2028",
        "\u202e",
        "\u2060",
        "\u2800",
        "\u3000",
        "\u3164",
        "\ufe0f",
        "\ufeff",
        "\uffa0",
        "\U000e0041",
        "\U000e0100",
    ),
]
AROUND = [*(mark + "{}" for mark in MARKS), *("{}" + mark for mark in MARKS), "\u200b {}\ufe0f \n\u200e"]
TEXT_FIELDS: dict[str, str | None] = {
    "message.text": "message_text",
    "message.button": "message_button",
    "message.list": "message_list",
    "contact.name": "contact_name",
    "contact.language": "contact_language",
    "contact.phone": "contact_phone",
    "channel.name": "channel_name",
    "var.topic": None,
}
HOLDING = [
    ("equals", "fatura"),
    ("in", ["nota", "fatura"]),
    ("contains", "atur"),
    ("contains", "fatura"),
    ("starts_with", "fat"),
    ("ends_with", "ura"),
    ("matches", "^fatura$"),
    ("matches", "^.{6}$"),
    ("exists", True),
]


def facts_with(field: str, value: str) -> Facts:
    attribute = TEXT_FIELDS[field]
    changes: dict[str, Any] = {attribute: value} if attribute else {"variables": {"topic": value}}
    return replace(FACTS, **changes)


def decorated(operand: Any, around: str) -> Any:
    """The operand with marks around its texts."""
    if isinstance(operand, list):
        return [around.format(each) for each in operand]
    return around.replace("{}", operand) if isinstance(operand, str) else operand


@pytest.mark.parametrize("around", AROUND, ids=ascii)
@pytest.mark.parametrize(("operator", "operand"), HOLDING)
def test_marks_around_a_text_or_an_operand_change_nothing(operator: str, operand: Any, around: str) -> None:
    for field in TEXT_FIELDS:
        facts = facts_with(field, around.format("Fatura"))
        assert holds(Condition.model_validate({field: {operator: operand}}), facts), field
        assert holds(Condition.model_validate({field: {operator: decorated(operand, around)}}), facts), field


@pytest.mark.parametrize("around", AROUND, ids=ascii)
@pytest.mark.parametrize(
    ("operator", "operand"), [("not_equals", "fatura"), ("not_in", ["nota", "fatura"]), ("not_contains", "fatura")]
)
def test_a_denial_is_not_passed_by_marks_around_the_text(operator: str, operand: Any, around: str) -> None:
    facts = facts_with("message.text", around.format("FATURA"))
    assert not holds(Condition.model_validate({"message.text": {operator: operand}}), facts)
    assert not holds(Condition.model_validate({"message.text": {operator: decorated(operand, around)}}), facts)


@pytest.mark.parametrize("around", AROUND, ids=ascii)
@pytest.mark.parametrize("operator", ["equals", "in", "starts_with", "ends_with", "matches"])
def test_an_exact_comparison_counts_every_mark(operator: str, around: str) -> None:
    text = around.format("Fatura")
    written: dict[str, Any] = {"in": ["Fatura"], "matches": r"\AFatura\z"}
    tests = Condition.model_validate({"message.text": {operator: written.get(operator, "Fatura"), "exact": True}})
    half = {"starts_with": text.startswith("Fatura"), "ends_with": text.endswith("Fatura")}
    assert holds(tests, facts_with("message.text", text)) is half.get(operator, False)
    assert holds(tests, facts_with("message.text", "Fatura"))


@pytest.mark.parametrize(
    ("operator", "operand", "text"),
    [
        ("equals", "❤", "❤\ufe0f"),
        ("equals", "❤\ufe0f", "❤"),
        ("contains", "1\u20e3", "a 1\ufe0f\u20e3 b"),
        ("in", ["🅰\ufe0f ok"], "🅰 OK"),
        ("starts_with", "☎ c", "☎\ufe0f C"),
        ("ends_with", "❤\ufe0f!", "j'aime ❤!"),
        ("matches", "^[❤\ufe0f💔]$", "❤\ufe0f"),
        ("matches", "^❤{2}$", "❤\ufe0f❤\ufe0f"),
    ],
)
def test_variation_selectors_count_nowhere_but_in_exact_comparisons(operator: str, operand: Any, text: str) -> None:
    assert holds(Condition.model_validate({"message.text": {operator: operand}}), facts_with("message.text", text))


def test_an_expression_may_ask_for_a_space_at_its_end() -> None:
    assert holds(condition(message__text={"matches": r"fatura\ "}), facts_with("message.text", "fatura 7"))
    assert not holds(condition(message__text={"matches": r"fatura\ "}), facts_with("message.text", "fatura "))


def test_a_block_of_yaml_may_hold_an_expression() -> None:
    assert holds(condition(message__text={"matches": "^fatura$\n"}), facts_with("message.text", "Fatura"))


@pytest.mark.parametrize("mark", MARKS, ids=ascii)
def test_a_text_that_shows_nothing_is_not_known(mark: str) -> None:
    facts = facts_with("message.text", mark * 3)
    assert holds(condition(message__text={"exists": False}), facts)
    assert not holds(condition(message__text={"matches": ".*"}), facts)
    assert not holds(condition(message__text={"equals": "x"}), facts)
    assert holds(condition(message__text={"not_equals": "x"}), facts)
    assert holds(condition(message__text={"equals": mark * 3, "exact": True}), facts)
    assert holds(condition(message__text={"exists": True, "exact": True}), facts)


def test_a_mark_that_stands_for_itself_is_not_known_either() -> None:
    vowel_sign = "\u0b3f"
    facts = facts_with("message.text", vowel_sign)
    assert not holds(condition(message__text={"equals": vowel_sign}), facts)
    assert holds(condition(message__text={"equals": vowel_sign, "exact": True}), facts)


@pytest.mark.parametrize("field", ["message.text", "var.topic"])
@pytest.mark.parametrize(
    "operator", ["equals", "not_equals", "in", "contains", "not_contains", "starts_with", "matches"]
)
@pytest.mark.parametrize("mark", [*MARKS, "\u0301"], ids=ascii)
def test_an_operand_that_shows_nothing_is_refused_unless_it_is_exact(field: str, operator: str, mark: str) -> None:
    operand = ["x", mark] if operator == "in" else mark
    with pytest.raises(ValidationError, match="expected a visible character, or exact: true"):
        Condition.model_validate({field: {operator: operand}})
    Condition.model_validate({field: {operator: operand, "exact": True}})


def test_a_regular_expression_sees_what_is_behind_much_white_space() -> None:
    assert holds(condition(message__text={"matches": "^end$"}), facts_with("message.text", " " * 600 + "end"))


@pytest.mark.parametrize("written", ["pt-BR", "pt_br", "pt_BR"])
def test_a_language_is_the_same_in_each_spelling(written: str) -> None:
    brazilian = replace(FACTS, contact_language="pt_BR")
    assert holds(condition(contact__language={"equals": written, "exact": True}), brazilian)
    assert holds(condition(contact__language={"in": ["fr", written]}), brazilian)
    assert not holds(condition(contact__language={"not_equals": written}), brazilian)
    assert not holds(condition(contact__language={"equals": written}), FACTS)


@pytest.mark.parametrize(
    ("operator", "part", "expected"),
    [
        ("starts_with", "pt-", True),
        ("starts_with", "PT_b", True),
        ("ends_with", "-br", True),
        ("contains", "t-B", True),
        ("not_contains", "-BR", False),
        ("starts_with", "pt-P", False),
    ],
)
def test_so_is_a_part_of_a_language(operator: str, part: str, expected: bool) -> None:
    brazilian = replace(FACTS, contact_language="pt_BR")
    assert holds(condition(contact__language={operator: part}), brazilian) is expected


TRUE = {"message.kind": {"equals": "text"}}
FALSE = {"message.kind": {"equals": "image"}}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({}, True),
        ({"message.kind": {"equals": "text"}, "contact.name": {"equals": "Ana"}}, False),
        ({"all": [TRUE, TRUE]}, True),
        ({"all": [TRUE, FALSE]}, False),
        ({"any": [FALSE, TRUE]}, True),
        ({"any": [FALSE, FALSE]}, False),
        ({"not": FALSE}, True),
        ({"not": {"any": [FALSE, {"all": [TRUE, {"not": FALSE}]}]}}, False),
        ({"any": [TRUE], "message.kind": {"equals": "image"}}, False),
    ],
)
def test_conditions_are_combined(written: dict[str, Any], expected: bool) -> None:
    assert holds(Condition.model_validate(written), FACTS) is expected


def test_the_hour_and_the_day_are_those_of_the_moment_as_given() -> None:
    night = replace(FACTS, now=datetime.fromisoformat("2026-11-29T23:30:00+09:00"))
    assert holds(condition(now__hour={"equals": 23}, now__weekday={"equals": "sun"}), night)


@pytest.mark.parametrize("exact", [False, True])
def test_a_regular_expression_sees_the_first_five_hundred_characters(exact: bool) -> None:
    end = condition(message__text={"matches": "end", "exact": exact})
    assert holds(end, replace(FACTS, message_text="x" * 497 + "end"))
    assert not holds(end, replace(FACTS, message_text="x" * 498 + "end"))


def test_a_long_text_cannot_keep_a_regular_expression_busy() -> None:
    slow = condition(message__text={"matches": r"(\w++\s)+\d+.*x.*$"})
    started = time.process_time()
    assert not holds(slow, replace(FACTS, message_text="a " * 100_000))
    assert time.process_time() - started < 1


SCALARS = st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5)
OPERATORS = [
    "equals",
    "not_equals",
    "in",
    "not_in",
    "contains",
    "starts_with",
    "ends_with",
    "matches",
    "exists",
    "gt",
    "lte",
]
FIELDS = ["message.text", "message.kind", "contact.country", "contact.returning", "now.hour", "now.weekday", "var.x"]
TESTS = st.dictionaries(st.sampled_from(OPERATORS), SCALARS | st.lists(SCALARS, max_size=3), min_size=1, max_size=3)
CONDITIONS = st.recursive(
    st.dictionaries(st.sampled_from(FIELDS), TESTS, max_size=2),
    lambda parts: (
        st.fixed_dictionaries({"not": parts}) | st.fixed_dictionaries({"any": st.lists(parts, min_size=1, max_size=2)})
    ),
    max_leaves=4,
)


@given(
    written=CONDITIONS,
    text=st.none() | st.text(),
    phone=st.none() | st.text(st.sampled_from("+0123456789 ax")),
    value=st.none() | SCALARS,
)
def test_a_condition_that_was_accepted_holds_or_does_not(
    written: dict[str, Any], text: str | None, phone: str | None, value: Any
) -> None:
    try:
        accepted = Condition.model_validate(written)
    except ValidationError:
        return
    variables = {} if value is None else {"x": value}
    facts = replace(FACTS, message_text=text, contact_phone=phone, variables=variables)
    assert holds(accepted, facts) in (True, False)
    assert holds(Condition.model_validate({"not": written}), facts) is not holds(accepted, facts)
