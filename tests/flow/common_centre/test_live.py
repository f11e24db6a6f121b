"""Desks that wait learn of changes while others write."""

import asyncio
import time
from datetime import UTC, datetime
from statistics import median

import pytest

from tests.flow.centre import Centre
from tests.flow.customer import Customer

pytestmark = pytest.mark.asyncio(loop_scope="session")

A_SECOND = 50
CUSTOMERS = 25
REPLIES = 5
SOON = 2.0
AGENT = "lea"


async def test_a_change_reaches_a_desk_within_two_seconds_while_fifty_messages_a_second_come(
    centre: Centre, customer: Customer
) -> None:
    """The time is taken from when the reply was decided, just before its commit."""
    await customer.writes("Bonjour")
    conversation_id = await customer.conversation_id()
    record = {"name": "Lea", "queues": [], "capacity": 100, "skills": [], "active": True}
    assert (await centre.call("PUT", f"/agents/{AGENT}", record)).status == 200
    assigned = await centre.call("POST", f"/conversations/{conversation_id}/assign", {"agent": AGENT})
    assert assigned.status == 200, assigned
    crowd = [Customer.new(centre) for _ in range(CUSTOMERS)]
    writing = asyncio.create_task(_write(crowd))
    try:
        waited = [await _time_until_told(centre, conversation_id, f"Re {number}") for number in range(REPLIES)]
    finally:
        writing.cancel()
    assert median(waited) <= SOON, waited


async def _write(crowd: list[Customer]) -> None:
    """Write in turn, so many messages a second, without waiting for any."""
    sent: set[asyncio.Task[str]] = set()
    while True:
        for each in crowd:
            task = asyncio.create_task(each.writes("Encore"))
            sent.add(task)
            task.add_done_callback(sent.discard)
            await asyncio.sleep(1 / A_SECOND)


async def _time_until_told(centre: Centre, conversation_id: str, text: str) -> float:
    """Reply, and wait for the row that shows it, as the agent who has the conversation."""
    path = f"/changes?client=desk&open={conversation_id}"
    cursor = (await centre.call("GET", path, role="Agent", agent=AGENT)).body["cursor"]
    body = {"kind": "text", "text": text}
    deadline = time.monotonic() + 10 * SOON
    replying = asyncio.create_task(centre.call("POST", f"/conversations/{conversation_id}/replies", body))
    while time.monotonic() < deadline:
        answer = (await centre.call("GET", f"{path}&cursor={cursor}", role="Agent", agent=AGENT)).body
        cursor = answer["cursor"]
        for row in answer["rows"]:
            if row["conversationId"] == conversation_id and row["lastMessage"]["preview"] == text:
                assert (await replying).status == 201
                written = datetime.fromisoformat(row["lastMessage"]["at"])
                return (datetime.now(UTC) - written).total_seconds()
    raise AssertionError(f"nobody told of {text}")
