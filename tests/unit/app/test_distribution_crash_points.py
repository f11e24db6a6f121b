"""The worker is killed at every call to the world while conversations move between queues and agents.

A message of the queue is delivered again to a new worker; a call of the API is not repeated by its caller. Whatever
happens, lists, lines and loads say in the end what the contacts say, and nobody waits while somebody is free.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random
from typing import Any, Final

import pytest

from shared.composition import ContactCentre
from tests.fakes.faults import Faults, Killed
from tests.simulation import rules
from tests.simulation.centre import CHANNELS, SimulatedWorld
from tests.unit.app.api.desk import ADA, SUE, Desk

type Step = Callable[[SimulatedWorld, ContactCentre], Awaitable[Any]]

ANA: Final = {"X-Agent-Id": "ana", "X-Agent-Role": "Agent"}
BRUNO: Final = {"X-Agent-Id": "bruno", "X-Agent-Role": "Agent"}
HEALED_WITHIN: Final = 200.0


@dataclass(frozen=True)
class Story:
    """What happens before, the step in which the worker dies, and whether a caller of the API waits for it."""

    before: Step
    step: Step
    over_http: bool = True


def all_of(*steps: Step) -> Step:
    """One after the other."""

    async def taken(world: SimulatedWorld, worker: ContactCentre) -> None:
        for step in steps:
            await step(world, worker)

    return taken


def writes(channel: str = "pushed", text: str = "Bonjour") -> Step:
    async def step(world: SimulatedWorld, worker: ContactCentre) -> None:
        await world.customer(text, to=CHANNELS[channel], by=worker)

    return step


def arrive(*agents: str) -> Step:
    """Agents of the queue `general` are hired, and available."""

    async def step(world: SimulatedWorld, worker: ContactCentre) -> None:
        desk = Desk(world, centre=worker)
        for agent in agents:
            skills = [{"name": "billing", "level": 3}]
            await desk.hire(agent, "general", "billing", "returns", capacity=60, skills=skills)
            answer = await desk.put(f"/agents/{agent}/presence", {"presence": "available"}, SUE)
            assert answer.status == 200

    return step


def is_set(agent: str, presence: str) -> Step:
    async def step(world: SimulatedWorld, worker: ContactCentre) -> None:
        await Desk(world, centre=worker).put(f"/agents/{agent}/presence", {"presence": presence}, SUE)

    return step


def later(seconds: float) -> Step:
    """Time passes, and what is due is handled."""

    async def step(world: SimulatedWorld, worker: ContactCentre) -> None:
        await world.pass_time(seconds, by=worker)

    return step


def calls(what: str, body: object = None, caller: dict[str, str] = ANA) -> Step:
    """Somebody asks something of the only conversation."""

    async def step(world: SimulatedWorld, worker: ContactCentre) -> None:
        (conversation,) = (await world.look()).running
        answer = await Desk(world, centre=worker).post(f"/conversations/{conversation.id}/{what}", body, caller)
        assert answer.status in (200, 201), answer.json

    return step


def posts(path: str, body: object, caller: dict[str, str]) -> Step:
    async def step(world: SimulatedWorld, worker: ContactCentre) -> None:
        answer = await Desk(world, centre=worker).post(path, body, caller)
        assert answer.status == 202, answer.json

    return step


REPLY = {"kind": "text", "text": "Me voici"}
IN_LINE = writes()
ANAS = all_of(arrive("ana"), writes(), later(10))
OFFERED = all_of(arrive("ana"), writes("offered"), later(10))
WAITING = all_of(ANAS, calls("replies", REPLY), calls("wait", {}))

STORIES: Final = {
    "a customer who joins the line": Story(arrive("ana"), IN_LINE, over_http=False),
    "a turn that gives a conversation": Story(all_of(arrive("ana"), writes()), later(10), over_http=False),
    "a turn that offers one": Story(all_of(arrive("ana"), writes("offered")), later(10), over_http=False),
    "a turn that finds nobody": Story(IN_LINE, later(70), over_http=False),
    "an agent who arrives": Story(IN_LINE, arrive("ana")),
    "an offer that is accepted": Story(OFFERED, calls("accept")),
    "an offer that is declined": Story(OFFERED, calls("decline")),
    "an offer that passes": Story(OFFERED, later(65), over_http=False),
    "an offered agent who goes offline": Story(OFFERED, is_set("ana", "offline")),
    "a pick": Story(all_of(arrive("ana"), is_set("ana", "away"), writes("picked")), calls("assign", {})),
    "a supervisor who assigns": Story(
        all_of(arrive("ana"), is_set("ana", "away"), IN_LINE), calls("assign", {"agent": "ana"}, SUE)
    ),
    "a reply that takes": Story(all_of(arrive("ana"), is_set("ana", "away"), IN_LINE), calls("replies", REPLY)),
    "a transfer to a colleague": Story(all_of(ANAS, arrive("bruno")), calls("transfer", {"agent": "bruno"})),
    "a transfer to a queue": Story(ANAS, calls("transfer", {"queue": "billing"})),
    "a release": Story(ANAS, calls("release")),
    "a wait": Story(ANAS, calls("wait", {})),
    "a wrap-up": Story(ANAS, calls("wrap-up")),
    "a wrap-up that is over": Story(all_of(ANAS, calls("wrap-up")), later(130), over_http=False),
    "a close with a survey": Story(all_of(ANAS, calls("replies", REPLY)), calls("close", {})),
    "a customer who comes back to the agent": Story(WAITING, writes(text="Encore moi"), over_http=False),
    "a customer who comes back to nobody": Story(
        all_of(WAITING, is_set("ana", "offline")), writes(text="Encore moi"), over_http=False
    ),
    "an agent who is gone while the customer waits": Story(
        all_of(ANAS, is_set("ana", "offline"), later(14 * 60)), later(60), over_http=False
    ),
    "an overflow after waiting": Story(
        all_of(writes(text="Ma facture ?"), later(20 * 60 - 30)), later(60), over_http=False
    ),
    "an auto-close": Story(all_of(WAITING, later(2 * 3600 - 30)), later(60), over_http=False),
    "a drain": Story(IN_LINE, posts("/queues/general/drain", {"to": "billing"}, ADA)),
    "a drain under way": Story(
        all_of(IN_LINE, posts("/queues/general/drain", {"to": "billing"}, ADA)), later(5), over_http=False
    ),
    "a release of all": Story(ANAS, posts("/agents/ana/release-all", None, SUE)),
}


async def told(story: Story, faults: Faults | None = None) -> SimulatedWorld:
    """The world at the end of a story; with faults the worker dies in the middle."""
    world = SimulatedWorld(Random(0))
    await story.before(world, world.centre)
    faults = faults or Faults(error=Killed())
    doomed = world.worker(
        tables=faults.wrap(world.storage), sender=faults.wrap(world.sender), channel=faults.wrap(world.channel)
    )
    try:
        await story.step(world, doomed)
    except BaseException as error:
        if not _died(error):
            raise
        world.restart_all()
        if not story.over_http:
            await story.step(world, world.centre)
    await world.pass_time(HEALED_WITHIN)
    return world


def _died(error: BaseException) -> bool:
    if isinstance(error, BaseExceptionGroup):
        return all(_died(each) for each in error.exceptions)
    return isinstance(error, Killed)


@pytest.mark.parametrize("name", STORIES)
async def test_killed_at_any_call_all_agrees_in_the_end(name: str) -> None:
    """Before each call, which is after the one before it; and after the last."""
    story = STORIES[name]
    counting = Faults(error=Killed())
    await told(story, counting)
    count = len(counting.calls)
    for call, after in [*((each, False) for each in range(1, count + 1)), (count, True)]:
        faults = Faults(call=call, error=Killed(), after=after, lasting=True)
        seen = await (await told(story, faults)).look()
        place = f"killed at {faults.calls[call - 1]} ({call})"
        assert faults.reached
        assert list(rules.always(seen)) == [], place
        assert list(rules.settled(seen)) == [], place
        assert list(rules.could_be_served(seen)) == [], place
