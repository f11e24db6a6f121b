"""The deadline of closed conversations whose message failed: nobody looked at them for a week. Pure."""

from datetime import datetime

from shared.configuration.document import Configuration
from shared.state.closed_failures import end_listing
from shared.state.contact import Contact
from shared.state.draft import Draft
from shared.state.team import Team


def closed_failures_end_at(contact: Contact, _configuration: Configuration) -> datetime | None:
    """Return when the first of them leaves its list."""
    return min((each.until for each in contact.closed_with_failure), default=None)


def end_closed_failures(draft: Draft, _configuration: Configuration, _team: Team) -> None:
    """Let no list show those whose time is over."""
    for each in draft.contact.closed_with_failure:
        if each.until <= draft.now:
            end_listing(draft, each.conversation_id)
