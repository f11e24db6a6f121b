"""Opening hours against a slow oracle that looks at the clock on the wall, minute by minute."""

from datetime import UTC, date, datetime, timedelta
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.configuration.opening_hours import Hours
from shared.configuration.scalars import TimeRange, Weekday
from shared.hours import Calendar, calendar_of

OFFICE = Hours.model_validate(
    {
        "timezone": "Europe/Paris",
        "open": {"mon-fri": ["09:00-12:30", "14:00-18:00"]},
        "holidays": {
            "country": "FR",
            "dates": ["2026-12-24", {"date": "2026-12-31", "open": ["09:00-12:00"]}, {"date": "2026-11-28"}],
        },
    }
)
CHANGES = {
    "Europe/Paris": ["2026-03-29", "2026-10-25"],
    "America/New_York": ["2026-03-08", "2026-11-01"],
    "Australia/Lord_Howe": ["2026-04-05", "2026-10-04"],
    "Asia/Beirut": ["2026-03-29", "2026-10-25"],
    "America/Havana": ["2026-03-08", "2026-11-01"],
    "America/St_Johns": ["2010-03-14", "2010-11-07"],
    "Asia/Kathmandu": ["2026-06-01"],
    "Pacific/Apia": ["2011-12-30"],
}
"""Zones, and days on which their clocks change: by half an hour, at midnight, over midnight, by a whole day."""


def ranges_on(hours: Hours, day: date) -> tuple[TimeRange, ...]:
    own = {each.date: each.open for each in hours.holidays.dates}
    return own[day] if day in own else hours.on(list(Weekday)[day.weekday()])


def really_open(hours: Hours, at: datetime) -> bool:
    wall = at.astimezone(hours.timezone).replace(tzinfo=None)
    for began in (wall.date(), wall.date() - timedelta(days=1)):
        for times in ranges_on(hours, began):
            ends = began if times.closes > times.opens else began + timedelta(days=1)
            if datetime.combine(began, times.opens) <= wall < datetime.combine(ends, times.closes):
                return True
    return False


def really_changes(hours: Hours, at: datetime, *, to: bool) -> datetime | None:
    minutes = (at + timedelta(minutes=minute) for minute in range(4 * 24 * 60))
    return next((each for each in minutes if really_open(hours, each) is to), None)


def written(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


@st.composite
def times(draw: st.DrawFn) -> str:
    """A range in steps of ten minutes, perhaps over midnight."""
    opens, closes = draw(st.lists(st.integers(0, 143), min_size=2, max_size=2, unique=True))
    return f"{written(opens * 10)}-{written(closes * 10)}"


@st.composite
def hours_and_moment(draw: st.DrawFn) -> tuple[Hours, datetime]:
    zone = draw(st.sampled_from(sorted(CHANGES)))
    day = date.fromisoformat(draw(st.sampled_from(CHANGES[zone])))
    several = st.lists(times(), max_size=3)
    own = draw(st.dictionaries(st.integers(-1, 2), several, max_size=2))
    dates = [{"date": (day + timedelta(days=days)).isoformat(), "open": open_} for days, open_ in own.items()]
    week = {each: draw(several) for each in Weekday}
    hours = Hours.model_validate({"timezone": zone, "open": week, "holidays": {"dates": dates}})
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return hours, noon + timedelta(minutes=draw(st.integers(-36 * 60, 36 * 60)))


@given(hours_and_moment())
def test_the_clock_on_the_wall_decides_on_every_day(case: tuple[Hours, datetime]) -> None:
    hours, at = case
    calendar = Calendar(hours)
    for minute in range(0, 36 * 60, 10):
        moment = at + timedelta(minutes=minute)
        assert calendar.is_open(moment) is really_open(hours, moment), moment


@given(hours_and_moment())
def test_the_next_change_is_the_first_minute_at_which_it_is_otherwise(case: tuple[Hours, datetime]) -> None:
    hours, at = case
    calendar = Calendar(hours)
    within = at + timedelta(days=4)
    for found, to in ((calendar.opens_at(at), True), (calendar.closes_at(at), False)):
        expected = really_changes(hours, at, to=to)
        assert found == expected if expected else found is None or found >= within


def paris(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Paris"), fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2026-11-27T08:59:59", False),
        ("2026-11-27T09:00", True),
        ("2026-11-27T12:30", False),
        ("2026-11-27T14:00", True),
        ("2026-11-27T18:00", False),
        ("2026-07-15T09:00", True),
        ("2026-07-14T10:00", False),
        ("2026-12-24T10:00", False),
        ("2026-12-31T11:59", True),
        ("2026-12-31T14:00", False),
    ],
    ids=[
        "a second early",
        "in the morning",
        "at lunch",
        "after lunch",
        "in the evening",
        "in summer",
        "on a holiday of the country",
        "on a date of its own",
        "on a date with hours",
        "after these hours",
    ],
)
def test_an_office_is_open_at_its_hours(at: str, is_open: bool) -> None:
    assert Calendar(OFFICE).is_open(paris(at)) is is_open


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-11-27T12:45", "2026-11-27T14:00"),
        ("2026-11-27T18:00", "2026-11-30T09:00"),
        ("2026-12-23T18:00", "2026-12-28T09:00"),
        ("2026-12-31T12:00", "2027-01-04T09:00"),
        ("2026-11-27T10:00", "2026-11-27T10:00"),
    ],
    ids=["after lunch", "after the weekend", "after Christmas", "in the new year", "at once"],
)
def test_it_opens_again(at: str, opens: str) -> None:
    assert Calendar(OFFICE).opens_at(paris(at)) == paris(opens)


