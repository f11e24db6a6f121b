"""The session window: the 24 hours after a customer's last message in which WhatsApp takes free-form messages."""

from dataclasses import replace
from datetime import datetime, timedelta

from shared.state.contact import Contact

SESSION_WINDOW = timedelta(hours=24)
_CLOCKS_DIFFER = timedelta(minutes=1)
"""By how much the customer's clock and ours may differ before a message counts as older than what we did."""


def window_closes_at(contact: Contact) -> datetime | None:
    """Return when the window closes or closed, by our clock or WhatsApp's word; None when it was never open."""
    if contact.window_from is None:
        return None
    closes = contact.window_from + SESSION_WINDOW
    return min(closes, contact.window_refused_at) if contact.window_refused_at else closes


def window_open(contact: Contact, now: datetime, margin: timedelta = timedelta(0)) -> bool:
    """Tell whether free-form messages may go out for at least `margin` more."""
    closes = window_closes_at(contact)
    return closes is not None and now < closes - margin


def with_window_opened(contact: Contact, at: datetime) -> Contact:
    """Return the contact after the customer wrote: the window moves forward, never back, and a new ping is allowed.

    It is not if the message is older than the ping, and only came late; nor does one open the window that is older than
    WhatsApp's word that it is closed.
    """
    if contact.window_from and at < contact.window_from:
        return contact
    return replace(
        contact,
        window_from=at,
        ping=contact.ping if _is_older(at, contact.pinged_at) else None,
        window_refused_at=contact.window_refused_at if _is_older(at, contact.window_refused_at) else None,
    )


def _is_older(at: datetime, ours: datetime | None) -> bool:
    """Tell whether a message of the customer's is older than something of ours."""
    return ours is not None and at < ours - _CLOCKS_DIFFER
