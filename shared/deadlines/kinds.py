"""The kinds of deadlines that a contact may have. A new one is a file of its own and a line here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shared.configuration.document import Configuration
from shared.deadlines.held_expiry import expire_held, held_expires_at
from shared.deadlines.overflow_by_waiting import overflow, overflow_needs, overflows_at
from shared.state.contact import Contact
from shared.state.draft import Draft
from shared.state.team import Team, TeamNeeds

_NOTHING: Final = TeamNeeds()


def _needs_nothing(_contact: Contact, _configuration: Configuration) -> TeamNeeds:
    return _NOTHING


@dataclass(frozen=True, slots=True)
class Deadline:
    """One kind. Its functions are pure, and decide on the contact as it is, not as it was when the timer was set.

    Attributes:
        at: When it is over for a contact; None when the contact has none.
        decide: What happens then, put into a draft whose `now` is not before that time. Afterwards the contact has no
            such deadline, or a later one: else its timer would fire again and again.
        needs: What that decision has to know of the team; read before it.
    """

    at: Callable[[Contact, Configuration], datetime | None]
    decide: Callable[[Draft, Configuration, Team], None]
    needs: Callable[[Contact, Configuration], TeamNeeds] = _needs_nothing


DEADLINES: Final = (
    Deadline(held_expires_at, expire_held),
    Deadline(overflows_at, overflow, overflow_needs),
)
