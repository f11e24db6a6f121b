"""A message that failed is sent again: by whom, which, by which policy, and once."""

import asyncio
from typing import Any

import pytest

from shared.sending.channel import Accepted, Postponed, Refusal
from shared.vocabulary.identity import message_hash
from shared.vocabulary.words import MessageStatus
from tests.fakes.faults import Faults, Killed
from tests.fakes.meta import META
from tests.fakes.sample import sample
from tests.fakes.world import HOURS, World
from tests.unit.app.api.cloud import team_at_meta, writes
from tests.unit.app.api.desk import ANA, BOB, SUE, Answer, Desk

RETRYABLE, FINAL = "131053", "131026"


class Failed:
    """Ana's reply, which the channel took and which failed afterwards."""

    def __init__(self, desk: Desk, conversation_id: str, reply: dict[str, Any]) -> None:
        self.desk = desk
        self.world = desk.world
        self.conversation_id = conversation_id
        self.reply_id, self.message_id = reply["replyId"], reply["messageId"]

    @classmethod
    async def with_code(cls, code: str = RETRYABLE, *, configuration: str | None = None) -> "Failed":
        desk = Desk(World(configuration or sample()))
        await desk.hire("ana", "general")
        await desk.hire("bob", "general")
        conversation_id = await desk.conversation()
        reply = (await desk.reply(conversation_id, "Voici")).json
        await desk.world.status(reply["messageId"], "Failed", code=code)
        return cls(desk, conversation_id, reply)

    async def retry(
        self, message_id: str | None = None, caller: dict[str, str] = ANA, *, key: str | None = None
    ) -> Answer:
        path = f"/conversations/{self.conversation_id}/messages/{message_id or self.reply_id}/retry"
        return await self.desk.post(path, None, caller, key=key)

    async def conversation(self, caller: dict[str, str] = ANA) -> Any:
        return (await self.desk.get(f"/conversations/{self.conversation_id}", caller)).json

    async def close(self) -> None:
        assert (await self.desk.post(f"/conversations/{self.conversation_id}/close", {}, ANA)).status == 200

    def went_out(self) -> int:
        return self.world.phone.count("Voici")


@pytest.mark.parametrize("by", ["reply_id", "message_id"])
async def test_a_failed_message_is_sent_again_in_its_old_place_with_its_tries_readable(by: str) -> None:
    failed = await Failed.with_code()
    await failed.desk.reply(failed.conversation_id, "Plus tard")
    before = failed.world.line("Voici")
    failed.world.clock.step(60)

    answer = await failed.retry(getattr(failed, by))

    assert answer.status == 200
    assert (answer.json["status"], answer.json["replyId"], "error" in answer.json) == ("sent", failed.reply_id, False)
    assert answer.json["messageId"] not in (None, failed.message_id)
    assert [each["code"] for each in answer.json["attempts"]] == [RETRYABLE]
    assert [line.text for line in failed.world.said()][-2:] == ["Voici", "Plus tard"]
    assert failed.world.line("Voici").at == before.at
    first, second = [each for each in failed.world.channel.sent if each.content.text == "Voici"]
    assert (first.request_id != second.request_id, second.first_sent) == (True, failed.world.clock.now())


@pytest.mark.parametrize("by", ["pathId", "hash"])
async def test_a_message_whose_id_has_a_number_in_it_is_sent_again_without_it_and_once_only(by: str) -> None:
    desk = await team_at_meta()
    first, second = (f"wamid.HBgLMzM2MTIzNDU2NzgVAgARGBI/{number}+A==" for number in (1, 2))
    desk.world.channel.answer_next(Accepted(message_id=first), Accepted(message_id=second))
    conversation_id = await writes(desk.world, "wamid.1")
    reply = (await desk.reply(conversation_id, "Voici")).json
    await desk.world.status(first, "Failed", code=RETRYABLE, channel=META)
    failed = Failed(desk, conversation_id, reply)
    line = (await desk.get(f"/conversations/{conversation_id}/messages")).json["items"][0]
    assert (line["messageId"], line["pathId"]) == (first, reply["replyId"])

    name = line["pathId"] if by == "pathId" else message_hash(first)
    answers = [await failed.retry(name, key="k") for _ in range(2)]

    assert [(each.status, each.json["messageId"], each.json["status"]) for each in answers] == [
        (200, second, "sent")
    ] * 2
    assert [each.content.text for each in desk.world.channel.attempts] == ["Voici"] * 2


