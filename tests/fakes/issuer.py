"""A tenant of Microsoft Entra ID: signs tokens, good and bad ones, and publishes its keys; the port `OpenId` in memory.

`serving` puts the same tenant on an address of loopback.
"""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import RSAAlgorithm

from shared.api.openid import Published
from shared.settings import AuthMode, Tenant
from shared.vocabulary.errors import Unavailable
from shared.vocabulary.time import Clock

TENANT_ID = "aaaaaaaa-0000-4000-8000-000000000001"
API = "bbbbbbbb-0000-4000-8000-000000000002"
WEBHOOK = "cccccccc-0000-4000-8000-000000000003"
DESK = "dddddddd-0000-4000-8000-000000000004"
EVENT_GRID = "4962773b-9cdb-44cf-a8bf-237846a00ab7"
ANA = "eeeeeeee-0000-4000-8000-000000000005"
SUBSCRIBER = "AzureEventGridSecureWebhookSubscriber"
PAGES: Mapping[str, str] = {
    "authorization_endpoint": "oauth2/v2.0/authorize",
    "token_endpoint": "oauth2/v2.0/token",
    "end_session_endpoint": "oauth2/v2.0/logout",
}
"""What a tenant has for people who sign in, by what OpenID Connect calls it."""
HOUR = 3600
FOR_PAGES: Mapping[str, str] = {"Access-Control-Allow-Origin": "*"}
SETTINGS: Mapping[str, Any] = {
    "auth_mode": AuthMode.ENTRA,
    "tenant": Tenant(id=TENANT_ID),
    "audience": API,
    "events_audience": WEBHOOK,
    "webhook": True,
}
"""Of an app that takes the tokens of this tenant only."""

type Claims = dict[str, Any]
type Sign = Callable[[bytes], bytes]


class Issuer:
    """The tenant. It signs with the newest of its `keys`, which it publishes; `fetches` counts who asked for them."""

    def __init__(self, clock: Clock, authority: str = "https://login.microsoftonline.com") -> None:
        self.authority = authority
        self.fetches = 0
        self.away = False
        self.keys = ["key-1"]
        self._clock = clock

    @property
    def name(self) -> str:
        """The issuer of tokens of version 2."""
        return f"{self.authority}/{TENANT_ID}/v2.0"

    @property
    def public_keys(self) -> Sequence[Mapping[str, Any]]:
        """The keys as they are published."""
        return [_public_key(key_id) for key_id in self.keys]

    async def published(self) -> Published:
        """As `OpenId.published`."""
        self.fetches += 1
        for _ in range(10):
            await asyncio.sleep(0)
        if self.away:
            raise Unavailable("the tenant is away")
        return Published(issuer=self.name, keys=self.public_keys)

    def claims(self, *, version: int = 2, audience: str = API, by: str = DESK, **others: Any) -> Claims:
        """The claims of a token that was issued a minute ago to the application `by`; None leaves one out."""
        now = int(self._clock.now().timestamp())
        of_version = {
            1: {"ver": "1.0", "iss": f"https://sts.windows.net/{TENANT_ID}/", "aud": f"api://{audience}", "appid": by},
            2: {"ver": "2.0", "iss": self.name, "aud": audience, "azp": by},
        }[version]
        times = {"iat": now - 60, "nbf": now - 60, "exp": now + HOUR}
        claims = {"tid": TENANT_ID, "oid": ANA, "sub": "a name for this pair alone", "roles": ["Agent"]}
        return {name: value for name, value in (claims | of_version | times | others).items() if value is not None}

    def token(self, *, key: str | None = None, header: Mapping[str, Any] | None = None, **claims: Any) -> str:
        """A token with these claims, signed with the key of that id, whether it is published or not."""
        key_id = key or self.keys[-1]
        head = {"typ": "JWT", "alg": "RS256", "kid": key_id} | dict(header or {})
        return assemble(head, self.claims(**claims), lambda text: sign(key_id, text))

    def event_grid_token(self, **claims: Any) -> str:
        """A token of Event Grid, to bring events."""
        return self.token(**{"audience": WEBHOOK, "by": EVENT_GRID, "roles": [SUBSCRIBER]} | claims)


def assemble(header: Mapping[str, Any], claims: object, sign: Sign) -> str:
    """A JSON Web Token with any header and claims, signed in any way."""
    text = f"{base64url(json.dumps(header).encode())}.{base64url(json.dumps(claims).encode())}"
    return f"{text}.{base64url(sign(text.encode()))}"


def bearer(token: str) -> dict[str, str]:
    """The header of a call that carries a token."""
    return {"Authorization": f"Bearer {token}"}


@asynccontextmanager
async def serving(issuer: Issuer, pages: Iterable[web.RouteDef] = ()) -> AsyncIterator[None]:
    """Meanwhile the tenant is at an address of loopback, its `authority`; `pages` are those for people."""

    async def configuration(_request: web.Request) -> web.Response:
        try:
            await issuer.published()
        except Unavailable as away:
            raise web.HTTPServiceUnavailable(headers=FOR_PAGES) from away
        tenant = f"{issuer.authority}/{TENANT_ID}"
        named = {name: f"{tenant}/{path}" for name, path in PAGES.items()}
        found = {"issuer": issuer.name, "jwks_uri": f"{tenant}/keys", **named}
        return web.json_response(found, headers=FOR_PAGES)

    async def keys(_request: web.Request) -> web.Response:
        return web.json_response({"keys": issuer.public_keys})

    application = web.Application()
    application.router.add_get(f"/{TENANT_ID}/v2.0/.well-known/openid-configuration", configuration)
    application.router.add_get(f"/{TENANT_ID}/keys", keys)
    application.router.add_routes(pages)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        issuer.authority = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield
    finally:
        await runner.cleanup()


@cache
def _private_key(_key_id: str) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _public_key(key_id: str) -> Mapping[str, Any]:
    public: dict[str, Any] = RSAAlgorithm.to_jwk(_private_key(key_id).public_key(), as_dict=True)
    return {"kty": public["kty"], "use": "sig", "kid": key_id, "n": public["n"], "e": public["e"]}


def public_pem(key_id: str) -> bytes:
    """The public key of an id in the form that people paste."""
    return _private_key(key_id).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def sign(key_id: str, text: bytes) -> bytes:
    """The signature of the key with that id, whether it is published or not."""
    return _private_key(key_id).sign(text, padding.PKCS1v15(), SHA256())


def base64url(raw: bytes) -> str:
    """Bytes as tokens have them: base64 for addresses, without padding."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
