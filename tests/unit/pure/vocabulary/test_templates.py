"""Places for values in WhatsApp's texts: by number, or by name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.vocabulary.templates import Definition, Header, are_numbered, numbered, places_in


@pytest.mark.parametrize(
    ("text", "same", "names"),
    [
        ("Bonjour", "Bonjour", ()),
        ("Bonjour {{1}}", "Bonjour {{1}}", ()),
        ("{{2}}, {{1}}", "{{2}}, {{1}}", ()),
        ("{{nom}}, {{ ref }}, {{nom}}", "{{1}}, {{2}}, {{1}}", ("nom", "ref")),
        ("{{nom}}, {{1}}", "{{nom}}, {{1}}", ()),
    ],
)
def test_names_become_numbers_by_their_order(text: str, same: str, names: tuple[str, ...]) -> None:
    assert numbered(text) == (same, names)


@given(st.lists(st.sampled_from(["{{nom}}", "{{ref}}", "{{a_b}}", "x", " ", "{", "}"]).map(str)).map("".join))
def test_a_text_with_names_is_always_numbered(text: str) -> None:
    same, names = numbered(text)
    assert are_numbered(places_in(same)) or same == text
    assert len(names) in (0, len(places_in(same)))


def test_a_definition_keeps_the_names_beside() -> None:
    listed = Definition(body="Bonjour {{nom}}", header=Header(format="TEXT", text="N° {{ref}}"), footer="Contoso")
    header = Header(format="TEXT", text="N° {{1}}", name="ref")
    assert listed.with_numbers() == Definition(body="Bonjour {{1}}", header=header, footer="Contoso", names=("nom",))
    picture = Definition(body="Bonjour", header=Header(format="IMAGE"))
    assert picture.with_numbers() == picture
