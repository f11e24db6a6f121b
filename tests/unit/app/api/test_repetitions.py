"""Replies sent twice or kept for later: a repetition is harmless, and nothing is lost."""

import asyncio

import pytest

from shared.sending.channel import Postponed, Refusal
from shared.vocabulary.errors import Unavailable
from tests.fakes.faults import Faults
from tests.unit.app.api.desk import Desk, closed_window


async def test_the_same_key_and_body_are_one_message() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()

    first = await desk.reply(conversation_id, "une fois", key="k")
    await desk.world.status(first.json["messageId"], "read")
    again = await desk.reply(conversation_id, "une fois", key="k")

    assert (first.status, again.status) == (201, 201)
    assert again.json["replyId"] == first.json["replyId"]
    assert again.json["status"] == "read"
    assert [sent.content.text for sent in desk.world.channel.sent].count("une fois") == 1


async def test_a_repetition_after_the_conversation_was_closed_gives_the_reply_of_then() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()
    first = await desk.reply(conversation_id, "une fois", key="k")
    await desk.close(conversation_id)

    again = await desk.reply(conversation_id, "une fois", key="k")

    assert (again.status, again.json["replyId"]) == (201, first.json["replyId"])
    assert (await desk.reply(conversation_id, "encore", key="l")).refusal == (409, "conversation_closed")


async def test_the_same_key_at_the_same_moment_is_one_message() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()

    answers = await asyncio.gather(*(desk.reply(conversation_id, "une fois", key="k") for _ in range(5)))

    assert {answer.status for answer in answers} == {201}
    assert len({answer.json["replyId"] for answer in answers}) == 1
    assert [sent.content.text for sent in desk.world.channel.sent].count("une fois") == 1


async def test_the_same_key_with_another_body_is_refused() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()
    await desk.reply(conversation_id, "un", key="k")

    assert (await desk.reply(conversation_id, "deux", key="k")).refusal == (422, "idempotency_key_reused")
    assert (await desk.reply(conversation_id, "un", key="k", whenWindowClosed="hold")).refusal == (
        422,
        "idempotency_key_reused",
    )


async def test_without_a_key_every_call_is_a_new_reply() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()

    first, second = await desk.reply(conversation_id), await desk.reply(conversation_id)

    assert first.json["replyId"] != second.json["replyId"]


async def test_a_key_that_was_refused_may_be_used_again() -> None:
    desk, conversation_id = await closed_window()
    assert (await desk.reply(conversation_id, "x", key="k", whenWindowClosed="reject")).status == 409

    assert (await desk.reply(conversation_id, "x", key="k")).status == 201


@pytest.mark.parametrize("key", ["", "k" * 65, "a\tb", "a\x7fb"])
async def test_a_key_of_the_wrong_form_is_refused(key: str) -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()

    answer = await desk.reply(conversation_id, key=key)

    assert answer.refusal == (422, "invalid_request")
    assert answer.paths == {"Idempotency-Key"}


async def test_a_key_of_the_wrong_form_is_named_beside_what_else_is_wrong() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()

    answer = await desk.post(f"/conversations/{conversation_id}/replies?foo=1", {"kind": "text"}, key="")

    assert answer.refusal == (422, "invalid_request")
    assert answer.paths == {"Idempotency-Key", "foo", "text"}


@pytest.mark.parametrize("key", ["k" * 64, "a b-/é"])
async def test_a_key_of_up_to_64_printable_characters_is_taken(key: str) -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()

    assert (await desk.reply(conversation_id, key=key)).status == 201


@pytest.mark.parametrize("message", ["Not deliverable", "Not deliverable."])
async def test_the_channels_reason_is_one_sentence(message: str) -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()
    desk.world.channel.answer_next(Refusal(code="unheard", message=message))

    answer = await desk.reply(conversation_id)

    assert answer.json["detail"] == "Not deliverable."


async def test_what_the_channel_refuses_is_kept_as_failed() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()
    desk.world.channel.answer_next(Refusal(code="131026", message="undeliverable"))

    answer = await desk.reply(conversation_id, key="k")

    assert answer.refusal == (502, "channel_rejected")
    assert answer.json["status"] == 502
    assert answer.json["replyStatus"] == "failed"
    reply = await desk.get(f"/conversations/{conversation_id}/replies/{answer.json['replyId']}")
    assert reply.json["status"] == "failed"
    assert reply.json["error"]["code"] == "131026"


async def test_what_the_channel_does_not_take_now_goes_out_by_itself() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()
    desk.world.channel.answer_next(Postponed(code="500", message="oops"))

    answer = await desk.reply(conversation_id, "plus tard", key="k")

    assert answer.refusal == (503, "channel_unavailable")
    assert answer.json["replyStatus"] == "pending"
    await desk.world.pass_time(90)
    reply = await desk.get(f"/conversations/{conversation_id}/replies/{answer.json['replyId']}")
    assert reply.json["status"] == "sent"
    assert [sent.content.text for sent in desk.world.channel.sent].count("plus tard") == 1


async def test_a_repetition_with_the_same_key_is_safe_while_the_channel_is_away() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()
    desk.world.channel.answer_next(Postponed(code="500", message="oops"))
    first = await desk.reply(conversation_id, "plus tard", key="k")

    again = await desk.reply(conversation_id, "plus tard", key="k")

    assert again.status == 201
    assert again.json["replyId"] == first.json["replyId"]


async def test_a_customer_who_gets_too_many_messages_is_left_alone_for_the_time_that_whatsapp_asks() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()
    desk.world.channel.answer_next(Postponed(code="429", message="slow down", retry_after=17.2))

    answer = await desk.reply(conversation_id)

    assert answer.refusal == (429, "recipient_rate_limited")
    assert answer.headers["Retry-After"] == "18"
    assert answer.json["replyStatus"] == "pending"


@pytest.mark.parametrize("key", ["k", None])
async def test_a_reply_whose_commit_got_no_answer_is_not_refused_for_being_there(key: str | None) -> None:
    desk, conversation_id = await closed_window()
    for number in range(39):
        await desk.reply(conversation_id, str(number))
    faults = Faults(call=1, error=Unavailable("no answer"), after=True, only="commit")
    deaf = Desk(desk.world, centre=desk.world.worker(tables=faults.wrap(desk.world.tables)))

    answer = await deaf.reply(conversation_id, "la quarantième", key=key)

    assert (answer.status, answer.json["delivery"]) == (201, "held")
    assert len(desk.world.contact.held) == 40
