"""Conversations that have ended: their row in the table `closed`, and the list of a day."""

from contextlib import suppress
from dataclasses import replace

import pytest

from shared.state.closed_conversations import ClosedRow, closed_row, counts_of
from shared.state.conversation import Closure, Survey, SurveyStatus
from shared.state.draft import Draft
from shared.state.rows import decode
from shared.state.tables import Table
from shared.vocabulary.message import TemplateUse
from shared.vocabulary.words import ClosureReason, ConversationStatus
from tests.fakes.faults import Faults, Killed
from tests.fakes.world import World
from tests.unit.app.api.desk import ANA, BOB, SUE, Desk

TODAY = "2026-11-24"


def rows(world: World) -> list[ClosedRow]:
    """What the table holds of today."""
    return [decode(ClosedRow, row.body) for row in world.tables.rows(Table.CLOSED, TODAY)]


async def test_a_conversation_that_ends_is_put_among_the_closed_ones_without_a_text_or_a_number() -> None:
    world = World()
    await world.customer("Un secret")
    await world.reply("Bonjour")
    await world.reply(template=TemplateUse(name="order_update", language="fr", parameters=("Zoé", "A-17")))
    await world.status(world.channel_id_of("Bonjour"), "Failed", code="131026")

    await world.close()

    (row,) = rows(world)
    assert (row.conversation_id, row.contact_id) == (world.conversation.id, world.contact.id)
    assert (row.queue, row.agent, row.closure.reason) == ("general", "ana", ClosureReason.MERGED)
    assert (row.counts.received, row.counts.templates, row.counts.failed) == (1, 1, 1)
    assert row.answered_at == world.conversation.answered_at
    assert world.contact.unreported == ()
    stored = world.tables.rows(Table.CLOSED, TODAY)[0].body
    assert "secret" not in stored
    assert "33612345678" not in stored


async def test_what_changes_after_the_end_is_put_again() -> None:
    world = World()
    await world.customer()
    await world.reply("Bonjour")
    await world.close()

    await world.status(world.channel_id_of("Bonjour"), "Failed", code="131026")

    (row,) = rows(world)
    assert row.counts.failed == 1


async def test_a_survey_after_the_end_is_put_again() -> None:
    world = World()
    await world.customer()
    await world.close()
    survey = Survey(status=SurveyStatus.ANSWERED, at=world.clock.now(), score=4)

    await world._commit(lambda draft: draft.put_conversation(replace(world.conversation, survey=survey)), None)

    (row,) = rows(world)
    assert (row.survey, row.score) == (SurveyStatus.ANSWERED, 4)


async def test_a_writer_that_is_late_brings_no_older_row_back() -> None:
    world = World()
    await world.customer()
    await world.close()
    (newest,) = rows(world)
    closed = world.conversation
    assert closed.closure
    older = closed_row(replace(world.contact, revision=1), replace(closed, queue="old"), closed.closure, counts_of([]))

    await world.centre.closed_conversations.put(older)

    assert rows(world) == [newest]


@pytest.mark.parametrize("after", [False, True])
async def test_the_row_is_there_wherever_the_worker_died(after: bool) -> None:
    for call in range(1, 20):
        world = World()
        await world.customer()
        stored = await world.centre.contacts.load(world.contact.id)
        assert stored
        closure = Closure(reason=ClosureReason.AUTO_CLOSED, at=world.clock.now())
        draft = Draft.of(stored, world.clock.now())
        draft.put_conversation(replace(world.conversation, status=ConversationStatus.CLOSED, closure=closure))
        closed = await world.centre._committer.commit(stored, draft)
        faults = Faults(call=call, error=Killed(), after=after, lasting=True)
        dying = world.worker(tables=faults.wrap(world.tables), sender=faults.wrap(world.sender))
        with suppress(Killed):
            await dying._settler.settle(closed)

        again = world.worker()
        found = await again.contacts.load(world.contact.id)
        assert found
        await again._settler.settle(found)

        assert [row.conversation_id for row in rows(world)] == [world.conversation.id]
        assert world.contact.unreported == ()
        if not faults.reached:
            return
    raise AssertionError("settling never ends")


async def test_a_day_lists_its_closed_conversations_to_whoever_may_see_them() -> None:
    desk = await Desk.staffed()
    general, billing = await desk.conversation(), await desk.conversation("Ma facture", phone="33699999999")
    for conversation_id in (general, billing):
        await desk.close(conversation_id)
        found = await desk.stored(conversation_id)
        await desk.centre._settler.settle(found)

    async def listed(query: str, caller: dict[str, str]) -> set[str]:
        items = (await desk.get(f"/conversations?status=closed&day={query}", caller)).json["items"]
        return {item["conversationId"] for item in items}

    assert await listed(TODAY, SUE) == {general, billing}
    assert await listed(TODAY, ANA) == {general}
    assert await listed(TODAY, BOB) == {billing}
    assert await listed(f"{TODAY}&queue=billing", SUE) == {billing}
    assert await listed("2026-11-23", SUE) == set()
    (item,) = (await desk.get(f"/conversations?status=closed&day={TODAY}", ANA)).json["items"]
    assert (item["status"], item["closure"]["reason"], item["contact"]["phone"]) == ("closed", "merged", None)
