"""A contact centre whose team signs in with Microsoft Entra ID, and whose events come through the webhook `events`."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest
import pytest_asyncio

from shared.adapters.system import SystemClock
from tests.fakes.issuer import ANA, API, TENANT_ID, WEBHOOK, Issuer, bearer, serving
from tests.flow.centre import GREETING, Centre
from tests.flow.conftest import running_centre
from tests.flow.customer import Customer
from tests.flow.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")

CRM = "https://crm.example"
VALIDATION = {
    "id": "1",
    "eventType": "Microsoft.EventGrid.SubscriptionValidationEvent",
    "data": {"validationCode": "512d38b6"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """The contact centre, and the tenant whose tokens it takes."""

    centre: Centre
    tenant: Issuer


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def signed_in(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[SignedIn]:
    """One for all tests of this module."""
    tenant = Issuer(SystemClock())
    async with serving(tenant):
        settings = {
            "AUTH_MODE": "entra",
            "ENTRA_TENANT_ID": TENANT_ID,
            "ENTRA_AUDIENCE": API,
            "ENTRA_AUTHORITY": tenant.authority,
            "EVENTS_AUDIENCE": WEBHOOK,
            "ALLOWED_ORIGINS": CRM,
        }
        async with running_centre(tmp_path_factory.mktemp("sign-in"), **settings) as centre:
            centre.events.target = f"{centre.api}/api/events"
            centre.events.headers |= bearer(tenant.event_grid_token())
            sign_in = replace(centre, sign_in=lambda agent, role: bearer(tenant.token(oid=agent, roles=[role])))
            yield SignedIn(centre=sign_in, tenant=tenant)


async def test_an_agent_with_a_token_answers_a_customer_whom_the_webhook_brought(signed_in: SignedIn) -> None:
    """From the phone through Event Grid's webhook to the agent, and back; the agent goes by the token's `oid`."""
    centre = signed_in.centre
    customer = Customer.new(centre)
    record = {"name": "Ana", "queues": ["general"]}
    assert (await centre.call("PUT", f"/agents/{ANA}", record)).status == 200

    await customer.is_greeted()
    answer = await customer.is_sent("Voici.", agent=ANA, role="Agent")

    assert (answer.status, answer.body["delivery"]) == (201, "message")
    await eventually(customer.received, [GREETING, "Voici."])
    conversation = await customer.conversation()
    assert conversation["agent"] == ANA
    assert '"step": "events", "method": "POST", "status": 200' in centre.log()
    assert centre.logged_numbers() == []


async def test_a_page_of_an_origin_that_is_named_asks_without_a_token_and_calls_with_one(signed_in: SignedIn) -> None:
    centre, url = signed_in.centre, f"{signed_in.centre.api}/api/agents/me/presence"
    asked = {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "authorization,content-type"}
    for origin, status in ((CRM, 204), ("https://crm.example.evil.example", 405)):
        async with centre.http.options(url, headers={"Origin": origin, **asked}) as preflight:
            assert preflight.status == status
            assert preflight.headers.get("Access-Control-Allow-Origin") == (CRM if status == 204 else None)
    page = {"Origin": CRM, **bearer(signed_in.tenant.token(oid=ANA, roles=["Agent"]))}
    async with centre.http.put(url, headers=page, json={"presence": "available"}) as answer:
        assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (200, CRM)


async def test_only_a_token_lets_anybody_in(signed_in: SignedIn) -> None:
    """Neither the app's key nor headers that name somebody; health and the API's description are for anyone."""
    centre, tenant = signed_in.centre, signed_in.tenant
    for headers in (
        {},
        {**centre.key("sam", "Admin"), "X-MS-CLIENT-PRINCIPAL": "e30="},
        bearer(tenant.token(roles=["Admin"], audience=WEBHOOK)),
        bearer(tenant.token(roles=["Admin"], key="key-of-a-stranger")),
    ):
        async with centre.http.get(f"{centre.api}/api/quarantine", headers=headers) as answer:
            assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert (await centre.call("GET", "/quarantine", role="Supervisor")).status == 403
    assert (await centre.call("GET", "/quarantine", role="Admin")).status == 200
    for path in ("health", "openapi.json"):
        async with centre.http.get(f"{centre.api}/api/{path}") as answer:
            assert answer.status == 200


async def test_event_grid_subscribes_and_nobody_else_brings_events(signed_in: SignedIn) -> None:
    """Both handshakes are answered; a token of another application, or without the role, brings nothing."""
    centre, tenant = signed_in.centre, signed_in.tenant
    url, good = centre.events.target, bearer(tenant.event_grid_token())
    async with centre.http.options(url, headers=good | {"WebHook-Request-Origin": "eventgrid.azure.net"}) as answer:
        assert (answer.status, answer.headers["WebHook-Allowed-Origin"]) == (200, "eventgrid.azure.net")
    async with centre.http.post(url, headers=good, json=[VALIDATION]) as answer:
        assert (answer.status, await answer.json()) == (200, {"validationResponse": "512d38b6"})
    for claims in ({"by": API}, {"roles": ["Admin"]}, {"audience": API}):
        async with centre.http.post(url, headers=bearer(tenant.event_grid_token(**claims)), json=[]) as answer:
            assert answer.status == 401


async def test_an_outage_of_the_tenant_does_not_matter_once_its_keys_are_known(signed_in: SignedIn) -> None:
    """The next worker, which does not know them, says 503 until they can be had."""
    centre, tenant = signed_in.centre, signed_in.tenant
    assert (await centre.call("GET", "/conversations")).status == 200
    tenant.away = True
    assert (await centre.call("GET", "/conversations")).status == 200

    await centre.restart_worker()
    refused = await centre.call("GET", "/conversations")
    assert (refused.status, refused.body["code"]) == (503, "unavailable")
    assert await centre.events.post(VALIDATION) == 503
    tenant.away = False

    async def status() -> int:
        return (await centre.call("GET", "/conversations")).status

    await eventually(status, 200)
