"""What each channel lists of its templates: asked once in a while, and again when a template was refused."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from shared.configuration.document import Configuration
from shared.logs import log
from shared.replies.approval import Listing
from shared.replies.reply_context import ReplyContext
from shared.sending.channel import Channel
from shared.sending.failures import Remedy, is_about_shape, outdates_list, remedy_for
from shared.vocabulary.errors import Unavailable
from shared.vocabulary.message import TemplateUse
from shared.vocabulary.time import Clock

_FRESH_FOR: Final = timedelta(minutes=10)
_WARN_EVERY: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a channel listed when it was last asked; what it listed before, if it could not be asked."""

    listing: Listing
    asked_at: datetime
    outdated: bool = False


class TemplateLists:
    """The templates of each channel as it lists them; kept for ten minutes."""

    def __init__(self, channel: Channel, configuration: Configuration, clock: Clock) -> None:
        self._channel = channel
        self._configuration = configuration
        self._clock = clock
        self._answers: dict[str, _Answer] = {}
        self._warned: dict[tuple[str, str], datetime] = {}

    async def refresh(self, channel_id: str) -> None:
        """Ask the channel, unless it was asked lately. A channel that can't be asked is not held against a template."""
        answer = self._answers.get(channel_id)
        if answer and not answer.outdated and self._clock.now() - answer.asked_at <= _FRESH_FOR:
            return
        try:
            await self.read(channel_id)
        except Unavailable as error:
            log("templates.unavailable", level=logging.WARNING, channel_id=channel_id, reason=str(error))
            self._answers[channel_id] = _Answer(self._listing(channel_id), self._clock.now())

    async def read(self, channel_id: str) -> None:
        """Ask the channel, and warn of the templates of the configuration that can't be sent.

        Raises:
            Unavailable: The list could not be had.
        """
        templates = await self._channel.templates(channel_id)
        listing = Listing.of(templates, refused=self._listing(channel_id).refused)
        self._answers[channel_id] = _Answer(listing, self._clock.now())
        self._warn(channel_id)

    async def refresh_after_refusal(self, channel_id: str, code: str) -> None:
        """Ask the channel before something is decided on a refusal that has to do with templates or the window."""
        if outdates_list(code):
            self._outdate(channel_id)
        if remedy_for(code) is Remedy.FALL_BACK:
            await self.refresh(channel_id)

    async def note_refused_shape(self, channel_id: str, use: TemplateUse | None, code: str, sent_at: datetime) -> None:
        """Keep a template that was refused for its parameters from being sent again, until its definition changes.

        The channel is asked for the definition, since it may have changed before the template was sent. A report that
        comes long after its message says nothing of what is listed now.
        """
        if use is None or not is_about_shape(code):
            return
        answer, sent_with = self._answers.get(channel_id), None
        if answer is None or answer.asked_at <= sent_at:
            sent_with = self._listing(channel_id).find(use.name, use.language)
            self._outdate(channel_id)
            await self.refresh(channel_id)
        now_listed = self._listing(channel_id).find(use.name, use.language)
        lately = self._clock.now() - sent_at <= _FRESH_FOR
        # What is listed now was refused if it was listed so before the send, too. A worker that did not know the list
        # then believes it of a template that was sent a moment ago.
        if now_listed and (sent_with == now_listed or (sent_with is None and lately)):
            answer = self._answers[channel_id]
            self._answers[channel_id] = replace(answer, listing=answer.listing.with_refused(now_listed))
            self._warn(channel_id)

    def context(self, channel_id: str) -> ReplyContext:
        """Return what a decision about a reply on the channel needs."""
        return ReplyContext(self._configuration, self._listing(channel_id))

    def warnings(self) -> list[str]:
        """Say which templates of the configuration can't be sent on a channel, as far as it was asked, and why."""
        channels = self._configuration.channels
        return [f"channel {name}: {warning}" for name in channels for warning in self._warnings_of(channels[name].id)]

    def _outdate(self, channel_id: str) -> None:
        if answer := self._answers.get(channel_id):
            self._answers[channel_id] = replace(answer, outdated=True)

    def _listing(self, channel_id: str) -> Listing:
        answer = self._answers.get(channel_id)
        return answer.listing if answer else Listing()

    def _warnings_of(self, channel_id: str) -> Iterator[str]:
        context = self.context(channel_id)
        for name, template in self._configuration.templates.items():
            for language in template.languages:
                for obstacle in context.obstacles(name, language):
                    yield f"template {name} ({language}) {obstacle}"

    def _warn(self, channel_id: str) -> None:
        """Log each warning, and again after an hour: replies fall back or are refused all that time."""
        now = self._clock.now()
        for warning in self._warnings_of(channel_id):
            warned_at = self._warned.get((channel_id, warning))
            if warned_at is None or now - warned_at >= _WARN_EVERY:
                self._warned[channel_id, warning] = now
                log("template.unusable", level=logging.WARNING, channel_id=channel_id, reason=warning)
