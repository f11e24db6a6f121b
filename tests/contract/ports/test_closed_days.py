"""A day's figures on what every `Tables` is: the fake, and Azure Table Storage."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from shared.state.closed_conversations import ClosedConversations
from shared.state.closed_days import ClosedDays
from shared.state.closed_figures import ClosedDay
from shared.state.tables import Tables
from tests.fakes.clock import FakeClock
from tests.unit.app.api.reported import closed


@pytest.fixture
def at() -> datetime:
    """A moment of a day that no other test knows."""
    return datetime(1900, 1, 1, 12, tzinfo=UTC) + timedelta(days=uuid4().int % 30_000)


async def test_figures_are_kept_and_whoever_writes_later_has_them_counted_anew(tables: Tables, at: datetime) -> None:
    clock, day = FakeClock(), at.date()
    conversations, days = ClosedConversations(tables, clock), ClosedDays(tables, clock)

    async def figures() -> ClosedDay:
        return await days.figures(day, conversations.rows(day))

    await asyncio.gather(*(conversations.put(closed(number, at)) for number in range(1, 6)))
    first = await figures()
    assert await figures() == first
    assert first.whole.closed == 5

    await asyncio.gather(
        conversations.put(closed(5, at, revision=2, score=4)),
        *(conversations.put(closed(number, at)) for number in range(6, 9)),
        figures(),
    )

    last = await figures()
    assert (last.whole.closed, last.whole.scored) == (8, 1)
    assert await figures() == last
    assert len(await conversations.of_day(day)) == 8
