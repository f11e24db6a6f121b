"""The port `Azure` over REST: tokens, pages, patience, and errors in words.

Facts: Azure Resource Manager answers 429 with `Retry-After`, and a page of a collection as `value` and `nextLink`.
"""

from collections.abc import Sequence
from typing import Any, Final, Protocol
from urllib.parse import quote, urlencode

import aiohttp
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError
from yarl import URL

from dev.tools.doctor.azure import Json, Query, Unreadable
from shared.adapters.retry_after import retry_after
from shared.vocabulary.time import Clock

_BUSY: Final = (429, 500, 502, 503, 504)
_REPETITIONS: Final = 3
_LONGEST_WAIT_SECONDS: Final = 30.0
_TIMEOUT: Final = aiohttp.ClientTimeout(total=60, connect=10)
_SIGN_IN: Final = "sign in with: az login (or azd auth login)"


class Credential(Protocol):
    """Signs a person in; those of azure-identity do."""

    async def get_token(self, *scopes: str) -> AccessToken:
        """A token; raises ClientAuthenticationError when nobody is signed in."""


class AzureRest:
    """Azure over HTTPS; `credential` is the person's."""

    def __init__(self, session: aiohttp.ClientSession, credential: Credential, clock: Clock) -> None:
        self._session = session
        self._credential = credential
        self._clock = clock
        self._tokens: dict[str, str] = {}

    async def get(self, query: Query) -> Json:
        """See `Azure.get`."""
        return await self._ask(query, _first(query))

    async def list(self, query: Query) -> Sequence[Json]:
        """See `Azure.list`. Pages are read from the host of the first one only, each once."""
        found: list[Json] = []
        followed: list[URL] = []
        url: URL | None = _first(query)
        while url is not None:
            followed.append(url)
            page = await self._ask(query, url)
            found += page.get("value", ())
            url = _next(query, page.get("nextLink"), followed)
        return found

    async def status(self, address: str) -> int:
        """See `Azure.status`."""
        status, _, _ = await self._exchange("GET", _address(address), {})
        return status

    async def ask_with(self, address: str, token: str) -> tuple[int, Any]:
        """See `Azure.ask_with`."""
        return await self._patiently("GET", _address(address, encoded=True), token)

    async def _ask(self, query: Query, url: URL) -> Json:
        status, body = await self._patiently(query.verb, url, await self._token(query.service.scope))
        if status == 200 and isinstance(body, dict):
            return body
        raise _refusal(query, status, body)

    async def _patiently(self, verb: str, url: URL, token: str) -> tuple[int, Any]:
        """Status and JSON body; a service that is busy is asked again."""
        headers = {"Authorization": f"Bearer {token}"}
        status, body, wait = await self._exchange(verb, url, headers)
        for _ in range(_REPETITIONS):
            if status not in _BUSY:
                break
            await self._clock.sleep(min(wait or 1.0, _LONGEST_WAIT_SECONDS))
            status, body, wait = await self._exchange(verb, url, headers)
        return status, body

    async def _exchange(self, verb: str, url: URL, headers: dict[str, str]) -> tuple[int, Any, float | None]:
        """Status, JSON body if it is one, and the seconds that the service asks to wait."""
        try:
            async with self._session.request(
                verb, url, headers=headers, timeout=_TIMEOUT, allow_redirects=False
            ) as answer:
                is_json = answer.content_type == "application/json"
                return answer.status, await answer.json() if is_json else None, retry_after(answer.headers)
        except (TimeoutError, aiohttp.ClientError, ValueError) as error:
            raise Unreadable(
                f"{url.host} gives no answer ({type(error).__name__})",
                do="check the network, the proxy (HTTPS_PROXY) and the name",
            ) from error

    async def _token(self, scope: str) -> str:
        """A token, asked for once: it outlives an examination, and Azure CLI takes a second for each."""
        if scope not in self._tokens:
            try:
                self._tokens[scope] = (await self._credential.get_token(scope)).token
            except ClientAuthenticationError as error:
                raise Unreadable("nobody is signed in to Azure here, or not any more", do=_SIGN_IN) from error
        return self._tokens[scope]


def _first(query: Query) -> URL:
    """The first page. Spaces become %20: not every service of Azure takes a plus for one."""
    parameters = urlencode([("api-version", query.version), *query.parameters], quote_via=quote)
    return _address(f"{query.service.address.rstrip('/')}{quote(query.path)}?{parameters}", encoded=True)


def _next(query: Query, link: Any, followed: Sequence[URL]) -> URL | None:
    """The page that a link names, if there is one; it may neither lead to another host nor in a circle."""
    if not link:
        return None
    first, url = followed[0], _https(link, encoded=True)
    if url is None or url in followed or (url.host, url.port) != (first.host, first.port):
        raise Unreadable(
            f"{query.what}: Azure names a next page that can't be followed",
            do="run it again; if it stays, look at the portal",
        )
    return url


def _address(text: str, *, encoded: bool = False) -> URL:
    """An https address. Another text is not repeated in the error: it may hold anything."""
    if url := _https(text, encoded=encoded):
        return url
    raise Unreadable("what should be an address is no https address", do="check the addresses in the app's settings")


def _https(text: Any, *, encoded: bool) -> URL | None:
    try:
        url = URL(text, encoded=encoded)
        return url if url.scheme == "https" and url.host and url.port else None
    except (TypeError, ValueError):
        return None


def _refusal(query: Query, status: int, body: Any) -> Unreadable:
    """What an answer other than 200 means to the person who asked."""
    what = query.what
    match status:
        case 401:
            return Unreadable(
                f"Azure does not accept the sign-in for {what}",
                do=f"{_SIGN_IN}; if the subscription is in another tenant: az login --tenant TENANT",
            )
        case 403:
            return Unreadable(f"you may not read {what}", do=f"ask for the role {query.role} on {query.where}")
        case 404:
            return Unreadable(f"{what}: not there", do=query.if_absent)
        case 429:
            return Unreadable(f"{what}: Azure asks to wait (HTTP 429)", do="try again in a few minutes")
    return Unreadable(f"{what}: Azure answers {_said(status, body)}", do="try again; else look at the portal")


def _said(status: int, body: Any) -> str:
    match body:
        case {"error": {"code": str(code), "message": str(message)}}:
            return f"HTTP {status}, {code}: {message}"
    return f"HTTP {status}"
