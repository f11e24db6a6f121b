"""An agent's record that may be some seconds old: what this worker writes counts at once."""

import asyncio
from typing import Any

from shared.state.agent import Agent
from shared.state.agents import Agents
from shared.state.tables import Row, Table
from tests.fakes.clock import FakeClock
from tests.fakes.tables import FakeTables


class SlowToAnswer:
    """Tables whose reads, once they are to be slow, have found the row long before they say so."""

    def __init__(self) -> None:
        self.slow = False
        self.found = asyncio.Event()
        self.may_answer = asyncio.Event()
        self._tables = FakeTables()

    async def get(self, table: Table, partition: str, key: str) -> Row | None:
        row = await self._tables.get(table, partition, key)
        if self.slow:
            self.slow = False
            self.found.set()
            await self.may_answer.wait()
        return row

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tables, name)


async def test_a_read_that_overlaps_a_write_does_not_bring_the_old_record_back() -> None:
    tables, clock = SlowToAnswer(), FakeClock()
    agents = Agents(tables, clock)
    await agents.save("ana", lambda _: Agent(id="ana", name="Ana"))
    tables.slow = True
    reading = asyncio.create_task(agents.find("ana"))
    await tables.found.wait()
    clock.step(0.01)
    await agents.save("ana", lambda _: Agent(id="ana", name="Ana", active=False))
    tables.may_answer.set()
    await reading
    recent = await agents.recent("ana")
    assert recent
    assert not recent.active
