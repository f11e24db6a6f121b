"""What becomes of an outgoing message after an attempt, by what the channel said and how long it has been tried."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from shared.replies.approval import Listing
from shared.replies.reply_context import ReplyContext
from shared.sending.channel import Accepted, NothingDone, Outcome, Postponed, Refusal
from shared.sending.outcomes import apply_outcome
from shared.state.change import Change
from shared.state.draft import Draft
from shared.state.outgoing import MOST_ATTEMPTS, StatusRecord, Unsent
from shared.state.session_window import window_open
from shared.vocabulary.message import Attempt, Failure
from shared.vocabulary.words import MessageStatus
from tests.unit.pure.contacts import CONFIGURATION, NOW, ago, ahead, contact, outgoing, stored, unsent

CONTEXT = ReplyContext(CONFIGURATION, Listing())
BUSY, AWAY, PAIR_RATE, CLOSED, FINAL = "130429", "131016", "131056", "131047", "131026"


def applied(outcome: Outcome, at: Unsent, early: StatusRecord | None = None, **fields: Any) -> Change:
    """The change that an outcome makes of a contact with one message to send."""
    of = contact(**{"unsent": (at,), **fields})
    draft = Draft.of(stored(of, outgoing()), NOW)
    apply_outcome(draft, at, outgoing(), outcome, CONTEXT, early)
    return draft.change()


def test_a_message_that_was_taken_is_sent_and_its_status_is_followed() -> None:
    change = applied(Accepted(message_id="m1"), unsent())
    (sent,) = change.outgoing
    assert (sent.status, sent.message_id, sent.taken, sent.error) == (MessageStatus.SENT, "m1", True, None)
    assert change.contact.unsent == ()
    assert change.status == StatusRecord(
        message_id="m1", status=MessageStatus.SENT, outgoing_id="r1", sent_as=unsent(to="")
    )
    assert change.status_is_new


@pytest.mark.parametrize("then", [MessageStatus.DELIVERED, MessageStatus.READ])
def test_a_status_that_came_before_the_answer_counts_at_once(then: MessageStatus) -> None:
    change = applied(Accepted(message_id="m1"), unsent(), StatusRecord(message_id="m1", status=then))
    assert [each.status for each in change.outgoing] == [then]
    assert change.status is not None
    assert (change.status.status, change.status_is_new) == (then, False)


def test_a_failure_that_came_before_the_answer_starts_what_a_failure_starts() -> None:
    early = StatusRecord(message_id="m1", status=MessageStatus.FAILED, error=Failure(code=AWAY, message=""))
    change = applied(Accepted(message_id="m1"), unsent(), early)
    (again,) = change.contact.unsent
    assert (again.attempt, again.not_before) == (1, ahead(seconds=2))


@pytest.mark.parametrize(
    ("tries", "retry_after", "code", "not_before", "next_check"),
    [
        (0, None, "503", None, ahead(seconds=2)),
        (1, None, "503", None, ahead(seconds=4)),
        (5, None, "503", None, ahead(seconds=64)),
        (6, None, "503", None, ahead(minutes=2)),
        (50, None, "503", None, ahead(minutes=2)),
        (0, 30.0, "429", ahead(seconds=30), ahead(seconds=30)),
        (0, None, PAIR_RATE, ahead(seconds=6), ahead(seconds=6)),
        (1, None, PAIR_RATE, ahead(seconds=24), ahead(seconds=24)),
        (3, None, PAIR_RATE, ahead(minutes=2), ahead(minutes=2)),
    ],
)
def test_without_an_answer_the_same_attempt_comes_again(
    tries: int, retry_after: float | None, code: str, not_before: datetime | None, next_check: datetime
) -> None:
    """Under its own id and time, so that the channel knows a repetition; not earlier than the channel said."""
    before = unsent(tries=tries)
    change = applied(Postponed(code=code, message="", retry_after=retry_after), before)
    (after,) = change.contact.unsent
    assert after == replace(before, tries=tries + 1, in_doubt=True, not_before=not_before, next_check=next_check)


@pytest.mark.parametrize(("before", "now", "doubt"), [(False, False, False), (False, True, True), (True, False, True)])
def test_a_try_that_may_have_arrived_stays_in_doubt(before: bool, now: bool, doubt: bool) -> None:
    change = applied(Postponed(code="503", message="", in_doubt=now), unsent(in_doubt=before))
    assert [each.in_doubt for each in change.contact.unsent] == [doubt]


def test_a_check_that_is_already_under_way_is_not_doubled() -> None:
    under_way = unsent(tries=3, next_check=ahead(seconds=1))
    change = applied(Postponed(code="503", message=""), under_way)
    assert [each.next_check for each in change.contact.unsent] == [ahead(seconds=1)]


@pytest.mark.parametrize(
    ("code", "attempt", "pause"),
    [
        (AWAY, 0, 2),
        (AWAY, 1, 4),
        (BUSY, 20, 120),
        ("131000", 0, 2),
        ("131000", 1, 4),
        (PAIR_RATE, 0, 6),
        (PAIR_RATE, 1, 24),
        (PAIR_RATE, 2, 96),
        (PAIR_RATE, 3, 120),
    ],
)
def test_a_refusal_that_may_pass_is_a_new_attempt_after_a_pause(code: str, attempt: int, pause: int) -> None:
    """With a new id and time, to the address that the contact has now."""
    before = unsent(attempt=attempt, tries=4, in_doubt=True, to="+33600000000")
    change = applied(Refusal(code=code, message=""), before)
    (after,) = change.contact.unsent
    assert (after.attempt, after.tries, after.in_doubt) == (attempt + 1, 0, False)
    assert (after.to, after.first_sent, after.since) == ("+33612345678", NOW, before.since)
    assert after.not_before == after.next_check == ahead(seconds=pause)


@pytest.mark.parametrize(("code", "attempt"), [(FINAL, 0), ("4711", 0), ("131000", 2), ("1", 2)])
def test_a_refusal_that_stays_ends_it(code: str, attempt: int) -> None:
    change = applied(Refusal(code=code, message="No."), unsent(attempt=attempt))
    (failed,) = change.outgoing
    assert change.contact.unsent == ()
    assert failed.status is MessageStatus.FAILED
    assert failed.error is not None
    assert failed.error.code == code


@pytest.mark.parametrize(
    "outcome",
    [
        Postponed(code="503", message=""),
        Postponed(code="429", message="", retry_after=1),
        Refusal(code=AWAY, message=""),
        Refusal(code=PAIR_RATE, message=""),
        NothingDone(),
    ],
    ids=["no answer", "busy", "refused", "too many", "nothing done"],
)
def test_after_a_quarter_of_an_hour_it_is_given_up(outcome: Outcome) -> None:
    almost = applied(outcome, unsent(since=ago(minutes=14, seconds=59)))
    assert len(almost.contact.unsent) == 1
    over = applied(outcome, unsent(since=ago(minutes=15)))
    assert over.contact.unsent == ()
    assert [each.status for each in over.outgoing] == [MessageStatus.FAILED]


@pytest.mark.parametrize(("attempt", "not_before"), [(0, None), (1, ahead(seconds=4))])
def test_what_did_nothing_is_a_new_attempt_the_first_time_at_once(attempt: int, not_before: datetime | None) -> None:
    change = applied(NothingDone(), unsent(attempt=attempt))
    assert [(each.attempt, each.not_before) for each in change.contact.unsent] == [(attempt + 1, not_before)]


def test_a_window_that_the_channel_calls_closed_is_closed_and_the_words_are_held() -> None:
    change = applied(Refusal(code=CLOSED, message=""), unsent())
    assert not window_open(change.contact, NOW)
    assert change.contact.unsent == ()
    assert [(each.id, each.expires_at, each.attempt) for each in change.contact.held] == [("r1", ahead(hours=2), 1)]
    assert [(each.status, each.fell_back) for each in change.outgoing] == [(MessageStatus.HELD, True)]


def test_who_wrote_since_the_send_gets_the_words_at_once() -> None:
    """The refusal was true when it was given; the window that has opened since is believed."""
    change = applied(Refusal(code=CLOSED, message=""), unsent(first_sent=ago(seconds=9)), window_from=ago(seconds=5))
    assert change.contact.window_from == ago(seconds=5)
    assert [(each.attempt, each.not_before) for each in change.contact.unsent] == [(1, None)]


def test_the_signed_address_of_a_file_goes_with_its_attempt() -> None:
    """What ended keeps no address; the next attempt gets one of its own."""
    at = unsent(file_uri="https://media.example/a?sig=s", file_until=ahead(hours=2))

    taken, refused = applied(Accepted(message_id="m1"), at), applied(Refusal(code=AWAY, message=""), at)

    assert taken.status is not None
    assert taken.status.sent_as == replace(at, to="", file_uri=None, file_until=None)
    assert [(each.file_uri, each.file_until) for each in refused.contact.unsent] == [(None, None)]


def test_each_try_that_failed_is_kept_the_newest_ten() -> None:
    tries = tuple(Attempt(at=ago(hours=1), code=str(number), message="") for number in range(MOST_ATTEMPTS))
    draft = Draft.of(stored(contact(unsent=(unsent(),)), outgoing(attempts=tries)), NOW)

    apply_outcome(draft, unsent(), outgoing(attempts=tries), Refusal(code=FINAL, message="no"), CONTEXT)

    (failed,) = draft.written
    assert failed.error is not None
    kept = (*tries[1:], Attempt(at=NOW, code=FINAL, message=failed.error.message))
    assert failed.attempts == kept
    assert [line.attempts for line in draft.change().messages.values()] == [kept]
