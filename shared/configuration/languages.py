"""Which language a contact is written to in: the contact's own where it can be, else the workstream's first."""

from collections.abc import Iterable

from shared.configuration.workstreams import Workstream


def language_of(contact_language: str | None, workstream: Workstream) -> str | None:
    """Return the language of a contact in a workstream; None if the workstream names none and the contact has none."""
    if not workstream.languages:
        return contact_language
    return language_among(workstream.languages, contact_language, workstream)


def language_among(available: Iterable[str], contact_language: str | None, workstream: Workstream) -> str:
    """Choose among the languages in which a text exists; `available` must not be empty.

    The contact's language, else the workstream's first, else the first available. `fr` stands for `fr_CA` and
    the other way round where the very one is missing.
    """
    choices = list(available)
    for wanted in (contact_language, *workstream.languages[:1]):
        if wanted in choices:
            return wanted
        related = [choice for choice in choices if wanted and _base(choice) == _base(wanted)]
        if related:
            return related[0]
    return choices[0]


def _base(language: str) -> str:
    return language.replace("-", "_").partition("_")[0].lower()
