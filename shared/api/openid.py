"""The port to a tenant of Microsoft Entra ID: what it publishes of itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What a tenant publishes: the issuer that it names itself, and its keys as JSON Web Keys (RFC 7517)."""

    issuer: str
    keys: Sequence[Mapping[str, Any]]


class OpenId(Protocol):
    """A tenant as OpenID Connect Discovery 1.0 shows it."""

    async def published(self) -> Published:
        """Return what the tenant publishes now, asked anew each time, within seconds.

        Raises:
            Unavailable: It could not be had, or not be understood.
        """
