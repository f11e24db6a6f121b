"""Regular expressions ignore case and accents unless they are to be exact, and end soon on any text."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.configuration.patterns import MAX_SEEN, Pattern, seen

PIECES = st.sampled_from([*"()[]|\\*+?^$éß0", "{2,", "}", "(?i)", "(?:", r"\b", r"\w", "a-"])


def found_in(pattern: Pattern, text: str, *, exact: bool) -> bool:
    return pattern.finder(exact=exact)(text if exact else seen(text))


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (".*.*.*x", "a" * MAX_SEEN),
        (r"\w*\w*\w*\w*\d", "a" * MAX_SEEN),
        ("(a+)+$", "a" * MAX_SEEN + "b"),
        ("(a|aa)+$", "a" * (MAX_SEEN - 1) + "b"),
        ("(a|b+)*c", "b" * MAX_SEEN),
        (r"(\w+\s?)+$", "ab " * 166 + "!"),
        (r"(\d+,)+?x", "1," * 250),
        ("(.*a){20}$", "a" * (MAX_SEEN - 1) + "b"),
    ],
)
def test_expressions_that_never_end_in_other_engines_end_at_once(expression: str, text: str) -> None:
    pattern = Pattern.parse(expression)
    started = time.process_time()
    found_in(pattern, text, exact=True)
    found_in(pattern, text, exact=False)
    assert time.process_time() - started < 0.2


@pytest.mark.parametrize(
    ("expression", "problem"),
    [
        ("a(?=b)", "look-around, including look-ahead and look-behind, is not supported: (?="),
        ("facture(?<!re)", "look-around, including look-ahead and look-behind, is not supported: (?<!"),
        (r"(a)\1", r"backreferences are not supported: \1"),
        (r"été\Z", r"unrecognized escape sequence: \Z"),
        ("(?x)\na # )\nb(?=c)", "look-around, including look-ahead and look-behind, is not supported: (?="),
        ("(?>a)", "unrecognized flag: >"),
        ("(", "unclosed group: ("),
        ("[[a]", "unclosed character class: ["),
        ("a{,3}", "repetition quantifier expects a valid decimal: ,"),
        ("*a", "repetition operator missing expression: *"),
        ("[é-è]", "invalid character class range, the start must be <= the end: é-è"),
        (r"\w{1,400}", "Compiled regex exceeds size limit of 10485760 bytes."),
    ],
)
def test_what_the_engine_cannot_do_is_named(expression: str, problem: str) -> None:
    with pytest.raises(ValueError, match="not a regular expression that rules can use: ") as refused:
        Pattern.parse(expression)
    assert str(refused.value).endswith(f": {problem}")


@pytest.mark.parametrize("expression", ["", "a{99999999999}", "x" * 1001, None, 5, "(" * 500 + ")" * 500])
def test_what_is_no_regular_expression_is_refused(expression: object) -> None:
    with pytest.raises(ValueError, match="a regular expression"):
        Pattern.parse(expression)


@pytest.mark.parametrize(
    ("expression", "text", "found"),
    [
        (r"\bсчёт\b", "Мой счет, пожалуйста", True),
        (r"\bсчёт\b", "счетчик", False),
        (r"\bπληρωμή\b", "ΠΛΗΡΩΜΗ τώρα", True),
        (r"\bسلام\b", "كلمة سلام هنا", True),
        (r"^\w+$", "नमस्ते", True),
        (r"\d{2}", "٣٤", True),
        ("facture|invoice", "Où est l'INVOICE ?", True),
        ("(?i)k", "\u212a", True),
        ("(?P<what>bill|invoice)s?", "bills", True),
        ("(?x) bill # the English word\n s", "bills", True),
        (r"\(a+\)+", "(aa)", True),
        ("[(+*]+", "a", False),
    ],
)
def test_words_digits_and_case_are_those_of_every_script(expression: str, text: str, found: bool) -> None:
    assert found_in(Pattern.parse(expression), text, exact=False) is found


def test_case_and_accents_count_only_when_exact() -> None:
    pattern = Pattern.parse("réclamation")
    assert found_in(pattern, "Une RECLAMATION", exact=False)
    assert not found_in(pattern, "Une RECLAMATION", exact=True)
    assert found_in(pattern, "une réclamation", exact=True)


def test_patterns_of_one_expression_are_equal() -> None:
    """A rule behind one with the same condition is found to be unreachable by this."""
    assert Pattern.parse("facture") == Pattern.parse("facture")
    assert Pattern.parse("facture") != Pattern.parse("invoice")


@given(st.lists(PIECES | st.characters(), max_size=12).map("".join), st.text())
def test_any_expression_is_found_or_not_or_refused(expression: str, text: str) -> None:
    try:
        pattern = Pattern.parse(expression)
    except ValueError:
        return
    assert found_in(pattern, text, exact=False) in (True, False)
    assert found_in(pattern, text, exact=True) in (True, False)
