"""Queues of the whole stack: shown, drained into another, and what is closed by day."""

from datetime import UTC, datetime

import pytest

from tests.flow.centre import Centre
from tests.flow.customer import Customer
from tests.flow.waiting import eventually

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.wherever]


async def test_a_queue_is_drained_into_another_by_its_own_session(centre: Centre, customer: Customer) -> None:
    """Everything in it is listed in the other one; the second look, minutes later, moves nothing twice."""

    async def queue() -> str:
        return str((await customer.conversation())["queue"])

    await customer.writes("Ma facture, svp")
    await eventually(queue, "billing")

    answer = await centre.call("POST", "/queues/billing/drain", {"to": "general"}, role="Admin")

    assert answer.status == 202
    assert answer.body["conversations"] >= 1
    await eventually(queue, "general")
    await centre.advance(4 * 60)
    await centre.is_idle()
    conversation_id = await customer.conversation_id()
    explained = await centre.call("GET", f"/conversations/{conversation_id}/explain")
    assert [(each["queue"], each["reason"]) for each in explained.body["segments"]] == [
        ("billing", "drained"),
        ("general", None),
    ]
    (shown,) = [each for each in await centre.items("/queues") if each["name"] == "general"]
    assert shown["length"] >= 1


async def test_a_closed_conversation_is_listed_by_its_day(centre: Centre, customer: Customer) -> None:
    await customer.writes("Bonjour")
    await eventually(lambda: _count(customer), 1)
    conversation_id = await customer.conversation_id()
    assert (await centre.call("POST", f"/conversations/{conversation_id}/close", {})).status == 200

    async def listed() -> bool:
        day = datetime.now(UTC).date().isoformat()
        items = await centre.items(f"/conversations?status=closed&day={day}")
        return conversation_id in [each["conversationId"] for each in items]

    await eventually(listed, True)


async def _count(customer: Customer) -> int:
    return len(await customer.conversations())
