"""A queue without sessions: order, locks, settlement, dead letters."""

from datetime import timedelta
from uuid import uuid4

import pytest

from dev.stack.servicebus.queues import QueueDeclaration
from dev.stack.servicebus.records import Condition, RefusedError, State
from dev.stack.servicebus.store import Counts
from tests.unit.tools.servicebus.brokers import LOCK, Bench, Taker, ids, message, take, token

PLAIN = QueueDeclaration(name="plain", lock_duration=LOCK, max_delivery_count=2)


@pytest.fixture
def bench() -> Bench:
    return Bench(PLAIN)


def test_messages_leave_in_the_order_they_came(bench: Bench) -> None:
    queue = bench.queue("plain")
    for name in "abc":
        queue.accept(message(name))
    assert ids([take(queue) for _ in range(3)]) == ["a", "b", "c"]
    assert queue.receive() is None


def test_a_completed_message_is_gone(bench: Bench) -> None:
    queue = bench.queue("plain")
    queue.accept(message("a"))
    queue.complete(token(take(queue)))
    assert queue.size == 0


def test_an_abandoned_message_comes_back_before_later_ones_and_counts(bench: Bench) -> None:
    queue = bench.queue("plain")
    queue.accept(message("a"))
    queue.accept(message("b"))
    queue.abandon(token(take(queue)), {"why": "busy"})
    again = take(queue)
    assert (again.message.message_id, again.delivery_count, again.properties) == ("a", 1, {"why": "busy"})


def test_a_released_message_comes_back_uncounted(bench: Bench) -> None:
    queue = bench.queue("plain")
    queue.accept(message("a"))
    queue.release(token(take(queue)))
    assert take(queue).delivery_count == 0


def test_the_last_failed_delivery_makes_a_dead_letter_that_keeps_count_and_time(bench: Bench) -> None:
    queue, dead = bench.queue("plain"), bench.queue("plain/$deadletterqueue")
    queue.accept(message("a"))
    arrived = bench.now
    bench.pass_time(timedelta(seconds=10))
    queue.abandon(token(take(queue)))
    queue.abandon(token(take(queue)))
    letter = take(dead)
    assert letter.properties["DeadLetterReason"] == "MaxDeliveryCountExceeded"
    assert (letter.delivery_count, letter.enqueued_at, letter.dead_letter_source) == (2, arrived, "plain")
    assert queue.size == 0


def test_a_dead_letter_can_be_abandoned_any_number_of_times(bench: Bench) -> None:
    queue, dead = bench.queue("plain"), bench.queue("plain/$DeadLetterQueue")
    queue.accept(message("a"))
    queue.dead_letter(token(take(queue)), "Unreadable", None)
    for _ in range(20):
        dead.abandon(token(take(dead)))
    assert take(dead).properties == {"DeadLetterReason": "Unreadable"}


def test_a_lock_that_runs_out_gives_the_message_back_as_failed(bench: Bench) -> None:
    queue = bench.queue("plain")
    queue.accept(message("a"))
    lost = token(take(queue))
    bench.pass_time(LOCK)
    with pytest.raises(RefusedError) as refusal:
        queue.complete(lost)
    assert refusal.value.condition is Condition.MESSAGE_LOCK_LOST
    assert take(queue).delivery_count == 1


def test_a_renewed_lock_holds_for_another_duration(bench: Bench) -> None:
    queue = bench.queue("plain")
    queue.accept(message("a"))
    queue.accept(message("b"))
    kept, lost = take(queue), take(queue)
    bench.pass_time(LOCK - timedelta(seconds=1))
    assert queue.renew(token(kept)) == bench.now + LOCK
    bench.pass_time(timedelta(seconds=1))
    assert (kept.lock_token is None, lost.lock_token is None) == (False, True)


def test_a_receiver_that_leaves_keeps_its_locks_until_they_run_out(bench: Bench) -> None:
    queue = bench.queue("plain")
    taker = Taker(queue, credit=1)
    queue.add_receiver(taker)
    queue.accept(message("a"))
    queue.remove_receiver(taker)
    assert queue.receive() is None
    bench.pass_time(LOCK)
    assert take(queue).message.message_id == "a"


def test_competing_receivers_take_turns(bench: Bench) -> None:
    queue = bench.queue("plain")
    first, second = Taker(queue, credit=5), Taker(queue, credit=5)
    queue.add_receiver(first)
    queue.add_receiver(second)
    for name in "abcd":
        queue.accept(message(name))
    assert (ids(first.taken), ids(second.taken)) == (["a", "c"], ["b", "d"])


def test_a_receiver_without_credit_is_passed_over(bench: Bench) -> None:
    queue = bench.queue("plain")
    without, with_credit = Taker(queue), Taker(queue, credit=1)
    queue.add_receiver(without)
    queue.add_receiver(with_credit)
    queue.accept(message("a"))
    assert ids(with_credit.taken) == ["a"]


def test_receive_and_delete_keeps_nothing(bench: Bench) -> None:
    queue = bench.queue("plain")
    queue.accept(message("a"))
    record = queue.receive(keep=False)
    assert record is not None
    assert (record.lock_token, queue.size) == (None, 0)


def test_a_deferred_message_comes_only_by_its_number(bench: Bench) -> None:
    queue = bench.queue("plain")
    number = queue.accept(message("a"))
    queue.defer(token(take(queue)))
    assert queue.receive() is None
    [record] = queue.receive_deferred([number], None)
    queue.abandon(token(record))
    assert queue.receive() is None
    assert queue.peek(0, 10)[0].state is State.DEFERRED
    [record] = queue.receive_deferred([number], None)
    queue.complete(token(record))
    with pytest.raises(RefusedError) as refusal:
        queue.receive_deferred([number], None)
    assert refusal.value.condition is Condition.MESSAGE_NOT_FOUND


def test_peek_shows_messages_in_any_state_and_touches_none(bench: Bench) -> None:
    queue = bench.queue("plain")
    queue.accept(message("deferred"))
    queue.defer(token(take(queue)))
    queue.accept(message("locked"))
    take(queue)
    queue.accept(message("scheduled", due=bench.now + LOCK))
    queue.accept(message("active"))
    assert ids(queue.peek(2, 2)) == ["locked", "scheduled"]
    assert queue.counts() == Counts(active=1, locked=1, deferred=1, scheduled=1, dead_letter=0, sessions=0, accepting=0)


def test_a_full_queue_refuses() -> None:
    queue = Bench(QueueDeclaration(name="small", max_size_in_megabytes=1)).queue("small")
    big = message("a", size=600_000)
    queue.check([big])
    queue.accept(big)
    with pytest.raises(RefusedError) as refusal:
        queue.check([message("b", size=600_000)])
    assert refusal.value.condition is Condition.QUOTA_EXCEEDED


def test_ids_longer_than_128_characters_are_refused(bench: Bench) -> None:
    bench.queue("plain").check([message("x" * 128)])
    with pytest.raises(RefusedError) as refusal:
        bench.queue("plain").check([message("x" * 129)])
    assert refusal.value.condition is Condition.ARGUMENT_ERROR


def test_an_unknown_token_is_a_lost_lock(bench: Bench) -> None:
    with pytest.raises(RefusedError) as refusal:
        bench.queue("plain").abandon(uuid4())
    assert refusal.value.condition is Condition.MESSAGE_LOCK_LOST


def test_an_unknown_queue_names_those_that_exist(bench: Bench) -> None:
    with pytest.raises(RefusedError, match="there are plain") as refusal:
        bench.queue("plan")
    assert refusal.value.condition is Condition.NOT_FOUND
