"""A conversation's whole life by the clock: first word, agent, silence, end, survey, opt-out."""

from datetime import timedelta
from typing import Any

import pytest

from shared.configuration.workstreams import Presence
from shared.queue.messages import Subject
from shared.sending.channel import Refusal
from shared.state.closed_queues import ClosedUntil
from shared.state.conversation import Conversation, SurveyStatus
from shared.vocabulary.identity import episode_of
from shared.vocabulary.words import ClosureReason, ConversationStatus, HeldStatus
from tests.fakes.clock import OffClock
from tests.fakes.world import DAYS, HOURS
from tests.unit.app.api.desk import SUE, Answer, Desk
from tests.unit.app.distribution.centres import Centre

MINUTES = 60
OPEN, ACTIVE = ConversationStatus.OPEN, ConversationStatus.ACTIVE
WAITING, WRAP_UP, CLOSED = ConversationStatus.WAITING, ConversationStatus.WRAP_UP, ConversationStatus.CLOSED
LIFE: dict[str, Any] = {
    "automated_messages": {
        "greeting": {"en": "Welcome."},
        "out_of_hours": {"en": "We are closed."},
        "agent_assigned": {"en": "{agent.name} answers you."},
        "transferred": {"en": "You are being transferred to {queue.name}."},
        "not_assigned": {"en": "Nobody is there."},
        "conversation_closed": {"en": "Goodbye."},
    },
    "inactivity": [
        {"silent": "customer", "after": "2h", "do": "send", "message": {"en": "Still there?"}},
        {"silent": "customer", "after": "1d", "do": "close"},
    ],
    "survey": {
        "question": {"en": "From 1 to 5?"},
        "answers": {"en": ["awful", "bad", "fair", "good", "great"]},
        "thanks": {"en": "Thank you!"},
    },
    "opt_out": {
        "keywords": ["STOP"],
        "confirm": {"en": "No more messages."},
        "resume": ["START"],
        "resumed": {"en": "Back again."},
    },
    "lifecycle": {"wrap_up": "5m", "auto_close_waiting": "12h"},
    "replies": {"when_window_closed": "hold"},
}


async def opened(*, queues: dict[str, Any] | None = None, **keys: Any) -> Centre:
    """A centre with Ana, who is there."""
    centre = Centre(queues=queues, templates={"csat": {"languages": {"en": "Your opinion?"}}}, **{**LIFE, **keys})
    await centre.agent("ana")
    return centre


async def talking(**keys: Any) -> Centre:
    """Ana has answered a customer."""
    centre = await opened(**keys)
    await centre.customer("Hello")
    await centre.pass_time(3)
    await centre.reply("How can I help?")
    centre.clock.step(1)
    return centre


async def asks(centre: Centre, action: str, body: dict[str, Any] | None = None) -> Answer:
    answer = await Desk(centre).post(f"/conversations/{centre.conversation.id}/{action}", body or {})
    assert answer.status == 200, answer.json
    centre.clock.step(1)
    return answer


async def closed_row(centre: Centre, conversation_id: str) -> Conversation:
    found = await centre.worker().contacts.conversation(centre.contact, conversation_id)
    assert found
    return found


async def test_from_the_first_word_to_the_answered_survey() -> None:
    centre = await talking()
    await asks(centre, "wait")
    assert centre.conversation.status is WAITING
    await centre.customer("One more thing")
    assert (centre.conversation.status, centre.conversation.agent) == (ACTIVE, "ana")
    await centre.reply("There you are")
    await asks(centre, "wrap-up")
    assert centre.conversation.status is WRAP_UP
    await centre.pass_time(6 * MINUTES)
    first = centre.conversation
    assert first.closure
    assert (first.status, first.closure.reason) == (CLOSED, ClosureReason.AGENT_ENDED)
    assert centre.phone == [
        "Welcome.",
        "Ana answers you.",
        "How can I help?",
        "There you are",
        "From 1 to 5?",
    ]
    await centre.customer("great!")
    assert centre.phone[-1] == "Thank you!"
    assert (centre.conversation.id, centre.conversation.status) == (first.id, CLOSED)
    survey = (await closed_row(centre, first.id)).survey
    assert survey
    assert (survey.status, survey.score, survey.text) == (SurveyStatus.ANSWERED, 5, "great!")
    assert centre.history()[-2].text == "great!"
    assert centre.waiting() == []
    await centre.customer("Bye")
    assert (centre.conversation.status, centre.conversation.previous_id) == (OPEN, first.id)