def test_a_range_over_midnight_belongs_to_the_day_on_which_it_began() -> None:
    night = hours(open={"fri": ["22:00-06:00"]}, holidays={"dates": ["2026-11-28", "2026-12-04"]})
    calendar = Calendar(night)
    assert calendar.is_open(paris("2026-11-28T05:59")), "a holiday does not end the night before it"
    assert not calendar.is_open(paris("2026-11-28T06:00"))
    assert not calendar.is_open(paris("2026-12-05T01:00")), "the night of a holiday does not begin"
    assert calendar.closes_at(paris("2026-11-27T23:00")) == paris("2026-11-28T06:00")


def test_an_hour_that_the_clocks_repeat_is_open_twice_and_one_that_they_leave_out_never_comes() -> None:
    calendar = Calendar(hours(open={"sun": ["02:00-02:30"]}))
    assert calendar.is_open(paris("2026-10-25T02:15"))
    assert not calendar.is_open(paris("2026-10-25T02:45"))
    assert calendar.is_open(paris("2026-10-25T02:15", fold=1))
    assert calendar.opens_at(paris("2026-10-25T02:30")) == paris("2026-10-25T02:00", fold=1)
    assert calendar.opens_at(paris("2026-03-28T12:00")) == paris("2026-04-05T02:00")


def hours(**fields: Any) -> Hours:
    return Hours.model_validate({"timezone": "Europe/Paris", **fields})


def test_a_part_of_a_country_has_holidays_of_its_own() -> None:
    saint_stephen = paris("2026-12-26T10:00")
    all_day = {"open": {"mon-sun": ["00:00-24:00"]}}
    assert Calendar(hours(**all_day, holidays={"country": "FR"})).is_open(saint_stephen)
    moselle = Calendar(hours(**all_day, holidays={"country": "FR", "subdivision": "57"}))
    assert not moselle.is_open(saint_stephen)
    assert moselle.is_holiday(saint_stephen)


def test_a_place_that_the_library_does_not_know_has_no_holidays(caplog: pytest.LogCaptureFixture) -> None:
    nowhere = Calendar(hours(holidays={"country": "FR", "subdivision": "nowhere"}))
    assert nowhere.is_open(paris("2026-12-25T10:00"))
    assert "holidays.unknown" in caplog.text


def test_a_date_with_hours_of_its_own_stands_over_a_holiday_and_is_one() -> None:
    own = {"country": "FR", "dates": [{"date": "2026-12-25", "open": ["10:00-11:00"]}]}
    calendar = Calendar(hours(holidays=own))
    assert calendar.is_open(paris("2026-12-25T10:30"))
    assert not calendar.is_open(paris("2026-12-25T12:00"))
    assert calendar.is_holiday(paris("2026-12-25T10:30"))
    assert not calendar.is_holiday(paris("2026-12-26T10:30"))


def test_the_day_of_a_holiday_is_the_local_one() -> None:
    calendar = Calendar(hours(holidays={"dates": ["2026-12-25"]}))
    assert calendar.is_holiday(datetime(2026, 12, 24, 23, tzinfo=UTC))
    assert not calendar.is_holiday(datetime(2026, 12, 25, 23, tzinfo=UTC))


def test_hours_that_never_end_or_begin_have_no_change() -> None:
    always, never = Calendar(hours()), Calendar(hours(open={}))
    at = paris("2026-11-27T10:00")
    assert (always.closes_at(at), always.opens_at(at)) == (None, at)
    assert (never.opens_at(at), never.closes_at(at)) == (None, at)


def test_a_question_costs_microseconds() -> None:
    calendar, at = calendar_of(OFFICE), paris("2026-11-27T10:00")
    assert calendar_of(OFFICE) is calendar
    calendar.is_open(at)
    began = perf_counter()
    for _ in range(10_000):
        calendar_of(OFFICE).is_open(at)
    assert (perf_counter() - began) / 10_000 < 50e-6
