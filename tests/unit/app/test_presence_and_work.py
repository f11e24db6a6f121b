"""Agents who are there, or not: where their conversations go when customers write, wait, or are offered to nobody."""

from typing import Any

import pytest

from shared.configuration.workstreams import Presence
from shared.lifecycle import moves
from shared.state.agent import LoadKind, PresenceBy
from shared.state.draft import Draft
from shared.state.tables import Row, Table
from shared.vocabulary.words import ConversationStatus
from tests.fakes.tables import FakeTables
from tests.unit.app.distribution.centres import Centre, phone

MANUAL = {"accept": "manual", "offer_timeout": "1m"}
MINUTES = 60


class BehindOnce:
    """Tables whose first read of an agent's row finds it as it was when they were made."""

    def __init__(self, tables: FakeTables) -> None:
        self._tables = tables
        partitions = tables.partitions(Table.AGENTS)
        self._then = {(each, row.key): row for each in partitions for row in tables.rows(Table.AGENTS, each)}

    async def get(self, table: Table, partition: str, key: str) -> Row | None:
        now = await self._tables.get(table, partition, key)
        return self._then.pop((partition, key), now) if table is Table.AGENTS else now

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tables, name)


async def presence(centre: Centre, agent: str, to: Presence) -> None:
    """An agent says whether it is there."""
    await centre.centre.agent_changes.set_presence(agent, to, PresenceBy.AGENT)


async def set_aside(centre: Centre, number: int) -> None:
    stored = await centre.centre.contacts.load(centre.contact_with(phone(number)).id)
    assert stored
    draft = Draft.of(stored, centre.clock.now())
    moves.set_aside(draft)
    await centre.centre._settler.settle(await centre.centre._committer.commit(stored, draft))


async def test_an_offer_that_passes_shows_in_the_presence_once() -> None:
    centre = Centre(MANUAL)
    await centre.agent("ana")
    await centre.customers(1)
    await centre.pass_time(70)
    record = centre.record("ana")
    assert (record.presence, record.presence_by) == (Presence.AWAY, PresenceBy.SYSTEM)
    assert centre.contact_with(phone(1)).missed_offers == ()
    await presence(centre, "ana", Presence.AVAILABLE)
    await centre.pass_time(4 * MINUTES)
    assert centre.record("ana").presence is Presence.AVAILABLE
    assert centre.load("ana") == []


@pytest.mark.parametrize("said", [Presence.BUSY, Presence.DO_NOT_DISTURB])
async def test_what_the_agent_said_after_the_offer_stands(said: Presence) -> None:
    centre = Centre(MANUAL)
    await centre.agent("ana")
    await centre.customers(1)
    await centre.pass_time(30)
    await presence(centre, "ana", said)
    await centre.pass_time(60)
    assert centre.conversation_of(1).declines["ana"].times == 1
    assert centre.record("ana").presence is said


async def test_a_missed_offer_may_show_as_something_else_or_not_at_all() -> None:
    for configured, shown in (("do_not_disturb", Presence.DO_NOT_DISTURB), ("none", Presence.AVAILABLE)):
        centre = Centre({**MANUAL, "missed_offer_presence": configured})
        await centre.agent("ana")
        await centre.customers(1)
        await centre.pass_time(70)
        assert centre.record("ana").presence is shown


async def test_a_customer_who_waits_for_an_agent_that_is_gone_comes_to_the_next_one() -> None:
    centre = Centre({"return_after": "15m"})
    await centre.agent("ana")
    await centre.customers(1)
    await centre.pass_time(5)
    assert centre.agent_of(1) == "ana"
    await centre.agent("bob")
    await presence(centre, "ana", Presence.AWAY)
    await centre.pass_time(14 * MINUTES)
    assert centre.agent_of(1) == "ana"
    await centre.pass_time(2 * MINUTES)
    assert centre.agent_of(1) == "bob"
    centre.check_true("ana", "bob")
    assert "Ana is gone while the customer waits: back to the queue general." in [
        line.text for line in centre.history(centre.contact_with(phone(1)).id)
    ]


async def test_an_agent_who_is_there_keeps_it_and_is_looked_at_again() -> None:
    centre = Centre({"return_after": "15m"})
    await centre.agent("ana")
    await centre.customers(1)
    await centre.pass_time(16 * MINUTES)
    assert centre.agent_of(1) == "ana"
    await centre.agent("bob")
    await presence(centre, "ana", Presence.OFFLINE)
    await centre.pass_time(16 * MINUTES)
    assert centre.agent_of(1) == "bob"


async def test_a_waiting_conversation_returns_above_the_capacity_and_then_nothing_new_comes() -> None:
    centre = Centre({"capacity": 100})
    await centre.agent("ana")
    await centre.customers(1)
    await centre.pass_time(5)
    await set_aside(centre, 1)
    assert centre.record("ana").conversations(LoadKind.PARKED)
    await centre.customers(2)
    await centre.pass_time(5)
    await centre.customers(1)
    assert (centre.agent_of(1), centre.conversation_of(1).status) == ("ana", ConversationStatus.ACTIVE)
    assert centre.record("ana").units == 200
    await centre.customers(3)
    await centre.pass_time(5)
    assert centre.agent_of(3) is None


async def test_beyond_twice_the_capacity_it_joins_the_line_with_a_word_on_whose_it_was() -> None:
    centre = Centre({"capacity": 100})
    await centre.agent("ana")
    for number in (1, 2):
        await centre.customers(number)
        await centre.pass_time(5)
        await set_aside(centre, number)
    await centre.customers(3)
    await centre.pass_time(5)
    await centre.customers(1, 2)
    assert (centre.agent_of(1), centre.agent_of(2)) == ("ana", None)
    assert (centre.conversation_of(2).status, centre.conversation_of(2).last_agent) == (ConversationStatus.OPEN, "ana")


async def test_room_that_is_gone_before_it_is_reserved_is_no_obstacle_to_the_message() -> None:
    """The agent's row is read, the conversation is about to return, and meanwhile the agent was given two more."""
    centre = Centre({"capacity": 100})
    await centre.agent("ana")
    await centre.customers(1)
    await centre.pass_time(5)
    await set_aside(centre, 1)
    worker = centre.worker(tables=BehindOnce(centre.tables))
    await centre.customers(2)
    await centre.pass_time(5)
    await centre.customers(3)
    await centre.agent_takes(3, "ana")
    await centre.customers(1, by=worker)
    assert centre.conversation_of(1).status is ConversationStatus.OPEN
    assert centre.record("ana").units == 130


async def test_who_takes_a_customer_that_has_waited_for_long_keeps_it_though_the_presence_says_away() -> None:
    centre = Centre({"mode": "pick"})
    await centre.agent("ana", presence=Presence.AWAY)
    await centre.customers(1)
    await centre.pass_time(20 * MINUTES)
    await centre.agent_takes(1, "ana")
    await centre.pass_time(14 * MINUTES)
    assert centre.agent_of(1) == "ana"
    await centre.pass_time(2 * MINUTES)
    assert centre.agent_of(1) is None


async def test_where_whoever_is_away_is_given_work_nothing_goes_to_and_fro() -> None:
    centre = Centre({"presence": ["available", "away"]})
    await centre.agent("ana", presence=Presence.OFFLINE)
    await centre.customers(1)
    await centre.pass_time(20 * MINUTES)
    await presence(centre, "ana", Presence.AWAY)
    await centre.pass_time(10 * MINUTES)
    assert centre.agent_of(1) == "ana"
    assert [line.text for line in centre.history() if line.author.type == "system"] == ["Assigned to Ana."]