async def test_a_part_has_a_path_of_its_own() -> None:
    desk = await team_at_meta()
    ids = [f"wamid.{number}" for number in range(2)]
    desk.world.channel.answer_next(*(Accepted(message_id=each) for each in ids))
    conversation_id = await writes(desk.world, "wamid.of-customer")
    await desk.reply(conversation_id, "a" * 5000, split=True)

    lines = (await desk.get(f"/conversations/{conversation_id}/messages")).json["items"]
    paths = {line["messageId"]: line.get("pathId") for line in lines}
    assert paths["wamid.of-customer"] == message_hash("wamid.of-customer")
    assert len({paths[each] for each in ids}) == 2
    await desk.world.status(ids[1], "Failed", code=RETRYABLE, channel=META)
    answer = await desk.post(f"/conversations/{conversation_id}/messages/{paths[ids[1]]}/retry")
    assert (answer.status, answer.json["part"]) == (200, 2)


async def test_what_the_channel_refused_at_once_is_found_by_the_reply() -> None:
    failed = await Failed.with_code()
    failed.world.channel.answer_next(Refusal(code=RETRYABLE, message="no"))
    refused = await failed.desk.reply(failed.conversation_id, "Une image")

    answer = await failed.retry(refused.json["replyId"])

    assert (refused.status, answer.status, answer.json["text"]) == (502, 200, "Une image")
    assert failed.world.phone[-1] == "Une image"


async def test_the_customer_waits_no_more_and_one_message_fewer_has_failed() -> None:
    failed = await Failed.with_code()
    before = await failed.conversation()

    await failed.retry()

    after = await failed.conversation()
    assert (before["failed"], before["waitingSince"] is not None, "retry" in before["allowed"]) == (1, True, True)
    assert (after["failed"], after["waitingSince"], "retry" in after["allowed"]) == (0, None, False)
    await failed.world.status(failed.world.channel_id_of("Voici"), "Failed", code=RETRYABLE)
    again = await failed.conversation()
    assert (again["failed"], again["waitingSince"]) == (1, before["waitingSince"])


async def test_its_few_attempts_and_its_fifteen_minutes_are_counted_anew() -> None:
    failed = await Failed.with_code(RETRYABLE)
    failed.world.clock.step(1 * HOURS)
    failed.world.channel.answer_next(*(Refusal(code="131000", message="no") for _ in range(2)))

    await failed.retry()
    await failed.world.pass_time(60)

    assert failed.world.line("Voici").status is MessageStatus.SENT
    assert [each.code for each in failed.world.line("Voici").attempts] == [RETRYABLE, "131000", "131000"]


async def test_what_came_late_of_an_earlier_attempt_changes_nothing() -> None:
    failed = await Failed.with_code()
    await failed.retry()

    for status in ("Delivered", "Failed"):
        await failed.world.status(failed.message_id, status, code=FINAL if status == "Failed" else None)

    assert failed.world.line("Voici").status is MessageStatus.SENT
    assert (await failed.conversation())["failed"] == 0


@pytest.mark.parametrize(
    ("make", "refusal"),
    [
        ("final", (409, "not_retryable")),
        ("sent", (409, "not_retryable")),
        ("customers", (409, "not_retryable")),
        ("unknown", (404, "not_found")),
        ("unknown_hash", (404, "not_found")),
        ("no_key", (404, "not_found")),
        ("opted_out", (409, "opted_out")),
        ("held_by_bob", (409, "not_assigned_to_you")),
    ],
)
async def test_what_may_not_be_sent_again_is_refused(make: str, refusal: tuple[int, str]) -> None:
    failed = await Failed.with_code(FINAL if make == "final" else RETRYABLE)
    message_id: str | None = None
    match make:
        case "sent":
            message_id = (await failed.desk.reply(failed.conversation_id, "Bien")).json["messageId"]
        case "customers":
            message_id = failed.world.said()[0].message_id
        case "unknown":
            message_id = "nobody-knows"
        case "unknown_hash":
            message_id = message_hash("nobody-knows")
        case "no_key":
            message_id = "a%2Fb"
        case "opted_out":
            await failed.desk.change_contact(failed.conversation_id, opted_out=True, window_from=None)
        case "held_by_bob":
            body = {"agent": "bob"}
            assert (await failed.desk.post(f"/conversations/{failed.conversation_id}/assign", body, SUE)).status == 200

    answer = await failed.retry(message_id)

    assert answer.refusal == refusal
    assert failed.went_out() == 1


async def test_while_the_window_is_closed_the_words_are_held_beside_a_template_as_a_reply_would_be() -> None:
    failed = await Failed.with_code()
    failed.world.clock.step(25 * HOURS)

    answer = await failed.retry()

    assert (answer.status, answer.json["status"], answer.json["text"]) == (200, "held", "Voici")
    assert failed.world.channel.sent[-1].content.template is not None
    assert [each.id for each in failed.world.contact.held] == [failed.reply_id]
    await failed.world.customer("Me revoilà")
    assert failed.went_out() == 2
    assert (await failed.conversation())["held"] == 0


