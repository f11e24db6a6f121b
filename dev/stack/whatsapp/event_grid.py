"""Delivers events to a webhook as Event Grid does: at least once, with retries, in no promised order.

The steps between tries are shortened for local use. Problems are logged, by event type and id only.
Source: https://learn.microsoft.com/azure/event-grid/delivery-and-retry
"""

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping
from itertools import chain, repeat
from typing import Self

import aiohttp

from dev.stack.whatsapp.events import Event

_STEPS = (0.5, 1.0, 2.0, 5.0)
_LAST_STEP = 10.0
_KEEPS_TRYING = 600.0
_ANSWER_WITHIN = aiohttp.ClientTimeout(total=30)
_ACCEPTED = range(200, 205)
_NEVER_RETRIED = frozenset({400, 401, 403, 413})

_LOG = logging.getLogger("event grid")


class EventGrid:
    """One event subscription with a webhook, as an asynchronous context manager; its end drops what is under way.

    `without_sent` has the subscription's filter of infra/events.bicep: no event says that a message was sent.
    """

    def __init__(self, webhook: str, *, step_scale: float = 1.0, without_sent: bool = False) -> None:
        self._webhook = webhook
        self._without_sent = without_sent
        self._step_scale = step_scale
        self._deliveries: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(timeout=_ANSWER_WITHIN)
        return self

    async def __aexit__(self, *_: object) -> None:
        session, self._session = self._session, None
        for delivery in self._deliveries:
            delivery.cancel()
        await asyncio.gather(*self._deliveries, return_exceptions=True)
        if session:
            await session.close()

    def publish(self, event: Event, accepted: Callable[[], None] | None = None) -> None:
        """Starts to deliver an event and returns at once; `accepted` is called when the subscriber took it."""
        if self._session is None or (self._without_sent and _says_sent(event)):
            return
        delivery = asyncio.create_task(self._deliver(self._session, event, accepted))
        self._deliveries.add(delivery)
        delivery.add_done_callback(self._deliveries.discard)

    async def _deliver(self, session: aiohttp.ClientSession, event: Event, accepted: Callable[[], None] | None) -> None:
        tried_for = 0.0
        for step in self._steps():
            outcome = await self._try(session, event)
            if outcome in _ACCEPTED:
                if accepted:
                    accepted()
                return
            if outcome in _NEVER_RETRIED:
                _tell(logging.ERROR, event, f"LOST: the webhook answered {outcome}, which Event Grid never retries")
                return
            if tried_for >= _KEEPS_TRYING:
                _tell(logging.ERROR, event, f"LOST: given up after {tried_for:.0f} s, the last answer was {outcome}")
                return
            if tried_for == 0:
                _tell(
                    logging.WARNING,
                    event,
                    f"the webhook answered {outcome}; trying again for {_KEEPS_TRYING / 60:.0f} minutes",
                )
            await asyncio.sleep(step * self._step_scale)
            tried_for += step

    async def _try(self, session: aiohttp.ClientSession, event: Event) -> int | str:
        """One try: the status, or what went wrong on the way."""
        try:
            async with session.post(
                self._webhook, json=[event], headers={"aeg-event-type": "Notification"}, allow_redirects=False
            ) as answer:
                return answer.status
        except (aiohttp.ClientError, TimeoutError) as error:
            return f"nothing ({type(error).__name__})"

    @staticmethod
    def _steps() -> Iterator[float]:
        return chain(_STEPS, repeat(_LAST_STEP))


def _says_sent(event: Event) -> bool:
    data = event["data"]
    return isinstance(data, Mapping) and data.get("status") == "Sent"


def _tell(level: int, event: Event, what: str) -> None:
    _LOG.log(level, "%s %s: %s", str(event["eventType"]).rpartition(".")[2], event["id"], what)
