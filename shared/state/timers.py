"""The one timer of a contact: when it has to fire next, and which timer message counts."""

from dataclasses import replace
from datetime import datetime

from shared.state.contact import Contact, Timer


def next_deadline(contact: Contact) -> datetime | None:
    """When something is to happen that nobody else will bring about; None when nothing is."""
    return min((held.expires_at for held in contact.held), default=None)


def armed(contact: Contact, now: datetime) -> Contact:
    """The contact with a new generation of its timer, if one is needed earlier, or the running one is overdue."""
    deadline = next_deadline(contact)
    running = contact.timer
    if deadline is None or (running and running.fires_at <= deadline and running.fires_at > now):
        return contact
    generation = running.generation + 1 if running else 1
    return replace(contact, timer=Timer(generation=generation, fires_at=max(deadline, now)))
