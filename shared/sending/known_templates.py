"""What a worker knows of a channel's templates, and which of them WhatsApp has refused since they were listed. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from shared.replies.approval import Key, Listing, template_key
from shared.sending.failures import is_about_shape
from shared.state.listed_templates import StoredTemplates
from shared.vocabulary.message import TemplateUse
from shared.vocabulary.templates import ListedTemplate

FRESH_FOR: Final = timedelta(minutes=10)
"""How long a list is good."""
_HURRIED_EVERY: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A template that WhatsApp refused since the channel was asked.

    Attributes:
        listed: How it was listed when it was sent; None: nobody knows.
        for_shape: Whether it is refused for its shape: then it stays so as long as it is listed alike.
    """

    listed: ListedTemplate | None
    for_shape: bool


@dataclass(slots=True)
class Known:
    """What a worker knows of the templates of one channel.

    Attributes:
        looked_at: When the shared row was read last.
        tried_at: When this worker asked the channel last, whatever came of it.
        outdated: Whether WhatsApp said since that the list is not as it was.
        told_at: When WhatsApp said so last of its own accord.
        hurried_at: When this worker asked the channel last for that.
        failed_at: When it asked the channel last without being given a list, if it was given none since.
        failure: What came of that.
    """

    stored: StoredTemplates = field(default_factory=StoredTemplates)
    listing: Listing = field(default_factory=Listing)
    looked_at: datetime | None = None
    tried_at: datetime | None = None
    outdated: bool = False
    told_at: datetime | None = None
    hurried_at: datetime | None = None
    failed_at: datetime | None = None
    failure: str = ""
    doubts: dict[Key, Doubt] = field(default_factory=dict)

    @property
    def asked_at(self) -> datetime | None:
        """When the channel was asked for what is listed, by whichever worker."""
        return self.stored.listed.asked_at if self.stored.listed else None

    def take(self, stored: StoredTemplates) -> None:
        """Take over a row, unless more is known than it says."""
        listed = stored.listed
        if listed is None or (self.asked_at and listed.asked_at < self.asked_at):
            return
        if listed is not self.stored.listed:
            self.listing = Listing.of(listed.templates, listed.refused_templates)
        self.stored = stored

    def failed_after(self, since: datetime) -> str | None:
        """Return why the channel could not be asked when it was asked last; None: it could, or was not since a time."""
        if self.failed_at is None or self.failed_at <= max(since, self.asked_at or since):
            return None
        return self.failure

    def begin_to_ask(self, now: datetime) -> bool:
        """Tell whether it is time to ask the channel, and note that it is asked then."""
        if self.outdated and (self.hurried_at is None or now - self.hurried_at >= _HURRIED_EVERY):
            self.hurried_at = self.tried_at = now
            return True
        if all(at is None or now - at >= FRESH_FOR for at in (self.asked_at, self.tried_at)):
            self.tried_at = now
            return True
        return False


def doubt_of(known: Known, use: TemplateUse, code: str, sent_at: datetime, now: datetime) -> Doubt | None:
    """Return what a refusal says of the template that is listed; None if the list is newer than what was refused."""
    listed = None
    if known.asked_at is None or known.asked_at <= sent_at:
        listed = known.listing.find(use.name, use.language)
    if listed is None and now - sent_at > FRESH_FOR:
        return None
    return Doubt(listed=listed, for_shape=is_about_shape(code))


def refused_for_shape(doubts: dict[Key, Doubt], listed: Iterable[ListedTemplate]) -> Iterator[ListedTemplate]:
    """Return those of the list that were refused for their shape, and are listed as they were when they were sent.

    Of one that was sent before anybody knew the list it is believed.
    """
    for each in listed:
        doubt = doubts.get(template_key(each.name, each.language))
        if doubt and doubt.for_shape and doubt.listed in (None, each):
            yield each
