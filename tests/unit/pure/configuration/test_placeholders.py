"""Texts with placeholders are filled in, with defaults for what is empty, and cut at a word where a limit is given."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.configuration import TextTemplate, cut_at_word


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


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        ("Votre colis arrive demain", 100, "Votre colis arrive demain"),
        ("Votre colis arrive demain", 25, "Votre colis arrive demain"),
        ("Votre colis arrive demain", 24, "Votre colis arrive…"),
        ("Votre colis arrive demain", 19, "Votre colis arrive…"),
        ("Votre colis arrive demain", 18, "Votre colis…"),
        ("Votre colis", 4, "Vot…"),
        ("Votre colis", 1, "…"),
        ("Votre    colis arrive", 10, "Votre…"),
        ("   Votre", 4, "   …"),
    ],
)
def test_a_text_is_cut_after_a_word(text: str, limit: int, cut: str) -> None:
    assert cut_at_word(text, limit) == cut


@given(text=st.text(), limit=st.integers(min_value=1, max_value=60))
def test_a_cut_text_never_exceeds_its_limit_and_is_the_start_of_the_text(text: str, limit: int) -> None:
    cut = cut_at_word(text, limit)
    assert len(cut) <= limit
    assert cut == text or (cut.endswith("…") and text.startswith(cut[:-1]))


@given(words=st.lists(st.text("abcé", min_size=1, max_size=8), min_size=1, max_size=20), limit=st.integers(10, 60))
def test_a_cut_text_consists_of_whole_words(words: list[str], limit: int) -> None:
    cut = cut_at_word(" ".join(words), limit).removesuffix("…").split(" ")
    assert cut == words[: len(cut)]


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