async def test_one_that_fails_again_at_once_is_counted_among_the_closed_conversations() -> None:
    failed = await Failed.with_code()
    await failed.close()
    failed.world.channel.answer_next(Refusal(code=FINAL, message="no"))

    assert (await failed.retry()).json["status"] == "failed"

    assert failed.world.contact.unreported == ()


async def test_a_ping_that_failed_is_not_sent_again_beside_the_next_one() -> None:
    failed = await Failed.with_code()
    failed.world.clock.step(25 * HOURS)
    first = (await failed.desk.reply(failed.conversation_id, "Un")).json
    await failed.world.status(failed.world.channel.message_id(failed.world.channel.sent[-1]), "Failed", code=RETRYABLE)
    await failed.desk.reply(failed.conversation_id, "Deux")
    asked = len(failed.world.channel.sent)

    for message_id in (first["replyId"], f"{first['replyId']}-ping"):
        assert (await failed.retry(message_id)).refusal == (409, "not_retryable")
    assert len(failed.world.channel.sent) == asked


async def test_a_ping_is_sent_again_as_long_as_the_words_wait() -> None:
    failed = await Failed.with_code()
    failed.world.clock.step(25 * HOURS)
    reply = (await failed.desk.reply(failed.conversation_id, "Plus tard")).json
    await failed.world.status(reply["messageId"], "Failed", code=RETRYABLE)
    pings = len(failed.world.channel.sent)

    assert (await failed.retry(reply["replyId"])).status == 200
    assert len(failed.world.channel.sent) == pings + 1
    await failed.world.status(failed.world.channel.message_id(failed.world.channel.sent[-1]), "Failed", code=RETRYABLE)
    await failed.world.customer("Me revoilà")
    assert failed.world.phone[-1] == "Plus tard"
    assert (await failed.retry(reply["replyId"])).refusal == (409, "not_retryable")


async def test_where_replies_outside_the_window_are_rejected_a_retry_is_too() -> None:
    failed = await Failed.with_code()
    reply = await failed.desk.reply(failed.conversation_id, "Sinon rien", whenWindowClosed="reject")
    await failed.world.status(reply.json["messageId"], "Failed", code=RETRYABLE)
    failed.world.clock.step(25 * HOURS)

    answer = await failed.retry(reply.json["replyId"])

    assert answer.refusal == (409, "window_closed")
    assert failed.world.line("Sinon rien").status is MessageStatus.FAILED


async def test_in_a_closed_conversation_it_goes_out_and_reopens_nothing() -> None:
    failed = await Failed.with_code()
    await failed.close()
    assert "retry" in (await failed.conversation())["allowed"]

    answer = await failed.retry()

    assert (answer.status, answer.json["status"], failed.went_out()) == (200, "sent", 2)
    after = await failed.conversation()
    assert (after["status"], after["failed"]) == ("closed", 0)


async def test_in_a_conversation_of_the_past_it_goes_out_while_another_is_under_way() -> None:
    failed = await Failed.with_code()
    await failed.close()
    await failed.world.customer("Une autre chose")
    assert failed.world.conversation.id != failed.conversation_id

    assert (await failed.retry(caller=BOB)).refusal == (409, "not_assigned_to_you")
    answer = await failed.retry()

    assert (answer.status, failed.went_out()) == (200, 2)
    assert (await failed.conversation())["failed"] == 0
    assert failed.world.conversation.failed == 0


async def test_the_same_key_sends_it_once_and_is_answered_alike() -> None:
    failed = await Failed.with_code()

    first = await failed.retry(failed.message_id, key="k")
    again = await failed.retry(failed.message_id, key="k")

    assert (first.status, again.status, first.json == again.json, failed.went_out()) == (200, 200, True, 2)


async def test_without_a_key_two_at_once_send_it_once() -> None:
    failed = await Failed.with_code()
    other = Desk(failed.world, centre=failed.world.worker())
    theirs = Failed(other, failed.conversation_id, {"replyId": failed.reply_id, "messageId": failed.message_id})

    answers = await asyncio.gather(failed.retry(), theirs.retry())

    assert sorted(each.status for each in answers) == [200, 409]
    assert failed.went_out() == 2


async def test_what_the_channel_does_not_take_at_once_goes_out_by_itself() -> None:
    failed = await Failed.with_code()
    failed.world.channel.answer_next(Postponed(code="503", message="busy"))

    answer = await failed.retry()
    await failed.world.pass_time(60)

    assert (answer.status, answer.json["status"], failed.went_out()) == (200, "pending", 2)


