"""One trace a message: whatever is sent later is sent in the trace of the decision that wrote it."""

import pytest

from shared.queue.messages import Subject
from shared.queue.sender import QueueMessage
from shared.sending.channel import Postponed
from shared.state.contact import Contact
from shared.state.outgoing import Outgoing
from shared.state.rows import decode
from shared.state.tables import Table
from shared.telemetry import NoTelemetry
from tests.fakes.sample import sample
from tests.fakes.telemetry import FakeSpan
from tests.fakes.world import HOURS, World, refusal

BUSY = Postponed(code="503", message="busy")
REPLY = "00-11111111111111111111111111111111-1111111111111111-01"
LATER = "00-22222222222222222222222222222222-2222222222222222-01"


@pytest.fixture
async def world() -> World:
    """A customer has written; replies outside the window are held."""
    world = World(sample(when_window_closed="hold"))
    await world.customer("Bonjour")
    world.telemetry.spans.clear()
    return world


def sends(world: World) -> list[FakeSpan]:
    return [span for span in world.telemetry.spans if span.name == "send"]


async def test_a_message_of_the_queue_is_handled_in_its_own_trace(world: World) -> None:
    check = QueueMessage(
        subject=Subject.CHECK, session_id="s", message_id="check-1", body={"contact": world.contact.id}
    )
    await world.deliver(check, traceparent=REPLY)
    (span,) = world.telemetry.spans
    assert (span.name, span.parent) == ("route", REPLY)
    assert span.noted == {
        "subject": "check",
        "message_id": "check-1",
        "delivery": 1,
        "conversation_id": world.conversation.id,
    }


async def test_a_send_is_a_span_with_ids_and_codes_only(world: World) -> None:
    state = await world.reply("Me voici")
    (span,) = sends(world)
    assert span.noted == {
        "conversation_id": world.conversation.id,
        "outgoing_id": state.outgoing.id,
        "attempt": 0,
        "outcome": "accepted",
        "message_id": world.channel_id_of("Me voici"),
    }


async def test_a_message_that_is_tried_again_by_a_check_stays_in_its_trace(world: World) -> None:
    world.telemetry.trace = REPLY
    world.channel.answer_next(BUSY, BUSY)
    await refusal(world.reply("Me voici"))
    world.telemetry.trace = LATER
    await world.pass_time(120)
    assert [(span.parent, span.noted["outcome"]) for span in sends(world)] == [
        (REPLY, "postponed"),
        (REPLY, "postponed"),
        (REPLY, "accepted"),
    ]


async def test_a_held_reply_is_sent_in_the_trace_that_wrote_it(world: World) -> None:
    await world.pass_time(25 * HOURS)
    world.telemetry.trace = REPLY
    await world.reply("Dehors")
    world.telemetry.trace = LATER
    await world.customer("Encore moi", by=world.worker())
    (span,) = sends(world)
    assert (span.parent, span.within) == (REPLY, LATER)


async def test_without_telemetry_no_row_holds_a_trace(world: World) -> None:
    await world.reply("Me voici", by=world.worker(telemetry=NoTelemetry()))
    assert all("traceparent" not in row.body for row in world.tables.rows(Table.CONTACTS, world.contact.id))


def test_rows_written_before_there_was_telemetry_can_be_read() -> None:
    row = decode(
        Outgoing,
        '{"id": "o", "conversation_id": "c", "author": {"type": "agent"}, "content": {"kind": "text", "text": "Oui"},'
        ' "status": "pending"}',
    )
    contact = decode(
        Contact,
        '{"id": "c", "channel_id": "x", "session_id": "s", "conversation": {"id": "c-e", "status": "open",'
        ' "workstream": "w", "queue": "q", "created_at": "2026-11-24T09:00:00Z",'
        ' "last_message_at": "2026-11-24T09:00:00Z"}}',
    )
    assert row.traceparent is None
    assert contact.conversation
    assert contact.conversation.answered_at is None
