"""The port `Channel` where no setting names the provider: it may have had numbers once that are elsewhere now."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from shared.sending.channel import Outcome, Postponed, Shipment
from shared.vocabulary.errors import Unavailable
from shared.vocabulary.templates import ListedTemplate
from shared.vocabulary.words import Provider

_WHY = "no setting names the provider"


class NoChannel:
    """Takes nothing, and has nothing."""

    def repeats_harmlessly(self, _shipment: Shipment) -> bool:
        """See `Channel.repeats_harmlessly`: nothing is ever done."""
        return True

    def same_provider(self, _channel_id: str, _then: datetime, _now: datetime) -> bool:
        """See `Channel.same_provider`."""
        return True

    async def send(self, _shipment: Shipment) -> Outcome:
        """See `Channel.send`."""
        return Postponed(code="no_answer", message=_WHY, in_doubt=False)

    async def templates(self, _channel_id: str) -> Sequence[ListedTemplate]:
        """See `Channel.templates`."""
        raise Unavailable(_WHY)

    @asynccontextmanager
    async def media(self, _provider: Provider, _media_id: str) -> AsyncIterator[AsyncIterator[bytes] | None]:
        """See `Channel.media`."""
        _say_so()
        yield None

    async def mark_read(self, _channel_id: str, _message_id: str) -> None:
        """See `Channel.mark_read`."""
        _say_so()


def _say_so() -> None:
    raise Unavailable(_WHY)
