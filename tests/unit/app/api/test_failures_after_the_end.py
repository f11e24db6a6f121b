"""A message fails when its conversation is closed: somebody finds it, and nobody takes it for work."""

from contextlib import suppress
from typing import Any

import pytest

from shared.sending.channel import Postponed, Refusal
from shared.state.closed_conversations import ClosedRow
from shared.state.closed_failures import MOST_LISTED
from shared.state.rows import decode
from shared.state.tables import Table
from tests.fakes.faults import Faults, Killed
from tests.fakes.world import DAYS, World
from tests.unit.app.api.desk import ADA, ANA, BOB, SUE, Desk

CODE = "131053"


async def closed_conversation(desk: Desk) -> str:
    """Ana has answered `Voici`, and closed the conversation."""
    conversation_id = await desk.conversation()
    assert (await desk.reply(conversation_id, "Voici")).status == 201
    assert (await desk.post(f"/conversations/{conversation_id}/close", {})).status == 200
    return conversation_id


async def fails(desk: Desk) -> None:
    await desk.world.status(desk.world.channel_id_of("Voici"), "Failed", code=CODE)


async def failed_after_the_end(*, meanwhile: bool = False) -> tuple[Desk, str]:
    """A desk, and a closed conversation whose message failed; meanwhile the customer may have begun another."""
    desk = await Desk.staffed()
    conversation_id = await closed_conversation(desk)
    if meanwhile:
        await desk.world.customer("Autre chose")
    await fails(desk)
    return desk, conversation_id


async def found(desk: Desk, query: str, caller: dict[str, str] = ANA) -> list[tuple[str, str, int]]:
    items = (await desk.get(f"/conversations?{query}", caller)).json["items"]
    return [(item["conversationId"], item["status"], item["failed"]) for item in items]


def reported(world: World, conversation_id: str) -> ClosedRow:
    rows = [
        decode(ClosedRow, row.body)
        for day in world.tables.partitions(Table.CLOSED)
        for row in world.tables.rows(Table.CLOSED, day)
    ]
    (row,) = [row for row in rows if row.conversation_id == conversation_id]
    return row


@pytest.mark.parametrize("meanwhile", [False, True], ids=["the last one", "another is under way"])
async def test_it_is_found_by_who_asks_for_failures_and_reported_again(meanwhile: bool) -> None:
    desk, conversation_id = await failed_after_the_end(meanwhile=meanwhile)

    for query in ("failed=true", "failed=true&status=closed", "failed=true&agent=me", "failed=true&queue=general"):
        assert await found(desk, query) == [(conversation_id, "closed", 1)]
    assert await found(desk, "failed=true", SUE) == [(conversation_id, "closed", 1)]
    assert await found(desk, "failed=true&status=active") == []
    assert await found(desk, "failed=true", BOB) == []
    row = reported(desk.world, conversation_id)
    assert (row.failed, row.counts.failed) == (1, 1)
    view = (await desk.get(f"/conversations/{conversation_id}")).json
    assert (view["status"], view["failed"]) == ("closed", 1)


async def test_it_is_nobodys_work() -> None:
    desk, conversation_id = await failed_after_the_end()

    assert [each for each in await found(desk, "") if each[0] == conversation_id] == []
    assert await found(desk, "agent=me") == []
    assert desk.world.waiting() == []
    (general,) = [each for each in (await desk.get("/queues", SUE)).json["items"] if each["name"] == "general"]
    assert general["length"] == 0
    assert (await desk.get("/agents/ana", SUE)).json["conversations"] == []
    drain = await desk.post("/queues/general/drain", {"to": "billing"}, ADA)
    await desk.world.pass_time(300)
    assert drain.json == {"conversations": 0}
    assert await found(desk, "failed=true") == [(conversation_id, "closed", 1)]


async def test_its_agent_finds_it_in_a_queue_that_is_not_its_own() -> None:
    desk, conversation_id = await failed_after_the_end()

    await desk.hire("ana", "billing")

    assert await found(desk, "failed=true") == [(conversation_id, "closed", 1)]


async def test_one_that_had_failed_before_the_end_stays_listed() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()
    await desk.reply(conversation_id, "Voici")
    await fails(desk)
    await desk.post(f"/conversations/{conversation_id}/close", {})

    await desk.world.pass_time(600)  # the tombstone of where it left would have gone by now

    assert await found(desk, "failed=true") == [(conversation_id, "closed", 1)]


