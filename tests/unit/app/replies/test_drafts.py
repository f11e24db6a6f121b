"""Drafts: words that were held when a person closed the conversation; its next agent decides on them."""

from typing import Any

import pytest

from shared.vocabulary.words import AuthorType, HeldStatus, MessageStatus
from tests.fakes.sample import sample
from tests.fakes.world import CHANNEL, DAYS, HOURS, PHONE
from tests.unit.app.api.desk import BOB, SUE, Answer, Desk


async def desk_with_held(*texts: str, **replies: Any) -> Desk:
    """Ana has replied outside the window; her words are held."""
    desk = await Desk.staffed()
    desk.world.deploy(sample(when_window_closed="hold", opt_out={"keywords": ["STOP"], "resume": ["START"]}, **replies))
    desk.centre = desk.world.centre
    conversation_id = await desk.conversation()
    desk.world.clock.step(25 * HOURS)
    for text in texts:
        assert (await desk.reply(conversation_id, text)).status == 201
    return desk


async def desk_with_drafts(*texts: str) -> Desk:
    """Ana has closed the conversation all the same, and its customer has written again."""
    desk = await desk_with_held(*texts)
    await close(desk)
    await desk.world.customer("Me revoilà")
    return desk


async def close(desk: Desk) -> None:
    assert (await desk.post(f"/conversations/{desk.world.conversation.id}/close", {})).status == 200


async def shown(desk: Desk) -> Any:
    return (await desk.get(f"/conversations/{desk.world.conversation.id}")).json


async def take_over(desk: Desk, reply_id: str, key: str | None = None) -> Answer:
    return await desk.reply(desk.world.conversation.id, "Mieux", key=key, fromHeld=reply_id)


async def test_they_wait_for_the_agent_of_the_next_conversation() -> None:
    desk = await desk_with_drafts("Un", "Deux")
    world = desk.world
    assert world.phone == []
    conversation = await shown(desk)
    assert [draft["text"] for draft in conversation["drafts"]] == ["Un", "Deux"]
    assert conversation["drafts"][0] == {
        "replyId": conversation["drafts"][0]["replyId"],
        "author": {"type": "agent", "id": "ana", "name": "Ana"},
        "writtenAt": "2026-11-25T10:00:00Z",
        "expiresAt": "2026-12-02T10:00:00Z",
        "kind": "text",
        "text": "Un",
    }
    assert conversation["held"] == 2
    former = (await desk.get(f"/conversations/{conversation['previousConversationId']}")).json
    assert (former["held"], former["drafts"]) == (0, [])
    (listed,) = [row for row in world.listed() if row["conversation_id"] == conversation["conversationId"]]
    assert listed["held"] == 2


async def test_one_is_taken_over_in_one_commit_and_the_old_one_is_cancelled() -> None:
    desk = await desk_with_drafts("Un", "Deux")
    world = desk.world
    first, second = (draft["replyId"] for draft in (await shown(desk))["drafts"])
    answer = await take_over(desk, first)
    assert (answer.status, answer.json["delivery"]) == (201, "message")
    assert world.phone == ["Mieux"]
    assert world.outgoing(first).held is HeldStatus.CANCELLED
    assert world.line("Un").status is MessageStatus.CANCELLED
    conversation = await shown(desk)
    assert ([draft["replyId"] for draft in conversation["drafts"]], conversation["held"]) == ([second], 1)
    assert "Ana a repris une réponse en attente de Ana." in [line.text for line in world.history()]


async def test_the_same_call_again_is_the_same_reply_and_another_finds_it_taken() -> None:
    desk = await desk_with_drafts("Un")
    (draft,) = (await shown(desk))["drafts"]
    once = await take_over(desk, draft["replyId"], key="k")
    again = await take_over(desk, draft["replyId"], key="k")
    assert once.json["replyId"] == again.json["replyId"]
    assert (await take_over(desk, draft["replyId"])).refusal == (409, "reply_already_sent")
    assert (await take_over(desk, "no id")).paths == {"fromHeld"}
    assert desk.world.phone == ["Mieux"]


async def test_its_agent_takes_one_back_under_either_conversation_and_nobody_else_does() -> None:
    desk = await desk_with_drafts("Un", "Deux")
    world = desk.world
    conversation = await shown(desk)
    await desk.post(f"/conversations/{conversation['conversationId']}/assign", {"agent": "bob"}, SUE)
    first, second = (draft["replyId"] for draft in conversation["drafts"])
    for path in (conversation["conversationId"], conversation["previousConversationId"]):
        refused = await desk.delete(f"/conversations/{path}/replies/{first}")
        assert refused.code == "not_assigned_to_you"
    paths = zip((conversation["conversationId"], conversation["previousConversationId"]), (first, second), strict=True)
    for path, reply_id in paths:
        for _ in range(2):
            taken_back = await desk.delete(f"/conversations/{path}/replies/{reply_id}", SUE)
            assert (taken_back.status, taken_back.json["heldReply"]["status"]) == (200, "cancelled")
    conversation = (await desk.get(f"/conversations/{conversation['conversationId']}", BOB)).json
    assert (conversation["drafts"], conversation["held"], conversation["failed"]) == ([], 0, 0)
    assert [world.line(text).status for text in ("Un", "Deux")] == [MessageStatus.CANCELLED] * 2


