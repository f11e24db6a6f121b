"""Delivery statuses move forward only, whatever comes; roles include each other."""

from functools import reduce
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.vocabulary.words import MessageStatus, Role, moves_forward

statuses = st.sampled_from(MessageStatus)
ENDS = [MessageStatus.FAILED, MessageStatus.CANCELLED, MessageStatus.EXPIRED]
FAILED, DELIVERED, READ = MessageStatus.FAILED, MessageStatus.DELIVERED, MessageStatus.READ


def after(now: MessageStatus, then: MessageStatus) -> MessageStatus:
    return then if moves_forward(now, then) else now


@given(statuses)
def test_no_status_moves_to_itself(status: MessageStatus) -> None:
    assert not moves_forward(status, status)


@given(statuses, statuses)
def test_there_is_no_way_back(now: MessageStatus, then: MessageStatus) -> None:
    assert not (moves_forward(now, then) and moves_forward(then, now))


@given(statuses, st.lists(statuses))
def test_an_end_is_an_end(start: MessageStatus, reports: list[MessageStatus]) -> None:
    """What has failed, or was never sent, stays so; what was read stays read."""
    end = reduce(after, reports, start)
    if start in (*ENDS, READ):
        assert end is start


@pytest.mark.parametrize("end", [MessageStatus.CANCELLED, MessageStatus.EXPIRED])
def test_only_what_is_held_is_cancelled_or_expires(end: MessageStatus) -> None:
    assert [status for status in MessageStatus if moves_forward(status, end)] == [MessageStatus.HELD]


@given(st.lists(st.sampled_from([MessageStatus.SENT, DELIVERED, READ]), min_size=1))
def test_without_a_failure_the_order_does_not_matter(reports: list[MessageStatus]) -> None:
    ends = {reduce(after, order, MessageStatus.PENDING) for order in (reports, reports[::-1], sorted(reports))}
    assert len(ends) == 1


def test_between_failure_and_arrival_the_first_counts() -> None:
    for order in permutations([MessageStatus.SENT, DELIVERED, READ, FAILED]):
        arrived_first = order.index(FAILED) > min(order.index(DELIVERED), order.index(READ))
        assert reduce(after, order, MessageStatus.PENDING) is (READ if arrived_first else FAILED)


@pytest.mark.parametrize(
    ("role", "includes"),
    [
        (Role.AGENT, {Role.AGENT}),
        (Role.SUPERVISOR, {Role.AGENT, Role.SUPERVISOR}),
        (Role.ADMIN, {Role.AGENT, Role.SUPERVISOR, Role.ADMIN}),
    ],
)
def test_each_role_includes_the_lower_ones(role: Role, includes: set[Role]) -> None:
    assert {other for other in Role if role.includes(other)} == includes
