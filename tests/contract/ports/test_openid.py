"""The port `OpenId`: one suite on the fake and on the adapter, and what the adapter makes of a tenant that is odd."""

import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from yarl import URL

from shared.adapters.openid import MOST_BYTES, OpenIdTenant
from shared.api.openid import OpenId
from shared.api.signing_keys import Keys
from shared.settings import Tenant
from shared.vocabulary.errors import Unavailable
from tests.contract.ports.answering import Answer, AnsweringServer, answering, closed_port
from tests.fakes.clock import FakeClock
from tests.fakes.issuer import TENANT_ID, Issuer, serving

KEYS = Answer(body=json.dumps({"keys": [{"kid": "key-1"}]}))


@pytest_asyncio.fixture
async def issuer() -> AsyncIterator[Issuer]:
    """A tenant, on an address of loopback."""
    issuer = Issuer(FakeClock())
    async with serving(issuer):
        yield issuer


@pytest_asyncio.fixture(params=["fake", "adapter"])
async def openid(request: pytest.FixtureRequest, issuer: Issuer) -> AsyncIterator[OpenId]:
    """What the app sees of it."""
    if request.param == "fake":
        yield issuer
        return
    adapter = OpenIdTenant(Tenant(id=TENANT_ID, authority=issuer.authority))
    yield adapter
    await adapter.close()


@pytest_asyncio.fixture
async def server() -> AsyncIterator[AnsweringServer]:
    """A web server in the tenant's place."""
    async with answering() as server:
        yield server


async def test_a_tenant_publishes_its_issuer_and_its_keys(issuer: Issuer, openid: OpenId) -> None:
    issuer.keys = ["key-1", "key-2"]

    published = await openid.published()

    assert published.issuer == f"{issuer.authority}/{TENANT_ID}/v2.0"
    assert list(published.keys) == issuer.public_keys


async def test_it_is_asked_anew_each_time(issuer: Issuer, openid: OpenId) -> None:
    await openid.published()
    issuer.keys = ["key-2"]

    assert [key["kid"] for key in (await openid.published()).keys] == ["key-2"]
    assert issuer.fetches == 2


async def test_a_tenant_that_is_away_may_come_back(issuer: Issuer, openid: OpenId) -> None:
    issuer.away = True
    with pytest.raises(Unavailable):
        await openid.published()

    issuer.away = False
    assert (await openid.published()).keys


async def test_published_keys_can_be_used(openid: OpenId) -> None:
    assert await Keys(openid, FakeClock()).find("key-1")


async def ask(server: AnsweringServer, *answers: Answer, answer_within: float = 5.0) -> object:
    """What the adapter makes of these answers."""
    server.answers = list(answers)
    adapter = OpenIdTenant(Tenant(id=TENANT_ID, authority=server.origin), answer_within=answer_within)
    try:
        return await adapter.published()
    finally:
        await adapter.close()


def configuration(server: AnsweringServer, **fields: object) -> Answer:
    """The tenant's configuration, with keys at the same server unless `fields` say otherwise."""
    return Answer(body=json.dumps({"issuer": "the tenant", "jwks_uri": f"{server.origin}/keys", **fields}))


async def test_the_adapter_asks_where_the_contract_says(server: AnsweringServer) -> None:
    await ask(server, configuration(server), KEYS)

    assert [(asked.method, asked.path) for asked in server.asked] == [
        ("GET", f"/{TENANT_ID}/v2.0/.well-known/openid-configuration"),
        ("GET", "/keys"),
    ]


@pytest.mark.parametrize(
    "answer",
    [
        Answer(status=500, body="{}"),
        Answer(status=404, body="{}"),
        Answer(status=204),
        Answer(body=""),
        Answer(body="<html>"),
        Answer(body="[" * 100_000),
        Answer(body=KEYS.body + " " * MOST_BYTES),
        Answer(body="[]"),
        Answer(body="{}"),
        Answer(body='{"keys": {}}'),
        Answer(cut=True),
    ],
)
async def test_an_answer_that_is_none_counts_as_away(server: AnsweringServer, answer: Answer) -> None:
    with pytest.raises(Unavailable):
        await ask(server, answer, KEYS)
    with pytest.raises(Unavailable):
        await ask(server, configuration(server), answer)


@pytest.mark.parametrize("address", ["http://0.0.0.0:{port}/keys", "ftp://127.0.0.1:{port}/", "/keys", "", 7, None])
async def test_keys_are_fetched_over_https_or_from_loopback_only(server: AnsweringServer, address: object) -> None:
    if isinstance(address, str):
        address = address.format(port=URL(server.origin).port)
    with pytest.raises(Unavailable):
        await ask(server, configuration(server, jwks_uri=address), KEYS)
    assert len(server.asked) == 1


async def test_nobody_is_sent_elsewhere_for_the_keys(server: AnsweringServer) -> None:
    elsewhere = Answer(status=302, headers={"Location": "/elsewhere"})
    with pytest.raises(Unavailable):
        await ask(server, elsewhere, configuration(server), KEYS)
    with pytest.raises(Unavailable):
        await ask(server, configuration(server), elsewhere, KEYS)
    assert len(server.asked) == 3


async def test_what_is_no_key_is_left_out(server: AnsweringServer) -> None:
    published = await ask(server, configuration(server), Answer(body='{"keys": [7, null, {"kid": "a"}, []]}'))

    assert getattr(published, "keys", None) == ({"kid": "a"},)


async def test_a_tenant_that_hangs_or_is_not_there_counts_as_away(server: AnsweringServer) -> None:
    with pytest.raises(Unavailable):
        await ask(server, Answer(hangs=True), answer_within=0.1)
    server.origin = str(URL(server.origin).with_port(closed_port()))
    with pytest.raises(Unavailable):
        await ask(server)
