"""A queue function gets its messages as in Azure: in order, again after a failure, dead-lettered in the end."""

import asyncio
import os
import signal
from datetime import datetime

import pytest

from tests.contract.host.conftest import RunningHost

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_messages_of_a_session_come_in_order_and_leave_the_queue(host: RunningHost) -> None:
    for number in range(20):
        await host.send(f"ordered-{number}", "ordered")
    await host.wait_recorded(done="ordered-19")
    assert [each["message"] for each in host.recorded(session="ordered")] == [f"ordered-{n}" for n in range(20)]
    await _wait_empty(host)


async def test_the_function_sees_what_azure_shows_of_a_message(host: RunningHost) -> None:
    await host.send("seen", "seen-session")
    (seen,) = await host.wait_recorded(message="seen")
    assert seen["session"] == "seen-session"
    assert (seen["subject"], seen["contentType"]) == ("test", "application/json")
    assert seen["properties"] == {"source": "a test"}
    assert seen["delivery"] == 1
    assert datetime.fromisoformat(seen["enqueued"]) < datetime.fromisoformat(seen["lockedUntil"])


async def test_a_slow_session_does_not_hold_up_another(host: RunningHost) -> None:
    await host.send("slow", "slow-session", {"order": "take longer than the lock", "times": 1})
    await host.wait_recorded(message="slow")
    await host.send("quick", "quick-session")
    await host.wait_recorded(done="quick")
    assert host.recorded(done="slow") == []


async def test_a_function_that_takes_longer_than_the_lock_keeps_its_message(host: RunningHost) -> None:
    await host.send("long", "long-session", {"order": "take longer than the lock", "times": 1})
    await host.wait_recorded(done="long")
    await _wait_empty(host)
    assert [each["delivery"] for each in host.recorded(message="long")] == [1]


async def test_a_failed_message_comes_again_before_the_next_of_its_session(host: RunningHost) -> None:
    await host.send("failing", "failing-session", {"order": "fail", "times": 2})
    await host.send("after", "failing-session")
    await host.wait_recorded(done="after")
    seen = [(each["message"], each["delivery"]) for each in host.recorded(session="failing-session")]
    assert seen == [("failing", 1), ("failing", 2), ("failing", 3), ("after", 1)]


async def test_a_message_that_always_fails_is_dead_lettered_with_its_reason(host: RunningHost) -> None:
    await host.send("hopeless", "hopeless-session", {"order": "fail", "times": 99})
    (dead,) = await host.wait_recorded(dead="hopeless")
    assert dead["reason"] == "MaxDeliveryCountExceeded"
    assert [each["delivery"] for each in host.recorded(message="hopeless")] == [1, 2, 3]
    await _wait_empty(host)


async def test_a_killed_worker_is_replaced_and_its_message_comes_again(host: RunningHost) -> None:
    await host.send("killed", "killed-session", {"order": "hang", "times": 1})
    (first,) = await host.wait_recorded(message="killed")
    os.kill(first["worker"], signal.SIGKILL)
    await host.wait_recorded(done="killed")
    deliveries = host.recorded(message="killed")
    assert [each["delivery"] for each in deliveries] == [1, 2]
    assert deliveries[1]["worker"] not in {None, first["worker"]}


async def test_a_function_beyond_its_time_is_stopped_and_its_message_comes_again(host: RunningHost) -> None:
    await host.send("hung", "hung-session", {"order": "hang", "times": 1})
    await host.wait_recorded(done="hung")
    first, second = host.recorded(message="hung")
    assert (first["delivery"], second["delivery"]) == (1, 2)
    assert first["worker"] != second["worker"]


async def test_messages_go_on_after_the_connection_was_cut(host: RunningHost) -> None:
    await host.send("before", "cut-session")
    await host.wait_recorded(done="before")
    async with host.http.post(f"{host.control}/connections/cut") as response:
        assert response.status == 200
    await host.send("afterwards", "cut-session")
    await host.wait_recorded(done="afterwards")
    await _wait_empty(host)


async def _wait_empty(host: RunningHost) -> None:
    """Wait until nothing waits or runs in the queue."""
    async with asyncio.timeout(10):
        while True:
            counts = await host.queue()
            if counts["active"] == counts["locked"] == counts["deadLetter"] == 0:
                return
            await asyncio.sleep(0.05)