@pytest.mark.parametrize("meanwhile", [False, True], ids=["the last one", "another is under way"])
@pytest.mark.parametrize("end", ["read", "retry", "week"])
async def test_once_somebody_has_seen_it_or_a_week_is_over_it_is_listed_no_more(end: str, meanwhile: bool) -> None:
    desk, conversation_id = await failed_after_the_end(meanwhile=meanwhile)
    message_id = desk.world.channel_id_of("Voici")
    match end:
        case "read":
            assert (await desk.post(f"/conversations/{conversation_id}/read", {"upTo": message_id})).status == 200
        case "retry":
            path = f"/conversations/{conversation_id}/messages/{message_id}/retry"
            assert (await desk.post(path)).status == 200
        case "week":
            desk.world.clock.step(7 * DAYS - 60)
            assert conversation_id in [each for each, *_ in await found(desk, "failed=true")]
            await desk.world.pass_time(60)

    assert await found(desk, "failed=true&status=closed") == []
    (contact,) = desk.world.contacts
    assert contact.closed_with_failure == ()
    await desk.world.pass_time(600)
    assert [row for row in desk.world.listed() if row["conversation_id"] == conversation_id] == []
    assert reported(desk.world, conversation_id).failed == (1 if end == "week" else 0)


async def test_only_its_agent_has_read_it_and_only_while_something_failed() -> None:
    desk = await Desk.staffed()
    await desk.hire("bob", "general")
    conversation_id = await closed_conversation(desk)
    path, body = f"/conversations/{conversation_id}/read", {"upTo": desk.world.channel_id_of("Voici")}
    assert (await desk.post(path, body)).refusal == (409, "invalid_transition")

    await fails(desk)

    for caller in (BOB, SUE):
        assert (await desk.post(path, body, caller)).refusal == (409, "not_assigned_to_you")
    answer = await desk.post(path, body)
    assert (answer.status, answer.json["status"], answer.json["failed"]) == (200, "closed", 0)


async def test_what_the_channel_refuses_after_the_end_counts_in_the_conversation_of_then() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()
    busy = Postponed(code="503", message="busy")
    desk.world.channel.answer_next(busy, busy, Refusal(code=CODE, message="no"))
    await desk.reply(conversation_id, "Voici")
    await desk.post(f"/conversations/{conversation_id}/close", {})
    await desk.world.customer("Autre chose")
    await desk.world.pass_time(60)

    assert await found(desk, "failed=true") == [(conversation_id, "closed", 1)]
    assert desk.world.conversation.failed == 0


async def test_of_many_conversations_of_one_contact_the_newest_are_listed() -> None:
    desk = await Desk.staffed()
    closed = []
    for _ in range(MOST_LISTED + 2):
        closed.append(await closed_conversation(desk))
        await fails(desk)

    listed = {each for each, *_ in await found(desk, "failed=true&limit=100")}

    assert listed == set(closed[2:])


async def test_a_failure_that_comes_while_another_message_is_sent_again_is_not_lost() -> None:
    """The retry is decided on a conversation of the past, which is read anew when another worker was first."""
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()
    await desk.reply(conversation_id, "Un")
    await desk.reply(conversation_id, "Voici")
    await desk.post(f"/conversations/{conversation_id}/close", {})
    await desk.world.customer("Autre chose")
    first = desk.world.channel_id_of("Un")
    await desk.world.status(first, "Failed", code=CODE)

    class FailsMeanwhile:
        """Tables in which another message fails elsewhere right after the conversation was read, once."""

        done = False

        async def get(self, table: Table, partition: str, key: str) -> Any:
            row = await desk.world.tables.get(table, partition, key)
            if key.startswith("conversation:") and not self.done:
                self.done = True
                await desk.world.status(desk.world.channel_id_of("Voici"), "Failed", code=CODE, by=desk.world.worker())
            return row

        def __getattr__(self, name: str) -> Any:
            return getattr(desk.world.tables, name)

    desk.centre = desk.world.worker(tables=FailsMeanwhile())
    answer = await desk.post(f"/conversations/{conversation_id}/messages/{first}/retry")

    assert answer.status == 200
    assert await found(desk, "failed=true") == [(conversation_id, "closed", 1)]


@pytest.mark.parametrize("meanwhile", [False, True], ids=["the last one", "another is under way"])
@pytest.mark.parametrize("after", [False, True], ids=["before it took effect", "after it took effect"])
async def test_killed_at_any_call_it_is_counted_once_and_listed(after: bool, meanwhile: bool) -> None:
    for call in range(1, 40):
        desk = await Desk.staffed()
        conversation_id = await closed_conversation(desk)
        if meanwhile:
            await desk.world.customer("Autre chose")
        faults = Faults(call=call, error=Killed(), after=after, lasting=True)
        doomed = desk.world.worker(tables=faults.wrap(desk.world.tables), sender=faults.wrap(desk.world.sender))
        message_id = desk.world.channel_id_of("Voici")
        with suppress(Killed):
            await desk.world.status(message_id, "Failed", code=CODE, by=doomed)

        desk.centre = desk.world.worker()
        await desk.world.status(message_id, "Failed", code=CODE, by=desk.centre)  # the queue delivers it again

        assert await found(desk, "failed=true") == [(conversation_id, "closed", 1)]
        assert reported(desk.world, conversation_id).failed == 1
        if not faults.reached:
            return
    raise AssertionError("it never ends")
