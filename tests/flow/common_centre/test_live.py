"""Desks that wait learn of what is theirs, and of nothing else."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import datetime

import pytest
import pytest_asyncio

from tests.flow.centre import Centre
from tests.flow.customer import Customer
from tests.flow.live_desk import LiveDesk, is_gone, row_of
from tests.flow.waiting import until

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.wherever]

AT_ONCE = 3.0
"""Far less than a desk waits where nothing changes."""
MOST_WAITERS = 48


@pytest_asyncio.fixture(loop_scope="session")
async def lea(centre: Centre) -> AsyncIterator[LiveDesk]:
    """An agent of the queue `billing`, at her desk."""
    record = {"name": "Lea", "queues": ["billing"], "capacity": 100, "skills": [], "active": True}
    assert (await centre.call("PUT", "/agents/lea", record)).status == 200
    yield await LiveDesk(centre=centre, agent="lea").begin()
    assert (await centre.call("PUT", "/agents/lea", {**record, "active": False})).status == 200


@pytest_asyncio.fixture(loop_scope="session")
async def sam(centre: Centre) -> LiveDesk:
    """A supervisor, at his desk."""
    return await LiveDesk(centre=centre, agent="sam", role="Supervisor").begin()


async def test_who_serves_a_queue_is_told_of_what_comes_and_leaves_it_with_its_numbers(
    lea: LiveDesk, sam: LiveDesk, customer: Customer
) -> None:
    await customer.writes("Ma facture, svp")
    conversation_id = await customer.conversation_id()
    row = await lea.is_shown(conversation_id)
    assert row["queue"] == "billing"
    assert row["contact"]["phone"] == f"+{customer.number}"
    numbers = await lea.told(
        lambda answer: answer["queues"]["billing"] if answer["queues"]["billing"]["length"] else None, wait=1
    )
    assert numbers["oldestWaitSeconds"] >= 0

    moved = await lea.centre.call("POST", f"/conversations/{conversation_id}/transfer", {"queue": "general"})

    assert moved.status == 200, moved
    await lea.told(lambda answer: is_gone(answer, conversation_id))
    await sam.told(lambda answer: (row_of(answer, conversation_id) or {}).get("queue") == "general")
    await customer.writes("Merci")
    await sam.told(lambda answer: "Merci" in str((row_of(answer, conversation_id) or {}).get("lastMessage")))
    lea_knows = await lea.poll(conversation_id, wait=0)
    assert (lea_knows["rows"], lea_knows["threads"], lea_knows["viewers"]) == ([], [], {})
    assert "general" not in lea_knows["queues"]


async def test_who_has_a_conversation_open_is_named_to_others_and_told_of_statuses(
    lea: LiveDesk, sam: LiveDesk, customer: Customer
) -> None:
    await customer.writes("Ma facture, svp")
    conversation_id = await customer.conversation_id()
    await lea.poll(conversation_id, wait=0)
    viewers = await sam.told(lambda answer: answer["viewers"], conversation_id)
    assert viewers == {conversation_id: ["lea"]}
    await customer.is_sent("La voici")

    async def delivered() -> bool:
        return ("out", "La voici", "delivered") in await customer.lines()

    await sam.told(
        lambda answer: [each for each in answer["threads"] if each["id"] == conversation_id], conversation_id
    )
    await until(delivered, "the reply is delivered")
    (line,) = [each for each in await sam.centre.history(conversation_id) if each.get("text") == "La voici"]
    told = await lea.told(
        lambda answer: [each for each in answer["threads"] if each["id"] == conversation_id], conversation_id
    )
    assert datetime.fromisoformat(told[0]["from"]) <= datetime.fromisoformat(line["at"])


async def test_a_cursor_that_is_of_no_use_and_a_desk_that_does_not_wait(lea: LiveDesk) -> None:
    began = time.monotonic()
    await lea.poll(wait=0)
    lea.cursor = "odd"
    assert (await lea.poll())["resync"]
    assert not (await lea.poll(wait=0))["resync"]
    assert time.monotonic() - began < AT_ONCE


async def test_a_newer_call_of_a_browser_ends_the_older_and_a_fourth_browser_is_to_come_later(lea: LiveDesk) -> None:
    browsers = [
        await LiveDesk(centre=lea.centre, agent="lea", client=f"browser{number}").begin() for number in range(3)
    ]
    waiting = [asyncio.create_task(each.poll()) for each in browsers]

    async def fourth() -> bool:
        return (await lea.poll(wait=0)).get("pollAfterMs") == 5000

    await until(fourth, "three browsers wait")
    began = time.monotonic()
    newer = asyncio.create_task(browsers[0].poll(wait=2))
    await waiting[0]
    assert time.monotonic() - began < AT_ONCE
    await newer
    ended = [asyncio.create_task(each.poll(wait=0)) for each in browsers[1:]]
    await asyncio.gather(*ended, *waiting)


async def test_so_many_wait_on_a_worker_and_whoever_comes_then_is_to_come_later(lea: LiveDesk) -> None:
    crowd = [
        await LiveDesk(centre=lea.centre, agent=f"sam{number}", role="Supervisor").begin()
        for number in range(MOST_WAITERS)
    ]
    waiting = [asyncio.create_task(each.poll(wait=8)) for each in crowd]

    async def turned_away() -> bool:
        return (await lea.poll(wait=0)).get("pollAfterMs") == 5000

    await until(turned_away, f"{MOST_WAITERS} wait")
    await asyncio.gather(*waiting)
    assert "pollAfterMs" not in await lea.poll(wait=0)
