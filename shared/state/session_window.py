"""The session window: the 24 hours after a customer's last message in which WhatsApp takes free-form messages."""

from dataclasses import replace
from datetime import datetime, timedelta

from shared.state.contact import Contact

SESSION_WINDOW = timedelta(hours=24)
_CLOCKS_DIFFER = timedelta(minutes=1)
"""By how much the customer's clock and ours may differ before a message counts as older than the ping."""


def window_closes_at(contact: Contact) -> datetime | None:
    """Return when the window closes or closed; None when it was never open."""
    return contact.window_from + SESSION_WINDOW if contact.window_from else None


def window_open(contact: Contact, now: datetime, margin: timedelta = timedelta(0)) -> bool:
    """Tell whether free-form messages may go out for at least `margin` more."""
    closes = window_closes_at(contact)
    return closes is not None and now < closes - margin


def with_window_opened(contact: Contact, at: datetime) -> Contact:
    """Return the contact after the customer wrote: the window moves forward, never back, and a new ping is allowed.

    It is not if the message is older than the ping, and only came late.
    """
    if contact.window_from and at <= contact.window_from:
        return contact
    came_late = contact.pinged_at is not None and at < contact.pinged_at - _CLOCKS_DIFFER
    return replace(contact, window_from=at, ping=contact.ping if came_late else None)
