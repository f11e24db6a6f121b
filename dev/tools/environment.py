"""The API of any environment, as a supervisor calls it: the stack of `make run`, or one in Azure."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import aiohttp

from dev.commands.up import DEFAULT_READY_FILE
from dev.stack.story.addresses import Addresses
from dev.stack.story.calls import call, download
from dev.stack.story.errors import RefusedError, StoryError

_PAGE = 100
_CALLER = "dev"


def add_api_arguments(parser: argparse.ArgumentParser) -> None:
    """Let a command take the address of an environment, and what it needs to be let in."""
    parser.add_argument("--api", metavar="URL", help="where the environment answers (default: the stack of make run)")
    parser.add_argument("--key", help="its Functions key, where AUTH_MODE is key")
    parser.add_argument("--token", help="a token of Microsoft Entra ID, where AUTH_MODE is entra")
    parser.add_argument(
        "--ready-file",
        type=Path,
        default=DEFAULT_READY_FILE,
        help="where the stack of make run wrote its address and key (default: %(default)s)",
    )


class Environment:
    """The API of an environment. Methods raise RefusedError and StoryError, in words for whoever called the command."""

    def __init__(self, http: aiohttp.ClientSession, origin: str, headers: Mapping[str, str]) -> None:
        self._http = http
        self._api = f"{origin.rstrip('/').removesuffix('/api')}/api"
        self._headers = headers

    @classmethod
    def of(cls, http: aiohttp.ClientSession, arguments: argparse.Namespace, *, role: str = "Supervisor") -> Self:
        """Return the environment that the arguments name."""
        origin, key = _address(arguments)
        if arguments.token:
            return cls(http, origin, {"Authorization": f"Bearer {arguments.token}"})
        return cls(
            http, origin, {"X-Agent-Id": _CALLER, "X-Agent-Role": role} | ({"x-functions-key": key} if key else {})
        )

    async def call(self, method: str, path: str, body: Mapping[str, object] | None = None) -> Any:
        """Return the JSON of the answer."""
        return await call(self._http, method, f"{self._api}{path}", headers=self._headers, body=body)

    async def file(self, path: str) -> bytes:
        """Return the bytes of a file of a message: through the app, or by a link where it is too large for that."""
        try:
            return await download(self._http, f"{self._api}{path}", headers=self._headers)
        except RefusedError as refused:
            if not isinstance(refused.answer, dict) or refused.answer.get("code") != "media_by_link":
                raise
            link = await self.call("POST", f"{path}/link")
            return await download(self._http, link["url"])

    async def items(self, path: str, **query: str) -> list[dict[str, Any]]:
        """Return every page of a list."""
        items: list[dict[str, Any]] = []
        asked: dict[str, str | int] = {"limit": _PAGE, **query}
        while True:
            page = await call(self._http, "GET", f"{self._api}{path}", headers=self._headers, query=asked)
            items += page["items"]
            if page["nextCursor"] is None:
                return items
            asked["cursor"] = page["nextCursor"]


def _address(arguments: argparse.Namespace) -> tuple[str, str | None]:
    """The origin and its key. The key of the stack that is up need not be given."""
    origin: str | None = arguments.api
    try:
        stack = Addresses.read(arguments.ready_file)
    except StoryError:
        if origin is None:
            raise
        return origin, arguments.key
    of_the_stack = origin is None or origin.rstrip("/").removesuffix("/api") == stack.api
    return origin or stack.api, arguments.key or (stack.key if of_the_stack else None)
