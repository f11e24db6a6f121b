"""One customer who gets too much at once: after 131056 one message each few seconds, for ten minutes. Pure."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from shared.sending.failures import PAIR_RATE
from shared.sending.waiting import Wait
from shared.state.contact import Contact, Pace
from shared.state.draft import Draft

_EACH: Final = timedelta(seconds=6)
_PACED_FOR: Final = timedelta(minutes=10)


def slow_down(draft: Draft, not_before: datetime | None) -> None:
    """Pace the contact's messages: WhatsApp has said that it is too many."""
    next_at = not_before or draft.now + _EACH
    draft.update(pace=Pace(until=draft.now + _PACED_FOR, next_at=next_at))


def keep_pace(draft: Draft) -> None:
    """Note that a message was taken: the next one follows a while later, as long as the contact is paced."""
    pace = draft.contact.pace
    if pace:
        paced = draft.now < pace.until
        draft.update(pace=replace(pace, next_at=draft.now + _EACH) if paced else None)


def pace_of(contact: Contact, now: datetime) -> Wait | None:
    """Return how long the contact's next message waits, if it has to."""
    pace = contact.pace
    if pace is None or now >= min(pace.until, pace.next_at):
        return None
    return Wait(until=pace.next_at, code=PAIR_RATE)
