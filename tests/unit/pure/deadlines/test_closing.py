"""Conversations that time closes: nothing happens any more, or the time for wrapping up is over."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.vocabulary.words import ClosureReason, ConversationStatus
from tests.unit.pure.contacts import NOW, ago, ahead, contact, conversation, held
from tests.unit.pure.deadlines.talk import AGENT, CUSTOMER, after_timer, due, lines, quiet, workstream

OPEN, ACTIVE = ConversationStatus.OPEN, ConversationStatus.ACTIVE
WAITING, WRAP_UP = ConversationStatus.WAITING, ConversationStatus.WRAP_UP
LIFE = workstream(
    lifecycle={
        "auto_close_open": "4d",
        "auto_close_active": "3d",
        "auto_close_waiting": "1d",
        "auto_close_outbound": "2d",
    }
)


@pytest.mark.parametrize(
    ("fields", "after"),
    [
        ({"status": OPEN}, timedelta(days=4)),
        ({"status": ACTIVE}, timedelta(days=3)),
        ({"status": WAITING}, timedelta(days=1)),
        ({"status": WAITING, "outbound": True}, timedelta(days=2)),
        ({"status": WAITING, "outbound": True, "queued_since": ago(hours=1)}, timedelta(days=1)),
        ({"status": WRAP_UP}, None),
        ({"status": ConversationStatus.CLOSED}, None),
        ({"status": WAITING, "workstream": "gone"}, None),
    ],
    ids=[
        "open",
        "active",
        "waiting",
        "the team began it",
        "the customer has answered since",
        "wrapped up",
        "closed",
        "no such workstream",
    ],
)
def test_each_status_has_its_time(fields: dict[str, Any], after: timedelta | None) -> None:
    of = contact(conversation=conversation(created_at=ago(hours=1), last_message_at=ago(hours=1), **fields))
    assert due(LIFE, of) == (ago(hours=1) + after if after else None)


@pytest.mark.parametrize(
    ("fields", "since"),
    [
        (quiet(AGENT, ago(hours=5)), ago(hours=5)),
        (quiet(CUSTOMER, ago(hours=5)), ago(hours=5)),
        (quiet(AGENT, ago(hours=5)) | {"last_message_at": ago(hours=1)}, ago(hours=5)),
        (quiet(AGENT, ago(hours=5)) | {"status_since": ago(hours=2)}, ago(hours=2)),
    ],
    ids=["an agent wrote", "the customer wrote", "the app has said something since", "it was set aside since"],
)
def test_the_clock_is_the_last_thing_that_either_side_did(fields: dict[str, Any], since: datetime) -> None:
    of = contact(conversation=conversation(status=WAITING, created_at=ago(days=9), **fields))
    assert due(LIFE, of) == since + timedelta(days=1)


def test_it_closes_with_a_word_of_why() -> None:
    of = contact(conversation=conversation(status=WAITING, created_at=ago(days=2), last_message_at=ago(days=1)))
    change = after_timer(LIFE, of)
    (closed,) = change.closed
    assert closed.closure
    assert (closed.closure.reason, lines(change)) == (
        ClosureReason.AUTO_CLOSED,
        ["Fermée : rien ne s’est passé depuis trop longtemps."],
    )
    assert due(LIFE, change.contact) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"held": (held("r1", ahead(days=3)),)},
        {"ping": "r0", "pinged_at": ago(days=4)},
    ],
    ids=["a reply is held", "a template is unanswered"],
)
def test_it_waits_for_the_customer_as_long_as_something_of_the_teams_does(fields: dict[str, Any]) -> None:
    of = contact(
        conversation=conversation(status=WAITING, created_at=ago(days=9), last_message_at=ago(days=9)), **fields
    )
    assert due(LIFE, of) == ahead(days=3)
    assert not after_timer(LIFE, of).closed


def test_a_longer_time_of_a_new_file_acts_at_once() -> None:
    of = contact(conversation=conversation(status=WAITING, created_at=ago(days=1), last_message_at=ago(days=1)))
    longer = workstream(lifecycle={"auto_close_waiting": "2d"})
    assert not after_timer(longer, of).closed
    assert due(longer, of) == ahead(days=1)


def test_once_its_time_is_over_what_is_wrapped_up_is_closed_as_ended_by_its_agent() -> None:
    of = contact(conversation=conversation(status=WRAP_UP, agent="ana", wrap_up_until=NOW))
    assert due(LIFE, of) == NOW
    change = after_timer(LIFE, of)
    (closed,) = change.closed
    assert closed.closure
    assert closed.closure.reason is ClosureReason.AGENT_ENDED
    assert lines(change) == ["Fermée : le temps de clôture est écoulé."]


def test_what_is_held_does_not_prolong_wrapping_up() -> None:
    """Its agent has ended it: that is a person's close."""
    of = contact(conversation=conversation(status=WRAP_UP, wrap_up_until=NOW), held=(held("r1", ahead(days=3)),))
    assert after_timer(LIFE, of).closed
