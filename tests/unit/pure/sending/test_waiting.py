"""A message that waits for its channel or its customer: until when, and how much of that counts against it."""

from dataclasses import replace
from datetime import datetime

import pytest

from shared.sending.pacing import keep_pace, pace_of, slow_down
from shared.sending.waiting import Wait, let_wait
from shared.state.contact import Pace
from shared.state.draft import Draft
from tests.unit.pure.contacts import NOW, ago, ahead, contact, outgoing, stored, unsent

UNTIL = ahead(minutes=15)


@pytest.mark.parametrize(
    ("since", "not_before", "stopped_at", "counted_from"),
    [
        (ago(minutes=10), None, None, ago(minutes=10)),
        (ago(minutes=10), None, ago(minutes=3), ahead(minutes=8)),
        (ago(minutes=2), None, ago(minutes=3), UNTIL),
        (ago(minutes=10), ago(seconds=1), ago(minutes=20), ahead(minutes=5, seconds=1)),
    ],
    ids=["paced", "stopped since", "written under the stop", "waited for the stop before"],
)
def test_time_under_a_stop_does_not_count_against_a_message(
    since: datetime, not_before: datetime | None, stopped_at: datetime | None, counted_from: datetime
) -> None:
    """And its attempt stays what it was: perhaps it was made, and its worker died."""
    before = unsent(since=since, not_before=not_before, tries=2, attempt=1)
    draft = Draft.of(stored(contact(unsent=(before,)), outgoing()), NOW)
    let_wait(draft, before, outgoing(), Wait(until=UNTIL, code="131042", stopped_at=stopped_at))
    (after,) = draft.contact.unsent
    assert after == replace(before, since=counted_from, not_before=UNTIL, next_check=UNTIL)
    assert [each.error and each.error.code for each in draft.written] == ["131042"]


@pytest.mark.parametrize(
    ("pace", "waits_until"),
    [
        (None, None),
        (Pace(until=ahead(minutes=9), next_at=ahead(seconds=4)), ahead(seconds=4)),
        (Pace(until=ahead(minutes=9), next_at=NOW), None),
        (Pace(until=ago(seconds=1), next_at=ahead(seconds=4)), None),
    ],
)
def test_who_is_paced_waits_for_the_next_turn(pace: Pace | None, waits_until: datetime | None) -> None:
    wait = pace_of(contact(pace=pace), NOW)
    assert (wait.until if wait else None) == waits_until


def test_a_pace_lasts_ten_minutes_after_the_last_refusal_and_is_forgotten_then() -> None:
    draft = Draft.of(stored(contact()), NOW)
    keep_pace(draft)
    assert draft.untouched
    slow_down(draft, None)
    assert draft.contact.pace == Pace(until=ahead(minutes=10), next_at=ahead(seconds=6))
    later = Draft.of(stored(draft.contact), ahead(minutes=9))
    keep_pace(later)
    assert later.contact.pace == Pace(until=ahead(minutes=10), next_at=ahead(minutes=9, seconds=6))
    after = Draft.of(stored(draft.contact), ahead(minutes=10))
    keep_pace(after)
    assert after.contact.pace is None
