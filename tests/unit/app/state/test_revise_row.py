"""A row that several change at once: every change is made on what is there, and a storm is waited out."""

import asyncio

import pytest

from shared.state.revise_row import MOST_TRIES, revise_row
from shared.state.tables import Insert, Replace, Row, Table
from shared.vocabulary.errors import Conflict, Unavailable
from tests.fakes.faults import Faults
from tests.fakes.tables import FakeTables


def one_more(row: Row | None) -> str:
    return str(int(row.body) + 1 if row else 1)


async def test_changes_at_once_are_all_made() -> None:
    tables = FakeTables()
    await asyncio.gather(*(revise_row(tables, Table.AGENTS, "p", "k", one_more) for _ in range(10)))
    (row,) = tables.rows(Table.AGENTS, "p")
    assert row.body == "10"


async def test_where_nothing_is_to_be_written_nothing_is() -> None:
    tables = FakeTables()
    assert await revise_row(tables, Table.AGENTS, "p", "k", lambda _: None) is None
    assert tables.rows(Table.AGENTS, "p") == []


async def test_a_good_guess_saves_the_read_and_a_bad_one_costs_nothing_but_itself() -> None:
    tables = FakeTables()
    written = await revise_row(tables, Table.AGENTS, "p", "k", one_more, first=Insert("k", "7"))
    assert written.body == "7"
    stale = Replace("k", "9", "no such etag")
    assert (await revise_row(tables, Table.AGENTS, "p", "k", one_more, first=stale)).body == "8"


async def test_a_row_that_keeps_changing_is_left_for_later() -> None:
    tables = FakeTables()
    storm = Faults(call=1, error=Conflict("k", exists=True), lasting=True, only="commit")
    asked = 0

    def counted(_: Row | None) -> str:
        nonlocal asked
        asked += 1
        return "x"

    with pytest.raises(Unavailable):
        await revise_row(storm.wrap(tables), Table.AGENTS, "p", "k", counted)
    assert asked == MOST_TRIES
