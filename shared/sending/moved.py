"""Messages whose number has moved since they were due: what surely never reached its former provider goes on anew.

        no call of it can have been made ── a new attempt, by whoever has the number now
        one may have been made ──────────── the same attempt, there where it began

A sender may end between a call and its record, so that no record does not mean no call. Sure is:

* where calls are claimed, what nobody has claimed;
* what was not to be tried before a time after the move, since its last try was turned away, or it had to wait;
* what stands behind others that were never out of the line: only the first is ever called.

Pure.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from shared.state.contact_store import StoredContact
from shared.state.draft import Draft
from shared.state.outgoing import Outgoing, Unsent
from shared.state.rows import counter_of


def moved_on(
    stored: StoredContact, is_since: Callable[[datetime], bool], is_claimed: Callable[[Unsent], bool], now: datetime
) -> Draft | None:
    """Renew what surely never reached the former provider, and put the rest in doubt; None where nothing is to change.

    In doubt it stays where it began, whatever it has to wait for: later nobody could tell any more.

    Args:
        is_since: Whether a time is no earlier than the last move.
        is_claimed: Whether calls of an attempt are claimed, by the provider that it belongs to.
    """
    unsent = stored.contact.unsent

    def settled(place: int, each: Unsent) -> Unsent:
        if is_since(each.first_sent) or each.in_doubt or each.called_at:
            return each
        waits = each.not_before is not None and is_since(each.not_before)
        if waits or is_claimed(each) or _was_never_first(each, unsent[:place], stored):
            return _renewed(each, stored.contact.address, now)
        return replace(each, in_doubt=True)

    after = tuple(settled(place, each) for place, each in enumerate(unsent))
    return Draft.of(stored, now, unsent=after) if after != unsent else None


def _was_never_first(unsent: Unsent, ahead: Sequence[Unsent], stored: StoredContact) -> bool:
    """Tell whether others were before it all the time; what failed after all is put back at its old place."""
    return (
        bool(ahead)
        and not unsent.tries
        and all(_was_always_there(stored.outgoing[each.id]) for each in ahead)
        and all(counter_of(each.message_key) < counter_of(unsent.message_key) for each in ahead)
    )


def _was_always_there(outgoing: Outgoing) -> bool:
    return not outgoing.taken and not outgoing.retries


def _renewed(unsent: Unsent, to: str, now: datetime) -> Unsent:
    """Return the place of a new attempt; a check that is on its way serves it as well."""
    return replace(
        unsent.next_attempt(now),
        to=to,
        file_uri=None,
        file_until=None,
        not_before=unsent.not_before if unsent.not_before and unsent.not_before > now else None,
    )
