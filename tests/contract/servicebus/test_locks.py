"""Locks are renewed, then run out. The waits, as long as the shortest lock that Azure allows, run side by side."""

import pytest
from azure.servicebus import ServiceBusMessage
from azure.servicebus.exceptions import MessageLockLostError, SessionLockLostError

from tests.contract.servicebus.namespace import Clients, fresh_id, in_parallel, numbered, receive, receive_one

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_locks_can_be_renewed_and_are_lost_when_they_run_out(clients: Clients) -> None:
    await in_parallel(message_lock_runs_out(clients), session_lock_runs_out(clients))


async def message_lock_runs_out(clients: Clients) -> None:
    plain = clients.receiver("plain")
    await clients.send("plain", ServiceBusMessage("slow"))
    message = await receive_one(plain)
    taken_until = message.locked_until_utc
    renewed_until = await plain.renew_message_lock(message)
    assert taken_until is not None
    assert renewed_until > taken_until
    again = await receive_one(plain)
    assert (str(again), again.delivery_count) == ("slow", 1)
    with pytest.raises(MessageLockLostError):
        await plain.complete_message(message)
    await plain.complete_message(again)
    await plain.close()


async def session_lock_runs_out(clients: Clients) -> None:
    mine = fresh_id()
    await clients.send("sessions", *numbered(2, session_id=mine))
    late = clients.session("sessions", mine)
    message = await receive_one(late)
    held_until = late.session.locked_until_utc
    assert held_until is not None
    assert await late.session.renew_lock() > held_until
    heir = clients.next_session("sessions", wait=10)
    got = await receive(heir, 2)
    for each in got:
        await heir.complete_message(each)
    assert [(str(each), each.delivery_count) for each in got] == [("0", 1), ("1", 0)]
    with pytest.raises(SessionLockLostError):
        await late.complete_message(message)
