"""Whether agents are there, over the API, and what follows from it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.configuration.workstreams import Presence
from shared.lifecycle import moves
from shared.queue.messages import Subject
from shared.state.agent import Agent, LoadEntry, LoadKind, PresenceBy
from shared.state.draft import Draft
from shared.vocabulary.time import rfc3339
from shared.vocabulary.words import ConversationStatus, SegmentEnd
from tests.fakes.faults import Faults, Killed
from tests.fakes.world import CHANNEL
from tests.unit.app.api.desk import ANA, BOB, SUE, Desk

OTHER_PHONE = "33612345679"


async def give(desk: Desk, conversation_id: str, agent: str, *, offer: bool = False) -> None:
    """A conversation is given or offered to an agent."""
    stored = await desk.stored(conversation_id)
    draft = Draft.of(stored, desk.world.clock.now())
    if offer:
        moves.offer_to(draft, agent, 30, desk.world.clock.now() + timedelta(minutes=2))
    else:
        moves.to_agent(draft, agent, 30, SegmentEnd.ASSIGNED)
    await desk.centre._settler.settle(await desk.centre._committer.commit(stored, draft))


async def test_an_agent_says_whether_it_is_there() -> None:
    desk = await Desk.staffed()

    answer = await desk.put("/agents/me/presence", {"presence": "available"}, ANA)

    assert answer.status == 200
    assert (answer.json["agentId"], answer.json["presence"]) == ("ana", "available")
    assert answer.json["presenceSince"] == rfc3339(desk.world.clock.now())
    found = await desk.centre.agents.find("ana")
    assert found
    assert found.presence_by is PresenceBy.AGENT


async def test_who_calls_is_told() -> None:
    desk = await Desk.staffed()
    await desk.put("/agents/me/presence", {"presence": "busy"}, ANA)
    await give(desk, await desk.conversation(), "ana")

    me, nobody = (await desk.get("/agents/me", {**ANA, "X-Agent-Id": "ANA"})).json, await desk.get("/agents/me", SUE)

    assert (me["agentId"], me["role"], me["presence"], me["load"]) == ("ana", "Agent", "busy", 30)
    assert me["record"]["queues"] == ["general"]
    assert nobody.json == {
        "id": "sue",
        "agentId": "sue",
        "role": "Supervisor",
        "record": None,
        "presence": "offline",
        "load": 0,
        "channels": [{"id": CHANNEL, "name": "support_fr"}],
    }


async def test_a_shift_without_a_record_makes_one_that_supervisors_see_first() -> None:
    desk = await Desk.staffed()
    zoe = {"X-Agent-Id": "zoe", "X-Agent-Role": "Agent"}

    answer = await desk.put("/agents/me/presence", {"presence": "available"}, zoe)

    assert (answer.json["name"], answer.json["queues"], answer.json["presence"]) == ("zoe", [], "available")
    assert [agent["agentId"] for agent in (await desk.get("/agents", SUE)).json["items"]] == ["zoe", "ana", "bob"]
    assert [agent["agentId"] for agent in await desk.pages("/agents?", 1)] == ["zoe", "ana", "bob"]
    assert (await desk.get("/agents", zoe)).json["items"] == []


async def test_a_supervisor_sets_the_presence_of_agents_that_there_are() -> None:
    desk = await Desk.staffed()

    assert (await desk.put("/agents/ana/presence", {"presence": "away"}, SUE)).json["presence"] == "away"
    found = await desk.centre.agents.find("ana")
    assert found
    assert found.presence_by is PresenceBy.SUPERVISOR
    assert (await desk.put("/agents/zoe/presence", {"presence": "away"}, SUE)).refusal == (404, "not_found")
    assert await desk.centre.agents.find("zoe") is None
    assert (await desk.put("/agents/ana/presence", {"presence": "away"}, ANA)).refusal == (403, "forbidden")
    assert (await desk.put("/agents/me/presence", {"presence": "gone"}, ANA)).paths == {"presence"}


@pytest.mark.parametrize("presence", Presence)
async def test_load_never_changes_presence(presence: Presence) -> None:
    desk = await Desk.staffed()
    await desk.hire("ana", "general", capacity=30)
    await desk.put("/agents/me/presence", {"presence": presence}, ANA)

    await give(desk, await desk.conversation(), "ana")
    await give(desk, await desk.conversation(phone=OTHER_PHONE), "ana")

    record = (await desk.get("/agents/me", ANA)).json
    assert (record["presence"], record["load"]) == (presence, 60)


async def test_the_same_presence_again_leaves_its_time() -> None:
    desk = await Desk.staffed()
    await desk.put("/agents/me/presence", {"presence": "available"}, ANA)
    since = rfc3339(desk.world.clock.now())
    desk.world.clock.step(60)

    assert (await desk.put("/agents/me/presence", {"presence": "available"}, ANA)).json["presenceSince"] == since
    assert (await desk.put("/agents/me/presence", {"presence": "busy"}, ANA)).json["presenceSince"] != since


@pytest.mark.parametrize(
    ("before", "change", "asks"),
    [
        ("offline", {"presence": "available"}, True),
        ("offline", {"presence": "away"}, False),
        ("away", {"presence": "busy"}, True),
        ("available", {"presence": "busy"}, False),  # both are given work
        ("available", {"presence": "do_not_disturb"}, False),
        ("available", {"presence": "offline"}, False),
        ("available", {"capacity": 200}, True),
        ("available", {"capacity": 10}, False),
        ("available", {"queues": ["general", "billing"]}, True),
        ("available", {"queues": []}, False),
        ("available", {"skills": [{"name": "billing", "level": 2}]}, True),
        ("available", {"active": False}, False),
        ("available", {"name": "Ana L."}, False),
        ("away", {"capacity": 200}, False),
    ],
)
async def test_a_change_that_may_take_more_asks_for_a_turn_before_and_after(
    before: str, change: dict[str, object], asks: bool
) -> None:
    desk = await Desk.staffed()
    await desk.put("/agents/me/presence", {"presence": before}, ANA)
    desk.world.clock.step(600)
    desk.world.sender.sent.clear()

    path, caller = ("/agents/me/presence", ANA) if "presence" in change else ("/agents/ana", SUE)
    assert (await desk.put(path, change, caller)).status == 200

    due = [each.deliver_at - desk.world.clock.now() for each in desk.world.sender.sent if each.deliver_at]
    assert (timedelta(seconds=60) in due) is asks
    assert (timedelta(seconds=2) in due) is asks


async def test_an_agent_who_comes_back_counts_as_free_for_longest() -> None:
    desk = await Desk.staffed()
    await desk.put("/agents/me/presence", {"presence": "available"}, ANA)
    conversation_id = await desk.conversation()
    await give(desk, conversation_id, "ana")
    await give(desk, conversation_id, "bob")
    freed = await desk.world.worker().agents.find("ana")
    await desk.put("/agents/me/presence", {"presence": "offline"}, ANA)
    await desk.put("/agents/me/presence", {"presence": "available"}, ANA)

    back = await desk.world.worker().agents.find("ana")

    assert freed
    assert freed.freed_at is not None
    assert back
    assert back.freed_at is None


async def test_whoever_goes_offline_is_asked_about_nothing_any_more_and_it_counts_as_no_decline() -> None:
    desk = await Desk.staffed()
    await desk.put("/agents/me/presence", {"presence": "available"}, ANA)
    offered, held = await desk.conversation(), await desk.conversation(phone=OTHER_PHONE)
    await give(desk, offered, "ana", offer=True)
    await give(desk, held, "ana")

    await desk.put("/agents/me/presence", {"presence": "offline"}, ANA)

    back, kept = (await desk.stored(offered)).contact.conversation, (await desk.stored(held)).contact.conversation
    assert back
    assert (back.offer, back.declines, back.status) == (None, {}, ConversationStatus.OPEN)
    assert kept
    assert (kept.agent, kept.status) == ("ana", ConversationStatus.ACTIVE)
    assert "La proposition à Ana a été retirée." in [
        line.text for line in desk.world.history(offered.partition("-")[0])
    ]
    record = await desk.world.worker().agents.find("ana")
    assert record
    assert record.conversations(LoadKind.HELD) == (held,)


async def test_what_is_offered_to_somebody_who_does_not_work_here_any_more_is_in_line_again() -> None:
    desk = await Desk.staffed()
    await desk.put("/agents/me/presence", {"presence": "available"}, ANA)
    offered = await desk.conversation()
    await give(desk, offered, "ana", offer=True)

    await desk.put("/agents/ana", {"active": False})

    conversation = (await desk.stored(offered)).contact.conversation
    assert conversation
    assert (conversation.offer, conversation.declines) == (None, {})


async def test_a_supervisor_gives_all_back_that_an_agent_has_and_once_more_does_no_harm() -> None:
    desk = await Desk.staffed()
    active, waiting = await desk.conversation(), await desk.conversation(phone=OTHER_PHONE)
    offered = await desk.conversation(phone="33612345670")
    for conversation_id in (active, waiting):
        await give(desk, conversation_id, "ana")
    await give(desk, offered, "ana", offer=True)
    await desk.post(f"/conversations/{waiting}/wait", {}, ANA)

    answers = [await desk.post("/agents/ana/release-all", None, SUE) for _ in range(2)]

    assert [(answer.status, answer.json) for answer in answers] == [
        (202, {"conversations": 3}),
        (202, {"conversations": 0}),
    ]
    for conversation_id in (active, waiting, offered):
        conversation = (await desk.stored(conversation_id)).contact.conversation
        assert conversation
        assert (conversation.status, conversation.agent, conversation.offer) == (ConversationStatus.OPEN, None, None)
    assert (await desk.get("/agents/me", ANA)).json["load"] == 0
    assert (await desk.post("/agents/zoe/release-all", None, SUE)).refusal == (404, "not_found")
    assert (await desk.post("/agents/bob/release-all", None, BOB)).refusal == (403, "forbidden")


async def test_a_presence_whose_turn_could_not_be_asked_for_is_not_written() -> None:
    desk = await Desk.staffed()
    for call in (1, 2):
        faults = Faults(call=call, error=Killed(), lasting=True)
        dying = Desk(desk.world, centre=desk.world.worker(sender=faults.wrap(desk.world.sender)))
        with pytest.raises(Killed):
            await dying.put("/agents/me/presence", {"presence": "available"}, ANA)
        found = await desk.world.worker().agents.find("ana")
        assert found
        assert found.presence is (Presence.OFFLINE if call == 1 else Presence.AVAILABLE)
    assert any(each.subject is Subject.TURN for each in desk.world.timers)


async def test_a_load_that_says_something_else_than_the_conversations_is_mended() -> None:
    desk = await Desk.staffed()
    right, missing = await desk.conversation(), await desk.conversation(phone=OTHER_PHONE)
    for conversation_id in (right, missing):
        await give(desk, conversation_id, "ana")
    strange, at = f"{'0' * 32}-{'0' * 26}", desk.world.clock.now()
    wrong = LoadEntry(kind=LoadKind.HELD, version=9, queue="general", at=at, units=500)
    young = LoadEntry(kind=LoadKind.HELD, version=9, queue="general", at=at + timedelta(seconds=61), units=30)

    def damaged(agent: Agent | None) -> Agent:
        assert agent
        load = {right: replace(agent.load[right], units=500), strange: wrong, f"{strange[:-1]}1": young}
        return replace(agent, load=load)

    await desk.centre.agents.save("ana", damaged)
    desk.world.clock.step(61)

    answers = [await desk.post("/agents/ana/recompute", {"conversations": [right, missing]}, SUE) for _ in range(2)]

    assert [answer.json for answer in answers] == [{"mended": 3}, {"mended": 0}]
    found = await desk.world.worker().agents.find("ana")
    assert found
    held = {each for each, entry in found.load.items() if entry.kind is LoadKind.HELD}
    assert held == {right, missing, f"{strange[:-1]}1"}
    assert found.units == 90
    refused = await desk.post("/agents/ana/recompute", {"conversations": ["x"]}, SUE)
    assert refused.paths == {"conversations[0]"}
    assert (await desk.post("/agents/zoe/recompute", {}, SUE)).refusal == (404, "not_found")
