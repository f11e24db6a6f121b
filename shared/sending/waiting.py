"""A message that has to wait for its channel, its customer or a status: pending, with a check for its time. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared.sending.failures import IN_DOUBT, explain
from shared.state import outbox
from shared.state.draft import Draft
from shared.state.outgoing import Outgoing, Unsent


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Nothing goes out before a time.

    Attributes:
        code: WhatsApp's, for the reason.
        stopped_at: Since when the channel is stopped; that time counts against no message.
    """

    until: datetime
    code: str
    stopped_at: datetime | None = None


def let_wait(draft: Draft, unsent: Unsent, outgoing: Outgoing, wait: Wait) -> None:
    """Have a message wait; its attempt stays as it is, since nobody can tell whether it was made."""
    waiting = replace(
        unsent, since=unsent.since + _uncounted(unsent, wait), not_before=wait.until, next_check=wait.until
    )
    outbox.reschedule(draft, waiting, replace(outgoing, error=explain(wait.code, "")))


def wait_for_status(draft: Draft, unsent: Unsent, outgoing: Outgoing) -> None:
    """Have a message wait for what a status says of its attempt, which may have arrived and is not repeated."""
    if unsent.called_at is None:
        return  # whoever made the call knows by now that it was turned away
    waiting = replace(unsent, in_doubt=True, next_check=unsent.not_before)
    outbox.reschedule(draft, waiting, replace(outgoing, error=explain(IN_DOUBT, "")))


def _uncounted(unsent: Unsent, wait: Wait) -> timedelta:
    """Return how much of the time until then has not been taken off before: what it waited for last was."""
    if wait.stopped_at is None:
        return timedelta(0)
    begins = max(wait.stopped_at, unsent.since, unsent.not_before or unsent.since)
    return max(wait.until - begins, timedelta(0))
