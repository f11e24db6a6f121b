"""How often a reply reads: not at all where the worker has just seen conversation and agent, and never too rarely."""

import pytest

from shared.state.agent import Agent
from tests.fakes.faults import Faults, Killed
from tests.fakes.world import World
from tests.unit.app.api.desk import Desk

READS = ("FakeTables.get", "FakeTables.scan")


async def counted() -> tuple[Desk, Faults, str]:
    """A desk whose worker's calls are counted, with Ana in `general`, and a conversation that she has."""
    world = World()
    faults = Faults(error=Killed())
    desk = Desk(world, centre=world.worker(tables=faults.wrap(world.tables)))
    await desk.hire("ana", "general")
    conversation_id = await desk.conversation(by=desk.centre)
    assert (await desk.reply(conversation_id, "Un")).status == 201
    faults.calls.clear()
    return desk, faults, conversation_id


def reads(faults: Faults) -> int:
    return sum(call in READS for call in faults.calls)


@pytest.mark.parametrize("key", [None, "k"])
async def test_a_reply_reads_nothing_that_the_worker_has_just_seen(key: str | None) -> None:
    desk, faults, conversation_id = await counted()
    assert (await desk.reply(conversation_id, "Deux", key=key)).status == 201
    assert reads(faults) == 0
    assert [sent.content.text for sent in desk.world.channel.sent][-2:] == ["Un", "Deux"]


async def test_a_reply_reads_the_agent_and_the_contact_after_a_pause() -> None:
    """In Azure other workers take the statuses and the customer's messages: a commit on an old copy would fail."""
    desk, faults, conversation_id = await counted()
    desk.world.clock.step(6)
    assert (await desk.reply(conversation_id, "Deux")).status == 201
    assert reads(faults) == 2


async def test_a_repetition_is_known_by_its_mark() -> None:
    desk, _, conversation_id = await counted()
    first = await desk.reply(conversation_id, "Deux", key="k")
    again = await desk.reply(conversation_id, "Deux", key="k")
    assert (again.status, again.json["replyId"]) == (201, first.json["replyId"])
    assert (await desk.reply(conversation_id, "Trois", key="k")).refusal == (422, "idempotency_key_reused")
    assert [sent.content.text for sent in desk.world.channel.sent].count("Deux") == 1


async def test_what_another_worker_decided_meanwhile_counts() -> None:
    """Bob has the conversation since; this worker's copy still says that it is Ana's."""
    desk, _, conversation_id = await counted()
    elsewhere = Desk(desk.world)
    await elsewhere.change_conversation(conversation_id, agent="bob")
    assert (await desk.reply(conversation_id, "Deux")).refusal == (409, "not_assigned_to_you")


async def test_a_refusal_is_decided_on_what_is_stored() -> None:
    """The copy says that Bob has the conversation; he has given it back."""
    desk, _, conversation_id = await counted()
    await desk.change_conversation(conversation_id, agent="bob")
    await Desk(desk.world).change_conversation(conversation_id, agent=None)
    assert (await desk.reply(conversation_id, "Deux")).status == 201


async def test_a_conversation_that_left_the_agents_queues_meanwhile_is_not_there() -> None:
    desk, _, conversation_id = await counted()
    await Desk(desk.world).change_conversation(conversation_id, queue="billing", agent=None)
    assert (await desk.reply(conversation_id, "Deux")).refusal == (404, "conversation_not_found")


@pytest.mark.parametrize("text", ["Deux", "Trois"])
async def test_a_repetition_by_somebody_who_may_not_see_the_conversation_any_more_finds_none(text: str) -> None:
    """The copy would let the caller see it; the mark is there all the same, so that no commit proves the copy."""
    desk, _, conversation_id = await counted()
    await desk.reply(conversation_id, "Deux", key="k")
    await Desk(desk.world).change_conversation(conversation_id, queue="billing", agent=None)
    assert (await desk.reply(conversation_id, text, key="k")).refusal == (404, "conversation_not_found")


async def test_a_repetition_is_answered_although_the_conversation_was_closed_elsewhere() -> None:
    desk, _, conversation_id = await counted()
    first = await desk.reply(conversation_id, "Deux", key="k")
    await Desk(desk.world).close(conversation_id)
    again = await desk.reply(conversation_id, "Deux", key="k")
    assert (again.status, again.json["replyId"]) == (201, first.json["replyId"])
    assert (await desk.reply(conversation_id, "Trois", key="l")).refusal == (409, "conversation_closed")


async def test_an_agents_record_is_at_most_five_seconds_old() -> None:
    """What this worker writes counts at once, what another one writes a little later."""
    desk, _, conversation_id = await counted()
    await desk.change_conversation(conversation_id, agent=None)

    def let_go(before: Agent | None) -> Agent:
        assert before
        return Agent(id=before.id, name=before.name, queues=before.queues, active=False)

    await desk.change_conversation(conversation_id, agent=None)
    await desk.world.centre.agents.save("ana", let_go)
    desk.world.clock.step(5.1)
    assert (await desk.reply(conversation_id, "Deux")).refusal == (404, "conversation_not_found")
    await desk.hire("ana", "general", active=True)
    assert (await desk.reply(conversation_id, "Deux")).status == 201


async def test_nobody_is_refused_by_an_older_record() -> None:
    """The worker has just read that there is no such agent, or that the agent has other queues."""
    desk, faults, conversation_id = await counted()
    caller = {"X-Agent-Id": "carl", "X-Agent-Role": "Agent"}
    target = f"/conversations/{conversation_id}"
    elsewhere = Desk(desk.world)
    for queue, status in ((None, 404), ("billing", 404), ("general", 200)):
        if queue:
            await elsewhere.hire("carl", queue)
        assert (await desk.get(target, caller)).status == status
    faults.calls.clear()
    await desk.get(target, caller)
    assert reads(faults) == 1


async def test_a_reply_is_not_refused_by_an_older_record_either() -> None:
    desk, _, conversation_id = await counted()
    await desk.change_conversation(conversation_id, agent=None)
    caller = {"X-Agent-Id": "carl", "X-Agent-Role": "Agent"}
    assert (await desk.reply(conversation_id, "Deux", caller)).refusal == (404, "conversation_not_found")
    await Desk(desk.world).hire("carl", "general")
    assert (await desk.reply(conversation_id, "Deux", caller)).status == 201
    assert [sent.content.text for sent in desk.world.channel.sent].count("Deux") == 1


async def test_an_id_in_another_case_is_the_same_agent() -> None:
    desk, faults, conversation_id = await counted()
    caller = {"X-Agent-Id": "ANA", "X-Agent-Role": "Agent"}
    body = {"kind": "text", "text": "Deux"}
    assert (await desk.post(f"/conversations/{conversation_id}/replies", body, caller)).status == 201
    assert reads(faults) == 0