async def test_a_customer_who_falls_silent_is_asked_once_and_the_conversation_ends() -> None:
    centre = await talking()
    await centre.pass_time(1 * HOURS + 59 * MINUTES)
    assert centre.phone[-1] == "How can I help?"
    await centre.pass_time(2 * MINUTES)
    assert centre.phone[-1] == "Still there?"
    await centre.pass_time(20 * HOURS)
    assert centre.phone.count("Still there?") == 1
    await centre.pass_time(3 * HOURS)
    assert centre.conversation.closure
    assert centre.conversation.closure.reason is ClosureReason.CUSTOMER_SILENT_RULE


async def test_whoever_answers_in_time_is_not_asked_and_a_new_silence_begins() -> None:
    centre = await talking()
    await centre.pass_time(1 * HOURS)
    await centre.customer("Yes")
    await centre.reply("Good")
    await centre.pass_time(1 * HOURS + 59 * MINUTES)
    assert "Still there?" not in centre.phone
    await centre.pass_time(2 * MINUTES)
    assert centre.phone[-1] == "Still there?"
    await centre.customer("Yes!")
    await centre.reply("Fine")
    await centre.pass_time(3 * HOURS)
    assert centre.phone.count("Still there?") == 2


async def test_where_nobody_is_there_the_customer_is_told_after_two_minutes_and_once() -> None:
    centre = await opened()
    await centre.agent("ana", presence=Presence.OFFLINE)
    await centre.customer("Hello")
    await centre.pass_time(119)
    assert centre.phone == ["Welcome."]
    await centre.pass_time(2)
    assert centre.phone == ["Welcome.", "Nobody is there."]
    assert centre.conversation.status is OPEN
    await centre.pass_time(1 * HOURS)
    assert len(centre.phone) == 2


async def test_five_messages_at_night_are_not_five_answers() -> None:
    centre = await opened()
    await centre.agent("ana", presence=Presence.OFFLINE)
    until = centre.clock.now() + timedelta(days=2)
    await centre.centre.closed_queues.put("general", ClosedUntil(until=until))
    await centre.customer("Hello")
    assert centre.phone == ["We are closed."]
    for _ in range(4):
        await centre.pass_time(1 * HOURS)
        await Desk(centre).post(f"/conversations/{centre.conversation.id}/close", {}, SUE)
        await centre.customer("Hello?")
    assert centre.phone == ["We are closed.", *["Goodbye."] * 4], "and no greeting, and nobody is missed"
    await centre.pass_time(9 * HOURS)
    await Desk(centre).post(f"/conversations/{centre.conversation.id}/close", {}, SUE)
    await centre.customer("Hello?")
    assert centre.phone[-1] == "We are closed."


async def test_a_transfer_is_told_and_the_other_queue_is_looked_at_anew() -> None:
    centre = await talking(queues={"general": {}, "billing": {}})
    await asks(centre, "transfer", {"queue": "billing"})
    assert centre.phone[-1] == "You are being transferred to billing."
    await centre.pass_time(3 * MINUTES)
    assert centre.phone[-1] == "Nobody is there."


async def test_what_is_set_aside_closes_by_itself_with_its_survey() -> None:
    centre = await talking(inactivity=[])
    await asks(centre, "wait")
    await centre.pass_time(11 * HOURS)
    assert centre.conversation.status is WAITING
    await centre.pass_time(2 * HOURS)
    assert centre.conversation.closure
    assert centre.conversation.closure.reason is ClosureReason.AUTO_CLOSED
    assert centre.phone[-1] == "From 1 to 5?"


