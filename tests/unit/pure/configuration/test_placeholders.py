"""Texts with placeholders are filled in, with defaults for what is empty, and cut at a word where a limit is given."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.configuration import TextTemplate


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("Bonjour {contact.name} !", "Bonjour Ana Lima !"),
        ("Bonjour {contact.name|client}", "Bonjour Ana Lima"),
        ("{agent.name|an agent}", "an agent"),
        ("{agent.name}", ""),
        ("{queue.name|the team}", "the team"),
        ("{contact.name:5}", "Ana…"),
        ("{contact.name:5|client}", "Ana…"),
        ("{agent.name:5|a colleague}", "a…"),
        ("{agent.name|at 10:30}", "at 10:30"),
        ("{var.order}", "A-17"),
        ("{{contact.name}}", "{contact.name}"),
        ("{{{contact.name}}}", "{Ana Lima}"),
        ("100 % {{ok}}", "100 % {ok}"),
        ("", ""),
    ],
)
def test_placeholders_are_filled_in(text: str, rendered: str) -> None:
    values = {"contact.name": "Ana Lima", "queue.name": " ", "var.order": "A-17"}
    assert TextTemplate.parse(text).render(values) == rendered


def test_all_that_is_wrong_with_a_text_is_said_at_once() -> None:
    with pytest.raises(ValueError, match=r"unknown placeholder \{who\}.*; a single \}; write \}\} for a brace"):
        TextTemplate.parse("{who} }")


@given(text=st.text(st.sampled_from("{}|:59 contact.name var.x\n")))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    try:
        template = TextTemplate.parse(text)
    except ValueError:
        return
    assert template.render({}) == TextTemplate.parse(text).render({})


@given(text=st.text())
def test_a_text_with_doubled_braces_renders_as_it_is(text: str) -> None:
    assert TextTemplate.parse(text.replace("{", "{{").replace("}", "}}")).render({}) == text
