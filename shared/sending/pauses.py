"""How long a message waits between its attempts at the channel, and when it is given up. Pure."""

from datetime import datetime, timedelta

from shared.sending.failures import PAIR_RATE
from shared.state.outgoing import Unsent

GIVE_UP_AFTER = timedelta(minutes=15)
_FIRST_PAUSE = timedelta(seconds=2)
_LONGEST_PAUSE = timedelta(minutes=2)
# WhatsApp takes one message each 6 s for one customer, and asks for pauses that grow by the power of four:
# https://developers.facebook.com/docs/whatsapp/cloud-api/overview#pair-rate-limits
_PAIR_PAUSE = timedelta(seconds=6)


def pause_after(tries: int) -> timedelta:
    """Return how long a message waits after so many tries without an answer: 2, 4, 8 … seconds, at most two minutes."""
    return min(_FIRST_PAUSE * (1 << min(tries, 10)), _LONGEST_PAUSE)


def pause_given(code: str, times: int, retry_after: float | None, now: datetime) -> datetime | None:
    """Return the time before which nobody tries, when the channel gave one; `times`: how often it did so before."""
    if retry_after is not None:
        return now + timedelta(seconds=retry_after)
    if code == PAIR_RATE:
        return now + min(_PAIR_PAUSE * (1 << 2 * min(times, 5)), _LONGEST_PAUSE)
    return None


def given_up(unsent: Unsent, now: datetime) -> bool:
    """Tell whether a message has been unsent for too long."""
    return now - unsent.since >= GIVE_UP_AFTER
