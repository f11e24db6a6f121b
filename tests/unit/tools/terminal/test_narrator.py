"""What a person is told of what the parts of a stack log."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dev.stack.terminal.events import Event, Tone
from dev.stack.terminal.narrator import Narrator
from shared.vocabulary.identity import message_hash

START = datetime(2026, 11, 29, 9, 14, 2, tzinfo=UTC)
LONG_AFTER = timedelta(seconds=3)
PHONE = "+33 6•• ••• •27"


def at(milliseconds: int, **record: Any) -> dict[str, Any]:
    return {"at": (START + timedelta(milliseconds=milliseconds)).isoformat(), "level": "INFO"} | record


def phone(milliseconds: int, message_id: str, status: str, *, direction: str = "out", **more: Any) -> dict[str, Any]:
    said = {"kind": "text", "direction": direction, "status": status, "message_id": message_id} | more
    return at(milliseconds, part="phone", phone=PHONE, **said)


def app(milliseconds: int, step: str, **more: Any) -> dict[str, Any]:
    return at(milliseconds, part="contact_centre", step=step, conversation_id="c", **more)


def route(milliseconds: int, message_id: str, subject: str = "event") -> dict[str, Any]:
    return app(milliseconds, "route", message_id=message_id, subject=subject)


def send(milliseconds: int, message_id: str, **author: str) -> dict[str, Any]:
    return app(milliseconds, "send", outcome="accepted", message_id=message_id, duration_ms=10, **author)


def reply(milliseconds: int, message_id: str | None, status: str, **more: Any) -> dict[str, Any]:
    return app(milliseconds, "reply", message_id=message_id, status=status, duration_ms=milliseconds - 100, **more)


WROTE = phone(0, "m1", "sent", direction="in")
GREETED = send(30, "g1", author="automated", trigger="greeting")
BILLING = app(20, "conversation", queue="billing", status="open")
STORED = route(40, "m1")
DELIVERED = phone(80, "g1", "delivered")
ANSWERED = send(120, "r1", author="agent")
HELD = {"held": "held"}
FOLLOW_UP: dict[str, Any] = {"kind": "template", "template": "follow_up"}
FAILED: dict[str, Any] = {"code": "131047", "reason": "Re-engagement message: more than 24 hours have passed"}

STORIES = {
    "a first message and its greeting are one event": (
        [WROTE, BILLING, GREETED, STORED, phone(50, "g1", "sent"), DELIVERED],
        ["→ billing: stored, greeting delivered 0.08 s"],
    ),
    "the phones may be heard of before or after the app": (
        [GREETED, STORED, DELIVERED, BILLING, WROTE],
        ["→ billing: stored, greeting delivered 0.08 s"],
    ),
    "an id of Meta, of which the app logs the hash": (
        [
            phone(0, "wamid.a/b", "sent", direction="in"),
            BILLING,
            send(30, message_hash("wamid.c"), author="automated", trigger="greeting"),
            route(40, message_hash("wamid.a/b")),
            route(45, f"{message_hash('wamid.c')}:sent"),
            phone(80, "wamid.c", "delivered"),
        ],
        ["→ billing: stored, greeting delivered 0.08 s"],
    ),
    "a message that brings nothing": ([WROTE, BILLING, STORED], ["→ billing: stored 0.04 s"]),
    "a queue that is not known": ([WROTE, STORED], ["→ : stored 0.04 s"]),
    "another kind than text": (
        [phone(0, "m1", "sent", direction="in", kind="image"), BILLING, STORED],
        ["→ billing: image stored 0.04 s"],
    ),
    "a reply": (
        [ANSWERED, reply(130, "r1", "sent"), phone(150, "r1", "delivered")],
        ["← : reply delivered 0.05 s"],
    ),
    "a reply that arrives before its caller is answered": (
        [ANSWERED, phone(125, "r1", "delivered"), reply(130, "r1", "sent")],
        ["← : reply delivered 0.03 s"],
    ),
    "a message is read": (
        [ANSWERED, reply(130, "r1", "sent"), phone(150, "r1", "delivered"), phone(900, "r1", "read")],
        ["← : reply delivered 0.05 s", "← : reply read"],
    ),
    "a reply asked for again is told once": (
        [ANSWERED, reply(130, "r1", "sent"), phone(150, "r1", "delivered"), reply(300, "r1", "delivered")],
        ["← : reply delivered 0.05 s"],
    ),
    "the window is closed: a template, and the words are held": (
        [ANSWERED, reply(130, "r1", "sent", **HELD), phone(150, "r1", "delivered", **FOLLOW_UP)],
        ["← : template follow_up delivered, the reply is held 0.05 s"],
    ),
    "a second reply is held without a template": (
        [reply(130, None, "held", **HELD)],
        ["← : reply held until the customer writes 0.03 s"],
    ),
    "held replies go out when the customer writes": (
        [
            WROTE,
            send(20, "h1", author="agent"),
            send(30, "h2", author="agent"),
            STORED,
            phone(60, "h1", "delivered"),
            phone(70, "h2", "delivered"),
        ],
        ["→ : stored, 2 held replies delivered 0.07 s"],
    ),
    "a reply fails and a template goes out instead": (
        [
            ANSWERED,
            reply(130, "r1", "sent"),
            phone(140, "r1", "failed", **FAILED),
            send(160, "t1", author="agent"),
            route(170, "r1:failed"),
            phone(190, "t1", "delivered", **FOLLOW_UP),
        ],
        ["← : reply failed, 131047 Re-engagement message 0.04 s", "← : template follow_up delivered instead 0.04 s"],
    ),
    "the channel is busy, and the reply goes out by itself": (
        [
            WROTE,
            STORED,
            app(120, "send", outcome="postponed", code="429", author="agent", duration_ms=5),
            reply(130, None, "pending"),
            send(500, "r1", author="agent"),
            route(510, "x", "check"),
            phone(520, "r1", "delivered"),
        ],
        [
            "→ : stored 0.04 s",
            "← : reply not taken yet, it is tried again (429)",
            "← : reply waits to be sent 0.03 s",
            "← : reply delivered 0.03 s",
        ],
    ),
    "a greeting that is not taken, told once its customer is known": (
        [WROTE, app(30, "send", outcome="refused", trigger="greeting", duration_ms=5), BILLING, STORED],
        ["← billing: greeting refused", "→ billing: stored 0.04 s"],
    ),
    "an event that can't be understood": (
        [at(0, level="WARNING", part="contact_centre", step="ingest", outcome="quarantined", reasons=["no channel"])],
        ["→ quarantine: no channel"],
    ),
    "a refused call, once for all that a program makes in a row": (
        [app(0, "api", method="GET", route="conversations", status=401, code="unauthorized")] * 3,
        [": GET conversations: 401 unauthorized"],
    ),
    "what goes well and is nobody's concern": ([app(0, "api", method="GET", route="ready", status=200)], []),
}


@pytest.mark.parametrize(("records", "told"), STORIES.values(), ids=STORIES)
def test_what_is_told(records: list[dict[str, Any]], told: list[str]) -> None:
    narrator = Narrator()
    events = [event for record in records for event in narrator.take(record)]
    assert [line(event) for event in events] == told
    assert narrator.overdue(START + LONG_AFTER) == []


def test_an_error_is_told_in_full() -> None:
    trace = '  File "a.py", line 1\n  File "b.py", line 2\n'
    (event,) = Narrator().take(
        at(0, level="ERROR", part="contact_centre", step="route.failed", delivery=2, error_type="KeyError", trace=trace)
    )
    assert (event.who, event.what, event.tone) == (
        "The app",
        "route.failed: delivery 2, error_type KeyError",
        Tone.ERROR,
    )
    assert event.detail == trace.rstrip()


def test_a_message_that_the_app_does_not_take_is_told_and_told_again_once_it_is_stored() -> None:
    narrator = Narrator()
    assert narrator.take(WROTE) == []
    (waits,) = narrator.overdue(START + LONG_AFTER)
    assert (line(waits), waits.tone) == ("→ : not stored yet 3.00 s", Tone.TROUBLE)
    assert narrator.overdue(START + 2 * LONG_AFTER) == []
    assert [line(event) for event in narrator.take(route(9000, "m1"))] == ["→ : stored 9.00 s"]


def test_a_greeting_that_does_not_arrive_is_told_as_sent_and_its_arrival_later() -> None:
    narrator = Narrator()
    for record in (WROTE, GREETED, STORED):
        assert narrator.take(record) == []
    (sent,) = narrator.overdue(START + LONG_AFTER)
    assert line(sent) == "→ : stored, greeting sent 0.04 s"
    assert [line(event) for event in narrator.take(phone(5020, "g1", "delivered"))] == ["← : greeting delivered 5.00 s"]


def test_what_was_sent_and_whose_message_died_with_the_worker_is_told_all_the_same() -> None:
    narrator = Narrator()
    assert narrator.take(GREETED) == narrator.take(DELIVERED) == []
    assert [line(event) for event in narrator.overdue(START + LONG_AFTER)] == ["← : greeting delivered 2.98 s"]


def line(event: Event) -> str:
    """An event as one text, without the time and the phone."""
    assert event.who in (PHONE, "a customer", "an event", "API")
    took = "" if event.seconds is None else f" {event.seconds:.2f} s"
    return f"{event.arrow} {event.queue}: ".lstrip() + event.what + took
