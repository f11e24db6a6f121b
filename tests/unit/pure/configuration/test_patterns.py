"""Regular expressions ignore case and accents unless they are to be exact, and cannot run for ever."""

import pytest

from shared.configuration.patterns import Pattern


@pytest.mark.parametrize(
    "expression", ["(a+)+", "((a+)b)*", "(a*){2,}", r"(?:x[)]+)*", r"(\w+\s?)+$", r"(\d+,)+?", "(a|b+)*"]
)
def test_a_repetition_inside_a_repetition_is_refused(expression: str) -> None:
    with pytest.raises(ValueError, match="a repetition inside a repetition"):
        Pattern.parse(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "(a++)+",
        "(?:facture|invoice)+",
        "(a+)?",
        "(a+){3}",
        "a+b+",
        r"\(a+\)+",
        "[(+*]+",
        "([+*])+",
        "(?x) # )\n a",
    ],
)
def test_other_repetitions_are_accepted(expression: str) -> None:
    assert Pattern.parse(expression).exact.pattern == expression


@pytest.mark.parametrize("expression", ["", "(", "a{99999999999}", "[[a]", "x" * 1001, None, 5, "(" * 500 + ")" * 500])
def test_what_is_no_regular_expression_is_refused(expression: object) -> None:
    with pytest.raises(ValueError, match="regular expression"):
        Pattern.parse(expression)


def test_case_and_accents_count_only_when_exact() -> None:
    pattern = Pattern.parse("réclamation")
    assert pattern.found_in("Une RECLAMATION", exact=False)
    assert not pattern.found_in("Une RECLAMATION", exact=True)
    assert pattern.found_in("une réclamation", exact=True)
