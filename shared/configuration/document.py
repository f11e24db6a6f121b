"""The whole of contact_center.yaml: channels, workstreams, queues, opening hours and templates."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Annotated, Literal, Self

from pydantic import Field, PrivateAttr, model_validator

from shared.configuration.base import Model, Named, Table, no_entries
from shared.configuration.channels import Channel, provider_of
from shared.configuration.durations import Duration, LongDuration, PositiveDuration
from shared.configuration.opening_hours import Hours
from shared.configuration.overflow import OverflowRule
from shared.configuration.problems import Problem
from shared.configuration.scalars import HostName, Name, TemplateName, WholeNumber
from shared.configuration.templates import Template
from shared.configuration.workstreams import Workstream
from shared.vocabulary.words import Provider


class Queue(Named):
    """Where conversations wait for an agent."""

    priority: Annotated[WholeNumber, Field(ge=1)] = Field(default=1, description="A smaller number is served first.")
    hours: Name | None = Field(default=None, description="A name from hours; left out, always open.")
    overflow: tuple[OverflowRule, ...] = ()


class Agents(Model):
    """What holds for every agent."""

    lost_after: PositiveDuration = Field(
        default=timedelta(seconds=150), description="A desk that is not heard of for so long: its agent is offline."
    )


class Media(Model):
    """Files of customers and agents."""

    keep: Duration = Field(default=timedelta(days=30), description="How long copies stay; 0s: there are none.")
    allowed_hosts: tuple[HostName, ...] = Field(
        default=(), description="Hosts that the app may ask about a file before it is sent; none: it asks nobody."
    )


class Retention(Model):
    """What is older is erased; 0s: kept for ever."""

    closed: LongDuration = timedelta(days=365)
    quarantine: LongDuration = timedelta(days=90)


class Configuration(Model):
    """What contact_center.yaml says, checked as a whole."""

    version: Literal[1]
    channels: Table[Name, Channel] = Field(default_factory=no_entries)
    workstreams: Table[Name, Workstream] = Field(default_factory=no_entries)
    queues: Table[Name, Queue]
    hours: Table[Name, Hours] = Field(default_factory=no_entries)
    agents: Agents = Field(default_factory=Agents)
    media: Media = Field(default_factory=Media)
    retention: Retention = Field(default_factory=Retention)
    templates: Table[TemplateName, Template] = Field(default_factory=no_entries)

    _version_hash: str = PrivateAttr(default="")
    _warnings: tuple[Problem, ...] = PrivateAttr(default=())

    @model_validator(mode="after")
    def _surveys_know_their_buttons(self) -> Self:
        for workstream in self.workstreams.values():
            template = self.templates.get(workstream.survey.template or "") if workstream.survey else None
            if workstream.survey and template:
                workstream.survey.with_template_buttons(*(text.quick_replies for text in template.languages.values()))
        return self

    @property
    def version_hash(self) -> str:
        """A short hash of the file's text: which configuration is deployed."""
        return self._version_hash

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What the file says that is not wrong, but probably not wanted."""
        return self._warnings

    def providers_at(self, now: datetime) -> frozenset[Provider]:
        """Return who has the numbers, or is about to have them."""
        ids = (each for channel in self.channels.values() for each in (channel.id, channel.id_at(now)))
        return frozenset(map(provider_of, ids))

    @property
    def channel_keys(self) -> Mapping[str, str]:
        """From every id that a channel has or had to the id under which all of it is kept."""
        return {each: channel.key for channel in self.channels.values() for each in channel.ids}

    def ids_of(self, key: str) -> frozenset[str]:
        """Return every id under which events of a channel may have come, whatever is known of it now."""
        channel = self.channel_by_id(key)
        return frozenset((key, *(channel.ids if channel else ())))

    def channel_by_id(self, channel_id: str) -> Channel | None:
        """Return the channel that has or had this id, written in any case, or None."""
        wanted = channel_id.lower()
        return next((channel for channel in self.channels.values() if wanted in channel.ids), None)

    def channel_named(self, name_or_id: str) -> Channel | None:
        """Return the channel with this name, else with this id, or None."""
        return self.channels.get(name_or_id) or self.channel_by_id(name_or_id)

    def time_zone(self, workstream: Workstream) -> tzinfo:
        """Return the time zone in which the workstream's rules see the hour and the day.

        It is its own; else the one of its queues' opening hours, the fallback queue first and then in the order of its
        rules, so that these agree with the hours that its customers meet. Without any hours it is UTC.
        """
        if workstream.timezone:
            return workstream.timezone
        route = workstream.route_to_queue
        names = [route.fallback, *(queue for rule in route.rules for queue in rule.queues)]
        hours = [self.queues[name].hours for name in names]
        return next((self.hours[name].timezone for name in hours if name), UTC)

    def loaded_from(self, text: str, warnings: tuple[Problem, ...]) -> Self:
        """Note the text that the configuration was read from and what was found in it, and return it."""
        self._warnings = warnings
        self._version_hash = hashlib.sha256(text.encode()).hexdigest()[:12]
        return self
