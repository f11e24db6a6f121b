"""Orders about webhooks: to hold them back, to lose them, to say them twice, until another order.

`hold` keeps what is due until `release`, which sends it, or `reverse`, which sends the newest first;
`drop` loses what is due, `twice` sends it two times, `release` ends all of that. What was kept can't be lost but by
the end of the stand-in.
"""

from collections.abc import Callable
from enum import StrEnum

from pydantic import Field

from dev.stack.whatsapp.bodies import Body
from dev.stack.whatsapp.graph_events import Change

type Held = tuple[Change, Callable[[], None] | None]


class Order(StrEnum):
    """What becomes of what is due."""

    HOLD = "hold"
    DROP = "drop"
    TWICE = "twice"
    RELEASE = "release"
    REVERSE = "reverse"


class WebhookOrder(Body):
    """An order, for one channel or all, and for `messages`, `statuses` or all that Meta tells."""

    webhooks: Order
    channel: str | None = None
    of: str | None = Field(default=None, pattern="^(messages|statuses)$")


class WebhookOrders:
    """The orders that are in force. `send` takes what goes out now."""

    def __init__(self, send: Callable[[Change, Callable[[], None] | None], None]) -> None:
        self._send = send
        self._orders: dict[tuple[str | None, str | None], Order] = {}
        self._held: list[Held] = []

    def give(self, order: WebhookOrder, channel_id: str | None) -> int:
        """Puts an order in force; `channel_id` is Meta's, None for all. Returns how many are held."""
        place = (channel_id, order.of)
        if order.webhooks not in (Order.RELEASE, Order.REVERSE):
            self._orders[place] = order.webhooks
            return len(self._held)
        self._orders = {key: each for key, each in self._orders.items() if not _reaches(place, *key)}
        held, self._held = self._held, []
        for change, accepted in reversed(held) if order.webhooks is Order.REVERSE else held:
            self.post(change, accepted)
        return len(self._held)

    def post(self, change: Change, accepted: Callable[[], None] | None) -> None:
        """Sends a change that is due as is ordered: once, twice, when it is released, or never."""
        orders = {each for key, each in self._orders.items() if _reaches(key, change.channel_id, change.kind)}
        if Order.TWICE in orders:
            self._send(change, accepted)
        if Order.HOLD in orders:
            self._held.append((change, accepted))
        elif Order.DROP not in orders:
            self._send(change, accepted)


def _reaches(place: tuple[str | None, str | None], channel_id: str | None, kind: str | None) -> bool:
    return place[0] in (None, channel_id) and place[1] in (None, kind)
