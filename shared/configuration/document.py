"""The whole of contact_center.yaml: channels, workstreams, queues, opening hours and templates."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, tzinfo
from enum import StrEnum
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, PrivateAttr

from shared.configuration.base import Model, Named, Table, no_entries
from shared.configuration.overflow import OverflowRule
from shared.configuration.scalars import (
    ApprovedText,
    Country,
    Day,
    Guid,
    Language,
    Name,
    OpeningTimes,
    PhoneNumber,
    TemplateName,
    TimeRange,
    TimeZone,
    Weekday,
    Weekdays,
    WholeNumber,
)
from shared.configuration.workstreams import Workstream
from shared.vocabulary.templates import places_in


class Channel(Named):
    """A WhatsApp business number, registered at ACS."""

    id: Guid = Field(description="The GUID of the channel registration at ACS.")
    number: PhoneNumber | None = None
    workstream: Name


class Queue(Named):
    """Where conversations wait for an agent."""

    priority: Annotated[WholeNumber, Field(ge=1)] = Field(default=1, description="A smaller number is served first.")
    hours: Name | None = Field(default=None, description="A name from hours; left out, always open.")
    overflow: tuple[OverflowRule, ...] = ()


def _each_day_once(table: Mapping[tuple[Weekday, ...], Any]) -> Mapping[tuple[Weekday, ...], Any]:
    days = [day for days in table for day in days]
    twice = sorted({day for day in days if days.count(day) > 1}, key=list(Weekday).index)
    if twice:
        raise ValueError(f"written twice: {', '.join(twice)}")
    return table


class Holidays(Model):
    """Days on which nobody is there."""

    country: Country | None = None
    dates: tuple[Day, ...] = ()


class Hours(Model):
    """When queues are open, in local wall time; `open` left out: all day on every day that is no holiday."""

    timezone: TimeZone = ZoneInfo("UTC")
    open: Annotated[Table[Weekdays, tuple[OpeningTimes, ...]], AfterValidator(_each_day_once)] | None = None
    holidays: Holidays = Field(default_factory=Holidays)

    def on(self, day: Weekday) -> tuple[TimeRange, ...]:
        """Return the opening times of a day that is no holiday; a range may end on the next day."""
        if self.open is None:
            return (TimeRange.all_day(),)
        return next((ranges for days, ranges in self.open.items() if day in days), ())


class Category(StrEnum):
    """What WhatsApp approved a template for."""

    MARKETING = "marketing"
    UTILITY = "utility"
    AUTHENTICATION = "authentication"


class Template(Named):
    """A template that WhatsApp approved; `languages` holds its text in each language, with {{1}}, {{2}} and so on."""

    category: Category = Category.UTILITY
    languages: Table[Language, ApprovedText] = Field(default_factory=no_entries)

    def parameter_count(self, language: str) -> int:
        """Return how many parameters the text in `language` takes."""
        return len(places_in(self.languages[language]))


class Configuration(Model):
    """What contact_center.yaml says, checked as a whole."""

    version: Literal[1]
    channels: Table[Name, Channel] = Field(default_factory=no_entries)
    workstreams: Table[Name, Workstream] = Field(default_factory=no_entries)
    queues: Table[Name, Queue]
    hours: Table[Name, Hours] = Field(default_factory=no_entries)
    templates: Table[TemplateName, Template] = Field(default_factory=no_entries)

    _version_hash: str = PrivateAttr(default="")

    @property
    def version_hash(self) -> str:
        """A short hash of the file's text: which configuration is deployed."""
        return self._version_hash

    def channel_by_id(self, channel_id: str) -> Channel | None:
        """Return the channel with this GUID, written in any case, or None."""
        wanted = channel_id.lower()
        return next((channel for channel in self.channels.values() if channel.id == wanted), None)

    def time_zone(self, workstream: Workstream) -> tzinfo:
        """Return the time zone in which the workstream's rules see the hour and the day.

        It is the one of its queues' opening hours, the fallback queue first and then in the order of its rules: a
        workstream has no clock of its own, and its rules should agree with the hours that its customers meet.
        Without any hours it is UTC.
        """
        route = workstream.route_to_queue
        names = [route.fallback, *(queue for rule in route.rules for queue in rule.queues)]
        hours = [self.queues[name].hours for name in names]
        return next((self.hours[name].timezone for name in hours if name), UTC)

    def loaded_from(self, text: str) -> Self:
        """Note the text that the configuration was read from, and return it."""
        self._version_hash = hashlib.sha256(text.encode()).hexdigest()[:12]
        return self
