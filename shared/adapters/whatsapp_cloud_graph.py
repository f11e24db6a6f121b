"""Calls to Meta's Graph API: where it is, how the app shows that it may call, and what comes back.

Paths are built here only: Meta is about to name numbers in another way ("Account model evolution"). Nothing is
repeated here, but for a call that was turned away for want of a proof. Source: "Graph API overview" and "Securing
requests", https://developers.facebook.com/docs/graph-api.
"""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote
from urllib.request import getproxies

import aiohttp
from yarl import URL

from shared.settings import WhatsAppCloud
from shared.vocabulary.origins import LOOPBACK, is_trustworthy

CONNECT_WITHIN: Final = 5.0
ANSWER_WITHIN: Final = 20.0
"""Seconds after which nobody waits for a connection, and for an answer."""

_PROOF: Final = "appsecret_proof"
"""The parameter that an app may demand, and what Meta's words name when it is missing or wrong."""
_INVALID_PARAMETER: Final = 100

_MOST_BYTES: Final = 8 * 1024 * 1024
"""What an answer may have; two hundred long templates have about one million."""

_NEVER_WRITTEN: Final = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientHttpProxyError,
    aiohttp.InvalidURL,
)
FAULTS: Final = (aiohttp.ClientError, OSError)
"""What is raised when the other side does not answer, or not to the end of its answer. A time-out is one of these."""

_META_HOSTS: Final = ("graph.facebook.com", "lookaside.fbsbx.com")
"""Where Meta's own programs send the token; its other hosts serve what others have put there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the Graph API answered; `body` is None where it is no JSON."""

    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def error(self) -> dict[str, Any]:
        """What it says of an error; empty where it names none."""
        found = self.body.get("error") if isinstance(self.body, dict) else None
        return found if isinstance(found, dict) else {}

    @property
    def wants_proof(self) -> bool:
        """Whether the call was turned away since the app demands another proof, or any."""
        said = self.error.get("message")
        return self.error.get("code") == _INVALID_PARAMETER and isinstance(said, str) and _PROOF in said


class NoAnswer(Exception):
    """Raised when no answer came, or not to its end.

    Attributes:
        reason: The name of the fault.
        in_doubt: Whether the call may have been carried out.
    """

    def __init__(self, error: Exception) -> None:
        super().__init__(f"{type(error).__name__}: {error}")
        self.reason = type(error).__name__
        self.in_doubt = not isinstance(error, _NEVER_WRITTEN)


class Graph:
    """The Graph API, as the app's system user.

    An app may demand a proof that a call's token was not stolen: the token signed with the app's secret. It is given
    only once it is demanded: a secret that is being changed, or that is another app's, would else stop calls which need
    none.
    """

    def __init__(self, settings: WhatsAppCloud, *, answer_within: float = ANSWER_WITHIN) -> None:
        token = settings.access_token or ""
        self._root = f"{settings.graph_url}/{settings.graph_version}"
        self._on_loopback = URL(settings.graph_url).host in LOOPBACK
        self._bearer = {"Authorization": f"Bearer {token}"}
        self._proofs: list[Mapping[str, str]] = [{}, *({_PROOF: _proof(each, token)} for each in settings.app_secrets)]
        self._answer_within = answer_within
        self.http = aiohttp.ClientSession(
            cookie_jar=aiohttp.DummyCookieJar(),
            # Without a proxy the environment is not asked: aiohttp would look for `.netrc` before each call.
            trust_env=bool(getproxies()),
            timeout=aiohttp.ClientTimeout(connect=CONNECT_WITHIN, sock_connect=CONNECT_WITHIN, sock_read=answer_within),
        )

    async def ask(
        self, method: str, *path: str, query: Mapping[str, str] | None = None, body: Mapping[str, Any] | None = None
    ) -> Answer:
        """Make a call.

        Raises:
            NoAnswer: Nobody knows what became of it.
        """

        async def once(proof: Mapping[str, str]) -> Answer:
            return await self.call(method, path, {**(query or {}), **proof}, json=body)

        return await self.trying_proofs(once)

    async def trying_proofs(self, once: Callable[[Mapping[str, str]], Awaitable[Answer]]) -> Answer:
        """Make a call with the proof that served last; where Meta turns that away, with each other one.

        Raises:
            NoAnswer: As `call`.
        """
        served, *others = self._proofs
        answer = await once(served)
        for proof in others if answer.wants_proof else ():
            answer = await once(proof)
            if not answer.wants_proof:
                self._proofs.sort(key=lambda each: each is not proof)
                break
        return answer

    async def call(
        self,
        method: str,
        path: Sequence[str],
        query: Mapping[str, str],
        *,
        within: float | None = None,
        headers: Mapping[str, str] | None = None,
        **body: Any,
    ) -> Answer:
        """Make a call once.

        Args:
            path: Behind the version.
            within: Seconds, if others than usual.
            headers: Beside the one that says who calls.
            body: What aiohttp takes as a body: `json` or `data`.

        Raises:
            NoAnswer: Nobody knows what became of it.
        """
        address = URL("/".join((self._root, *(quote(part, safe="") for part in path))), encoded=True).with_query(query)
        try:
            async with (
                asyncio.timeout(within or self._answer_within),
                self.http.request(
                    method, address, headers={**self._bearer, **(headers or {})}, allow_redirects=False, **body
                ) as answer,
            ):
                return Answer(status=answer.status, headers=answer.headers, body=await _json_of(answer))
        except FAULTS as error:
            raise NoAnswer(error) from error

    def open_file(self, address: str) -> Any:
        """Return the call, to be entered, for a file at an address that the Graph API gave.

        Raises:
            ValueError: It is not Meta's: the token is not for it.
        """
        if not self.is_metas(address):
            raise ValueError("the file's address is not Meta's")
        return self.http.get(URL(address, encoded=True), headers=self._bearer, allow_redirects=False)

    def is_metas(self, address: str) -> bool:
        """Tell whether an address is one that Meta has files at, or a stand-in's where that is the Graph API."""
        try:
            url = URL(address, encoded=True)
        except ValueError:
            return False
        if not is_trustworthy(address) or url.user is not None or url.host is None:
            return False
        if url.host in LOOPBACK:
            return self._on_loopback
        return url.scheme == "https" and url.port == 443 and url.host in _META_HOSTS

    async def close(self) -> None:
        """Close all connections."""
        await self.http.close()


def _proof(secret: str, token: str) -> str:
    return hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()


async def _json_of(answer: aiohttp.ClientResponse) -> Any:
    body = bytearray()
    async for part in answer.content.iter_any():
        body += part
        if len(body) > _MOST_BYTES:
            return None
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
