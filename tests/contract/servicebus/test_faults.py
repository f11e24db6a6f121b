"""The control port: counts, cut connections, outages; and the process itself."""

import asyncio
import gc
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.error import HTTPError

import pytest
import pytest_asyncio
from azure.servicebus import ServiceBusMessage
from azure.servicebus.exceptions import ServiceBusConnectionError, ServiceBusError

from tests.contract.servicebus.namespace import (
    Clients,
    Namespace,
    failures,
    free_port,
    fresh_id,
    numbered,
    receive,
    receive_one,
    run_to_its_end,
    until,
)

pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")  # the SDK leaves broken connections unclosed


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def clients(namespace: Namespace) -> AsyncIterator[Clients]:
    """Clients of this file alone: their connections are cut."""
    opened = Clients(namespace)
    yield opened
    await opened.close()


@pytest.fixture(autouse=True)
def _collect_broken_connections() -> Iterator[None]:
    yield
    gc.collect()


def counts(control: Namespace, queue: str = "sessions") -> dict[str, int]:
    found: dict[str, int] = control.call("/queues")[queue]
    return found


@pytest.mark.asyncio(loop_scope="session")
async def test_the_counts_follow_the_messages(clients: Clients, control: Namespace) -> None:
    before = counts(control)
    mine = fresh_id()
    await clients.send("sessions", *numbered(4, session_id=mine))
    receiver = clients.session("sessions", mine)
    first, second = await receive(receiver, 2)
    await receiver.defer_message(first)
    now = counts(control)
    changes = {name: now[name] - before[name] for name in now if now[name] != before[name]}
    assert changes == {"active": 2, "locked": 1, "deferred": 1, "sessions": 1}
    await receiver.complete_message(second)
    for message in (*await receive(receiver, 2), *await receiver.receive_deferred_messages(first.sequence_number or 0)):
        await receiver.complete_message(message)
    assert counts(control) == before


@pytest.mark.asyncio(loop_scope="session")
async def test_a_cut_gives_the_messages_of_a_session_back_uncounted(clients: Clients, control: Namespace) -> None:
    mine = fresh_id()
    await clients.send("sessions", *numbered(2, session_id=mine))
    cut_off = clients.session("sessions", mine)
    lost = await receive_one(cut_off)
    assert control.call("/connections/cut", {})["cut"] >= 2
    until(lambda: counts(control)["locked"] == 0, "the session is released")
    with pytest.raises(ServiceBusError):
        await cut_off.complete_message(lost)
    heir = clients.session("sessions", mine)
    got = await receive(heir, 2)
    for message in got:
        await heir.complete_message(message)
    assert [(str(message), message.delivery_count) for message in got] == [("0", 0), ("1", 0)]


@pytest.mark.asyncio(loop_scope="session")
async def test_a_sender_works_again_after_a_cut(control: Namespace) -> None:
    clients = Clients(control, retries=3)
    mine = fresh_id()
    await clients.send("sessions", ServiceBusMessage("before", session_id=mine))
    control.call("/connections/cut", {})
    await clients.send("sessions", ServiceBusMessage("after", session_id=mine))
    receiver = clients.session("sessions", mine)
    got = await receive(receiver, 2)
    for message in got:
        await receiver.complete_message(message)
    await clients.close()
    assert [str(message) for message in got] == ["before", "after"]


@pytest.mark.asyncio(loop_scope="session")
async def test_an_outage_refuses_clients_until_it_is_over(control: Namespace) -> None:
    clients = Clients(control)
    mine = fresh_id()
    message = ServiceBusMessage("at last", session_id=mine)
    control.call("/outage", {"seconds": 0.5})
    with pytest.raises(ServiceBusConnectionError):
        await clients.send("sessions", message)
    async with asyncio.timeout(10):
        while isinstance((await failures(clients.send("sessions", message)))[0], ServiceBusConnectionError):
            pass
    receiver = clients.session("sessions", mine)
    [got] = await receive(receiver)
    await receiver.complete_message(got)
    await clients.close()
    assert str(got) == "at last"


@pytest.mark.parametrize("body", [{}, {"advance": 0}, {"advance": "soon"}])
def test_a_control_call_that_means_nothing_is_refused(control: Namespace, body: dict[str, float]) -> None:
    with pytest.raises(HTTPError) as refusal:
        control.call("/clock", body)
    assert refusal.value.code == 400
    assert b'{"advance": <seconds, more than 0>}' in refusal.value.read()
    refusal.value.close()


def test_a_used_port_is_a_clear_message(control: Namespace) -> None:
    used = int(str(control.control).rsplit(":", 1)[1])
    code, errors = run_to_its_end(free_port(), used)
    assert code == 2
    assert errors.startswith("Service Bus stand-in: ")
    assert str(used) in errors
    assert "Traceback" not in errors


def test_a_bad_declaration_is_a_clear_message(tmp_path: Path) -> None:
    code, errors = run_to_its_end(free_port(), free_port(), tmp_path / "none.json")
    assert code == 2
    assert "none.json: not a readable JSON file" in errors
    assert "Traceback" not in errors
