"""What time does to messages: scheduling, forwarding when due, duplicate detection, and the movable clock."""

from datetime import timedelta

import pytest

from dev.stack.servicebus.queues import QueueDeclaration
from dev.stack.servicebus.records import Condition, RefusedError, State
from tests.unit.tools.servicebus.brokers import WINDOW, Bench, ids, message, take

MINUTE = timedelta(minutes=1)


@pytest.fixture
def bench() -> Bench:
    return Bench(
        QueueDeclaration(
            name="talk",
            requires_session=True,
            requires_duplicate_detection=True,
            duplicate_detection_window=WINDOW,
        ),
        QueueDeclaration(name="later", forward_to="talk"),
        QueueDeclaration(name="plain"),
    )


def test_a_scheduled_message_becomes_active_when_due_under_a_new_number(bench: Bench) -> None:
    queue = bench.queue("plain")
    number = queue.accept(message("a", due=bench.now + MINUTE))
    assert queue.peek(0, 1)[0].state is State.SCHEDULED
    bench.pass_time(MINUTE - timedelta(seconds=1))
    assert queue.receive() is None
    bench.pass_time(timedelta(seconds=1))
    record = take(queue)
    assert record.sequence > number
    assert record.enqueued_at == bench.now


def test_scheduled_messages_become_active_in_the_order_they_are_due(bench: Bench) -> None:
    queue = bench.queue("plain")
    for name, minutes in (("late", 2), ("early", 1)):
        queue.accept(message(name, due=bench.now + minutes * MINUTE))
    bench.advance(2 * MINUTE)
    assert ids([take(queue), take(queue)]) == ["early", "late"]


def test_a_cancelled_message_never_comes(bench: Bench) -> None:
    queue = bench.queue("plain")
    number = queue.accept(message("a", due=bench.now + MINUTE))
    queue.cancel(number)
    bench.advance(MINUTE)
    assert queue.receive() is None
    with pytest.raises(RefusedError) as refusal:
        queue.cancel(number)
    assert refusal.value.condition is Condition.MESSAGE_NOT_FOUND


def test_a_message_is_forwarded_when_due_into_its_session(bench: Bench) -> None:
    number = bench.queue("later").accept(message("a", "anna", due=bench.now + MINUTE))
    assert bench.queue("talk").peek(0, 10) == []
    bench.advance(MINUTE)
    [arrived] = bench.queue("talk").peek(0, 10)
    assert (arrived.message.session_id, arrived.enqueue_sequence, arrived.state) == ("anna", number, State.ACTIVE)
    assert bench.queue("later").size == 0


def test_duplicate_detection_of_the_destination_works_on_arrival(bench: Bench) -> None:
    later, talk = bench.queue("later"), bench.queue("talk")
    later.accept(message("turn", "queue", due=bench.now + MINUTE))
    later.accept(message("turn", "queue", due=bench.now + MINUTE))
    talk.accept(message("other", "queue"))
    bench.advance(MINUTE)
    assert ids(talk.peek(0, 10)) == ["other", "turn"]


def test_what_the_destination_refuses_becomes_a_dead_letter_of_the_source(bench: Bench) -> None:
    bench.queue("later").accept(message("a"))
    letter = take(bench.queue("later/$DeadLetterQueue"))
    assert letter.properties["DeadLetterReason"] == "ForwardingFailed"
    assert bench.queue("talk").size == 0


def test_an_id_seen_within_the_window_is_dropped_whatever_became_of_the_first(bench: Bench) -> None:
    queue = bench.queue("talk")
    queue.accept(message("a", "anna"))
    bench.pass_time(WINDOW)
    queue.accept(message("a", "anna"))
    assert queue.size == 1
    bench.pass_time(timedelta(seconds=1))
    queue.accept(message("a", "anna"))
    assert queue.size == 2


def test_messages_without_an_id_are_never_duplicates(bench: Bench) -> None:
    queue = bench.queue("talk")
    queue.accept(message(None, "anna"))
    queue.accept(message(None, "anna"))
    assert queue.size == 2


def test_moving_the_clock_forgets_ids_and_leaves_locks(bench: Bench) -> None:
    queue, plain = bench.queue("talk"), bench.queue("plain")
    queue.accept(message("a", "anna"))
    plain.accept(message("locked"))
    record = take(plain)
    bench.advance(WINDOW + MINUTE)
    queue.accept(message("a", "anna"))
    assert queue.size == 2
    assert record.lock_token is not None


def test_what_is_scheduled_after_a_move_waits_its_full_time(bench: Bench) -> None:
    bench.advance(timedelta(days=1))
    queue = bench.queue("plain")
    queue.accept(message("a", due=bench.now + MINUTE))
    bench.pass_time(MINUTE - timedelta(seconds=1))
    assert queue.receive() is None
    bench.pass_time(timedelta(seconds=1))
    assert take(queue).message.message_id == "a"
