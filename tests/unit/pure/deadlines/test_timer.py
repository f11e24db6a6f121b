"""The one timer of a contact: when it is armed, and what happens when it fires."""

from datetime import datetime

import pytest

from shared.deadlines.timer import armed, decide_timer
from shared.state.contact import Timer
from shared.state.team import NOBODY_ASKED
from shared.vocabulary.words import HeldStatus, MessageStatus
from tests.unit.pure.contacts import CONFIGURATION, NOW, ago, ahead, contact, held, outgoing, stored

SOON, LATER = ahead(hours=1), ahead(hours=2)


def timer(generation: int, fires_at: datetime) -> Timer:
    return Timer(generation=generation, fires_at=fires_at)


@pytest.mark.parametrize(
    ("running", "deadlines", "then"),
    [
        (None, [], None),
        (None, [SOON], timer(1, SOON)),
        (None, [LATER, SOON], timer(1, SOON)),
        (None, [ago(hours=1)], timer(1, NOW)),
        (timer(4, SOON), [], timer(4, SOON)),
        (timer(4, SOON), [SOON], timer(4, SOON)),
        (timer(4, SOON), [LATER], timer(4, SOON)),
        (timer(4, LATER), [SOON], timer(5, SOON)),
        (timer(4, ago(seconds=1)), [SOON], timer(5, SOON)),
        (timer(4, NOW), [SOON], timer(5, SOON)),
    ],
    ids=[
        "nothing to do",
        "the first deadline",
        "the earlier of two",
        "one that is over",
        "a deadline that went away",
        "the same deadline",
        "one that moved to later",
        "an earlier one",
        "a timer that has fired",
        "a timer that fires now",
    ],
)
def test_a_timer_is_armed_for_the_next_deadline_unless_one_comes_before_it(
    running: Timer | None, deadlines: list[datetime], then: Timer | None
) -> None:
    """One that comes too early finds nothing to do and arms the next; none is ever cancelled."""
    holding = tuple(held(f"r{number}", at) for number, at in enumerate(deadlines, 1))
    assert armed(contact(timer=running, held=holding, conversation=None), CONFIGURATION, NOW).timer == then


@pytest.mark.parametrize(("running", "generation"), [(None, 1), (timer(4, NOW), 3), (timer(4, NOW), 5)])
def test_a_timer_of_another_generation_does_nothing(running: Timer | None, generation: int) -> None:
    before = contact(timer=running, held=(held("r1", ago(hours=1)),))
    assert decide_timer(stored(before, outgoing()), generation, CONFIGURATION, NOBODY_ASKED, NOW) is None


def test_at_its_time_the_held_replies_that_are_over_expire_and_the_others_stay() -> None:
    holding = (held("r1", ago(seconds=1)), held("r2", NOW), held("r3", SOON))
    waiting = [outgoing(f"r{number}", status=MessageStatus.HELD, held=HeldStatus.HELD) for number in (1, 2, 3)]
    draft = decide_timer(
        stored(contact(timer=timer(4, NOW), held=holding), *waiting), 4, CONFIGURATION, NOBODY_ASKED, NOW
    )
    assert draft
    change = draft.change()
    assert [each.id for each in change.contact.held] == ["r3"]
    assert [(each.id, each.status, each.held, each.error and each.error.code) for each in change.outgoing] == [
        ("r1", MessageStatus.EXPIRED, HeldStatus.EXPIRED, "held_expired"),
        ("r2", MessageStatus.EXPIRED, HeldStatus.EXPIRED, "held_expired"),
    ]


def test_a_timer_that_fires_before_its_time_counts_as_fired_so_that_another_is_armed() -> None:
    """By this worker's clock it is early: nothing expires, and what is left gets the next timer."""
    before = contact(timer=timer(4, SOON), held=(held("r1", SOON),), conversation=None)
    draft = decide_timer(stored(before, outgoing()), 4, CONFIGURATION, NOBODY_ASKED, NOW)
    assert draft
    assert draft.change().outgoing == ()
    assert armed(draft.contact, CONFIGURATION, NOW).timer == timer(5, SOON)
