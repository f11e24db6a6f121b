"""What the channel says about its templates: asked once in a while, and again when a template was refused."""

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.configuration.document import Configuration
from shared.logs import log
from shared.replies.template_filling import ReplyContext
from shared.sending.channel import Channel, ListedTemplate
from shared.sending.failures import Remedy, is_about_template, remedy_for
from shared.vocabulary.errors import Unavailable
from shared.vocabulary.time import Clock

FRESH_FOR = timedelta(minutes=10)
APPROVED = "approved"


@dataclass(frozen=True, slots=True)
class _Listing:
    """What the channel said; `templates` is None when it could not be asked."""

    templates: tuple[ListedTemplate, ...] | None
    asked_at: datetime


class TemplateLists:
    """The templates of each channel as it lists them; kept for ten minutes."""

    def __init__(self, channel: Channel, configuration: Configuration, clock: Clock) -> None:
        self._channel = channel
        self._configuration = configuration
        self._clock = clock
        self._listings: dict[str, _Listing] = {}

    async def refresh(self, channel_id: str) -> None:
        """Ask the channel, unless it was asked lately. A channel that can't be asked is not held against a template."""
        listing = self._listings.get(channel_id)
        if listing is None or self._clock.now() - listing.asked_at > FRESH_FOR:
            await self._ask(channel_id)

    async def refresh_after_refusal(self, channel_id: str, code: str) -> None:
        """Ask the channel before something is decided on a refusal that has to do with templates or the window."""
        if is_about_template(code):
            self._listings.pop(channel_id, None)
        if remedy_for(code) is Remedy.FALL_BACK:
            await self.refresh(channel_id)

    def context(self, channel_id: str) -> ReplyContext:
        """What a decision about a reply on the channel needs."""
        return ReplyContext(self._configuration, self.unusable(channel_id))

    def unusable(self, channel_id: str) -> Collection[tuple[str, str]]:
        """(name, language) of the configured templates that the channel did not list as approved, when last asked."""
        listing = self._listings.get(channel_id)
        if listing is None or listing.templates is None:
            return ()
        approved = {(each.name, each.language) for each in listing.templates if each.status == APPROVED}
        return self._configured() - approved

    def _configured(self) -> set[tuple[str, str]]:
        templates = self._configuration.templates
        return {(name, language) for name, template in templates.items() for language in template.languages}

    async def _ask(self, channel_id: str) -> None:
        templates = None
        try:
            templates = tuple(await self._channel.templates(channel_id))
        except Unavailable as error:
            log("templates.unavailable", level=logging.WARNING, channel_id=channel_id, reason=str(error))
        self._listings[channel_id] = _Listing(templates, self._clock.now())
