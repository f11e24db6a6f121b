"""What calls a function: its trigger, read from the bindings of the index.

A trigger that this host does not have is refused by name, as is a queue trigger without its connection setting.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from dev.stack.host.errors import HostError
from dev.stack.host.protocol import Function


class UnsupportedTriggerError(HostError):
    """Raised for a trigger that this host can't serve, or whose settings are missing."""


class AuthLevel(StrEnum):
    ANONYMOUS = "anonymous"
    FUNCTION = "function"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpTrigger:
    """`methods` are upper case; empty means any."""

    function: Function
    parameter: str
    route: str
    methods: frozenset[str]
    auth_level: AuthLevel


@dataclass(frozen=True, slots=True, kw_only=True)
class EventGridTrigger:
    function: Function
    parameter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueTrigger:
    """`queue` may name a dead-letter queue (`orders/$DeadLetterQueue`); `connection` is a connection string."""

    function: Function
    parameter: str
    queue: str
    connection: str
    sessions: bool


type Trigger = HttpTrigger | EventGridTrigger | QueueTrigger


def read_trigger(function: Function, settings: Mapping[str, str]) -> Trigger:
    """The trigger of `function`; `settings` are the app's. Raises UnsupportedTriggerError."""
    for binding in function.bindings:
        kind = binding["type"].lower()
        if kind == "httptrigger":
            return _http(function, binding)
        if kind == "eventgridtrigger":
            return EventGridTrigger(function=function, parameter=binding["name"])
        if kind == "servicebustrigger":
            return _queue(function, binding, settings)
        if kind.endswith("trigger"):
            raise UnsupportedTriggerError(f"{function.name}: this host has no {binding['type']}")
    raise UnsupportedTriggerError(f"{function.name} has no trigger")


def _http(function: Function, binding: dict[str, Any]) -> HttpTrigger:
    return HttpTrigger(
        function=function,
        parameter=binding["name"],
        route=binding.get("route", function.name).strip("/"),
        methods=frozenset(method.upper() for method in binding.get("methods", ())),
        auth_level=AuthLevel(binding.get("authLevel", "function").lower()),
    )


def _queue(function: Function, binding: dict[str, Any], settings: Mapping[str, str]) -> QueueTrigger:
    if "queueName" not in binding:
        raise UnsupportedTriggerError(f"{function.name}: this host listens to queues only, not to topics")
    if binding.get("cardinality", "ONE").upper() != "ONE":
        raise UnsupportedTriggerError(f"{function.name}: this host dispatches single messages only (cardinality ONE)")
    name = binding.get("connection") or "AzureWebJobsServiceBus"
    if name not in settings:
        raise UnsupportedTriggerError(
            f"{function.name}: the app setting {name} (Service Bus connection string) is missing"
        )
    return QueueTrigger(
        function=function,
        parameter=binding["name"],
        queue=_expand(binding["queueName"], settings),
        connection=settings[name],
        sessions=bool(binding.get("isSessionsEnabled", False)),
    )


def _expand(text: str, settings: Mapping[str, str]) -> str:
    return re.sub(r"%([^%]+)%", lambda found: settings[found[1]], text)
