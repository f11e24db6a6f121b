"""A contact is written to in its own language where the text exists, else in the workstream's first."""

import pytest

from shared.configuration import Workstream, language_among, language_of


def workstream(*languages: str) -> Workstream:
    return Workstream.model_validate({"languages": list(languages), "route_to_queue": {"fallback": "general"}})


@pytest.mark.parametrize(
    ("contact_language", "languages", "expected"),
    [
        ("en", ("fr", "en"), "en"),
        ("de", ("fr", "en"), "fr"),
        (None, ("fr", "en"), "fr"),
        ("fr_CA", ("en", "fr"), "fr"),
        ("en", ("fr", "en_GB"), "en_GB"),
        ("de", (), "de"),
        (None, (), None),
    ],
)
def test_the_language_of_a_contact(
    contact_language: str | None, languages: tuple[str, ...], expected: str | None
) -> None:
    assert language_of(contact_language, workstream(*languages)) == expected


@pytest.mark.parametrize(
    ("available", "contact_language", "expected"),
    [
        (("fr", "en"), "en", "en"),
        (("en", "fr"), None, "fr"),
        (("en_US", "pt_BR"), "pt", "pt_BR"),
        (("en", "de"), "es", "en"),
        (("fr_CA", "fr", "en"), "fr", "fr"),
    ],
)
def test_the_language_of_a_text_is_one_in_which_it_exists(
    available: tuple[str, ...], contact_language: str | None, expected: str
) -> None:
    assert language_among(available, contact_language, workstream("fr", "en")) == expected
