"""The messages of the queues: what is sent is what arrives, and what was sent by an older version is still read."""

import json
from datetime import UTC, datetime

import pytest

from shared.queue.erasure_messages import Erase, EraseChanges, EraseOld, ForgetErasure, ForgetHour, House, TellErasure
from shared.queue.kinds import decode_message
from shared.queue.media_messages import CopyMedia
from shared.queue.messages import (
    Buried,
    Check,
    Drain,
    EventMessage,
    Merged,
    Message,
    Pair,
    PhoneMoved,
    Reservations,
    RollCall,
    Subject,
    TimerFired,
    Turn,
)
from shared.queue.sender import CONVERSATIONS, TIMERS, QueueMessage
from shared.vocabulary.errors import Unreadable

AT = datetime(2026, 11, 24, 9, 0, 0, tzinfo=UTC)
MERGED = Merged(contact_id="c1", into="c2", alias="a1", at=AT)
WRITTEN: list[tuple[Message, str, str]] = [
    (EventMessage(envelope={"id": "e1", "data": {"n": 1}}), "event", '{"id": "e1", "data": {"n": 1}}'),
    (Check(contact_id="c1"), "check", '{"contact": "c1"}'),
    (
        Check(contact_id="c1", buried=Buried(queue="general", conversation_id="c1-e")),
        "check",
        '{"contact": "c1", "buried": ["general", "c1-e"]}',
    ),
    (
        Check(contact_id="c1", reserved=Pair(conversation_id="c1-e", agent="ana")),
        "check",
        '{"contact": "c1", "reserved": ["c1-e", "ana"]}',
    ),
    (TimerFired(contact_id="c1", generation=3), "timer", '{"contact": "c1", "generation": 3}'),
    (
        MERGED,
        "merged",
        '{"contact": "c1", "to": "c2", "alias": "a1", "at": "2026-11-24T09:00:00Z"}',
    ),
    (
        PhoneMoved(contact_id="c1", owner_id="c2", alias="a1"),
        "phone_moved",
        '{"contact": "c1", "to": "c2", "alias": "a1"}',
    ),
    (Turn(due=1764000000), "turn", '{"due": 1764000000}'),
    (Turn(due=1764000000, after={"billing": "line:2"}), "turn", '{"due": 1764000000, "after": {"billing": "line:2"}}'),
    (
        Reservations(pairs=(Pair(conversation_id="c1-e", agent="ana"),)),
        "reservations",
        '{"pairs": [["c1-e", "ana"]]}',
    ),
    (
        Drain(queue="billing", to="general", began_at=AT, after="c1-e"),
        "drain",
        '{"queue": "billing", "to": "general", "began": "2026-11-24T09:00:00Z", "after": "c1-e"}',
    ),
    (RollCall(minute=29400000), "roll", '{"minute": 29400000}'),
    (Erase(contact_id="c1"), "erase", '{"contact": "c1"}'),
    (Erase(contact_id="c1", after="2026-11-a"), "erase", '{"contact": "c1", "after": "2026-11-a"}'),
    (EraseOld(contact_id="c1"), "erase_old", '{"contact": "c1"}'),
    (
        ForgetErasure(aliases=("a1", "a2"), erased_at=AT),
        "forget_erasure",
        '{"aliases": ["a1", "a2"], "at": "2026-11-24T09:00:00Z"}',
    ),
    (
        TellErasure(contact_id="c1", erased_at=AT),
        "tell_erasure",
        '{"contact": "c1", "at": "2026-11-24T09:00:00Z"}',
    ),
    (House(day=20416), "house", '{"day": 20416}'),
    (House(day=20416, after="c1-e"), "house", '{"day": 20416, "after": "c1-e"}'),
    (EraseChanges(contact_id="c1"), "erase_changes", '{"contact": "c1"}'),
    (ForgetHour(hour="2026-11-29T23"), "forget_hour", '{"hour": "2026-11-29T23"}'),
    (
        CopyMedia(contact_id="c1", line="message:e:1:2", message_digest="d1", asked_at=AT, tries=2),
        "media",
        '{"contact": "c1", "line": "message:e:1:2", "message": "d1", "asked": "2026-11-24T09:00:00Z", "tries": 2}',
    ),
]


@pytest.mark.parametrize(("message", "subject", "body"), WRITTEN, ids=[body for _, _, body in WRITTEN])
def test_a_message_is_written_and_read_like_this(message: Message, subject: str, body: str) -> None:
    frame = QueueMessage.of(message, session_id="s", message_id="m")
    assert (frame.subject, json.loads(frame.encode())) == (subject, json.loads(body))
    assert decode_message(subject, body.encode()) == message


def test_every_subject_is_written_in_this_table() -> None:
    assert {subject for _, subject, _ in WRITTEN} == set(Subject)


def test_fields_that_are_not_known_are_ignored() -> None:
    """A message on the queue may be older than the code."""
    body = b'{"contact": "c1", "to": "c2", "alias": "a1", "at": "2026-11-24T09:00:00Z"}'
    assert decode_message("phone_moved", body) == PhoneMoved(contact_id="c1", owner_id="c2", alias="a1")


@pytest.mark.parametrize(
    ("subject", "body", "reason"),
    [
        ("dance", b"{}", "unknown subject dance"),
        ("check", b"no JSON", "the body is not JSON"),
        ("check", b"[]", "the body is not a JSON object"),
        ("check", b"{}", "contact is no text"),
        ("timer", b'{"contact": "c1", "generation": "3"}', "generation is no number"),
        ("merged", b'{"contact": "c", "to": "d", "alias": "e", "at": "soon"}', "at is no time"),
    ],
)
def test_what_cannot_be_read_says_why(subject: str, body: bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as caught:
        decode_message(subject, body)
    assert caught.value.reasons == (reason,)


def test_what_is_delivered_later_goes_to_a_queue_of_its_own() -> None:
    now = QueueMessage.of(Check(contact_id="c1"), session_id="s", message_id="m")
    later = QueueMessage.of(Check(contact_id="c1"), session_id="s", message_id="m", deliver_at=AT)
    assert (now.queue, later.queue) == (CONVERSATIONS, TIMERS)
