"""Long texts as one reply in parts: sent, held, released, taken back and failed."""

from typing import Any

import pytest

from shared.sending.channel import Refusal
from shared.vocabulary.words import HeldStatus, MessageStatus
from tests.fakes.sample import sample
from tests.fakes.world import HOURS, World
from tests.unit.app.api.desk import SUE, Desk
from tests.unit.app.replies.worlds import PING, closed

PARAGRAPHS = [f"{number} {'mot ' * 600}fin." for number in range(3)]
TEXT = "\n\n".join(PARAGRAPHS)
LONG = {"kind": "text", "text": TEXT, "split": True}


async def long_reply(desk: Desk, **asked: Any) -> Any:
    return await desk.post(f"/conversations/{desk.world.conversation.id}/replies", {**LONG, **asked}, key="one")


async def desk_in(world: World) -> Desk:
    """Ana's desk on that world."""
    desk = Desk(world)
    await desk.hire("ana", "general", "billing")
    return desk


async def open_desk() -> Desk:
    world = World(sample())
    await world.customer("Bonjour")
    return await desk_in(world)


async def closed_desk(**replies: Any) -> Desk:
    return await desk_in(await closed(**replies))


async def test_its_parts_go_out_in_order_under_one_id() -> None:
    desk = await open_desk()
    answer = await long_reply(desk)
    assert (answer.status, answer.json["status"], answer.json["delivery"]) == (201, "sent", "message")
    assert desk.world.phone == PARAGRAPHS
    assert answer.json["messageId"] == desk.world.channel_id_of(PARAGRAPHS[0])
    history = await desk.get(f"/conversations/{desk.world.conversation.id}/messages")
    lines = [line for line in history.json["items"] if line["direction"] == "out"]
    assert [line["text"] for line in reversed(lines)] == PARAGRAPHS
    assert {line["replyId"] for line in lines} == {answer.json["replyId"]}


async def test_the_same_key_gives_one_reply_with_all_its_parts() -> None:
    desk = await open_desk()
    first, second = await long_reply(desk), await long_reply(desk)
    assert first.json == second.json
    assert len(desk.world.phone) == 3
    assert (await long_reply(desk, text=TEXT + ".")).refusal == (422, "idempotency_key_reused")


@pytest.mark.parametrize(
    ("statuses", "status"),
    [
        (("Delivered", "Read", "Read"), "delivered"),
        (("Read", "Read", "Read"), "read"),
        (("Read", "Failed", "Read"), "failed"),
    ],
)
async def test_it_has_the_status_of_its_worst_part(statuses: tuple[str, ...], status: str) -> None:
    desk = await open_desk()
    reply_id = (await long_reply(desk)).json["replyId"]
    for text, said in zip(PARAGRAPHS, statuses, strict=True):
        code = "131026" if said == "Failed" else None
        await desk.world.status(desk.world.channel_id_of(text), said, code=code)
    desk.world.restart()
    answer = await desk.get(f"/conversations/{desk.world.conversation.id}/replies/{reply_id}")
    assert answer.json["status"] == status
    assert ("error" in answer.json) is (status == "failed")


async def test_a_part_that_is_refused_keeps_no_other_back_and_is_told() -> None:
    desk = await open_desk()
    desk.world.channel.answer_next(Refusal(code="131026", message="no"))
    answer = await long_reply(desk)
    assert answer.refusal == (502, "channel_rejected")
    assert answer.json["replyStatus"] == "failed"
    assert desk.world.phone == PARAGRAPHS[1:]


async def test_only_the_part_that_failed_is_sent_again() -> None:
    desk = await open_desk()
    reply_id = (await long_reply(desk)).json["replyId"]
    await desk.world.status(desk.world.channel_id_of(PARAGRAPHS[1]), "Failed", code="131053")
    path = f"/conversations/{desk.world.conversation.id}"
    assert (await desk.post(f"{path}/messages/{reply_id}/retry", {})).status == 200
    assert desk.world.phone == [*PARAGRAPHS, PARAGRAPHS[1]]
    assert (await desk.get(f"{path}/replies/{reply_id}")).json["status"] == "sent"


async def test_held_parts_are_released_in_order_before_what_was_written_later() -> None:
    desk = await closed_desk(when_window_closed="hold")
    answer = await long_reply(desk)
    assert (answer.json["status"], answer.json["delivery"]) == ("held", "held")
    await desk.world.reply("Puis ceci")
    await desk.world.customer("Oui ?")
    assert desk.world.phone == [*PARAGRAPHS, "Puis ceci"]
    state = await desk.world.centre.replies.get(desk.world.conversation.id, answer.json["replyId"], lambda _: True)
    assert {part.held for part in state.parts} == {HeldStatus.RELEASED}
    assert state.acting.status is MessageStatus.SENT


