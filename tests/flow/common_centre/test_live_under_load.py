"""Desks learn of changes soon, while fifty messages a second come."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from statistics import quantiles

import pytest

from tests.flow.centre import Centre
from tests.flow.customer import Customer
from tests.flow.live_desk import LiveDesk, row_of

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.wherever]

A_SECOND = 50
CUSTOMERS = 25
REPLIES = 8
SOON = 2.0


async def test_a_change_reaches_desks_within_two_seconds_while_fifty_messages_a_second_come(
    centre: Centre, customer: Customer
) -> None:
    """The time is taken from when the reply was decided, just before its commit, at desks of either sight.

    The machine is busy with everything else, customers too; what the desks take of it is tested by itself.
    """
    await customer.writes("Bonjour")
    conversation_id = await customer.conversation_id()
    record = {"name": "Lea", "queues": [], "capacity": 100, "skills": [], "active": True}
    assert (await centre.call("PUT", "/agents/lea", record)).status == 200
    assert (await centre.call("POST", f"/conversations/{conversation_id}/assign", {"agent": "lea"})).status == 200
    desks = [await LiveDesk(centre=centre, agent="lea", role=role).begin() for role in ("Agent", "Supervisor")]
    async with _crowd(centre):
        waited = [await _times_until_told(desks, conversation_id, f"Re {number}") for number in range(REPLIES)]
    for times in zip(*waited, strict=True):
        assert quantiles(times, n=4)[0] <= SOON, waited


@asynccontextmanager
async def _crowd(centre: Centre) -> AsyncIterator[None]:
    """Meanwhile customers write, so many messages a second."""
    crowd = [Customer.new(centre) for _ in range(CUSTOMERS)]
    async with asyncio.TaskGroup() as group:
        writing = group.create_task(_write(crowd))
        yield
        writing.cancel()


async def _write(crowd: list[Customer]) -> None:
    """Write in turn, without waiting for any."""
    sent: set[asyncio.Task[str]] = set()
    while True:
        for each in crowd:
            task = asyncio.create_task(each.writes("Encore"))
            sent.add(task)
            task.add_done_callback(sent.discard)
            await asyncio.sleep(1 / A_SECOND)


async def _times_until_told(desks: Sequence[LiveDesk], conversation_id: str, text: str) -> list[float]:
    """Reply, and wait at each desk for the row that shows it."""
    body = {"kind": "text", "text": text}
    path = f"/conversations/{conversation_id}/replies"
    replying = asyncio.create_task(desks[0].centre.call("POST", path, body))
    times = await asyncio.gather(*(_time_until_told(desk, conversation_id, text) for desk in desks))
    assert (await replying).status == 201
    return times


async def _time_until_told(desk: LiveDesk, conversation_id: str, text: str) -> float:
    deadline = time.monotonic() + 20 * SOON
    while time.monotonic() < deadline:
        row = row_of(await desk.poll(conversation_id), conversation_id)
        if row and row["lastMessage"]["preview"] == text:
            return (datetime.now(UTC) - datetime.fromisoformat(row["lastMessage"]["at"])).total_seconds()
    raise AssertionError(f"nobody told of {text}")
