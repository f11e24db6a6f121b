"""A queue with sessions: who holds one, who waits, what happens when a holder is gone."""

from datetime import timedelta

import pytest

from dev.stack.servicebus.queues import QueueDeclaration
from dev.stack.servicebus.records import Condition, RefusedError
from dev.stack.servicebus.store import Queue
from tests.unit.tools.servicebus.brokers import LOCK, Bench, Taker, ids, message, take, token


@pytest.fixture
def bench() -> Bench:
    return Bench(QueueDeclaration(name="talk", requires_session=True, lock_duration=LOCK, max_delivery_count=3))


@pytest.fixture
def queue(bench: Bench) -> Queue:
    return bench.queue("talk")


def held_by(queue: Queue, session_id: str, credit: int = 10) -> Taker:
    taker = Taker(queue, credit=credit)
    taker.take_session(queue.sessions.lock(session_id, taker))
    return taker


def next_for(queue: Queue) -> Taker:
    """Return a receiver that asked for the next available session."""
    taker = Taker(queue, credit=10)
    session = queue.sessions.lock_next(taker)
    if session is not None:
        taker.take_session(session)
    return taker


def test_a_message_without_session_is_refused(queue: Queue) -> None:
    with pytest.raises(RefusedError) as refusal:
        queue.check([message("a", "anna"), message("b")])
    assert refusal.value.condition is Condition.NOT_ALLOWED


def test_a_holder_gets_the_messages_of_its_session_alone(queue: Queue) -> None:
    queue.accept(message("a1", "anna"))
    queue.accept(message("b1", "ben"))
    anna = held_by(queue, "anna")
    queue.accept(message("a2", "anna"))
    assert ids(anna.taken) == ["a1", "a2"]


def test_a_held_session_can_not_be_locked_again(queue: Queue) -> None:
    held_by(queue, "anna")
    with pytest.raises(RefusedError) as refusal:
        held_by(queue, "anna")
    assert refusal.value.condition is Condition.SESSION_CANNOT_BE_LOCKED


def test_the_next_available_session_is_the_one_that_waited_longest(queue: Queue) -> None:
    queue.accept(message("a", "anna"))
    queue.accept(message("b", "ben"))
    assert [ids(next_for(queue).taken) for _ in range(2)] == [["a"], ["b"]]


def test_who_waits_gets_the_first_session_with_a_message_in_the_order_of_waiting(queue: Queue) -> None:
    first, second = next_for(queue), next_for(queue)
    queue.accept(message("a1", "anna"))
    queue.accept(message("a2", "anna"))
    queue.accept(message("b1", "ben"))
    assert (ids(first.taken), ids(second.taken)) == (["a1", "a2"], ["b1"])


def test_who_stopped_waiting_gets_nothing(queue: Queue) -> None:
    gone = next_for(queue)
    queue.sessions.stop_waiting(gone)
    queue.accept(message("a", "anna"))
    assert gone.session is None
    assert ids(next_for(queue).taken) == ["a"]


def test_a_holder_that_leaves_gives_back_in_order_and_uncounted(queue: Queue) -> None:
    for name in ("a1", "a2", "a3"):
        queue.accept(message(name, "anna"))
    leaving = held_by(queue, "anna", credit=2)
    waiting = next_for(queue)
    assert leaving.session is not None
    queue.sessions.release(leaving.session, leaving)
    assert ids(waiting.taken) == ["a1", "a2", "a3"]
    assert {record.delivery_count for record in waiting.taken} == {0}


def test_a_session_lock_that_runs_out_is_lost_and_counts_what_was_locked(bench: Bench, queue: Queue) -> None:
    queue.accept(message("a1", "anna"))
    queue.accept(message("a2", "anna"))
    late = held_by(queue, "anna", credit=1)
    lost = token(late.taken[0])
    bench.pass_time(LOCK)
    assert late.lost_sessions == 1
    with pytest.raises(RefusedError) as refusal:
        queue.complete(lost)
    assert refusal.value.condition is Condition.SESSION_LOCK_LOST
    assert [record.delivery_count for record in next_for(queue).taken] == [1, 0]


def test_a_renewed_session_lock_holds_for_another_duration(bench: Bench, queue: Queue) -> None:
    anna = held_by(queue, "anna")
    bench.pass_time(LOCK - timedelta(seconds=1))
    assert queue.sessions.renew("anna") == bench.now + LOCK
    bench.pass_time(LOCK - timedelta(seconds=1))
    assert anna.lost_sessions == 0


def test_a_holder_that_lost_its_session_can_not_release_that_of_the_next(bench: Bench, queue: Queue) -> None:
    queue.accept(message("a", "anna"))
    late = held_by(queue, "anna")
    bench.pass_time(LOCK)
    held_by(queue, "anna")
    assert late.session is not None
    queue.sessions.release(late.session, late)
    with pytest.raises(RefusedError):
        held_by(queue, "anna")


def test_an_abandoned_message_comes_back_before_the_next_of_its_session(queue: Queue) -> None:
    for name in ("a1", "a2"):
        queue.accept(message(name, "anna"))
    anna = held_by(queue, "anna", credit=1)
    anna.credit = 2
    queue.abandon(token(anna.taken[0]))
    assert ids(anna.taken) == ["a1", "a1", "a2"]


def test_a_dead_letter_has_left_its_session(bench: Bench, queue: Queue) -> None:
    queue.accept(message("a", "anna"))
    anna = held_by(queue, "anna")
    queue.dead_letter(token(anna.taken[0]), None, None)
    assert take(bench.queue("talk/$DeadLetterQueue")).message.session_id == "anna"
    assert queue.sessions.count() == 0


def test_a_deferred_message_is_given_to_the_holder_of_its_session_only(queue: Queue) -> None:
    number = queue.accept(message("a", "anna"))
    anna = held_by(queue, "anna")
    queue.defer(token(anna.taken[0]))
    assert ids(queue.receive_deferred([number], "anna")) == ["a"]
    with pytest.raises(RefusedError) as refusal:
        queue.receive_deferred([number], "ben")
    assert refusal.value.condition is Condition.SESSION_LOCK_LOST


def test_a_state_outlives_its_holder_and_lists_its_session(queue: Queue) -> None:
    anna = held_by(queue, "anna")
    queue.sessions.set_state("anna", b"greeted")
    assert anna.session is not None
    queue.sessions.release(anna.session, anna)
    assert queue.sessions.ids() == ["anna"]
    assert held_by(queue, "anna").session.state == b"greeted"  # type: ignore[union-attr]  # it holds one


def test_sessions_without_messages_state_and_holder_are_forgotten(queue: Queue) -> None:
    queue.accept(message("a", "anna"))
    anna = held_by(queue, "anna")
    queue.complete(token(anna.taken[0]))
    assert anna.session is not None
    queue.sessions.release(anna.session, anna)
    assert queue.sessions.ids() == []


def test_hundreds_of_short_sessions_are_each_handed_out_once(queue: Queue) -> None:
    waiting = [next_for(queue) for _ in range(32)]
    for number in range(320):
        queue.accept(message(str(number), f"session {number}"))
    done: list[str | None] = []
    while waiting:
        taker = waiting.pop(0)
        done += ids(taker.taken)
        for record in taker.taken:
            queue.complete(token(record))
        if taker.session is not None:
            queue.sessions.release(taker.session, taker)
            waiting.append(next_for(queue))
        else:
            queue.sessions.stop_waiting(taker)
    assert done == [str(number) for number in range(320)]
