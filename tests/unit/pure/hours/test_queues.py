"""Whether queues are open, by their hours and by what a supervisor closed for a while."""

from datetime import UTC, datetime

import pytest

from shared.configuration import load_configuration
from shared.hours import QueueHours

CONFIGURATION = load_configuration(
    """
    version: 1
    queues: {billing: {hours: office}, general: {}}
    hours: {office: {timezone: UTC, open: {mon-fri: ["09:00-18:00"]}, holidays: {dates: [2026-11-25]}}}
    """
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("queue", "until", "now", "opens", "closes"),
    [
        ("billing", None, "27T10:00", None, "27T18:00"),
        ("billing", None, "27T19:00", "30T09:00", None),
        ("billing", "27T11:00", "27T10:00", "27T11:00", None),
        ("billing", "27T20:00", "27T10:00", "30T09:00", None),
        ("billing", "27T09:30", "27T10:00", None, "27T18:00"),
        ("general", None, "27T03:00", None, None),
        ("general", "27T11:00", "27T10:00", "27T11:00", None),
        ("general", "27T11:00", "27T11:00", None, None),
        ("removed", None, "27T03:00", None, None),
    ],
    ids=[
        "in its hours",
        "after them",
        "closed in its hours",
        "closed until after them",
        "closed until a while ago",
        "without hours",
        "closed without hours",
        "no longer closed",
        "not in the file",
    ],
)
def test_a_queue_is_open_in_its_hours_unless_it_was_closed(
    queue: str, until: str | None, now: str, opens: str | None, closes: str | None
) -> None:
    hours = QueueHours(CONFIGURATION, {queue: at(until)} if until else {})
    assert hours.is_open(queue, at(now)) is (opens is None)
    assert hours.opens_at(queue, at(now)) == (at(opens) if opens else None)
    assert hours.closes_at(queue, at(now)) == (at(closes) if closes else None)


def test_a_holiday_is_one_of_the_queue_s_hours() -> None:
    hours = QueueHours(CONFIGURATION, {})
    assert hours.is_holiday("billing", at("25T10:00"))
    assert not hours.is_holiday("billing", at("26T10:00"))
    assert not hours.is_holiday("general", at("25T10:00"))
