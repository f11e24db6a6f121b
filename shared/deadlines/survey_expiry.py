"""The deadline of a survey: what the customer writes later is no answer any more. Pure."""

from dataclasses import replace
from datetime import datetime

from shared.automated_messages.surveys import expire
from shared.configuration.document import Configuration
from shared.state.contact import Contact
from shared.state.draft import Draft
from shared.state.team import Team


def survey_expires_at(contact: Contact, _configuration: Configuration) -> datetime | None:
    """Return until when words answer the survey."""
    awaited = contact.awaited_survey
    return awaited.expires_at if awaited and not awaited.over else None


def expire_survey(draft: Draft, _configuration: Configuration, _team: Team) -> None:
    """Note that nobody has answered; the buttons of a template may still be tapped."""
    awaited = draft.contact.awaited_survey
    expire(draft)
    draft.update(awaited_survey=replace(awaited, over=True) if awaited and awaited.template else None)
