"""The port to Azure: what can be asked of its services, and the ways in which a question stays unanswered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

type Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service that takes tokens: Azure Resource Manager, or the data plane of Communication Services.

    Attributes:
        address: `https://` and a host, without a path.
        scope: What a token is asked for.
    """

    address: str
    scope: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One question.

    Attributes:
        what: What is asked for, in words: "the queues".
        path: From the root of the service, with a leading slash.
        version: The `api-version`.
        parameters: Further names and values of the query.
        verb: The HTTP method; Azure reads out what may hold secrets by POST only.
        role: The role that lets a person ask this.
        where: That on which the role is needed.
        if_absent: What to do when it does not exist.
    """

    service: Service
    what: str
    path: str
    version: str
    parameters: tuple[tuple[str, str], ...] = ()
    verb: str = "GET"
    role: str = "Reader"
    where: str
    if_absent: str = "deploy infra/main.bicep again (infra/README.md)"


class Unreadable(Exception):
    """Raised when Azure does not answer a question; says what to do about it."""

    def __init__(self, text: str, *, do: str) -> None:
        super().__init__(text)
        self.text = text
        self.do = do


class Azure(Protocol):
    """Azure, asked with a person's credentials."""

    async def get(self, query: Query) -> Json:
        """One object.

        Raises:
            Unreadable: There is no answer, or no such object.
        """

    async def list(self, query: Query) -> Sequence[Json]:
        """The members of a collection, all pages.

        Raises:
            Unreadable: As `get`.
        """

    async def ask_with(self, address: str, token: str) -> tuple[int, Any]:
        """The HTTP status and the JSON of an address of another service, which takes this token.

        Raises:
            Unreadable: Nobody answers there.
        """

    async def status(self, address: str) -> int:
        """The HTTP status of an address that anybody may read.

        Raises:
            Unreadable: Nobody answers there.
        """