async def test_words_for_which_a_template_went_out_are_sent_as_they_were_written() -> None:
    failed = await Failed.with_code(configuration=sample(hold={"enabled": False}))
    failed.world.clock.step(25 * HOURS)
    pinged = (await failed.desk.reply(failed.conversation_id, "Mot à mot")).json
    await failed.world.status(pinged["messageId"], "Failed", code=RETRYABLE)
    await failed.world.customer("Me revoilà")
    assert pinged["delivery"] == "template"

    answer = await failed.retry(pinged["replyId"])

    assert (answer.json["kind"], answer.json["text"]) == ("text", "Mot à mot")
    assert failed.world.phone[-1] == "Mot à mot"


async def test_a_long_text_for_which_a_template_went_out_is_sent_in_its_parts() -> None:
    failed = await Failed.with_code(configuration=sample(hold={"enabled": False}))
    failed.world.clock.step(25 * HOURS)
    parts = [f"{number} {'mot ' * 600}fin." for number in range(3)]
    pinged = (await failed.desk.reply(failed.conversation_id, "\n\n".join(parts), split=True)).json
    await failed.world.status(pinged["messageId"], "Failed", code=RETRYABLE)
    await failed.world.customer("Me revoilà")

    assert (await failed.retry(pinged["replyId"])).status == 200

    assert failed.world.phone[-3:] == parts
    assert (await failed.conversation())["failed"] == 0


async def test_a_template_in_place_of_one_retried_does_not_hide_that_another_failed() -> None:
    failed = await Failed.with_code()
    replies = [(await failed.desk.reply(failed.conversation_id, text)).json for text in ("Un", "Deux")]
    for reply in replies:
        await failed.world.status(reply["messageId"], "Failed", code=RETRYABLE)
    before = (await failed.conversation())["failed"]
    failed.world.clock.step(25 * HOURS)

    assert (await failed.retry(replies[1]["replyId"])).status == 200

    assert ((await failed.conversation())["failed"], before) == (1, 2)


async def test_of_a_text_in_parts_only_what_failed_is_sent_again() -> None:
    failed = await Failed.with_code()
    parts = [f"{number} {'mot ' * 600}fin." for number in range(3)]
    reply = await failed.desk.reply(failed.conversation_id, "\n\n".join(parts), split=True)
    for part in parts[1:]:
        await failed.world.status(failed.world.channel_id_of(part), "Failed", code=RETRYABLE)
    before = (await failed.conversation())["failed"]

    answer = await failed.retry(reply.json["replyId"])

    assert answer.status == 200
    assert [failed.world.phone.count(part) for part in parts] == [1, 2, 2]
    assert failed.world.phone[-2:] == parts[1:]
    assert (before, (await failed.conversation())["failed"]) == (2, 0)


async def test_a_file_that_is_not_kept_any_more_is_not_sent_again() -> None:
    failed = await Failed.with_code()
    upload = await failed.desk.upload(failed.conversation_id, b"\xff\xd8\xff\xe0 a picture", "a.jpg")
    path = f"/conversations/{failed.conversation_id}/replies"
    reply = await failed.desk.post(path, {"kind": "image", "mediaId": upload.json["mediaId"]})
    await failed.world.status(reply.json["messageId"], "Failed", code=RETRYABLE)
    (name,) = failed.world.blobs.contents
    await failed.world.blobs.delete(name)

    assert (await failed.retry(reply.json["replyId"])).refusal == (422, "media_not_found")


@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.parametrize("after", [False, True], ids=["before it took effect", "after it took effect"])
async def test_killed_at_any_call_it_was_not_asked_for_or_goes_out_once(after: bool, closed: bool) -> None:
    for call in range(1, 60):
        failed = await Failed.with_code()
        if closed:
            await failed.close()
            await failed.world.customer("Une autre chose")
        faults = Faults(call=call, error=Killed(), after=after, lasting=True)
        failed.desk.centre = failed.world.worker(
            tables=faults.wrap(failed.world.tables),
            sender=faults.wrap(failed.world.sender),
            channel=faults.wrap(failed.world.channel),
        )
        try:
            await failed.retry(key="k")
        except Killed:
            failed.world.restart()
        await failed.world.pass_time(180)
        status = failed.world.line("Voici").status
        assert status
        ends = {MessageStatus.SENT: (2, 0), MessageStatus.FAILED: (1, 1)}
        failed.desk.centre = failed.world.centre
        assert (failed.went_out(), (await failed.conversation(SUE))["failed"]) == ends[status]
        assert (await failed.retry(key="k")).status == 200
        assert (failed.went_out(), (await failed.conversation(SUE))["failed"]) == (2, 0)
        if not faults.reached:
            return
    raise AssertionError("a retry never ends")
