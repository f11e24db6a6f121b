"""What the newest commits changed in a contact's histories: from there on a desk reads again. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from shared.state.contact import Contact, LineChange
from shared.state.rows import line_of

_MOST: Final = 5
_STILL_TO_TELL: Final = timedelta(hours=1)
"""Many messages may be sent by one settling, a commit each: what is dropped of them is noted with a later change."""


def with_line_changes(contact: Contact, keys: Iterable[str], now: datetime) -> Contact:
    """Return the contact with the lines noted that its commit writes or takes out, by their row keys."""
    oldest = _oldest(map(line_of, keys))
    if not oldest:
        return contact
    noted = [LineChange(revision=contact.revision, episode=each, since=oldest[each]) for each in sorted(oldest)]
    changes = [*contact.line_changes, *noted]
    while len(changes) > _MOST:
        changes = _without_first(changes, now)
    return replace(contact, line_changes=tuple(changes))


def _without_first(changes: list[LineChange], now: datetime) -> list[LineChange]:
    first, *rest = changes
    later = next((place for place, each in enumerate(rest) if each.episode == first.episode), None)
    if later is not None and now - first.since <= _STILL_TO_TELL:
        rest[later] = replace(rest[later], since=min(first.since, rest[later].since))
    return rest


def lines_changed_since(contact: Contact, revision: int) -> Mapping[str, datetime]:
    """Return the time of the oldest line that was changed after a revision, by episode."""
    return _oldest((each.episode, each.since) for each in contact.line_changes if each.revision > revision)


def _oldest(lines: Iterable[tuple[str, datetime]]) -> dict[str, datetime]:
    """Return the oldest time of each episode."""
    oldest: dict[str, datetime] = {}
    for episode, at in lines:
        oldest[episode] = min(at, oldest.get(episode, at))
    return oldest
