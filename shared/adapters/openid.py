"""The port `OpenId` on a tenant of Microsoft Entra ID, by OpenID Connect Discovery 1.0.

Two calls: the tenant's configuration, then the keys at the address that it names. Nothing is retried or kept here.
"""

import asyncio
import json
from typing import Any, Final

import aiohttp

from shared.api.openid import Published
from shared.settings import Tenant
from shared.vocabulary.errors import Unavailable
from shared.vocabulary.origins import is_trustworthy

ANSWER_WITHIN: Final = 5.0
"""Seconds after which the tenant counts as away."""

MOST_BYTES: Final = 1024 * 1024
"""What an answer may have; a tenant's have some kilobytes."""


class OpenIdTenant:
    """One tenant."""

    def __init__(self, tenant: Tenant, *, answer_within: float = ANSWER_WITHIN) -> None:
        self._configuration = f"{tenant.authority}/{tenant.id}/v2.0/.well-known/openid-configuration"
        self._answer_within = answer_within
        self._http = aiohttp.ClientSession()

    async def published(self) -> Published:
        """See `OpenId.published`."""
        try:
            async with asyncio.timeout(self._answer_within):
                return await self._published()
        except (aiohttp.ClientError, OSError, ValueError, RecursionError) as error:
            raise Unavailable(f"the tenant did not give its keys ({type(error).__name__})") from error

    async def _published(self) -> Published:
        match await self._get(self._configuration):
            case {"issuer": str(issuer), "jwks_uri": str(address)} if is_trustworthy(address):
                pass
            case _:
                raise Unavailable("the tenant's configuration does not name its issuer and its keys")
        match await self._get(address):
            case {"keys": [*keys]}:
                return Published(issuer=issuer, keys=tuple(key for key in keys if isinstance(key, dict)))
        raise Unavailable("the tenant did not give a list of keys")

    async def _get(self, address: str) -> Any:
        async with self._http.get(address, allow_redirects=False) as answer:
            if answer.status != 200:
                raise Unavailable(f"the tenant did not give its keys: HTTP {answer.status}")
            body = bytearray()
            async for part in answer.content.iter_any():
                body += part
                if len(body) > MOST_BYTES:
                    raise Unavailable("the tenant did not give its keys: the answer does not end")
            return json.loads(body)

    async def close(self) -> None:
        """Close all connections."""
        await self._http.close()
