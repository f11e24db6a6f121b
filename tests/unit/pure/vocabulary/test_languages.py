"""One language has one spelling, whatever a person wrote."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.vocabulary.languages import base_language, whatsapp_spelling


@pytest.mark.parametrize(
    ("written", "spelled"),
    [
        ("pt-BR", "pt_BR"),
        ("pt_br", "pt_BR"),
        ("pt_BR", "pt_BR"),
        ("PT-br", "pt_BR"),
        ("fr", "fr"),
        ("FR", "fr"),
        ("fil", "fil"),
        ("zh-hant-tw", "zh_Hant_TW"),
        ("es-419", "es_419"),
        ("", ""),
    ],
)
def test_each_way_of_writing_is_one_language(written: str, spelled: str) -> None:
    assert whatsapp_spelling(written) == spelled


@given(st.text(alphabet="abzABZ019_-", max_size=12))
def test_what_is_spelled_well_stays(written: str) -> None:
    spelled = whatsapp_spelling(written)
    assert whatsapp_spelling(spelled) == spelled
    assert "-" not in spelled


@pytest.mark.parametrize(("language", "base"), [("pt-BR", "pt"), ("PT_br", "pt"), ("fr", "fr"), ("zh_Hant_TW", "zh")])
def test_a_language_without_its_country(language: str, base: str) -> None:
    assert base_language(language) == base
