"""The settings of `host.json` that this host honours, with Azure's defaults (extension 5.x of Service Bus).

What it can't do is refused instead of being ignored, so that nobody tests here what Azure would do otherwise.
"""

import json
import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from dev.stack.host.errors import HostError

_TIMESPAN = re.compile(r"(?:(\d+)\.)?(\d{1,2}):(\d{2}):(\d{2}(?:\.\d+)?)")


class HostSettingsError(HostError):
    """Raised when host.json is missing, unreadable, or asks for what this host can't do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostSettings:
    """`function_timeout` is None when it is unlimited (`-1`)."""

    route_prefix: str = "api"
    function_timeout: timedelta | None = timedelta(minutes=30)
    max_concurrent_calls: int = 16
    max_concurrent_sessions: int = 8
    session_idle_timeout: timedelta = timedelta(minutes=1)
    max_auto_lock_renewal: timedelta = timedelta(minutes=5)


def read_host_settings(app: Path) -> HostSettings:
    """Read `host.json` in the app's folder. Raises HostSettingsError."""
    file = app / "host.json"
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise HostSettingsError(f"{file} is missing: --app has to name the folder of a Functions app") from None
    except ValueError as error:
        raise HostSettingsError(f"{file} is not JSON: {error}") from error
    extensions = document.get("extensions", {})
    service_bus = extensions.get("serviceBus", {})
    _refuse(service_bus, {"prefetchCount": 0, "maxConcurrentCallsPerSession": 1, "autoCompleteMessages": True})
    timeout = document.get("functionTimeout", "00:30:00")
    return HostSettings(
        route_prefix=extensions.get("http", {}).get("routePrefix", "api").strip("/"),
        function_timeout=None if timeout == "-1" else _timespan("functionTimeout", timeout),
        max_concurrent_calls=service_bus.get("maxConcurrentCalls", 16),
        max_concurrent_sessions=service_bus.get("maxConcurrentSessions", 8),
        session_idle_timeout=_timespan("sessionIdleTimeout", service_bus.get("sessionIdleTimeout", "00:01:00")),
        max_auto_lock_renewal=_timespan(
            "maxAutoLockRenewalDuration", service_bus.get("maxAutoLockRenewalDuration", "00:05:00")
        ),
    )


def _refuse(section: dict[str, Any], only: dict[str, Any]) -> None:
    for name, possible in only.items():
        if section.get(name, possible) != possible:
            raise HostSettingsError(
                f"host.json: extensions.serviceBus.{name} is {section[name]!r}; this host can only do {possible!r}"
            )


def _timespan(name: str, text: str) -> timedelta:
    found = _TIMESPAN.fullmatch(text)
    if found is None:
        raise HostSettingsError(f"host.json: {name} is {text!r}; it has to look like 00:05:00")
    days, hours, minutes, seconds = found.groups(default="0")
    return timedelta(days=int(days), hours=int(hours), minutes=int(minutes), seconds=float(seconds))
