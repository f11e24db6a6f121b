"""In which language a contact is written to: its own where it can be, else the workstream's first."""

from collections.abc import Iterable

from shared.configuration.workstreams import Workstream


def preferred_languages(available: Iterable[str], contact_language: str | None, workstream: Workstream) -> list[str]:
    """Return the languages in which a text is available, the best one first.

    That is the contact's, then the workstream's in their order, then the rest. Where the very one is missing, `fr`
    does for `fr_CA` and the other way round.
    """
    wishes = [contact_language or "", *workstream.languages]

    def rank(language: str) -> tuple[int, bool]:
        nearest = next((wish for wish in wishes if _base(wish) == _base(language)), None)
        return (len(wishes) if nearest is None else wishes.index(nearest), language != nearest)

    return sorted(available, key=rank)


def _base(language: str) -> str:
    return language.replace("-", "_").partition("_")[0]
