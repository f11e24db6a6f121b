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
from tests.flow.centre import GREETING, Centre
from tests.flow.conftest import running_centre
from tests.flow.customer import Customer
from tests.flow.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")

MINUTE = 60_000
"""In milliseconds."""


@dataclass(slots=True, kw_only=True)
class Tenant:
    """The contact centre of a tenant's people, and what the tenant shows them."""

    centre: Centre
    issuer: Issuer
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
async def opened(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> AsyncIterator[Tenant]:
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
            yield Tenant(centre=centre, issuer=issuer, pages=pages, browser=browser)


@pytest_asyncio.fixture(loop_scope="session")
async def tenant(opened: Tenant) -> AsyncIterator[Tenant]:
    """The tenant, with Ana at the browser."""
    pages = opened.pages
    pages.person, pages.refusal, pages.renews = {"oid": ANA, "roles": ["Agent"]}, None, True
    pages.asked.clear()
    pages.renewed = pages.left = 0
    tenant = replace(opened, contexts=[], desks=[])
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
    await desk.page.clock.fast_forward(56 * MINUTE)
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


async def test_who_has_no_role_is_told_so_and_can_be_somebody_else(tenant: Tenant) -> None:
    tenant.pages.person["roles"] = []
    desk = await tenant.open("#/mine")
    desk.tolerate(403)
    await expect(desk.page.get_by_role("alert")).to_contain_text(desk.words("problem.no_role"))
    tenant.pages.person["roles"] = ["Agent"]

    await desk.button("signIn.signIn").click()
    await expect(desk.views).to_be_visible()


async def test_a_session_that_ends_in_mid_sentence_keeps_the_page_and_the_words(tenant: Tenant) -> None:
    """The person signs in again, and is where it was, with what was written before and after."""
    customer = Customer.new(tenant.centre)
    await customer.writes("Bonjour")
    conversation = (await customer.conversation())["conversationId"]
    desk = await tenant.open(f"#/c/{conversation}")
    reply = desk.page.get_by_role("textbox", name=desk.words.begin("Reply to {name}"))
    await reply.fill("Votre colis")
    tenant.pages.renews = False
    desk.tolerate(400, 401)
    await desk.page.clock.fast_forward(61 * MINUTE)
    await desk.page.evaluate("dispatchEvent(new Event('online'))")  # the machine slept

    again = desk.button("Sign in again")
    await expect(again).to_be_visible()
    await expect(reply).to_have_value("Votre colis")
    await reply.press_sequentially(" arrive demain.")
    await again.click()

    await expect(reply).to_have_value("Votre colis arrive demain.")
    await expect(again).to_have_count(0)
    assert (len(tenant.pages.asked), desk.page.url) == (2, f"{desk.address}#/c/{conversation}")


async def test_what_did_not_go_out_before_the_end_goes_out_once_after_the_next_sign_in(tenant: Tenant) -> None:
    customer = Customer.new(tenant.centre)
    await customer.is_greeted()
    conversation = (await customer.conversation())["conversationId"]
    path = f"/conversations/{conversation}/assign"
    assert (await tenant.centre.call("POST", path, {"agent": ANA})).status == 200
    desk = await tenant.open(f"#/c/{conversation}")
    await desk.page.route("**/replies", lambda route: route.abort())
    await desk.page.get_by_role("textbox", name=desk.words.begin("Reply to {name}")).fill("Demain.")
    await desk.send.click()
    await expect(desk.message("Demain.")).to_be_visible()
    tenant.pages.renews = False
    desk.tolerate(400, 401)
    await desk.page.clock.fast_forward(61 * MINUTE)
    await desk.page.evaluate("dispatchEvent(new Event('online'))")
    await expect(desk.button("Sign in again")).to_be_visible()
    await desk.page.unroute("**/replies")

    await desk.button("Sign in again").click()

    await eventually(customer.received, [GREETING, "Demain."])
    await expect(desk.message("Demain.")).to_have_count(1)


async def test_who_signs_out_is_out_in_every_tab_and_leaves_nothing(tenant: Tenant) -> None:
    desk = await tenant.open("#/mine")
    other = await tenant.open("#/held", context=tenant.contexts[0])
    for one in (desk, other):
        await expect(one.views).to_be_visible()
        one.tolerate(401)  # on its way out a page may ask once more what is new, as nobody
    await desk.page.evaluate("localStorage.setItem('desk.draft:somebody:a conversation:reply', '{}')")

    await desk.button("Profile").click()
    await desk.button("Sign out").click()

    await expect(other.page.get_by_role("alert")).to_have_text(other.words("problem.signed_out"))
    await expect(desk.page.get_by_text("You signed out of your account")).to_be_visible()
    assert tenant.pages.left == 1
    await other.button("signIn.signIn").click()
    await expect(other.views).to_be_visible()
    assert await other.page.evaluate("Object.keys(localStorage).filter(key => /draft|outbox/.test(key))") == []


async def test_while_the_tenant_is_away_the_desk_says_so_and_asks_again(tenant: Tenant) -> None:
    tenant.issuer.away = True
    desk = await tenant.open("#/mine")
    desk.tolerate(503)
    await expect(desk.page.get_by_role("alert")).to_contain_text(desk.words("problem.tenant_unreachable"))
    tenant.issuer.away = False

    await desk.button("signIn.signIn").click()
    await expect(desk.views).to_be_visible()
