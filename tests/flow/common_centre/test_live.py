"""Desks that wait learn of changes while others write."""

import asyncio
import time
from statistics import median

import pytest

from tests.flow.centre import Centre
from tests.flow.customer import Customer

pytestmark = pytest.mark.asyncio(loop_scope="session")

A_SECOND = 50
CUSTOMERS = 25
REPLIES = 5
SOON = 2.0


async def test_a_change_reaches_a_desk_within_two_seconds_while_fifty_messages_a_second_come(
    centre: Centre, customer: Customer
) -> None:
    """The time is taken from before the reply is asked for, which is committed and sent meanwhile."""
    await customer.writes("Bonjour")
    conversation_id = await customer.conversation_id()
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
    """Reply, and wait for the row that shows it, as a supervisor who has the conversation open."""
    path = f"/changes?client=desk&open={conversation_id}"
    cursor = (await centre.call("GET", path)).body["cursor"]
    body = {"kind": "text", "text": text}
    began = time.monotonic()
    replying = asyncio.create_task(centre.call("POST", f"/conversations/{conversation_id}/replies", body))
    while time.monotonic() - began < 10 * SOON:
        answer = (await centre.call("GET", f"{path}&cursor={cursor}")).body
        cursor = answer["cursor"]
        for row in answer["rows"]:
            if row["conversationId"] == conversation_id and row["lastMessage"]["preview"] == text:
                assert (await replying).status == 201
                return time.monotonic() - began
    raise AssertionError(f"nobody told of {text}")
