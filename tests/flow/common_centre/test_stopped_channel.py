"""WhatsApp stops a channel: replies are kept, whoever looks is told, and the first message that is taken ends it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dev.stack.settings import TABLES
from shared.adapters.system import SystemClock
from shared.adapters.table_storage import AzureTables
from shared.state.channel_stops import ChannelState, ChannelStops
from tests.flow.centre import BLOCKED, GREETING, Centre, Json
from tests.flow.customer import Customer
from tests.flow.waiting import eventually, until

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_stopped_channel_keeps_what_is_said_until_a_message_is_taken(
    centre: Centre, customer: Customer
) -> None:
    other, third = Customer.new(centre), Customer.new(centre)
    for each in (customer, other, third):
        await each.is_greeted(channel=BLOCKED)
    await centre.channel_fault("failed:131042")

    assert (await customer.is_sent("Un")).status == 201
    stopped = await until(lambda: stop_of(centre), "the channel is stopped")
    refused = await other.is_sent("Deux")

    assert (stopped["code"], stopped["name"]) == ("131042", BLOCKED)
    assert (refused.status, refused.body["code"]) == (503, "channel_unavailable")
    await eventually(customer.pending, ["Un"])
    assert await other.pending() == ["Deux"]
    (error,) = [line["error"] for line in await history(customer) if line.get("text") == "Un"]
    assert (error["code"], error["retryable"]) == ("131042", True)
    queues = await centre.items("/queues")
    assert any(BLOCKED in warning and "131042" in warning for queue in queues for warning in queue["warnings"])

    await end_stop(centre, stopped["id"])
    await third.is_answered("Trois", key="trois")

    assert await third.received() == [GREETING, "Trois"]
    await eventually(lambda: stop_of(centre), None)


async def history(customer: Customer) -> list[Json]:
    return await customer.centre.history(await customer.conversation_id())


async def stop_of(centre: Centre) -> Json | None:
    """How the channel is, if it is stopped."""
    answer = await centre.call("GET", "/health/ready")
    assert answer.status == 200, answer
    (channel,) = [each for each in answer.body["channels"] if each["name"] == BLOCKED]
    return channel if channel["stopped"] else None


async def end_stop(centre: Centre, channel_id: str) -> None:
    """Let the quarter of an hour be over, and the worker notice."""

    def over(state: ChannelState) -> ChannelState | None:
        return replace(state, stop=replace(state.stop, until=datetime.now(UTC))) if state.stop else None

    tables = AzureTables.from_connection_string(centre.settings[TABLES])
    try:
        assert await ChannelStops(tables, SystemClock()).revise(channel_id, over)
    finally:
        await tables.close()

    async def noticed() -> bool:
        stop = await stop_of(centre)
        return stop is not None and datetime.fromisoformat(stop["until"]) <= datetime.now(UTC)

    await eventually(noticed, expected=True)
