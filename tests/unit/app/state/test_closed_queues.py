"""Queues that a supervisor closed for a while."""

from datetime import timedelta

from shared.state.closed_queues import ClosedQueues, ClosedUntil
from tests.fakes.clock import FakeClock
from tests.fakes.tables import FakeTables


async def test_a_queue_is_closed_until_its_moment_or_until_it_is_cleared() -> None:
    clock = FakeClock()
    queues = ClosedQueues(FakeTables(), clock)
    party = ClosedUntil(until=clock.now() + timedelta(hours=1), reason="a party")
    outage = ClosedUntil(until=clock.now() + timedelta(hours=2))
    await queues.put("billing", party)
    await queues.put("general", outage)
    assert await queues.read() == {"billing": party, "general": outage}
    clock.step(3600)
    assert await queues.read() == {"general": outage}
    await queues.clear("general")
    assert await queues.read() == {}
    await queues.clear("general")


async def test_another_worker_sees_it_after_ten_seconds_at_the_latest() -> None:
    tables, clock = FakeTables(), FakeClock()
    one, other = ClosedQueues(tables, clock), ClosedQueues(tables, clock)
    assert await other.read() == {}
    closed = ClosedUntil(until=clock.now() + timedelta(hours=1))
    await one.put("billing", closed)
    assert await one.read() == {"billing": closed}
    clock.step(9.9)
    assert await other.read() == {}
    clock.step(0.1)
    assert await other.read() == {"billing": closed}
