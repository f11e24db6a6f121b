"""An agent's load: entries with versions, of which an older one changes nothing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.state.agent import Agent, LoadEntry, LoadKind
from shared.state.draft import Room
from shared.state.loads import (
    MOST_HELD,
    Obstacle,
    mended,
    obstacle_to,
    pruned,
    with_entry,
    with_reserved,
    without,
)

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
LONG_AGO = NOW - timedelta(hours=2)
HELD, PARKED, GONE = LoadKind.HELD, LoadKind.PARKED, LoadKind.GONE


def entry(kind: LoadKind = HELD, version: int = 8, units: int = 30, at: datetime = NOW) -> LoadEntry:
    return LoadEntry(kind=kind, version=version, queue="general", at=at, units=units if kind is HELD else 0)


def ana(**load: LoadEntry) -> Agent:
    return Agent(id="ana", name="Ana", capacity=60, load=load)


def test_three_free_places_are_given_once_each_in_the_order_of_the_line() -> None:
    agent, reservation = with_reserved(
        replace(ana(), capacity=90), {each: entry() for each in ("a", "b", "c", "d")}, Room.CAPACITY
    )
    assert reservation.taken == {"a", "b", "c"}
    assert reservation.obstacles == {"d": Obstacle.NO_ROOM}
    assert agent.units == 90
    assert agent.last_assigned == {"general": NOW}


@pytest.mark.parametrize(
    ("room", "obstacle"),
    [(Room.CAPACITY, Obstacle.NO_ROOM), (Room.TWICE, None), (Room.ANY, None)],
)
def test_how_much_an_agent_may_have_is_up_to_the_decision(room: Room, obstacle: Obstacle | None) -> None:
    assert obstacle_to(ana(a=entry(), b=entry()), "c", 30, room) is obstacle


def test_twice_the_capacity_is_the_end_of_affinity() -> None:
    full = ana(**{each: entry() for each in "abcd"})
    assert obstacle_to(full, "e", 30, Room.TWICE) is Obstacle.NO_ROOM
    assert obstacle_to(full, "e", 30, Room.ANY) is None


def test_nobody_has_more_than_two_hundred_whatever_they_weigh() -> None:
    full = ana(**{f"c{each}": entry(units=0) for each in range(MOST_HELD)})
    assert obstacle_to(full, "one-more", 0, Room.ANY) is Obstacle.FULL
    assert obstacle_to(full, "c7", 0, Room.ANY) is None


def test_what_an_agent_has_of_a_conversation_counts_as_free_for_it() -> None:
    agent, reservation = with_reserved(ana(a=entry(), b=entry()), {"b": entry(version=9)}, Room.CAPACITY)
    assert reservation.taken == {"b"}
    assert agent.units == 60


def test_a_reservation_of_an_older_version_is_outdated() -> None:
    agent, reservation = with_reserved(ana(a=entry(GONE, version=9)), {"a": entry(version=8)}, Room.ANY)
    assert reservation.obstacles == {"a": Obstacle.OUTDATED}
    assert agent.load["a"].kind is GONE


@pytest.mark.parametrize(
    ("there", "given", "kept"),
    [
        (entry(version=8), entry(GONE, version=7), True),  # a worker that still believes in 7
        (entry(version=8), entry(GONE, version=8), False),
        (entry(version=8), entry(PARKED, version=9), False),
        (entry(GONE, version=8), entry(version=7), True),  # it can't be brought back
        (entry(GONE, version=8), entry(version=9), False),
        (entry(version=8, at=LONG_AGO), entry(version=9), True),  # it says the same: not written again
        (None, entry(version=3), False),
        (None, entry(GONE, version=3), False),
        (None, entry(GONE, version=3, at=LONG_AGO), True),  # what was pruned is not put there again
    ],
)
def test_only_a_contact_of_its_version_or_a_later_one_changes_an_entry(
    there: LoadEntry | None, given: LoadEntry, kept: bool
) -> None:
    before = ana(**({"c": there} if there else {}))
    after = with_entry(before, "c", given, NOW)
    assert (after is before) is kept
    assert after.load.get("c") == (there if kept else given)


@pytest.mark.parametrize(("given", "freed"), [(entry(GONE, 9), NOW), (entry(PARKED, 9), NOW), (entry(HELD, 9), None)])
def test_capacity_is_freed_by_what_leaves_or_waits(given: LoadEntry, freed: datetime | None) -> None:
    assert with_entry(ana(c=entry()), "c", given, NOW).freed_at == freed


@pytest.mark.parametrize(
    ("there", "removed"),
    [(entry(version=8), True), (entry(version=9), False), (entry(PARKED, version=8), False), (entry(GONE, 8), False)],
)
def test_what_was_not_committed_is_taken_back_unless_something_came_after_it(there: LoadEntry, removed: bool) -> None:
    before = ana(c=there)
    after = without(before, {"c": 8, "not-there": 8}, NOW)
    assert (after is not before) is removed
    assert after.load["c"].kind is (GONE if removed else there.kind)


@pytest.mark.parametrize(
    ("there", "true", "kind"),
    [
        (entry(version=8, at=LONG_AGO), None, GONE),  # orphaned: its commit never came
        (entry(version=8), None, None),  # its commit may be under way
        (entry(PARKED, version=8, at=LONG_AGO), None, GONE),
        (entry(version=9, at=LONG_AGO), entry(PARKED, version=8), PARKED),  # whatever the versions
        (entry(version=9), entry(PARKED, version=8), None),
        (entry(GONE, version=8), entry(version=8), HELD),
        (entry(version=8), entry(version=12), HELD),
        (None, entry(version=8), HELD),
    ],
)
def test_a_pair_is_mended_by_what_its_contact_says(
    there: LoadEntry | None, true: LoadEntry | None, kind: LoadKind | None
) -> None:
    after = mended(ana(**({"c": there} if there else {})), "c", true, NOW - timedelta(seconds=60), NOW)
    assert (after.load["c"].kind if after else None) is kind


def test_mending_what_was_never_there_leaves_nothing() -> None:
    before = ana()
    assert mended(before, "c", None, NOW - timedelta(seconds=60), NOW) is before


def test_an_empty_entry_stands_five_minutes() -> None:
    agent = ana(a=entry(GONE, at=NOW), b=entry(at=LONG_AGO))
    assert set(pruned(agent, NOW + timedelta(seconds=299)).load) == {"a", "b"}
    assert set(pruned(agent, NOW + timedelta(seconds=300)).load) == {"b"}


def test_the_last_assignments_are_kept_of_the_newest_fifty_queues() -> None:
    agent = ana()
    for at in range(60):
        given = replace(entry(units=0, at=NOW + timedelta(minutes=at)), queue=f"q{at}")
        agent, _ = with_reserved(agent, {f"c{at}": given}, Room.ANY)
    assert set(agent.last_assigned) == {f"q{at}" for at in range(10, 60)}


@given(
    history=st.lists(st.sampled_from([HELD, PARKED, GONE]), min_size=1, max_size=12),
    late=st.randoms(use_true_random=False),
)
def test_settled_in_whatever_order_and_however_often_an_entry_says_what_the_newest_version_does(
    history: list[LoadKind], late: Random
) -> None:
    """What is given is reserved at its version before that is committed; older versions may be settled at any time."""
    agent = ana()
    committed: list[tuple[LoadKind, int]] = []
    for version, wanted in enumerate(history, start=1):
        before = committed[-1][0] if committed else None
        kind = HELD if (wanted, before) == (PARKED, GONE) else wanted  # only who has it can set it aside
        if kind is HELD and before is not HELD:
            agent, _ = with_reserved(agent, {"c": entry(HELD, version)}, Room.ANY)
        committed.append((kind, version))
        for settled in late.choices(committed, k=late.randint(0, 3)):
            agent = with_entry(agent, "c", entry(*settled), NOW)
    agent = with_entry(agent, "c", entry(*committed[-1]), NOW)
    for settled in late.choices(committed, k=6):
        agent = with_entry(agent, "c", entry(*settled), NOW)
    assert agent.load["c"].kind is committed[-1][0]
    assert agent.units == (30 if committed[-1][0] is HELD else 0)


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(1, 40), st.integers(1, 9)), max_size=30))
def test_whatever_is_reserved_nobody_is_over_capacity_and_what_was_taken_is_there(
    wanted: list[tuple[str, int, int]],
) -> None:
    agent = ana()
    for conversation_id, units, version in wanted:
        before = agent
        asked = {conversation_id: entry(version=version, units=units)}
        agent, reservation = with_reserved(agent, asked, Room.CAPACITY)
        assert agent.units <= agent.capacity
        if reservation.taken:
            assert agent.load[conversation_id] == asked[conversation_id]
        else:
            assert agent is before
