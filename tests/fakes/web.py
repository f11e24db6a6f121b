"""The web in memory: every host is at a public address, and says nothing, unless told otherwise."""

from collections.abc import Sequence

from shared.media.web import Told

PUBLIC = "93.184.216.34"


class FakeWeb:
    """Names and files.

    Attributes:
        places: The addresses of hosts that are not at the usual one.
        files: What hosts say of their files, by address.
        resolved, asked: What was looked up, and what was asked for and at which IP address, in order.
    """

    def __init__(self) -> None:
        self.places: dict[str, Sequence[str]] = {}
        self.files: dict[str, Told] = {}
        self.resolved: list[str] = []
        self.asked: list[tuple[str, str]] = []

    async def resolve(self, host: str) -> Sequence[str]:
        """As `Web.resolve`."""
        self.resolved.append(host)
        return self.places.get(host, (PUBLIC,))

    async def ask(self, address: str, at: str) -> Told | None:
        """As `Web.ask`."""
        self.asked.append((address, at))
        return self.files.get(address)
