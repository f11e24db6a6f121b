"""The worker is killed at every call of a command, before and after it took effect; nobody repeats the command.

What was committed comes to the world by itself, and what was not leaves nothing behind: no load without its
conversation, no conversation in two lists.
"""

from functools import partial
from typing import Any

import pytest

from shared.configuration.workstreams import Presence
from shared.state.agent import Agent, LoadKind
from shared.state.holding import holding_of
from shared.state.rows import decode
from shared.state.tables import Table
from shared.vocabulary.errors import Unavailable
from tests.fakes.faults import Faults, Killed
from tests.fakes.sample import sample
from tests.fakes.world import World
from tests.unit.app.api.desk import ANA, SUE, Desk

TEAM = ("ana", "eve")
COMMANDS: dict[str, tuple[str, Any, dict[str, str]]] = {
    "take": ("assign", {}, SUE),
    "assign": ("assign", {"agent": "eve"}, SUE),
    "hand on to an agent": ("transfer", {"agent": "eve", "note": "À toi"}, ANA),
    "hand on to a queue": ("transfer", {"queue": "billing"}, ANA),
    "release": ("release", None, ANA),
    "wait": ("wait", {}, ANA),
    "wrap up": ("wrap-up", None, ANA),
    "close": ("close", {"note": "Fini"}, ANA),
    "note": ("notes", {"text": "Fini"}, ANA),
}


def hired(agent_id: str, _: Agent | None) -> Agent:
    return Agent(id=agent_id, name=agent_id.capitalize(), queues=("general",), presence=Presence.AVAILABLE)


async def in_anas_hands() -> tuple[World, str]:
    """Ana has answered a customer; Eve is there, too."""
    world = World(sample())
    for agent_id in TEAM:
        await world.centre.agents.save(agent_id, partial(hired, agent_id))
    await world.customer("Bonjour")
    await world.reply("Me voici")
    await world.pass_time(130)
    return world, world.conversation.id


async def carried_out(name: str, faults: Faults) -> World:
    """A command by a worker that dies as planned; after that ten minutes with another one."""
    world, conversation_id = await in_anas_hands()
    action, body, caller = COMMANDS[name]
    worker = world.worker(tables=faults.wrap(world.tables), sender=faults.wrap(world.sender))
    try:
        await Desk(world, centre=worker).post(f"/conversations/{conversation_id}/{action}", body, caller)
    except Killed:
        pass
    world.restart()
    await world.pass_time(600)
    return world


def loads(world: World) -> dict[str, dict[str, tuple[LoadKind, int]]]:
    """What each agent has, as stored."""
    rows = [row for each in world.tables.partitions(Table.AGENTS) for row in world.tables.rows(Table.AGENTS, each)]
    agents = [decode(Agent, row.body) for row in rows]
    return {
        agent.id: {each: (entry.kind, entry.units) for each, entry in agent.load.items() if entry.kind != "gone"}
        for agent in agents
    }


def assert_all_agrees(world: World) -> None:
    has = holding_of(world.conversation)
    expected: dict[str, dict[str, tuple[LoadKind, int]]] = {agent_id: {} for agent_id in TEAM}
    if has and has.agent in expected:
        expected[has.agent] = {has.conversation_id: (has.kind, has.units)}
    assert loads(world) == expected
    listed = [
        (queue, row.get("status", "open"), row.get("agent"))
        for queue in ("general", "billing")
        for row in world.listed(queue)
        if not row.get("gone")
    ]
    conversation = world.conversation
    assert listed == ([] if conversation.closed else [(conversation.queue, conversation.status, conversation.agent)])


def place(world: World) -> tuple[Any, ...]:
    conversation = world.conversation
    return conversation.status, conversation.queue, conversation.agent, len(world.history())


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("name", COMMANDS)
async def test_a_command_is_done_or_not_and_nothing_is_left_of_it(name: str, after: bool) -> None:
    count = Faults(error=Killed())
    done = await carried_out(name, count)
    assert_all_agrees(done)
    untouched, _ = await in_anas_hands()
    await untouched.pass_time(600)
    ends: set[tuple[Any, ...]] = set()
    for call in range(1, len(count.calls) + 1):
        world = await carried_out(name, Faults(call=call, error=Killed(), after=after, lasting=True))
        assert_all_agrees(world)
        ends.add(place(world))
    assert ends <= {place(done), place(untouched)}
    assert place(done) in ends


async def test_whoever_hands_on_out_of_sight_hears_that_it_was_done_though_an_answer_was_lost() -> None:
    action, body, caller = COMMANDS["hand on to a queue"]
    for call in (1, 2, 3):
        world, conversation_id = await in_anas_hands()
        faults = Faults(call=call, error=Unavailable("its answer was lost"), after=True, only="commit")
        worker = world.worker(tables=faults.wrap(world.tables))
        answer = await Desk(world, centre=worker).post(f"/conversations/{conversation_id}/{action}", body, caller)
        assert faults.reached
        assert answer.status == 200
        assert (world.conversation.queue, len(world.history())) == ("billing", 4)
