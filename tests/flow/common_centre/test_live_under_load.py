"""Desks learn of changes soon, while fifty messages a second come."""

import asyncio
import time
from collections.abc import AsyncIterator
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


@pytest.mark.parametrize("role", ["Agent", "Supervisor"])
async def test_a_change_reaches_a_desk_within_two_seconds_while_fifty_messages_a_second_come(
    centre: Centre, customer: Customer, role: str
) -> None:
    """The time is taken from when the reply was decided, just before its commit.

    The machine is busy with everything else, customers too; what the desks take of it is tested by itself.
    """
    await customer.writes("Bonjour")
    conversation_id = await customer.conversation_id()
    record = {"name": "Lea", "queues": [], "capacity": 100, "skills": [], "active": True}
    assert (await centre.call("PUT", "/agents/lea", record)).status == 200
    assert (await centre.call("POST", f"/conversations/{conversation_id}/assign", {"agent": "lea"})).status == 200
    desk = await LiveDesk(centre=centre, agent="lea", role=role).begin()
    async with _crowd(centre):
        waited = [await _time_until_told(desk, conversation_id, f"Re {number}") for number in range(REPLIES)]
    assert quantiles(waited, n=4)[0] <= SOON, waited


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


async def _time_until_told(desk: LiveDesk, conversation_id: str, text: str) -> float:
    """Reply, and wait at the desk for the row that shows it."""
    body = {"kind": "text", "text": text}
    replying = asyncio.create_task(desk.centre.call("POST", f"/conversations/{conversation_id}/replies", body))
    deadline = time.monotonic() + 20 * SOON
    while time.monotonic() < deadline:
        row = row_of(await desk.poll(conversation_id), conversation_id)
        if row and row["lastMessage"]["preview"] == text:
            told_at = datetime.now(UTC)
            assert (await replying).status == 201
            return (told_at - datetime.fromisoformat(row["lastMessage"]["at"])).total_seconds()
    raise AssertionError(f"nobody told of {text}")
