"""Route templates of HTTP triggers, in the notation of ASP.NET Core that Azure Functions uses.

Literals are compared without case; `{id}`, `{id:guid}`, `{id?}` and `{*rest}` are parameters. Their values are
percent-decoded but for `%2F`, as the path is that ASP.NET Core matches.
Source: https://learn.microsoft.com/dotnet/api/microsoft.aspnetcore.http.features.ihttprequestfeature.path
"""

import re
from dataclasses import dataclass
from typing import Self
from urllib.parse import unquote

from dev.stack.host.errors import HostError

_CONSTRAINTS = {
    "guid": r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
    "int": r"[+-]?\d{1,10}",
    "long": r"[+-]?\d{1,19}",
    "alpha": r"[A-Za-z]+",
}
_SLASHES = ("%2F", "%2f")
_SLASH = re.compile(f"({'|'.join(_SLASHES)})")
_PARAMETER = re.compile(r"\{(?P<all>\*{0,2})(?P<name>\w+)(?::(?P<constraint>[^}?]+))?(?P<optional>\?)?\}")


class RouteError(HostError):
    """Raised for a route template that this host can't read."""


@dataclass(frozen=True, slots=True)
class Route:
    """A compiled template."""

    pattern: re.Pattern[str]

    @classmethod
    def parse(cls, template: str) -> Self:
        """Compile a template without leading slash. Raises RouteError."""
        segments = filter(None, template.split("/"))
        return cls(re.compile("".join(_compile(segment, template) for segment in segments) + "/?"))

    def match(self, path: str) -> dict[str, str] | None:
        """The route's values if it matches a percent-encoded path that starts with a slash, else None."""
        found = self.pattern.fullmatch(path)
        if found is None:
            return None
        return {name: _decoded(value) for name, value in found.groupdict().items() if value is not None}


def _decoded(value: str) -> str:
    return "".join(each if each in _SLASHES else unquote(each) for each in _SLASH.split(value))


def _compile(segment: str, template: str) -> str:
    parameter = _PARAMETER.fullmatch(segment)
    if parameter is None:
        if "{" in segment:
            raise RouteError(f"route {template!r}: {segment!r} mixes text and parameters, which this host can't read")
        return f"/(?i:{re.escape(segment)})"
    name, constraint = parameter["name"], parameter["constraint"]
    if parameter["all"]:
        return f"(?:/(?P<{name}>.*))?"
    if constraint is not None and constraint not in _CONSTRAINTS:
        raise RouteError(f"route {template!r}: this host knows the constraints {', '.join(_CONSTRAINTS)}")
    value = f"/(?P<{name}>{_CONSTRAINTS[constraint] if constraint else '[^/]+'})"
    return f"(?:{value})?" if parameter["optional"] else value
