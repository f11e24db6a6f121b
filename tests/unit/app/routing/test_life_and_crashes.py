"""The worker is killed at every call while time, a survey's answer or an opt-out acts: it ends as if it had lived."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from shared.composition import ContactCentre
from shared.vocabulary.time import rfc3339
from tests.fakes.faults import Faults, Killed
from tests.fakes.world import HOURS
from tests.unit.app.distribution.centres import Centre
from tests.unit.app.routing.test_whole_life import MINUTES, asks, talking

type Before = Callable[[Centre], Awaitable[Any]]
type Step = Callable[[Centre, ContactCentre], Awaitable[Any]]


async def silent_for_two_hours(centre: Centre) -> None:
    await centre.pass_time(10)
    centre.clock.step(2 * HOURS)


async def silent_for_a_day(centre: Centre) -> None:
    await centre.pass_time(23 * HOURS)
    centre.clock.step(1 * HOURS)


async def wrapped_up(centre: Centre) -> None:
    await asks(centre, "wrap-up")
    await centre.pass_time(10)
    centre.clock.step(5 * MINUTES)


async def set_aside_until_now(centre: Centre) -> None:
    await asks(centre, "wait", {"until": rfc3339(centre.clock.now() + timedelta(hours=1))})
    await centre.pass_time(10)
    centre.clock.step(1 * HOURS)


async def surveyed(centre: Centre) -> None:
    await asks(centre, "close")
    await centre.pass_time(10)


async def nothing(centre: Centre) -> None:
    await centre.pass_time(10)


async def what_is_due(centre: Centre, worker: ContactCentre) -> None:
    await centre.drain(by=worker)


def writes(text: str) -> Step:
    async def step(centre: Centre, worker: ContactCentre) -> None:
        await centre.customer(text, message_id="once", by=worker)

    return step


STORIES: dict[str, tuple[Before, Step]] = {
    "a silence is asked about": (silent_for_two_hours, what_is_due),
    "a silence ends the conversation": (silent_for_a_day, what_is_due),
    "wrapping up is over, and a survey asks": (wrapped_up, what_is_due),
    "a wait is over": (set_aside_until_now, what_is_due),
    "a survey is answered": (surveyed, writes("great")),
    "a customer opts out": (nothing, writes("STOP")),
    "a customer opts out with nothing open": (surveyed, writes("STOP")),
}


async def lived(name: str, faults: Faults) -> Centre:
    before, step = STORIES[name]
    centre = await talking()
    await before(centre)
    doomed = centre.worker(
        tables=faults.wrap(centre.tables), sender=faults.wrap(centre.sender), channel=faults.wrap(centre.channel)
    )
    try:
        await step(centre, doomed)
    except Killed:
        centre.restart()
        await step(centre, centre.centre)
    await centre.pass_time(3 * MINUTES)
    return centre


def account(centre: Centre) -> dict[str, Any]:
    """What can be seen from outside."""
    conversation = centre.conversation
    return {
        "phone": centre.phone,
        "history": [(line.direction, line.text) for line in centre.history()],
        "conversation": (conversation.status, conversation.agent, conversation.survey and conversation.survey.status),
        "opted out": centre.contact.opted_out,
        "load": len(centre.load("ana")),
        "line": len(centre.waiting()),
    }


@pytest.mark.parametrize("after", [False, True], ids=["before it took effect", "after it took effect"])
@pytest.mark.parametrize("name", STORIES)
async def test_killed_at_any_call_it_ends_as_if_nothing_had_happened(name: str, after: bool) -> None:
    calm = Faults(error=Killed())
    expected = account(await lived(name, calm))
    for call in range(1, len(calm.calls) + 1):
        faults = Faults(call=call, error=Killed(), after=after, lasting=True)
        centre = await lived(name, faults)
        assert faults.reached
        assert account(centre) == expected, f"killed at {faults.calls[call - 1]} ({call})"
        assert not centre.contact.unsent
