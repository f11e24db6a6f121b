"""Queues: how they are, closed for a while, and emptied into another."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Final

from pydantic import AwareDatetime, Field

from shared.api.call import Call
from shared.api.models import Body, View
from shared.api.operations import Operation
from shared.api.paging import Page, PageQuery, Place, cut, place_in
from shared.api.texts import ONE_LINE, VISIBLE, WITHOUT_NUL, Moment
from shared.configuration.workstreams import Presence
from shared.distribution.queue_lengths import seconds_waited
from shared.distribution.queue_overview import QueueState
from shared.distribution.wait_reasons import WaitReason
from shared.state.closed_queues import ClosedUntil
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Refused, invalid_request

_ORDER: Final = "queues"
_MOST_REASON: Final = 200


class QueueView(View):
    """A queue, as it was within the last seconds.

    `configured`: whether the configuration has it. `opensAt` and `closesAt` are null where nothing of the kind happens
    within a year. `waitReasons` counts the first hundred in line.
    """

    name: str
    configured: bool
    priority: int | None
    open: bool
    opens_at: AwareDatetime | None
    closes_at: AwareDatetime | None
    length: int
    length_is_at_least: bool = Field(description="Whether more may wait than were counted.")
    oldest_wait_seconds: int | None
    agents: dict[Presence, int]
    wait_reasons: dict[WaitReason, int]
    warnings: tuple[str, ...]


class QueuesView(Page[QueueView]):
    """Queues by name: of an agent its own, else all."""


class QueuesQuery(PageQuery):
    """Which queues."""

    cursor: Annotated[Place, place_in({_ORDER: (str,)})] | None = None


class ClosedUntilBody(Body):
    """Until when a queue is closed, and why; null ends it."""

    until: Moment | None
    reason: Annotated[str, Field(min_length=1, max_length=_MOST_REASON), WITHOUT_NUL, VISIBLE, ONE_LINE] | None = None


class ClosedUntilView(View):
    """Until when a queue is closed over its hours; null: only they count."""

    name: str
    until: AwareDatetime | None
    reason: str | None


class DrainBody(Body):
    """The queue that takes over."""

    to: Annotated[str, Field(min_length=1, max_length=128)]


class DrainView(View):
    """How many conversations were in the queue when the drain began."""

    conversations: int


async def find(call: Call) -> QueuesView:
    """Return the queues, with who waits there and who could take them."""
    query: QueuesQuery = call.query
    visible = (await call.visibility()).queues
    overview, configured = call.services.queue_overview, call.services.configuration.queues
    names = [name for name in configured.keys() | await overview.lost_queues() if visible is None or name in visible]
    page, cursor = cut(names, lambda name: (name,), _ORDER, query.limit, query.cursor)
    now = call.clock.now()
    return QueuesView(items=tuple(_view(state, now) for state in await overview.of(page)), next_cursor=cursor)


async def close_until(call: Call) -> ClosedUntilView:
    """Close a queue for a while over its hours, or let them count again."""
    body: ClosedUntilBody = call.body
    name, closed_queues = _configured(call), call.services.closed_queues
    if body.until is None:
        await closed_queues.clear(name)
        return ClosedUntilView(name=name, until=None, reason=None)
    if body.until <= call.clock.now():
        raise invalid_request(("until", "expected a time to come, or null"))
    await closed_queues.put(name, ClosedUntil(until=body.until, reason=body.reason))
    return ClosedUntilView(name=name, until=body.until, reason=body.reason)


async def drain(call: Call) -> DrainView:
    """Move every conversation that is in a queue now to another, also out of one that is not configured any more."""
    body: DrainBody = call.body
    name, configured = call.request.params["name"], call.services.configuration.queues
    if name not in configured and name not in await call.services.queue_names.known():
        raise _no_queue()
    others = [queue for queue in configured if queue != name]
    if body.to not in others:
        raise invalid_request(("to", f"expected another queue of the configuration: {', '.join(others)}"))
    return DrainView(conversations=await call.services.drains.begin(name, body.to))


def _configured(call: Call) -> str:
    name = call.request.params["name"]
    if name not in call.services.configuration.queues:
        raise _no_queue()
    return name


def _no_queue() -> Refused:
    return Refused(Code.NOT_FOUND, "There is no such queue.")


def _view(state: QueueState, now: datetime) -> QueueView:
    return QueueView(
        name=state.name,
        configured=state.configured,
        priority=state.priority,
        open=state.open,
        opens_at=state.opens_at,
        closes_at=state.closes_at,
        length=state.length,
        length_is_at_least=state.length_is_at_least,
        oldest_wait_seconds=seconds_waited(state.oldest_since, now),
        agents={presence: state.agents.get(presence, 0) for presence in Presence},
        wait_reasons=dict(state.wait_reasons),
        warnings=state.warnings,
    )


FIND: Final = Operation(endpoint=find, query=QueuesQuery, answer=QueuesView)
CLOSE_UNTIL: Final = Operation(
    endpoint=close_until, body=ClosedUntilBody, answer=ClosedUntilView, codes=(Code.NOT_FOUND,)
)
DRAIN: Final = Operation(
    endpoint=drain, body=DrainBody, answer=DrainView, status=HTTPStatus.ACCEPTED, codes=(Code.NOT_FOUND,)
)
