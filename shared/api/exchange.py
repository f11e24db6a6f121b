"""A request and its answer, as the API sees them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request to one route.

    Attributes:
        url: As the caller wrote it.
        params: The values of the route's placeholders, percent-decoded by `with_slashes` too.
        query: One value a name.
    """

    method: str
    url: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """Return a header, whatever its case; None when it is missing."""
        return next((value for key, value in self.headers.items() if key.lower() == name.lower()), None)


def with_slashes(params: Mapping[str, str]) -> dict[str, str]:
    """Return the values of a route's placeholders as their caller wrote them.

    The host decodes all but `%2F`, and Meta's message ids have slashes. Source:
    https://learn.microsoft.com/dotnet/api/microsoft.aspnetcore.http.features.ihttprequestfeature.path
    """
    return {name: value.replace("%2F", "/").replace("%2f", "/") for name, value in params.items()}


@dataclass(frozen=True, slots=True)
class WithHeaders:
    """What an endpoint answers with, the headers of the answer that are its own, and a status other than the usual."""

    view: Any
    headers: Mapping[str, str]
    status: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """An answer."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
