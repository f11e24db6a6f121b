"""A team at work while the worker process is killed at random: what customers wrote and what agents have stays true."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio

from tests.flow.centre import Centre, Json
from tests.flow.conftest import running_centre
from tests.flow.customer import Customer
from tests.flow.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")

AGENTS = ("ana", "bruno", "chloe", "diego")
QUEUES = ["billing", "general", "returns"]
CUSTOMERS, TEXTS, KILLS = 8, 4, 4
UNITS = 30
MINUTE = 62.0


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Centre]:
    """A centre whose agents are this test's alone."""
    async with running_centre(tmp_path_factory.mktemp("shift")) as centre:
        yield centre


async def test_a_worker_killed_at_random_costs_no_text_and_no_place(centre: Centre) -> None:
    """A storm of agents' actions: no text is lost or doubled, nobody waits in vain, loads are true."""
    seed = random.randrange(10**6)
    print(f"random seed {seed}")
    chance = random.Random(seed)
    customers = [Customer.new(centre) for _ in range(CUSTOMERS)]
    contacts = [await _first_text(customer) for customer in customers]
    for agent in AGENTS:
        await _say(centre, "PUT", f"/agents/{agent}", {"name": agent.capitalize(), "queues": QUEUES})
        await _say(centre, "PUT", f"/agents/{agent}/presence", {"presence": "available"})
    work = asyncio.gather(*(_work(centre, agent, chance) for agent in AGENTS))
    load = asyncio.gather(*(_write(customer) for customer in customers))
    for _ in range(KILLS):
        await centre.next_worker()
        await asyncio.sleep(chance.uniform(0.0, 1.5))
        await centre.kill_worker()
    await load
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    await centre.next_worker()
    for _ in range(3):  # what was announced is looked at; a turn gives what is left
        await centre.advance(MINUTE)
        await centre.is_idle()
    await eventually(lambda: _open(centre), [])
    await eventually(lambda: _untrue_loads(centre), [])
    for contact in contacts:
        assert await _texts(centre, contact) == [str(number) for number in range(TEXTS)], seed


async def _first_text(customer: Customer) -> str:
    """The customer's first text; the id of the contact."""
    await customer.writes_and_is_heard("0")
    return (await customer.conversation_id()).partition("-")[0]


async def _write(customer: Customer) -> None:
    for number in range(1, TEXTS):
        await customer.writes_and_is_heard(str(number))
        await asyncio.sleep(0.5)


async def _work(centre: Centre, agent: str, chance: random.Random) -> None:
    """Do anything with what the app gave, again and again."""
    while True:
        await asyncio.sleep(chance.uniform(0.1, 0.5))
        try:
            mine = await centre.call("GET", "/conversations?agent=me", role="Agent", agent=agent)
            if not mine.body.get("items"):
                continue
            conversation = chance.choice(mine.body["items"])["conversationId"]
            what, body = chance.choice(_actions(chance, agent))
            path = f"/conversations/{conversation}/{what}"
            await centre.call("POST", path, body, role="Agent", agent=agent, key=f"{agent}-{chance.random()}")
        except aiohttp.ClientError:
            continue  # the worker was killed


def _actions(chance: random.Random, agent: str) -> list[tuple[str, Json]]:
    colleague = chance.choice([each for each in AGENTS if each != agent])
    return [
        ("replies", {"kind": "text", "text": "Voici"}),
        ("replies", {"kind": "text", "text": "Encore"}),
        ("wait", {}),
        ("close", {}),
        ("release", {}),
        ("transfer", {"agent": colleague}),
        ("transfer", {"queue": chance.choice(QUEUES)}),
    ]


async def _say(centre: Centre, method: str, path: str, body: Json) -> None:
    answer = await centre.call(method, path, body)
    assert answer.status == 200, answer


async def _open(centre: Centre) -> list[str]:
    """The conversations that nobody has."""
    return [each["conversationId"] for each in await centre.items("/conversations") if each["status"] == "open"]


async def _untrue_loads(centre: Centre) -> list[str]:
    """The agents whose load is not what the lists say that they have."""
    listed = await centre.items("/conversations")
    counts = Counter(each["agent"] for each in listed if each["status"] in ("active", "wrap_up"))
    agents = await centre.items("/agents")
    return [each["agentId"] for each in agents if each["load"] != counts[each["agentId"]] * UNITS]


async def _texts(centre: Centre, contact: str) -> list[str]:
    """What the contact centre has of a customer, through all conversations."""
    found = await centre.call("GET", f"/contacts/{contact}/conversations")
    names = sorted(each["conversationId"] for each in found.body["items"])
    lines = [line for name in names for line in await centre.history(name)]
    return [line["text"] for line in lines if line["direction"] == "in"]
