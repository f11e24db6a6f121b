"""The port to the web: where a host is, and what a named host says of one of its files."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a host says of a file, as far as it says it; the type is as in `Content-Type`, the size in bytes."""

    content_type: str | None
    size: int | None


class Web(Protocol):
    """Names and files of the public internet. No method raises for what the network or a host does."""

    async def resolve(self, host: str) -> Sequence[str]:
        """Return the IP addresses of a host, asked for once; none when there are none, or not within 2 seconds."""

    async def ask(self, address: str, at: str) -> Told | None:
        """Return what a host says to a HEAD request for a file; None when it says nothing of use within 2 seconds.

        Args:
            address: An https address.
            at: The IP address to connect to, wherever the host's name leads by now.
        """
