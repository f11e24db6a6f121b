"""Checks bearer tokens (JSON Web Tokens, RFC 7519) that a tenant of Microsoft Entra ID issued for one application.

In comes a request; out go the token's claims, if everything about it is right. Tokens of both versions are taken; they
are told apart by their issuer. No token and no claim is ever repeated in an answer or a log line.
https://learn.microsoft.com/entra/identity-platform/access-tokens#validate-tokens
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import jwt

from shared.api.exchange import Request
from shared.api.problems import unauthenticated
from shared.api.signing_keys import ALGORITHM, Keys
from shared.settings import Tenant
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Refused, Unavailable
from shared.vocabulary.time import Clock

LEEWAY: Final = timedelta(minutes=1)
"""How far the tenant's clock and ours may be apart."""

_SIGNATURE_ONLY: Final[Any] = {f"verify_{claim}": False for claim in ("exp", "nbf", "iat", "aud", "iss", "sub", "jti")}
_UNREADABLE: Final = (jwt.PyJWTError, ValueError, RecursionError)


class Tokens:
    """Checks the tokens of calls.

    Args:
        audience: The GUID of the application that a token has to be for.
    """

    def __init__(self, tenant: Tenant, audience: str, keys: Keys, clock: Clock) -> None:
        self._tenant = tenant
        self._audiences = (audience, f"api://{audience}")
        self._issuers = (f"{tenant.authority}/{tenant.id}/v2.0", f"https://sts.windows.net/{tenant.id}/")
        self._keys = keys
        self._clock = clock

    async def claims(self, request: Request) -> Mapping[str, Any]:
        """Return the claims of the request's token.

        Raises:
            Refused: `unauthenticated`, with what is wrong; `unavailable`, when the keys can't be had.
        """
        token = _token_of(request)
        try:
            key = await self._keys.find(_key_id_of(token))
        except Unavailable as away:
            detail = "The keys that the tenant signs its tokens with can't be fetched. Send the request again."
            raise Refused(Code.UNAVAILABLE, detail, retry_after=away.retry_after) from away
        if key is None:
            raise unauthenticated("The token is signed with a key that the tenant does not publish.")
        try:
            claims = jwt.decode(token, key.key, algorithms=[ALGORITHM], options=_SIGNATURE_ONLY)
        except jwt.InvalidSignatureError as error:
            raise unauthenticated("The signature of the token is wrong.") from error
        except _UNREADABLE as error:
            raise unauthenticated("The token can't be read.") from error
        if problem := self._problem(claims):
            raise unauthenticated(problem)
        return claims

    def _problem(self, claims: Mapping[str, Any]) -> str | None:
        """Return what is wrong with the claims of a token that the tenant has signed."""
        if claims.get("iss") not in (*self._issuers, self._keys.issuer):
            return "The token is of another issuer than the tenant."
        if claims.get("tid", self._tenant.id) != self._tenant.id:
            return "The token is of another tenant."
        if claims.get("aud") not in self._audiences:
            return "The token is for another application."
        return _problem_of_time(claims, self._clock.now())


def _token_of(request: Request) -> str:
    scheme, _, token = (request.header("Authorization") or "").strip().partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise unauthenticated("The header Authorization has to carry a bearer token.")
    return token.strip()


def _key_id_of(token: str) -> str:
    """Return the id of the key that the token says it is signed with."""
    try:
        header = jwt.get_unverified_header(token)
    except _UNREADABLE as error:
        raise unauthenticated("What the header Authorization carries is no JSON Web Token.") from error
    if header.get("alg") != ALGORITHM:
        raise unauthenticated(f"The token has to be signed with {ALGORITHM}.")
    key_id = header.get("kid")
    if not isinstance(key_id, str):
        raise unauthenticated("The token does not name the key that it is signed with.")
    return key_id


def _problem_of_time(claims: Mapping[str, Any], now: datetime) -> str | None:
    """Return what is wrong with a token's times: `exp` and `nbf` have to be there; `iat` must not be in the future."""
    times: list[Any] = [claims.get("exp"), claims.get("nbf"), claims.get("iat", 0)]
    if not all(type(time) in (int, float) for time in times):
        return "The token does not say from when to when it is valid."
    expires, begins, issued = times
    if not expires > (now - LEEWAY).timestamp():
        return "The token has expired."
    latest = (now + LEEWAY).timestamp()
    if not (begins <= latest and issued <= latest):
        return "The token is not valid yet."
    return None