async def test_nothing_closes_while_a_reply_is_held() -> None:
    centre = await talking()
    await centre.pass_time(23 * HOURS + 59 * MINUTES)
    centre.clock.step(1 * HOURS)  # the window closes, and no timer has come yet
    await centre.customer(messageType="reaction", reaction={"messageId": "m", "emoji": "👍"})
    state = await centre.reply("One more thing")
    assert state.outgoing.held is HeldStatus.HELD
    await centre.pass_time(6 * DAYS)
    assert centre.conversation.status is ACTIVE
    await centre.customer("Oh yes")
    assert "One more thing" in centre.phone
    assert centre.conversation.status is ACTIVE


async def test_a_survey_that_nobody_answers_expires_and_a_number_is_a_message_again() -> None:
    centre = await talking()
    await asks(centre, "close")
    first = centre.conversation
    await centre.pass_time(1 * DAYS + 60)
    survey = (await closed_row(centre, first.id)).survey
    assert survey
    assert survey.status is SurveyStatus.EXPIRED
    await centre.customer("5")
    assert centre.conversation.previous_id == first.id


async def test_another_question_is_no_answer_and_the_survey_expires_beside_it() -> None:
    centre = await talking()
    await asks(centre, "close")
    first = centre.conversation
    await centre.customer("Where is my invoice?")
    assert centre.conversation.id != first.id
    await centre.customer("5")
    assert centre.history()[-1].text == "5"
    centre.restart()
    await centre.pass_time(1 * DAYS + 60)
    survey = (await closed_row(centre, first.id)).survey
    assert survey
    assert survey.status is SurveyStatus.EXPIRED


async def test_the_next_survey_ends_the_one_before() -> None:
    centre = await talking()
    await asks(centre, "close")
    first = centre.conversation
    await centre.customer("One more thing")
    await centre.pass_time(3)
    await centre.reply("There you are")
    await asks(centre, "close")
    assert centre.conversation.id != first.id
    assert centre.phone.count("From 1 to 5?") == 2
    earlier, later = (await closed_row(centre, first.id)).survey, centre.conversation.survey
    assert earlier
    assert later
    assert (earlier.status, later.status) == (SurveyStatus.EXPIRED, SurveyStatus.ASKED)
    await centre.customer("4")
    assert centre.conversation.survey
    assert centre.conversation.survey.score == 4


async def test_outside_the_window_a_template_asks_and_its_buttons_answer_whenever_they_are_tapped() -> None:
    centre = await talking(survey={**LIFE["survey"], "template": "csat"}, inactivity=[])
    await centre.pass_time(25 * HOURS)
    await asks(centre, "close")
    first = centre.conversation
    assert centre.phone[-1] == "Your opinion?"
    await centre.pass_time(3 * DAYS)
    await centre.customer(messageType="button", button={"text": "good", "payload": "good"})
    survey = (await closed_row(centre, first.id)).survey
    assert survey
    assert (survey.status, survey.score) == (SurveyStatus.ANSWERED, 4)
    assert centre.conversation.id == first.id


