"""What each channel lists of its templates, as a worker knows it: from the row that all workers share.

Whoever decides something waits for that row at most, never for the channel. The channel is asked in the background:
when the row is ten minutes old, and when WhatsApp refuses a template or says that one has changed.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from shared.at_once import Background
from shared.configuration.document import Configuration
from shared.logs import log
from shared.replies.approval import Listing, template_key
from shared.replies.reply_context import ReplyContext
from shared.sending.channel import Channel
from shared.sending.failures import Remedy, blames_template, is_about_shape, remedy_for
from shared.sending.known_templates import FRESH_FOR, Known, doubt_of, refused_for_shape
from shared.state.listed_templates import StoredTemplates, TemplateRows, renewed
from shared.vocabulary.errors import Conflict, TooLarge, Unavailable
from shared.vocabulary.message import TemplateUse
from shared.vocabulary.templates import ListedTemplate
from shared.vocabulary.time import Clock

TOLD_FOR: Final = FRESH_FOR
SHORT_TOLD_FOR: Final = timedelta(seconds=10)
"""With SHORT_DURATIONS."""
_LOOK_EVERY: Final = timedelta(seconds=10)
_WARN_EVERY: Final = timedelta(hours=1)
_MOST_TRIES: Final = 3


class TemplateLists:
    """The templates of each channel as it lists them, and those that WhatsApp refused since.

    Args:
        told_for: How long `reach` goes by what came of asking a channel.
    """

    def __init__(
        self,
        channel: Channel,
        rows: TemplateRows,
        configuration: Configuration,
        clock: Clock,
        *,
        told_for: timedelta = TOLD_FOR,
    ) -> None:
        self._channel = channel
        self._rows = rows
        self._configuration = configuration
        self._clock = clock
        self._told_for = told_for
        self._known: defaultdict[str, Known] = defaultdict(Known)
        self._background = Background()
        self._learning = False
        self._warned: dict[tuple[str, str], datetime] = {}

    def learn_soon(self) -> None:
        """Learn in the background what the channels list: once, after the worker has started."""
        if not self._learning:
            self._learning = True
            for channel in self._configuration.channels.values():
                self._background.start(self.refresh(channel.key))

    async def refresh(self, channel_id: str) -> None:
        """Know what is stored of a channel's templates; where that is old, the channel is asked in the background."""
        await self._look(channel_id)
        self._ask_soon(channel_id)

    async def reach(self, channel_id: str) -> None:
        """Find out whether a channel can be asked, by what came of it when it was asked last.

        It is asked where that is ten minutes ago, or was another provider: Meta takes two hundred such calls an hour.

        Raises:
            Unavailable: The list could not be had.
        """
        await self._look(channel_id)
        known, since = self._known[channel_id], self._serves_since(channel_id)
        if failure := known.failed_after(since):
            raise Unavailable(failure)
        if known.asked_at is None or known.asked_at <= since:
            await self.read(channel_id)

    async def read(self, channel_id: str) -> None:
        """Ask the channel now, and store what it lists.

        Raises:
            Unavailable: The list could not be had.
        """
        known = self._known[channel_id]
        known.tried_at = asked_at = self._clock.now()
        settled = dict(known.doubts)
        try:
            listed = tuple(await self._channel.templates(channel_id))
        except (Unavailable, asyncio.CancelledError) as error:
            known.failed_at, known.failure = asked_at, str(error) or "no answer in time"
            raise
        known.failed_at = None
        refused = list(refused_for_shape(settled, listed))
        known.take(await self._kept(channel_id, listed, asked_at, refused))
        # What was refused meanwhile is not answered by this list.
        known.doubts = {key: doubt for key, doubt in known.doubts.items() if settled.get(key) is not doubt}
        known.outdated = bool(known.doubts) or (known.told_at is not None and known.told_at > asked_at)
        self._warn(channel_id)

    async def refresh_after_refusal(self, channel_id: str, code: str) -> None:
        """Know the list, where a refusal lets a template go out."""
        if remedy_for(code) is Remedy.FALL_BACK:
            await self.refresh(channel_id)

    def note_refused(self, channel_id: str, use: TemplateUse | None, code: str, sent_at: datetime) -> None:
        """Have the channel asked when WhatsApp refused a template, and keep it from being sent again until then.

        One that was refused for its shape is kept back until it is listed in another one. A report that comes long
        after its message says nothing of what is listed now.
        """
        if use is None or not blames_template(code):
            return
        known, now = self._known[channel_id], self._clock.now()
        stays = is_about_shape(code) or remedy_for(code) is Remedy.STOP_TEMPLATE
        if stays and (doubt := doubt_of(known, use, code, sent_at, now)):
            known.doubts[template_key(use.name, use.language)] = doubt
        known.outdated = True
        self._ask_soon(channel_id)

    def note_changed(self, channel_id: str) -> None:
        """Have the channel asked, since WhatsApp says that a template has changed, maybe of hundreds at once."""
        known = self._known[channel_id]
        known.outdated, known.told_at = True, self._clock.now()
        self._ask_soon(channel_id)

    def context(self, channel_id: str) -> ReplyContext:
        """Return what a decision about a reply on the channel needs."""
        return ReplyContext(self._configuration, self.listing(channel_id))

    def listing(self, channel_id: str) -> Listing:
        """Return what is known of a channel's templates."""
        known = self._known[channel_id]
        return known.listing.doubting(known.doubts) if known.doubts else known.listing

    def asked_at(self, channel_id: str) -> datetime | None:
        """Return when the channel was asked for what is known of its templates; None: it could not be asked yet."""
        return self._known[channel_id].asked_at

    def warnings(self) -> list[str]:
        """Say which templates of the configuration a channel has otherwise, as far as it was asked, and how."""
        return [
            f"channel {name}: {warning}"
            for name, channel in self._configuration.channels.items()
            for warning in (*self._obstacles(channel.key), *self._differences(channel.key))
        ]

    def _serves_since(self, channel_id: str) -> datetime:
        """Return the time after which an answer still tells whether the channel can be asked."""
        now = self._clock.now()
        since, channel = now - self._told_for, self._configuration.channel_by_id(channel_id)
        moved_at = channel.moved_at if channel else None
        return max(since, moved_at) if moved_at and moved_at <= now else since

    async def _look(self, channel_id: str) -> None:
        """Read the shared row, once in ten seconds."""
        known, now = self._known[channel_id], self._clock.now()
        if known.looked_at is None or now - known.looked_at >= _LOOK_EVERY:
            try:
                known.take(await self._rows.read(channel_id, known.stored))
                known.looked_at = now
            except Unavailable as error:
                log("templates.unread", level=logging.WARNING, channel_id=channel_id, reason=str(error))

    def _ask_soon(self, channel_id: str) -> None:
        if self._known[channel_id].begin_to_ask(self._clock.now()):
            self._background.start(self._ask(channel_id))

    async def _ask(self, channel_id: str) -> None:
        """Ask the channel; one that can't be asked is not held against a template."""
        try:
            await self.read(channel_id)
        except Unavailable as error:
            log("templates.unavailable", level=logging.WARNING, channel_id=channel_id, reason=str(error))

    async def _kept(
        self,
        channel_id: str,
        listed: Sequence[ListedTemplate],
        asked_at: datetime,
        refused: Collection[ListedTemplate],
    ) -> StoredTemplates:
        """Store what a channel listed, beside what other workers know; as it is, where that can't be done now."""
        stored = self._known[channel_id].stored
        for _ in range(_MOST_TRIES):
            try:
                stored = await self._rows.read(channel_id, stored)
                new = renewed(stored.listed, listed, asked_at, refused)
                return await self._rows.write(channel_id, new, stored.etag)
            except Conflict:
                continue
            except TooLarge:
                # Hundreds of long templates: what the configuration does not name is of no use to a reply.
                listed = [each for each in listed if each.name in self._configuration.templates]
            except Unavailable as error:
                log("templates.unstored", level=logging.WARNING, channel_id=channel_id, reason=str(error))
                break
        return StoredTemplates(renewed(stored.listed, listed, asked_at, refused))

    def _obstacles(self, channel_id: str) -> Iterator[str]:
        context = self.context(channel_id)
        for name, template in self._configuration.templates.items():
            for language in template.languages:
                for obstacle in context.obstacles(name, language):
                    yield f"template {name} ({language}) {obstacle}"

    def _differences(self, channel_id: str) -> Iterator[str]:
        listing = self.listing(channel_id)
        for name, template in self._configuration.templates.items():
            for language in template.languages:
                for difference in listing.differences(name, language, template):
                    yield f"template {name} ({language}) {difference}"

    def _warn(self, channel_id: str) -> None:
        """Log each warning, and again after an hour: replies fall back or are refused all that time."""
        now = self._clock.now()
        for warning in self._obstacles(channel_id):
            warned_at = self._warned.get((channel_id, warning))
            if warned_at is None or now - warned_at >= _WARN_EVERY:
                self._warned[channel_id, warning] = now
                log("template.unusable", level=logging.WARNING, channel_id=channel_id, reason=warning)
