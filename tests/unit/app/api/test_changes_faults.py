"""Changes, live: desks are told, whatever fails and whoever dies."""

from contextlib import suppress

import pytest

from shared.vocabulary.errors import Unavailable
from tests.fakes.faults import Faults, Killed
from tests.unit.app.api.desk import Desk
from tests.unit.app.api.poller import Poller


@pytest.mark.parametrize("after", [False, True])
async def test_a_worker_that_dies_at_any_moment_leaves_desks_to_be_told_by_whoever_settles_next(after: bool) -> None:
    for call in range(1, 100):
        desk = await Desk.staffed()
        world = desk.world
        poller = await Poller(desk).begin()
        faults = Faults(call=call, error=Killed(), after=after, lasting=True)
        dying = world.worker(tables=faults.wrap(world.tables), sender=faults.wrap(world.sender))
        event = world.inbound("Bonjour")
        with suppress(Killed):
            await world.event(event, by=dying)
        if not faults.reached:
            break
        await world.event(event, by=world.worker(), delivery=2)
        assert await poller.told() == ([world.conversation.id], [], [])
    assert call > 5


async def test_a_reply_whose_process_dies_is_told_by_the_check_that_it_sent_before() -> None:
    for call in range(1, 100):
        desk = await Desk.staffed()
        world = desk.world
        conversation_id = await desk.conversation()
        poller = await Poller(desk).begin()
        faults = Faults(call=call, error=Killed(), lasting=True)
        dying = world.worker(tables=faults.wrap(world.tables), sender=faults.wrap(world.sender))
        with suppress(Killed):
            await world.reply("Voici", by=dying)
        if not faults.reached:
            break
        await world.pass_time(62, by=world.worker())
        written = "Voici" in [message.text for message in world.history()]
        rows, _, threads = await poller.told(conversation_id)
        if written:
            assert (rows, threads) == ([conversation_id], [conversation_id])
    assert call > 5


async def test_a_desk_is_told_once_whichever_call_of_its_poll_fails() -> None:
    for call in range(1, 100):
        desk = await Desk.staffed()
        world, conversation_id = desk.world, await desk.conversation()
        cursor = (await Poller(desk).begin()).cursor
        await desk.conversation("Encore")
        faults = Faults(call=call, error=Unavailable("busy"))
        failing = world.worker(tables=faults.wrap(world.tables), sender=faults.wrap(world.sender))
        poller = Poller(Desk(world, centre=failing))
        poller.cursor = cursor
        answer = await poller.poll(conversation_id, wait=3, shift=1)
        assert ([row["conversationId"] for row in answer["rows"]], len(answer["threads"])) == ([conversation_id], 1)
        assert await poller.told(conversation_id, wait=0) == ([], [], [])
        if not faults.reached:
            break
    assert call > 5