class TestOptingOut:
    async def test_in_a_conversation_it_is_a_line_that_nobody_has_to_answer(self) -> None:
        centre = await talking()
        before = centre.conversation
        await centre.customer("stop")
        after = centre.conversation
        assert (after.id, after.status, after.unread, after.waiting_since) == (before.id, ACTIVE, 0, None)
        assert centre.contact.opted_out
        assert centre.phone[-1] == "No more messages."
        await centre.pass_time(3 * HOURS)
        assert "Still there?" not in centre.phone

    async def test_with_none_open_it_makes_one_that_is_closed_at_once(self) -> None:
        centre = await opened()
        await centre.customer("STOP")
        assert centre.conversation.closure
        assert centre.conversation.closure.reason is ClosureReason.OPTED_OUT
        assert (centre.waiting(), centre.phone) == ([], ["No more messages."])
        found = await closed_row(centre, centre.conversation.id)
        assert (found.unread, found.survey) == (0, None)
        await centre.pass_time(1 * HOURS)
        assert centre.phone == ["No more messages."]

    async def test_the_history_says_so_however_often_it_is_said(self) -> None:
        centre = await opened()
        for _ in range(2):
            await centre.customer("STOP")
            assert centre.conversation.status is CLOSED
        lines = [line.text for line in centre.history() if line.conversation_id == centre.conversation.id]
        assert lines == ["STOP", "No more messages.", "Closed: there is nothing to answer."]

    async def test_whoever_writes_the_word_again_may_have_messages_again(self) -> None:
        centre = await opened()
        await centre.customer("STOP")
        await centre.customer("Start")
        assert not centre.contact.opted_out
        assert centre.phone == ["No more messages.", "Back again."]
        assert centre.conversation.status is CLOSED

    async def test_the_word_that_resumes_is_a_message_like_any_other_for_everybody_else(self) -> None:
        centre = await opened()
        await centre.customer("START")
        assert (centre.conversation.status, centre.phone) == (OPEN, ["Welcome."])

    async def test_it_takes_back_what_is_held(self) -> None:
        centre = await talking(inactivity=[])
        await centre.pass_time(25 * HOURS)
        state = await centre.reply("One more thing")
        await centre.customer("STOP")
        assert centre.outgoing(state.outgoing.id).held is HeldStatus.CANCELLED
        assert "One more thing" not in centre.phone
        assert centre.conversation.held_count == 0

    async def test_an_agents_text_goes_out_inside_the_window_and_no_template_at_all(self) -> None:
        centre = await talking()
        await centre.customer("STOP")
        await centre.reply("Of course.")
        assert centre.phone[-1] == "Of course."
        body = {"kind": "template", "template": "csat", "language": "en", "parameters": []}
        answer = await Desk(centre).post(f"/conversations/{centre.conversation.id}/replies", body)
        assert answer.refusal == (409, "opted_out")

    async def test_whatsapps_own_word_marks_the_contact_too(self) -> None:
        centre = await talking()
        await centre.status(centre.channel_id_of("How can I help?"), "failed", code="131050")
        assert (centre.contact.opted_out, centre.contact.opted_out_code) == (True, "131050")

    async def test_also_where_it_is_said_at_once(self) -> None:
        centre = await talking()
        centre.channel.answer_next(Refusal(code="131050", message="stopped"))
        with pytest.raises(Exception, match="marketing"):
            await centre.reply("News")
        assert centre.contact.opted_out_code == "131050"

    async def test_no_survey_is_asked(self) -> None:
        centre = await talking()
        await centre.customer("STOP")
        await asks(centre, "close")
        survey = centre.conversation.survey
        assert survey
        assert (survey.status, survey.reason) == (SurveyStatus.SKIPPED, "opted_out")

    async def test_a_supervisor_may_take_it_back(self) -> None:
        centre = await opened()
        await centre.customer("STOP")
        answer = await Desk(centre).patch(f"/contacts/{centre.contact.id}", {"optedOut": False}, SUE)
        assert answer.status == 200
        assert not centre.contact.opted_out


async def test_a_message_of_a_conversation_that_exists_sends_at_most_one_timer() -> None:
    centre = await talking()
    for text in ("One", "Two", "Three"):
        before = len([each for each in centre.timers if each.subject is Subject.TIMER])
        await centre.customer(text)
        assert len([each for each in centre.timers if each.subject is Subject.TIMER]) - before <= 1
        centre.clock.step(60)


@pytest.mark.parametrize("seconds", [-3, 3])
async def test_a_timer_that_comes_when_it_is_not_time_yet_by_this_clock_is_sent_no_second_time(seconds: float) -> None:
    centre = await talking()
    centre.centre = centre.worker(clock=OffClock(centre.clock, seconds))
    before = len(centre.timers)
    await centre.pass_time(3 * HOURS)
    assert centre.phone[-1] == "Still there?"
    assert [each.subject for each in centre.timers[before:]].count(Subject.TIMER) <= 4


async def test_after_a_crash_the_timer_says_nothing_twice() -> None:
    """The message of the timer is delivered again."""
    centre = await talking()
    await centre.pass_time(2 * HOURS + 60)
    timers = [each for each in centre.timers if each.subject is Subject.TIMER]
    centre.restart()
    for timer in timers:
        await centre.deliver(timer)
    assert centre.phone.count("Still there?") == 1
    assert len({episode_of(each.conversation_id) for each in centre.history()}) == 1
