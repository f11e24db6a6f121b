"""What the newest commits changed in a contact's histories: from there on a desk reads again. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from shared.state.contact import Contact, LineChange
from shared.state.rows import line_of

_MOST: Final = 5
"""Every commit is settled before long, by its writer or by the check that follows it: more are never left to tell."""


def with_line_changes(contact: Contact, keys: Iterable[str]) -> Contact:
    """Return the contact with the lines noted that its commit writes or takes out, by their row keys."""
    oldest: dict[str, datetime] = {}
    for episode, at in map(line_of, keys):
        oldest[episode] = min(at, oldest.get(episode, at))
    if not oldest:
        return contact
    noted = (LineChange(revision=contact.revision, episode=each, since=oldest[each]) for each in sorted(oldest))
    return replace(contact, line_changes=(*contact.line_changes, *noted)[-_MOST:])


def lines_changed_since(contact: Contact, revision: int) -> Mapping[str, datetime]:
    """Return the time of the oldest line that was changed after a revision, by episode."""
    oldest: dict[str, datetime] = {}
    for each in contact.line_changes:
        if each.revision > revision:
            oldest[each.episode] = min(each.since, oldest.get(each.episode, each.since))
    return oldest
