"""In which language a contact is written to: its own where it can be, else the workstream's first."""

from collections.abc import Iterable, Sequence

from shared.configuration.workstreams import Workstream
from shared.vocabulary.languages import base_language, whatsapp_spelling


def preferred_languages(
    available: Iterable[str], contact_language: str | None, workstream: Workstream | None
) -> list[str]:
    """Return the languages in which a text is available, the best one first.

    That is the contact's, then the workstream's in their order, then the rest. Where the very one is missing, another
    of the same base does, `fr` for `fr_CA` and the other way round: the workstream's own first, then the one without
    a country.
    """
    wishes = [
        whatsapp_spelling(wish) for wish in (contact_language or "", *(workstream.languages if workstream else ()))
    ]
    bases = [base_language(wish) for wish in wishes]

    def rank(language: str) -> tuple[int, int, bool]:
        spelled, base = whatsapp_spelling(language), base_language(language)
        return _place(base, bases), _place(spelled, wishes), spelled != base

    return sorted(available, key=rank)


def _place(wanted: str, wishes: Sequence[str]) -> int:
    return wishes.index(wanted) if wanted in wishes else len(wishes)
