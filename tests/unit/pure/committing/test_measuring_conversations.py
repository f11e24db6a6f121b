"""What is measured of a conversation's life, change by change."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from shared.committing.measuring_conversations import conversation_measurements
from shared.lifecycle import moves
from shared.state.contact import Contact, MissedOffer
from shared.state.conversation import Segment, Survey, SurveyStatus
from shared.state.draft import Draft
from shared.telemetry import Metric
from shared.vocabulary.words import ClosureReason, SegmentEnd
from tests.unit.pure.contacts import NOW, ago, ahead, contact, conversation

IN_LINE = contact(
    conversation=conversation(
        queued_since=ago(minutes=5), segments=(Segment(queue="general", agent=None, started_at=ago(minutes=5)),)
    )
)


def after(before: Contact, *decisions: Callable[[Draft], None]) -> Contact:
    """The contact as a commit of these decisions leaves it."""
    draft = Draft(before, before, {}, NOW)
    for decide in decisions:
        decide(draft)
    return draft.change().contact


def measured(before: Contact | None, now: Contact) -> list[tuple[Metric, float, dict[str, str]]]:
    return [(each.metric, each.value, dict(each.attributes)) for each in conversation_measurements(before, now, NOW)]


def with_conversation(of: Contact, **fields: Any) -> Contact:
    assert of.conversation
    return replace(of, conversation=replace(of.conversation, **fields))


@pytest.mark.parametrize("reason", [SegmentEnd.ASSIGNED, SegmentEnd.SUPERVISOR_ASSIGNED])
def test_an_assignment_counts_by_its_reason_with_the_time_in_line(reason: SegmentEnd) -> None:
    given = after(IN_LINE, lambda draft: moves.to_agent(draft, "ana", 30, reason))
    assert measured(IN_LINE, given) == [
        (Metric.QUEUE_WAIT, 300, {"queue": "general"}),
        (Metric.ASSIGNMENTS, 1, {"queue": "general", "reason": reason}),
    ]


def test_a_transfer_to_a_colleague_is_an_assignment_without_a_wait() -> None:
    anas = after(IN_LINE, lambda draft: moves.to_agent(draft, "ana", 30, SegmentEnd.ASSIGNED))
    brunos = after(anas, lambda draft: moves.to_agent(draft, "bruno", 30, SegmentEnd.TRANSFERRED_TO_AGENT))
    assert measured(anas, brunos) == [
        (Metric.ASSIGNMENTS, 1, {"queue": "general", "reason": "transferred_to_agent"}),
    ]


def test_what_an_agent_sets_aside_and_takes_up_again_is_no_assignment() -> None:
    anas = after(IN_LINE, lambda draft: moves.to_agent(draft, "ana", 30, SegmentEnd.ASSIGNED))
    aside = after(anas, moves.set_aside)
    assert measured(anas, aside) == measured(aside, after(aside, lambda draft: moves.take_up(draft, 30))) == []


@pytest.mark.parametrize(("missed", "reason"), [(False, "declined"), (True, "missed")])
def test_an_offer_that_is_let_go_counts(missed: bool, reason: str) -> None:
    offered = after(IN_LINE, lambda draft: moves.offer_to(draft, "ana", 30, ahead(minutes=2)))
    assert measured(IN_LINE, offered) == []
    again = after(offered, lambda draft: moves.end_offer(draft, declined=True))
    if missed:
        again = replace(again, missed_offers=(MissedOffer(agent="ana", offered_at=NOW),))
    assert measured(offered, again) == [(Metric.DECLINES, 1, {"queue": "general", "reason": reason})]


def test_an_offer_that_is_withdrawn_counts_for_nobody() -> None:
    offered = after(IN_LINE, lambda draft: moves.offer_to(draft, "ana", 30, ahead(minutes=2)))
    assert measured(offered, after(offered, lambda draft: moves.end_offer(draft, declined=False))) == []


def test_overflow_counts_for_the_queue_that_was_left() -> None:
    moved = with_conversation(IN_LINE, queue="billing", overflowed_from=("general",))
    assert measured(IN_LINE, moved) == [(Metric.OVERFLOW, 1, {"queue": "general", "action": "transfer"})]
    assert measured(None, moved) == [(Metric.OVERFLOW, 1, {"queue": "general", "action": "transfer"})]


@pytest.mark.parametrize("reason", ClosureReason)
def test_an_end_by_overflow_counts_and_no_other(reason: ClosureReason) -> None:
    closed = after(IN_LINE, lambda draft: moves.close(draft, reason))
    expected = [(Metric.OVERFLOW, 1, {"queue": "general", "action": "close"})]
    assert measured(IN_LINE, closed) == (expected if "overflow" in reason else [])
    assert measured(closed, with_conversation(closed, tags=("vip",))) == []


def test_surveys_count_by_what_became_of_them_and_answers_by_their_score() -> None:
    closed = after(IN_LINE, lambda draft: moves.close(draft, ClosureReason.AGENT_CLOSED))
    asked = with_conversation(closed, survey=Survey(status=SurveyStatus.ASKED, at=NOW))
    answered = with_conversation(asked, survey=Survey(status=SurveyStatus.ANSWERED, at=NOW, score=4, text="4"))
    assert measured(closed, asked) == [(Metric.SURVEYS, 1, {"change": "asked", "queue": "general"})]
    assert measured(asked, answered) == [
        (Metric.SURVEYS, 1, {"change": "answered", "queue": "general"}),
        (Metric.SURVEY_SCORE, 4, {"queue": "general"}),
    ]
