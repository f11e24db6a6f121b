"""People of a tenant of Microsoft Entra ID sign in at the desk, stay signed in, and leave."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, expect

from shared.adapters.system import SystemClock
from tests.browser.desk import Desk
from tests.browser.words import Words
from tests.fakes.issuer import ANA, API, DESK, TENANT_ID, Issuer, bearer, serving
from tests.fakes.sign_in_pages import SignInPages
from tests.flow.centre import Centre
from tests.flow.conftest import running_centre
from tests.flow.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")

AFTER_55_MINUTES, AFTER_AN_HOUR = "55:10", "61:00"


@dataclass(slots=True, kw_only=True)
class Tenant:
    """The contact centre of a tenant's people, and what the tenant shows them."""

    centre: Centre
    pages: SignInPages
    browser: Browser
    contexts: list[BrowserContext] = field(default_factory=list)
    desks: list[Desk] = field(default_factory=list)

    async def open(self, place: str = "", *, context: BrowserContext | None = None, language: str = "en") -> Desk:
        """Go to the desk, in a browser of its own unless one is given; its clock can be turned."""
        if context is None:
            context = await self.browser.new_context(locale=language)
            self.contexts.append(context)
        page = await context.new_page()
        await page.clock.install()
        desk = Desk(page=page, address=self.pages.desk, words=Words(language))
        desk.listen()
        self.desks.append(desk)
        await desk.go(place)
        return desk


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def centre_and_pages(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Centre, SignInPages]]:
    """One contact centre for all tests of this module, where Ana is an agent."""
    issuer = Issuer(SystemClock())
    pages = SignInPages(issuer)
    async with serving(issuer, pages.routes()):
        settings = {
            "AUTH_MODE": "entra",
            "ENTRA_TENANT_ID": TENANT_ID,
            "ENTRA_AUDIENCE": API,
            "ENTRA_AUTHORITY": issuer.authority,
            "DESK_CLIENT_ID": DESK,
        }
        async with running_centre(tmp_path_factory.mktemp("desk-sign-in"), **settings) as running:
            centre = replace(running, sign_in=lambda agent, role: bearer(issuer.token(oid=agent, roles=[role])))
            record = {"name": "Ana", "queues": ["general"]}
            assert (await centre.call("PUT", f"/agents/{ANA}", record)).status == 200
            pages.desk = f"{centre.api}/api/desk"
            yield centre, pages


@pytest_asyncio.fixture(loop_scope="session")
async def tenant(centre_and_pages: tuple[Centre, SignInPages], browser: Browser) -> AsyncIterator[Tenant]:
    """The tenant, with Ana at the browser."""
    centre, pages = centre_and_pages
    pages.person, pages.refusal, pages.renews = {"oid": ANA, "roles": ["Agent"]}, None, True
    pages.asked.clear()
    pages.renewed = pages.left = 0
    tenant = Tenant(centre=centre, pages=pages, browser=browser)
    yield tenant
    for context in tenant.contexts:
        await context.close()
    assert [problem for desk in tenant.desks for problem in desk.problems] == []


async def test_a_person_signs_in_and_is_where_the_address_led(tenant: Tenant) -> None:
    """No code stays in the address, nor a token for longer than the tab; a reload asks for no other sign-in."""
    desk = await tenant.open("?lang=fr#/unanswered", language="fr")
    await expect(desk.views).to_be_visible()

    assert desk.page.url == f"{desk.address}?lang=fr#/unanswered"
    assert [asked["scope"] for asked in tenant.pages.asked] == [
        f"openid profile offline_access api://{API}/access_as_user"
    ]
    assert "eyJ" not in await desk.page.evaluate("JSON.stringify([localStorage, sessionStorage])")

    await desk.page.reload()
    await expect(desk.views).to_be_visible()
    assert (len(tenant.pages.asked), tenant.pages.renewed) == (1, 1)


async def test_a_session_is_renewed_five_minutes_before_it_ends(tenant: Tenant) -> None:
    desk = await tenant.open("#/mine")
    await expect(desk.views).to_be_visible()
    await desk.page.clock.fast_forward(AFTER_55_MINUTES)
    await desk.go("#/held")  # asks the API

    async def renewed() -> int:
        return tenant.pages.renewed

    await eventually(renewed, 1)
    assert len(tenant.pages.asked) == 1
    await expect(desk.button("Sign in again")).to_have_count(0)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(
    ("error", "description", "key"),
    [
        ("access_denied", "AADSTS50105: The signed in user is not assigned. Trace ID: 1", "problem.AADSTS50105"),
        ("access_denied", "the user has cancelled", "problem.access_denied"),
    ],
)
async def test_a_refusal_is_said_in_words_and_another_account_can_be_chosen(
    tenant: Tenant, language: str, error: str, description: str, key: str
) -> None:
    tenant.pages.refusal = (error, description)
    desk = await tenant.open("#/held", language=language)
    await expect(desk.page.get_by_role("alert")).to_contain_text(desk.words(key))
    tenant.pages.refusal = None

    await desk.button("signIn.signIn").click()
    await expect(desk.views).to_be_visible()
    assert (tenant.pages.asked[-1]["prompt"], desk.page.url) == ("select_account", f"{desk.address}#/held")
