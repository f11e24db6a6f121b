"""The file is read as YAML 1.2, with lines, and a hostile file costs little."""

import time

import pytest

from shared.configuration.yaml_tree import MAX_CHARACTERS, MAX_DEPTH, MAX_VALUES, line_of, parse_yaml


def value_of(text: str) -> object:
    value, problems = parse_yaml(text)
    assert problems == []
    return value


@pytest.mark.parametrize("text", ["on", "off", "yes", "NO", "True", "FALSE", "Null", "=", "<<", "2026-12-24"])
def test_words_and_dates_that_yaml_1_1_would_convert_keep_their_text(text: str) -> None:
    assert value_of(f"[{text}]") == [text]


@pytest.mark.parametrize(
    "text",
    [
        "09:00-12:30",
        "1:30:00",
        "1_000",
        "007",
        "0x1F",
        "0o17",
        "+33123456789",
        "1e3",
        ".5",
        "5.",
        "1.50",
        ".inf",
        "-0",
        "9" * 16,
    ],
)
def test_numbers_not_written_as_a_number_prints_keep_their_text(text: str) -> None:
    assert value_of(f"[{text}]") == [text]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("0", 0),
        ("-12", -12),
        ("1.5", 1.5),
        ('"true"', "true"),
        ("'12'", "12"),
        ('""', ""),
        ("|-\n  12", "12"),
    ],
)
def test_only_true_false_null_and_plain_numbers_are_more_than_text(text: str, value: object) -> None:
    read = value_of(f"- {text}")
    assert read == [value]
    assert isinstance(read, list)
    assert type(read[0]) is type(value)


def test_keys_are_text() -> None:
    assert value_of("on: 1\n1: 2\ntrue: 3\n~: 4\n") == {"on": 1, "1": 2, "true": 3, "~": 4}


def test_every_value_knows_its_line() -> None:
    tree = value_of("a: 1\n\nb:\n  - c: 1\n  # a comment\n  - {c: 2,\n     d: 3}\n")
    assert line_of(tree, ("a",)) == 1
    assert line_of(tree, ("b",)) == 3
    assert line_of(tree, ("b", 0, "c")) == 4
    assert line_of(tree, ("b", 1)) == 6
    assert line_of(tree, ("b", 1, "d")) == 7
    assert line_of(tree, ("b", 1, "missing", "deeper")) == 6


def test_a_key_written_twice_is_a_problem_and_the_first_counts() -> None:
    tree, problems = parse_yaml("queues:\n  a: 1\n  b: 2\n  a: 3\n")
    assert tree == {"queues": {"a": 1, "b": 2}}
    assert [str(problem) for problem in problems] == ["4: queues.a: written twice; the first is in line 2"]


def test_an_anchor_stands_for_its_value_wherever_it_is_named() -> None:
    texts = {"fr": "x"}
    assert value_of("a: &texts {fr: x}\nb: *texts\nc: [*texts]\n") == {"a": texts, "b": texts, "c": [texts]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: [1, 2\nb: 3", "2: not valid YAML: "),
        ("a: *nothing", "1: a: *nothing refers to nothing that is complete here"),
        ("a: &a [*a]", "1: a[0]: *a refers to nothing that is complete here"),
        ("a: 1\n---\nb: 2", "2: a second document (---): one file holds one"),
        ("a:\n  b: !!int 5", "2: a.b: tags such as !!int are not used in this file"),
        ("? [a]\n: 1", "1: a key must be plain text"),
        ("a: \x07", "not valid YAML: "),
        ("a: \ud800", "not valid YAML: "),
        ("x" * (MAX_CHARACTERS + 1), "longer than 1,000,000 characters"),
    ],
)
def test_what_cannot_be_read_is_a_problem(text: str, expected: str) -> None:
    value, problems = parse_yaml(text)
    assert value is None
    assert str(problems[0]).startswith(expected)


def test_values_nest_only_so_deep() -> None:
    value, (problem,) = parse_yaml("[" * (MAX_DEPTH + 2) + "]" * (MAX_DEPTH + 2))
    assert value is None
    assert problem.message == f"nested deeper than {MAX_DEPTH} levels"


@pytest.mark.parametrize("text", ["[" * 100_000, "{a: " * 100_000, "- " * 400_000])
def test_a_file_that_never_stops_nesting_is_refused(text: str) -> None:
    value, problems = parse_yaml(text)
    assert value is None
    assert len(problems) == 1


def test_aliases_cannot_multiply_a_small_file_into_a_huge_one() -> None:
    text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in range(1, 12):
        text += f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]\n"
    started = time.process_time()
    value, (problem,) = parse_yaml(text)
    assert value is None
    assert problem.message == f"more than {MAX_VALUES:,} values, aliases included"
    assert time.process_time() - started < 1
