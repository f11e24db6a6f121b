"""The survey: who is asked, how, and what counts as an answer."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.automated_messages.surveys import ask_survey, score_in, take_answer
from shared.configuration import Configuration
from shared.configuration.messages import Survey as Settings
from shared.replies.approval import Listing
from shared.replies.reply_context import ReplyContext
from shared.state.contact import AwaitedSurvey, Contact
from shared.state.conversation import Closure, Conversation, Survey, SurveyStatus
from shared.state.draft import Draft
from shared.vocabulary.message import Choice
from shared.vocabulary.words import ClosureReason, ConversationStatus, MessageKind
from tests.unit.pure.contacts import CONTACT, NOW, ago, ahead, contact, conversation, stored
from tests.unit.pure.deadlines.talk import workstream
from tests.unit.pure.routing.test_inbound_decision import event

CSAT = {
    "question": {"fr": "Votre avis, de 1 à 5 ?", "en": "Your opinion, from 1 to 5?"},
    "answers": {
        "fr": ["nul", "mauvais", "moyen", "bien", "parfait"],
        "en": ["1 star", "bad", "so-so", "good", "great"],
    },
    "thanks": {"fr": "Merci !", "en": "Thank you!"},
}


def surveying(**keys: Any) -> Configuration:
    return workstream(survey={**CSAT, **keys})


PLAIN = surveying()


def closed(reason: ClosureReason = ClosureReason.AGENT_CLOSED, **fields: Any) -> Conversation:
    usual = {
        "status": ConversationStatus.CLOSED,
        "closure": Closure(reason=reason, at=NOW),
        "answered_at": ago(hours=1),
    }
    return conversation(**{**usual, **fields})


def asked(configuration: Configuration, of: Contact) -> tuple[bool, Draft]:
    draft = Draft.of(stored(of), NOW)
    return ask_survey(draft, ReplyContext(configuration, Listing()), None), draft


class TestAsking:
    @pytest.mark.parametrize(
        ("of", "is_asked"),
        [(closed(reason), True) for reason in (ClosureReason.AGENT_CLOSED, ClosureReason.AGENT_ENDED)]
        + [(closed(ClosureReason.AUTO_CLOSED), True), (closed(ClosureReason.CUSTOMER_SILENT_RULE), True)]
        + [(closed(ClosureReason.SUPERVISOR_CLOSED), True)]
        + [
            (closed(ClosureReason.OVERFLOW_CLOSED), False),
            (closed(ClosureReason.WAITING_OVERFLOW_CLOSED), False),
            (closed(ClosureReason.OPTED_OUT), False),
            (closed(ClosureReason.MERGED), False),
            (closed(answered_at=None), False),
            (closed(survey=Survey(status=SurveyStatus.ASKED, at=NOW)), False),
        ],
    )
    def test_it_is_asked_once_where_an_agent_answered_and_neither_overflow_nor_opt_out_nor_a_merge_closed_it(
        self, of: Conversation, is_asked: bool
    ) -> None:
        assert asked(PLAIN, contact(conversation=of))[0] is is_asked

    def test_the_question_goes_out_in_the_contacts_language_and_an_answer_is_awaited(self) -> None:
        done, draft = asked(surveying(expires_after="2h"), contact(conversation=closed(), language="en"))
        assert done
        (question,) = draft.written
        assert (question.content.text, question.author.id) == ("Your opinion, from 1 to 5?", "survey")
        after = draft.contact.conversation
        assert after
        assert after.survey == Survey(status=SurveyStatus.ASKED, at=NOW)
        assert draft.contact.awaited_survey == AwaitedSurvey(conversation_id=after.id, expires_at=ahead(hours=2))
        assert draft.change().closed == (after,), "the closed conversation keeps it"

    @pytest.mark.parametrize(
        ("keys", "fields", "outcome"),
        [
            ({"template": "csat"}, {"window_from": ago(hours=25)}, "template"),
            ({}, {"window_from": ago(hours=25)}, "window_closed"),
            ({}, {"window_from": NOW - timedelta(hours=24) + timedelta(seconds=30)}, "window_closed"),
            ({"template": "csat"}, {"opted_out": True}, "opted_out"),
            ({}, {"opted_out": True}, "opted_out"),
            ({"template": "csat", "question": None}, {}, "template"),
        ],
        ids=[
            "by template",
            "no template",
            "within the margin",
            "opted out",
            "opted out in the window",
            "only a template",
        ],
    )
    def test_outside_the_window_the_template_asks_or_it_is_skipped_with_the_reason(
        self, keys: dict[str, Any], fields: dict[str, Any], outcome: str
    ) -> None:
        done, draft = asked(surveying(**keys), contact(conversation=closed(), **fields))
        after = draft.contact.conversation
        assert after
        assert after.survey
        if outcome == "template":
            (question,) = draft.written
            assert question.content.template
            assert (question.content.template.name, question.content.text) == ("csat", "Votre avis ?")
            assert draft.contact.awaited_survey
            assert draft.contact.awaited_survey.template
            assert draft.contact.ping is None, "it asks nobody to write on behalf of a reply"
        else:
            assert (done, after.survey.status, after.survey.reason) == (False, SurveyStatus.SKIPPED, outcome)
            assert (list(draft.written), draft.contact.awaited_survey) == ([], None)

    def test_the_sample_is_drawn_by_the_conversation(self) -> None:
        configuration, nobody = surveying(sample=30), surveying(sample=0)
        ids = [f"{CONTACT}-{number:026}" for number in range(1000)]
        drawn = [asked(configuration, contact(conversation=closed(id=each)))[0] for each in ids]
        assert 250 < sum(drawn) < 350
        assert drawn == [asked(configuration, contact(conversation=closed(id=each)))[0] for each in ids]
        assert not any(asked(nobody, contact(conversation=closed(id=each)))[0] for each in ids)

    def test_without_a_survey_in_the_file_nobody_is_asked(self) -> None:
        assert asked(workstream(), contact(conversation=closed()))[0] is False


def settings_of(configuration: Configuration) -> Settings:
    settings = configuration.workstreams["support"].survey
    assert settings
    return settings


SETTINGS = settings_of(PLAIN)


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("4", 4),
        (" 4 ! ", 4),
        ("4/5", 4),
        ("4 / 5", 4),
        ("4\ufe0f\u20e3", 4),
        ("4\u20e3", 4),
        ("４", 4),
        ("٤", 4),
        ("⭐⭐⭐", 3),
        ("★★★☆☆", 3),
        ("🌟", 1),
        ("⭐ ⭐", 2),
        ("Parfait !", 5),
        ("PARFAIT", 5),
        ("so-so", 3),
        ("1 star", 1),
        ("(2)", 2),
        ("0", None),
        ("6", None),
        ("4/10", None),
        ("4.5", None),
        ("44", None),
        ("4 5", None),
        ("⭐⭐⭐⭐⭐⭐", None),
        ("☆☆☆", None),
        ("⭐ bien", None),
        ("Je dirais 4", None),
        ("pas parfait", None),
        ("quatre", None),
        ("", None),
        ("!", None),
    ],
)
def test_an_answer_is_a_number_of_the_scale_stars_or_one_of_the_texts_and_nothing_besides(
    text: str, score: int | None
) -> None:
    assert score_in(text, SETTINGS) == score


def test_a_scale_to_ten_has_a_keycap_of_its_own() -> None:
    settings = settings_of(surveying(scale=10, answers={}))
    assert [score_in(text, settings) for text in ("🔟", "10", "10/10", "⭐" * 10)] == [10] * 4


AROUND = st.text(st.sampled_from(" \t\n.,;!?…«»()\u200b\u2060\ufeff"), max_size=5)


@given(st.integers(1, 5), AROUND, AROUND, st.sampled_from(["{}", "{}/5", "{}\u20e3", "{}\ufe0f\u20e3"]))
def test_what_is_around_a_number_or_cannot_be_seen_makes_no_difference(
    score: int, before: str, after: str, form: str
) -> None:
    assert score_in(before + form.format(score) + after, SETTINGS) == score


@given(st.text(max_size=30))
def test_whatever_is_written_is_a_score_of_the_scale_or_none(text: str) -> None:
    assert score_in(text, SETTINGS) in (None, 1, 2, 3, 4, 5)


ASKED = closed(survey=Survey(status=SurveyStatus.ASKED, at=ago(hours=1)))
NEWER = f"{CONTACT}-01JD5Y0000000000000000000B"
TAP = event(kind=MessageKind.BUTTON, text=None, choice=Choice(title="bien"))


def answered(said: Any, awaited: dict[str, Any], current: Conversation = ASKED, at: Any = NOW) -> Draft | None:
    until = AwaitedSurvey(**{"conversation_id": ASKED.id, "expires_at": ahead(hours=1), **awaited})
    draft = Draft(None, contact(conversation=current, awaited_survey=until), {}, NOW, ASKED)
    return draft if take_answer(draft, said, at, PLAIN) else None


@pytest.mark.parametrize(
    ("said", "awaited", "current", "counts"),
    [
        (event(text="4"), {}, ASKED, True),
        (event(text="4"), {"expires_at": NOW}, ASKED, False),
        (event(text="4"), {"over": True}, ASKED, False),
        (event(text="4"), {"team_wrote": True}, ASKED, False),
        (event(text="4"), {}, conversation(id=NEWER), False),
        (event(text="4"), {}, conversation(id=NEWER, status=ConversationStatus.CLOSED), True),
        (event(text="Bonjour"), {}, ASKED, False),
        (event(text="4", kind=MessageKind.IMAGE), {}, ASKED, False),
        (TAP, {"template": True}, ASKED, True),
        (TAP, {"template": True, "expires_at": NOW, "over": True}, ASKED, True),
        (TAP, {"template": True, "team_wrote": True}, conversation(id=NEWER), True),
        (TAP, {"template": False, "expires_at": NOW}, ASKED, False),
        (event(kind=MessageKind.BUTTON, text=None, choice=Choice(title="Autre")), {"template": True}, ASKED, False),
    ],
    ids=[
        "in time",
        "when it has expired",
        "when it was noted as expired",
        "when the team has written since",
        "while another conversation is open",
        "when another one was closed without a word of the team",
        "something else",
        "a picture",
        "a tap",
        "a tap later",
        "a tap while another conversation is open",
        "a tap where no template asked",
        "a tap on another button",
    ],
)
def test_words_answer_for_a_while_and_a_tap_whenever_it_comes(
    said: Any, awaited: dict[str, Any], current: Conversation, counts: bool
) -> None:
    draft = answered(said, awaited, current)
    assert (draft is not None) is counts
    if draft:
        (stored_answer,) = [each for each in draft.change().closed if each.id == ASKED.id]
        assert stored_answer.survey
        assert (stored_answer.survey.status, stored_answer.survey.score) == (SurveyStatus.ANSWERED, 4)
        assert draft.contact.conversation
        assert draft.contact.conversation.id == current.id


def test_a_message_that_was_written_in_time_counts_though_it_came_late() -> None:
    assert answered(event(text="4"), {"expires_at": ago(minutes=1)}, at=ago(minutes=2))


def test_words_are_an_answer_once_and_a_tap_may_change_it() -> None:
    by_words = answered(event(text="4"), {})
    assert by_words
    assert by_words.contact.awaited_survey is None
    by_tap = answered(TAP, {"template": True})
    assert by_tap
    assert by_tap.contact.awaited_survey
    assert by_tap.contact.awaited_survey.over
