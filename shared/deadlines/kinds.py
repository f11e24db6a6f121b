"""The kinds of deadlines that a contact may have. A new one is a file of its own and a line here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shared.configuration.document import Configuration
from shared.deadlines.absence import absence_at, absence_needs, end_absence
from shared.deadlines.auto_close import auto_close, auto_closes_at
from shared.deadlines.closed_failures import closed_failures_end_at, end_closed_failures
from shared.deadlines.held_expiry import expire_held, held_expires_at
from shared.deadlines.inactivity import act_on_silence, inactivity_needs, next_rule_acts_at
from shared.deadlines.not_assigned import check_staffing, staffing_is_checked_at, staffing_needs
from shared.deadlines.offer_timeout import end_missed_offer, offer_ends_at, offer_needs
from shared.deadlines.overflow_by_waiting import overflow, overflow_needs, overflows_at
from shared.deadlines.survey_expiry import expire_survey, survey_expires_at
from shared.deadlines.wait_over import end_wait, wait_ends_at, wait_needs
from shared.deadlines.wrap_up_over import end_wrap_up, wrap_up_ends_at
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


# In the order in which they are decided where several are over: what is held ends before what waits for it.
DEADLINES: Final = (
    Deadline(held_expires_at, expire_held),
    Deadline(offer_ends_at, end_missed_offer, offer_needs),
    Deadline(overflows_at, overflow, overflow_needs),
    Deadline(wait_ends_at, end_wait, wait_needs),
    Deadline(wrap_up_ends_at, end_wrap_up),
    Deadline(absence_at, end_absence, absence_needs),
    Deadline(auto_closes_at, auto_close),
    Deadline(next_rule_acts_at, act_on_silence, inactivity_needs),
    Deadline(staffing_is_checked_at, check_staffing, staffing_needs),
    Deadline(survey_expires_at, expire_survey),
    Deadline(closed_failures_end_at, end_closed_failures),
)
