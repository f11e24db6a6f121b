"""What is right about a token, and everything that can be wrong with it."""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

import pytest

from shared.api.exchange import Request
from shared.api.signing_keys import Keys
from shared.api.tokens import Tokens
from shared.settings import Tenant
from shared.vocabulary.errors import Refused
from tests.fakes.clock import FakeClock
from tests.fakes.issuer import ANA, API, HOUR, TENANT_ID, WEBHOOK, Issuer, assemble, bearer, public_pem, sign
from tests.fakes.world import refusal

ANOTHER = "99999999-0000-4000-8000-000000000009"
MINUTE = 60


class Door:
    """Where tokens for the API are checked."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.issuer = Issuer(self.clock)
        self._tokens = Tokens(Tenant(id=TENANT_ID), API, Keys(self.issuer, self.clock), self.clock)

    @property
    def now(self) -> int:
        """The time as tokens write it."""
        return int(self.clock.now().timestamp())

    async def claims(self, token: str) -> Mapping[str, Any]:
        """The claims of a token that is right."""
        return await self.claims_of(bearer(token))

    async def claims_of(self, headers: Mapping[str, str]) -> Mapping[str, Any]:
        """The claims of a request whose token is right."""
        return await self._tokens.claims(Request(method="GET", headers=headers))

    async def outcome(self, headers: Mapping[str, str]) -> Mapping[str, Any] | Refused:
        """The claims, or why there are none."""
        try:
            return await self.claims_of(headers)
        except Refused as refused:
            return refused

    async def refused(self, token: str) -> Refused:
        """What is said about a token that is wrong."""
        return await refusal(self.claims(token))


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.mark.parametrize("version", [1, 2])
async def test_tokens_of_both_versions_are_taken(door: Door, version: int) -> None:
    claims = await door.claims(door.issuer.token(version=version, roles=["Supervisor"]))

    assert (claims["oid"], claims["roles"], claims["ver"]) == (ANA, ["Supervisor"], f"{version}.0")


@pytest.mark.parametrize(
    "claims",
    [
        {"version": 1, "aud": API},
        {"version": 2, "aud": f"api://{API}"},
        {"tid": None},
        {"iat": None},
        {"iss": "https://sts.windows.net/aaaaaaaa-0000-4000-8000-000000000001/"},
    ],
)
async def test_what_tokens_may_have_or_lack(door: Door, claims: dict[str, Any]) -> None:
    assert (await door.claims(door.issuer.token(**claims)))["oid"] == ANA


async def test_the_issuer_may_be_as_the_tenant_names_itself(door: Door) -> None:
    door.issuer.authority = "https://login.example"

    assert (await door.claims(door.issuer.token()))["iss"] == f"https://login.example/{TENANT_ID}/v2.0"


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"aud": WEBHOOK}, "another application"),
        ({"aud": f"api://{WEBHOOK}"}, "another application"),
        ({"aud": f"{API}/"}, "another application"),
        ({"aud": [API]}, "another application"),
        ({"aud": None}, "another application"),
        ({"iss": f"https://login.microsoftonline.com/{ANOTHER}/v2.0"}, "another issuer"),
        ({"iss": f"https://sts.windows.net/{ANOTHER}/"}, "another issuer"),
        ({"iss": f"https://login.microsoftonline.com.evil.example/{TENANT_ID}/v2.0"}, "another issuer"),
        ({"iss": "https://login.microsoftonline.com/{tenantid}/v2.0"}, "another issuer"),
        ({"iss": ["https://sts.windows.net/"]}, "another issuer"),
        ({"iss": None}, "another issuer"),
        ({"tid": ANOTHER}, "another tenant"),
        ({"tid": 7}, "another tenant"),
        ({"exp": None}, "from when to when"),
        ({"nbf": None}, "from when to when"),
        ({"exp": "2030"}, "from when to when"),
        ({"exp": True}, "from when to when"),
        ({"nbf": [0]}, "from when to when"),
        ({"iat": "now"}, "from when to when"),
        ({"exp": float("nan")}, "expired"),
        ({"nbf": float("nan")}, "not valid yet"),
        ({"iat": 10**400}, "not valid yet"),
    ],
)
async def test_a_claim_that_is_wrong_is_named_and_not_repeated(door: Door, claims: dict[str, Any], said: str) -> None:
    refused = await door.refused(door.issuer.token(**claims))

    assert (refused.code, refused.challenge) == ("unauthenticated", "Bearer")
    assert said in refused.detail
    assert not [value for value in claims.values() if isinstance(value, str) and value in refused.detail]


async def test_a_token_is_valid_from_when_to_when_it_says_give_or_take_a_minute(door: Door) -> None:
    token = door.issuer.token(nbf=door.now + HOUR, iat=door.now, exp=door.now + 2 * HOUR)

    async def is_taken() -> bool:
        return not isinstance(await door.outcome(bearer(token)), Refused)

    assert not await is_taken()
    door.clock.step(HOUR - MINUTE - 1)
    assert not await is_taken()
    door.clock.step(1)
    assert await is_taken()
    door.clock.step(HOUR + 2 * MINUTE - 1)
    assert await is_taken()
    door.clock.step(1)
    assert not await is_taken()


async def test_a_token_from_the_future_is_refused(door: Door) -> None:
    assert "not valid yet" in (await door.refused(door.issuer.token(iat=door.now + MINUTE + 1))).detail


async def test_another_signature_is_refused(door: Door) -> None:
    token = door.issuer.token()
    head, claims, signature = token.split(".")
    _, other_claims, _ = door.issuer.token(roles=["Admin"]).split(".")
    flipped = signature[:-2] + ("A" if signature[-2] != "A" else "B") + signature[-1]

    for forged in (f"{head}.{other_claims}.{signature}", f"{head}.{claims}.{flipped}", f"{head}.{claims}."):
        assert (await door.refused(forged)).detail == "The signature of the token is wrong."
    strangers = door.issuer.token(key="key-of-a-stranger", header={"kid": "key-1"})
    assert (await door.refused(strangers)).detail == "The signature of the token is wrong."


async def test_only_rs256_counts_whatever_a_token_says(door: Door) -> None:
    public = public_pem("key-1")

    def with_public_key(text: bytes) -> bytes:
        return hmac.new(public, text, hashlib.sha256).digest()

    claims = door.issuer.claims(roles=["Admin"])
    forged = [assemble({"alg": name, "kid": "key-1"}, claims, lambda _: b"") for name in ("none", "None", "")]
    forged += [assemble({"alg": name, "kid": "key-1"}, claims, with_public_key) for name in ("HS256", "RS256")]
    forged += [door.issuer.token(header={"alg": name}) for name in ("RS384", "PS256", "ES256", "rs256", 256, None)]

    for token in forged:
        assert (await door.refused(token)).code == "unauthenticated"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer "},
        {"Authorization": "Basic YW5hOnNlY3JldA=="},
        {"Authorization": "Bearer a.b"},
        {"Authorization": "Bearer a.b.c,Bearer a.b.c"},
        {"Authorization": "Bearer e30.e30.e30"},
        {"Authorization": "Bearer \ud800.é.\x00"},
        {"Authorization": f"Bearer {'.' * 5000}"},
        {"X-Functions-Key": "secret", "X-Agent-Id": "ana", "X-Agent-Role": "Admin"},
    ],
)
async def test_without_a_token_nobody_is_known(door: Door, headers: Mapping[str, str]) -> None:
    refused = await refusal(door.claims_of(headers))

    assert (refused.code, refused.challenge) == ("unauthenticated", "Bearer")
    assert door.issuer.fetches == 0


async def test_what_is_no_token_of_ours_is_refused_even_while_the_tenant_is_away(door: Door) -> None:
    door.issuer.away = True

    for header in ({"alg": "none"}, {"kid": None}, {"kid": 7}, {"crit": ["exp"]}):
        assert (await door.refused(door.issuer.token(header=header))).code == "unauthenticated"
    assert door.issuer.fetches == 0


async def test_the_scheme_is_known_in_any_case(door: Door) -> None:
    token = door.issuer.token()

    for value in (f"bearer {token}", f"BEARER  {token} "):
        assert (await door.claims_of({"authorization": value}))["oid"] == ANA


async def test_a_key_that_the_tenant_does_not_publish_is_refused(door: Door) -> None:
    refused = await door.refused(door.issuer.token(key="key-of-a-stranger"))

    assert (refused.code, refused.challenge) == ("unauthenticated", "Bearer")
    assert "does not publish" in refused.detail


async def test_keys_that_cannot_be_had_are_no_fault_of_the_caller(door: Door) -> None:
    known = door.issuer.token()
    door.issuer.away = True

    refused = await door.refused(known)
    assert (refused.code, refused.retry_after, refused.challenge) == ("unavailable", 5, None)

    door.issuer.away = False
    door.clock.step(5)
    assert await door.claims(known)
    door.issuer.away = True
    door.clock.step(MINUTE)
    assert await door.claims(known)
    assert (await door.refused(door.issuer.token(key="key-2"))).code == "unavailable"


async def test_a_signed_token_that_is_no_object_is_refused(door: Door) -> None:
    odd: list[object] = [[], "text", 7, None, {}]
    for claims in odd:
        token = assemble({"alg": "RS256", "kid": "key-1"}, claims, lambda text: sign("key-1", text))
        assert (await door.refused(token)).code == "unauthenticated"