async def test_one_template_stands_in_for_all_parts() -> None:
    desk = await closed_desk()
    answer = await long_reply(desk)
    assert (answer.json["delivery"], answer.json["heldReply"]["status"]) == ("template", "held")
    (said,) = desk.world.phone
    assert said
    assert said.startswith(PING.format("0 mot"))
    assert len(desk.world.contact.held) == 3


async def test_taken_back_no_part_goes_out() -> None:
    desk = await closed_desk(when_window_closed="hold")
    reply_id = (await long_reply(desk)).json["replyId"]
    for _ in range(2):
        assert (await desk.world.cancel(reply_id)).acting.status is MessageStatus.CANCELLED
    await desk.world.customer("Oui ?")
    assert desk.world.phone == []
    assert desk.world.conversation.held_count == 0
    assert {desk.world.line(text).status for text in PARAGRAPHS} == {MessageStatus.CANCELLED}


async def test_its_lines_can_be_told_apart_before_they_have_an_id_of_their_own() -> None:
    desk = await closed_desk(when_window_closed="hold")
    await long_reply(desk)
    await desk.world.reply("Puis ceci")
    history = await desk.get(f"/conversations/{desk.world.conversation.id}/messages")
    held = [line for line in reversed(history.json["items"]) if line.get("status") == "held"]
    assert [line.get("part") for line in held] == [None, 2, 3, None]
    assert len({(line["replyId"], line.get("part")) for line in held}) == 4


async def test_as_a_draft_it_is_one_and_is_taken_over_whole() -> None:
    desk = await closed_desk(when_window_closed="hold")
    reply_id = (await long_reply(desk)).json["replyId"]
    await desk.post(f"/conversations/{desk.world.conversation.id}/close", {}, SUE)
    await desk.world.customer("Oui ?")
    path = f"/conversations/{desk.world.conversation.id}"
    (draft,) = (await desk.get(path)).json["drafts"]
    assert (draft["replyId"], draft["text"]) == (reply_id, TEXT)
    assert (await desk.post(f"{path}/replies", {**LONG, "text": "Voilà", "fromHeld": reply_id})).status == 201
    assert (desk.world.phone, desk.world.contact.held) == (["Voilà"], ())


async def test_its_parts_expire_together() -> None:
    desk = await closed_desk(when_window_closed="hold", hold={"enabled": True, "expires_after": "1h"})
    reply_id = (await long_reply(desk)).json["replyId"]
    await desk.world.pass_time(2 * HOURS)
    assert desk.world.contact.held == ()
    assert desk.world.outgoing(reply_id).status is MessageStatus.EXPIRED


async def test_each_part_counts_among_the_40_that_may_be_held() -> None:
    desk = await closed_desk(when_window_closed="hold")
    for number in range(38):
        await desk.world.reply(f"Réponse {number}")
    assert (await long_reply(desk)).refusal == (409, "too_many_held")
    await desk.world.reply("La 39e")
    assert len(desk.world.contact.held) == 39


async def test_a_window_that_whatsapp_calls_closed_holds_all_parts_behind_one_template() -> None:
    desk = await open_desk()
    desk.world.channel.answer_next(Refusal(code="131047", message="closed"))
    answer = await long_reply(desk)
    assert (answer.json["delivery"], answer.json["heldReply"]["status"]) == ("template", "held")
    assert len(desk.world.phone) == 1
    await desk.world.customer("Oui ?")
    assert desk.world.phone[1:] == PARAGRAPHS


async def test_what_fits_into_one_text_is_not_split() -> None:
    desk = await open_desk()
    assert (await long_reply(desk, text="Un\n\nDeux")).status == 201
    assert desk.world.phone == ["Un\n\nDeux"]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"split": False}, "text_too_long"),
        ({"text": "x" * 40_960}, None),
        ({"text": "x" * 40_961}, "text_too_long"),
        ({"text": "👍" * 20_481}, "text_too_long"),
        ({"text": "x" + "\u200b" * 9000}, "invalid_request"),
        ({"split": "yes"}, "invalid_request"),
    ],
)
async def test_more_than_ten_parts_are_not_sent(asked: dict[str, Any], code: str | None) -> None:
    desk = await open_desk()
    answer = await long_reply(desk, **asked)
    assert (answer.json.get("code"), len(desk.world.phone)) == (code, 0 if code else 10)


async def test_a_reply_in_parts_is_refused_as_a_whole() -> None:
    desk = await closed_desk(when_window_closed="reject")
    assert (await long_reply(desk)).refusal == (409, "window_closed")
    assert desk.world.phone == []
