"""When queues are open: weekly opening times in local wall time, and holidays."""

from collections.abc import Mapping
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field

from shared.configuration.base import Model, Table
from shared.configuration.scalars import (
    Country,
    Day,
    OpeningTimes,
    Subdivision,
    TimeRange,
    TimeZone,
    Weekday,
    Weekdays,
)


def _each_day_once(table: Mapping[tuple[Weekday, ...], Any]) -> Mapping[tuple[Weekday, ...], Any]:
    days = [day for days in table for day in days]
    twice = sorted({day for day in days if days.count(day) > 1}, key=list(Weekday).index)
    if twice:
        raise ValueError(f"written twice: {', '.join(twice)}")
    return table


class HolidayDate(Model):
    """A day that is not like the others of its kind: closed, or open at hours of its own."""

    date: Day
    open: tuple[OpeningTimes, ...] = Field(default=(), description="Left out, closed all day.")


def _holiday_date(value: Any) -> Any:
    return value if isinstance(value, dict) else {"date": value}


class Holidays(Model):
    """Days on which nobody is there, or at other hours."""

    country: Country | None = None
    subdivision: Subdivision | None = Field(
        default=None, description="A part of the country with holidays of its own, by its code, such as 57 in FR."
    )
    dates: tuple[
        Annotated[HolidayDate, BeforeValidator(_holiday_date, json_schema_input_type=Day | HolidayDate)], ...
    ] = ()


class Hours(Model):
    """When queues are open, in local wall time; `open` left out: all day on every day that is no holiday."""

    timezone: TimeZone = ZoneInfo("UTC")
    open: Annotated[Table[Weekdays, tuple[OpeningTimes, ...]], AfterValidator(_each_day_once)] | None = None
    holidays: Holidays = Field(default_factory=Holidays)

    def __hash__(self) -> int:
        # Its tables have no hash, and what is compiled from hours is kept by them.
        return hash(self.timezone)

    def on(self, day: Weekday) -> tuple[TimeRange, ...]:
        """Return the opening times of a day that is no holiday; a range may end on the next day."""
        if self.open is None:
            return (TimeRange.all_day(),)
        return next((ranges for days, ranges in self.open.items() if day in days), ())