async def test_what_nobody_decides_on_expires_and_is_seen_to() -> None:
    desk = await desk_with_drafts("Un")
    world = desk.world
    world.clock.step(7 * DAYS)
    await world.drain()
    assert world.line("Un").status is MessageStatus.EXPIRED
    assert (world.conversation.held_count, world.conversation.failed) == (0, 1)
    assert "Un brouillon de Ana a expiré : personne n’en a décidé." in [line.text for line in world.history()]


async def test_forty_that_expire_at_one_time_fit_into_one_commit() -> None:
    desk = await desk_with_drafts(*(f"Mot {number}" for number in range(40)))
    world = desk.world
    world.clock.step(7 * DAYS)
    await world.drain()
    assert (world.contact.held, world.conversation.held_count, world.conversation.failed) == ((), 0, 40)
    assert [line.text for line in world.history()].count("Un brouillon de Ana a expiré : personne n’en a décidé.") == 1


async def test_drafts_count_among_the_forty_and_no_message_releases_them() -> None:
    desk = await desk_with_drafts(*(f"Réponse {number}" for number in range(40)))
    world = desk.world
    await world.customer("Allô ?")
    assert world.phone == []
    assert world.conversation.held_count == 40
    world.clock.step(25 * HOURS)
    assert (await desk.reply(world.conversation.id, "De trop")).refusal == (409, "too_many_held")
    (first, *_) = (await shown(desk))["drafts"]
    assert (await take_over(desk, first["replyId"])).json["delivery"] == "held"
    assert (len(world.contact.held), world.conversation.held_count) == (40, 40)


async def test_they_go_on_to_the_conversation_after_the_next() -> None:
    desk = await desk_with_drafts("Un")
    await desk.reply(desk.world.conversation.id, "Je regarde")
    await close(desk)
    await desk.world.customer("Encore moi")
    conversation = await shown(desk)
    assert ([draft["text"] for draft in conversation["drafts"]], conversation["held"]) == (["Un"], 1)


async def test_they_go_on_to_a_conversation_that_the_team_begins() -> None:
    desk = await desk_with_held("Un")
    await close(desk)
    template = {"kind": "template", "template": "order_update", "parameters": ["Léa", "A-17"]}
    body = {"channel": CHANNEL, "to": {"phone": f"+{PHONE}"}, "reply": template}
    begun = (await desk.post("/conversations", body)).json["conversation"]
    assert ([draft["text"] for draft in begun["drafts"]], begun["held"]) == (["Un"], 1)
    await desk.world.customer("Me revoilà")
    assert "Un" not in desk.world.phone


@pytest.mark.parametrize("ask_after_close", [True, False])
async def test_what_a_person_did_not_close_or_the_file_releases_goes_out_as_before(ask_after_close: bool) -> None:
    hold = {"enabled": True, "expires_after": "7d", "after_close": "ask" if ask_after_close else "release"}
    desk = await desk_with_held("Un", "Deux", hold=hold)
    if ask_after_close:
        await desk.close(desk.world.conversation.id)  # as by a rule
    else:
        await close(desk)
    await desk.world.customer("Me revoilà")
    assert desk.world.phone == ["Un", "Deux"]
    assert (await shown(desk))["drafts"] == []


async def test_a_late_message_that_opens_no_window_makes_them_drafts_too() -> None:
    desk = await desk_with_held("Un")
    await close(desk)
    await desk.world.customer("Vieux", at=desk.world.clock.now().replace(day=24, hour=9, minute=30))
    assert [draft["text"] for draft in (await shown(desk))["drafts"]] == ["Un"]
    await desk.world.customer("Neuf")
    assert desk.world.phone == []


async def test_opting_out_takes_them_back_and_resuming_releases_none() -> None:
    desk = await desk_with_held("Un")
    await close(desk)
    await desk.world.change(opted_out=True)
    await desk.world.customer("START")
    assert desk.world.phone == []
    await desk.world.customer("Bonjour")
    assert [draft["text"] for draft in (await shown(desk))["drafts"]] == ["Un"]
    await desk.world.customer("STOP")
    assert desk.world.line("Un").status is MessageStatus.CANCELLED
    assert desk.world.conversation.held_count == 0
    assert [line.author.type for line in desk.world.said() if line.text == "Un"] == [AuthorType.AGENT]
