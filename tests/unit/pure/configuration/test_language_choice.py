"""A contact is written to in its own language where the text exists, else in the workstream's first."""

import pytest

from shared.configuration import Workstream, preferred_languages

FRENCH_THEN_ENGLISH = Workstream.model_validate({"languages": ["fr", "en"], "route_to_queue": {"fallback": "general"}})


@pytest.mark.parametrize(
    ("available", "contact_language", "expected"),
    [
        (["fr", "en"], "en", ["en", "fr"]),
        (["en", "fr"], None, ["fr", "en"]),
        (["de", "en", "fr"], "es", ["fr", "en", "de"]),
        (["en_US", "pt_BR"], "pt", ["pt_BR", "en_US"]),
        (["fr_CA", "fr", "en"], "fr", ["fr", "fr_CA", "en"]),
        (["fr", "fr_CA", "en"], "fr_CA", ["fr_CA", "fr", "en"]),
        (["en", "fr"], "fr-CA", ["fr", "en"]),
        (["pt_PT", "pt_BR"], "pt-BR", ["pt_BR", "pt_PT"]),
        (["pt_PT", "pt_BR"], "pt_br", ["pt_BR", "pt_PT"]),
        (["pt_PT", "en", "pt-BR"], "pt_BR", ["pt-BR", "pt_PT", "en"]),
        (["fr_CA", "fr"], "fr_BE", ["fr", "fr_CA"]),
        (["de", "it"], None, ["de", "it"]),
        ([], "fr", []),
    ],
)
def test_the_best_language_comes_first(available: list[str], contact_language: str | None, expected: list[str]) -> None:
    assert preferred_languages(available, contact_language, FRENCH_THEN_ENGLISH) == expected


BRAZIL = Workstream.model_validate({"languages": ["en", "pt-BR"], "route_to_queue": {"fallback": "general"}})


@pytest.mark.parametrize(
    ("available", "contact_language", "expected"),
    [
        (["pt_PT", "pt_BR", "en"], "pt", ["pt_BR", "pt_PT", "en"]),
        (["pt_PT", "pt_BR", "en"], "pt_PT", ["pt_PT", "pt_BR", "en"]),
        (["pt_PT", "pt_BR", "en"], None, ["en", "pt_BR", "pt_PT"]),
    ],
)
def test_of_a_language_without_its_country_the_workstreams_own_comes_first(
    available: list[str], contact_language: str | None, expected: list[str]
) -> None:
    assert preferred_languages(available, contact_language, BRAZIL) == expected
