"""The one timer of a contact: it fires at the contact's next deadline, of whatever kind. Pure.

A timer message is never cancelled: it carries a generation, and one of another generation than the contact's changes
nothing.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from shared.configuration.document import Configuration
from shared.deadlines.kinds import DEADLINES, Deadline
from shared.state.contact import Contact, Timer
from shared.state.contact_store import StoredContact
from shared.state.draft import Draft
from shared.state.team import Team, TeamNeeds


def next_deadline(contact: Contact, configuration: Configuration) -> datetime | None:
    """Return when something is to happen that nobody else will bring about; None when nothing is."""
    return min((at for each in DEADLINES if (at := each.at(contact, configuration))), default=None)


def armed(contact: Contact, configuration: Configuration, now: datetime) -> Contact:
    """Return the contact with a new generation of its timer, if one is needed earlier, or the running one is overdue.

    A deadline that has moved to a later time keeps its timer, which then finds nothing to do and arms the next: that
    costs one message, where cancelling would cost one for each change.
    """
    deadline = next_deadline(contact, configuration)
    running = contact.timer
    if deadline is None or (running and running.fires_at <= deadline and running.fires_at > now):
        return contact
    generation = running.generation + 1 if running else 1
    return replace(contact, timer=Timer(generation=generation, fires_at=max(deadline, now)))


def team_needs(contact: Contact, generation: int, configuration: Configuration, now: datetime) -> TeamNeeds:
    """Return what the decisions about the deadlines that are over have to know of the team."""
    needs = TeamNeeds()
    if contact.timer is None or contact.timer.generation != generation:
        return needs
    for deadline in _over(contact, configuration, now):
        needs = needs.with_those_of(deadline.needs(contact, configuration))
    return needs


def decide_timer(
    stored: StoredContact, generation: int, configuration: Configuration, team: Team, now: datetime
) -> Draft | None:
    """Return the contact after its timer fired: what is over has been decided. None for a timer out of date."""
    timer = stored.contact.timer
    if timer is None or timer.generation != generation:
        return None
    # A timer may fire a little before its time by this worker's clock; it has fired all the same, so the commit of this
    # draft arms another for whatever is left.
    draft = Draft.of(stored, now, timer=replace(timer, fires_at=min(timer.fires_at, now)))
    # What is over only by another's decision is left to the next timer: of the team it knows nothing yet.
    for deadline in _over(stored.contact, configuration, now):
        if _is_over(deadline, draft.contact, configuration, now):
            deadline.decide(draft, configuration, team)
    return draft


def _over(contact: Contact, configuration: Configuration, now: datetime) -> Sequence[Deadline]:
    return [each for each in DEADLINES if _is_over(each, contact, configuration, now)]


def _is_over(deadline: Deadline, contact: Contact, configuration: Configuration, now: datetime) -> bool:
    at = deadline.at(contact, configuration)
    return at is not None and at <= now
