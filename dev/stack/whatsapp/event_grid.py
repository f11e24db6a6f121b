"""Delivers events to a webhook as Event Grid does: at least once, with retries, in no promised order.

The steps between tries are shortened for local use. Problems are logged, by event type and id only.
Source: https://learn.microsoft.com/azure/event-grid/delivery-and-retry
"""

import logging
from collections.abc import Callable, Mapping

from aiohttp import ClientSession

from dev.stack.whatsapp.deliveries import Deliveries, outcome_of
from dev.stack.whatsapp.events import Event

_ANSWER_WITHIN = 30.0
_ACCEPTED = range(200, 205)
_NEVER_RETRIED = frozenset({400, 401, 403, 413})

_LOG = logging.getLogger("event grid")


class EventGrid(Deliveries):
    """One event subscription with a webhook, as an asynchronous context manager; its end drops what is under way.

    `without_sent` has the subscription's filter of infra/events.bicep: no event says that a message was sent.
    """

    def __init__(self, webhook: str, *, step_scale: float = 1.0, without_sent: bool = False) -> None:
        super().__init__(answer_within=_ANSWER_WITHIN, step_scale=step_scale)
        self._webhook = webhook
        self._without_sent = without_sent

    def publish(self, event: Event, accepted: Callable[[], None] | None = None) -> None:
        """Starts to deliver an event and returns at once; `accepted` is called when the subscriber took it."""
        if self.session and not (self._without_sent and _says_sent(event)):
            self.start(self._deliver(self.session, event, accepted))

    async def _deliver(self, session: ClientSession, event: Event, accepted: Callable[[], None] | None) -> None:
        headers = {"aeg-event-type": "Notification"}
        taken = await self.keep_trying(
            lambda: outcome_of(session.post(self._webhook, json=[event], headers=headers, allow_redirects=False)),
            lambda level, what: _tell(level, event, what),
            taken=_ACCEPTED,
            final=_NEVER_RETRIED,
        )
        if taken and accepted:
            accepted()


def _says_sent(event: Event) -> bool:
    data = event["data"]
    return isinstance(data, Mapping) and data.get("status") == "Sent"


def _tell(level: int, event: Event, what: str) -> None:
    _LOG.log(level, "%s %s: %s", str(event["eventType"]).rpartition(".")[2], event["id"], what)
