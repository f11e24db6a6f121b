"""A queue function gets its messages as in Azure: in order, again after a failure, dead-lettered in the end."""

import os
import signal
from datetime import datetime

import pytest

from tests.contract.host.running_host import RunningHost, eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_messages_of_a_session_come_in_order_and_leave_the_queue(host: RunningHost) -> None:
    sent = [f"ordered-{number}" for number in range(50)]
    await host.send("ordered", *sent)
    await host.wait_recorded(done=sent[-1])
    assert [each["message"] for each in host.recorded(session="ordered")] == sent
    await host.wait_empty()


async def test_the_function_sees_what_azure_shows_of_a_message(host: RunningHost) -> None:
    await host.send("seen-session", "seen")
    (seen,) = await host.wait_recorded(message="seen")
    assert seen["session"] == "seen-session"
    assert (seen["subject"], seen["contentType"]) == ("test", "application/json")
    assert seen["properties"] == {"source": "a test"}
    assert seen["delivery"] == 1
    assert datetime.fromisoformat(seen["enqueued"]) < datetime.fromisoformat(seen["lockedUntil"])


async def test_a_slow_session_does_not_hold_up_another(host: RunningHost) -> None:
    await host.send("slow-session", "slow", order="take longer than the lock", times=1)
    await host.wait_recorded(message="slow")
    await host.send("quick-session", "quick")
    await host.wait_recorded(done="quick")
    assert host.recorded(done="slow") == []


async def test_a_function_that_takes_longer_than_the_lock_keeps_its_message(host: RunningHost) -> None:
    await host.send("long-session", "long", order="take longer than the lock", times=1)
    await host.wait_recorded(done="long")
    await host.wait_empty()
    assert [each["delivery"] for each in host.recorded(message="long")] == [1]


async def test_a_lock_is_renewed_for_so_long_from_the_accept_of_the_session_on(host: RunningHost) -> None:
    """Each message is short enough by itself, but their session has been busy for too long."""
    await host.send("busy-session", "one", "two", "three", order="take longer than the lock", times=1)
    await host.wait_recorded(session="busy-session", delivery=2)
    assert host.recorded(session="busy-session")[0]["delivery"] == 1


async def test_two_sessions_a_core_are_accepted_at_a_time(host: RunningHost) -> None:
    """However many may be served at a time."""
    await host.wait_empty()

    async def all_wait() -> bool:
        return await host.accepting() == 2 * (os.process_cpu_count() or 1)

    await eventually(all_wait)


async def test_a_failed_message_comes_again_before_the_next_of_its_session(host: RunningHost) -> None:
    await host.send("failing-session", "first", "second", order="fail", times=2)
    await host.wait_recorded(done="second")
    seen = [(each["message"], each["delivery"]) for each in host.recorded(session="failing-session")]
    assert seen == [("first", 1), ("first", 2), ("first", 3), ("second", 1), ("second", 2), ("second", 3)]


async def test_a_message_that_always_fails_is_dead_lettered_with_its_reason(host: RunningHost) -> None:
    await host.send("hopeless-session", "hopeless", order="fail", times=99)
    (dead,) = await host.wait_recorded(dead="hopeless")
    assert dead["reason"] == "MaxDeliveryCountExceeded"
    assert [each["delivery"] for each in host.recorded(message="hopeless")] == [1, 2, 3]
    await host.wait_empty()


async def test_a_dead_letter_that_takes_longer_than_its_lock_is_handled_once(host: RunningHost) -> None:
    await host.send("buried-session", "buried", order="fail, to be buried slowly", times=99)
    await host.wait_recorded(buried="buried")
    await host.wait_empty()
    assert len(host.recorded(dead="buried")) == 1


async def test_a_killed_worker_is_replaced_and_its_message_comes_again(host: RunningHost) -> None:
    await host.send("killed-session", "killed", order="hang", times=1)
    (first,) = await host.wait_recorded(message="killed")
    os.kill(first["worker"], signal.SIGKILL)
    await host.wait_recorded(done="killed")
    deliveries = host.recorded(message="killed")
    assert [each["delivery"] for each in deliveries] == [1, 2]
    assert deliveries[1]["worker"] not in {None, first["worker"]}


async def test_a_function_beyond_its_time_is_stopped_and_its_message_comes_again(host: RunningHost) -> None:
    await host.send("hung-session", "hung", order="hang", times=1)
    await host.wait_recorded(done="hung")
    first, second = host.recorded(message="hung")
    assert (first["delivery"], second["delivery"]) == (1, 2)
    assert first["worker"] != second["worker"]


async def test_messages_go_on_after_the_connection_was_cut(host: RunningHost) -> None:
    await host.send("cut-session", "before")
    await host.wait_recorded(done="before")
    async with host.http.post(f"{host.control}/connections/cut") as response:
        assert response.status == 200
    await host.send("cut-session", "afterwards")
    await host.wait_recorded(done="afterwards")
    await host.wait_empty()
