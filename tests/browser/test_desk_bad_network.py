"""A network that loses, delays and refuses: what people wrote goes out once, or stays in their hands."""

import asyncio

import pytest
from playwright.async_api import expect

from tests.browser.desk import Desk
from tests.browser.desks import Desks
from tests.browser.network import CHANGES, REPLIES, Network
from tests.browser.team import Team
from tests.flow.centre import GREETING
from tests.flow.customer import Customer
from tests.flow.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def at_work(team: Team, desks: Desks) -> tuple[Customer, Desk, Network]:
    """Ana has Zoé's question open; nothing of it is on its way any more."""
    await team.agent("Ana", presence="available")
    customer, _ = await team.writes("Zoé")
    ana = await desks.open("Ana")
    await ana.open("Zoé")
    await expect(ana.message(GREETING)).to_be_visible()
    return customer, ana, Network(ana.page)


async def test_an_answer_that_is_lost_costs_no_second_message(team: Team, desks: Desks) -> None:
    customer, ana, network = await at_work(team, desks)
    await network.lose_answers(REPLIES, times=2)

    await ana.answer("Zoé", "Une seule fois")

    await eventually(customer.received, [GREETING, "Une seule fois"])
    await expect(ana.message("Une seule fois")).to_have_count(1)
    await team.centre.is_idle()
    assert await customer.received() == [GREETING, "Une seule fois"]


@pytest.mark.parametrize("status", [500, 503])
async def test_a_server_in_trouble_gets_it_later(team: Team, desks: Desks, status: int) -> None:
    customer, ana, network = await at_work(team, desks)
    ana.tolerate(status)
    await network.refuse(REPLIES, status, times=2)

    await ana.answer("Zoé", "Plus tard")

    await expect(ana.message("Plus tard")).to_have_count(1)
    await eventually(customer.received, [GREETING, "Plus tard"])


async def test_offline_words_wait_and_survive_a_reload(team: Team, desks: Desks) -> None:
    customer, ana, network = await at_work(team, desks)
    async with network.broken(REPLIES):
        await ana.answer("Zoé", "Un")
        await expect(ana.message("Un")).to_be_visible()
        await ana.answer("Zoé", "Deux")
        await ana.reply("Zoé").fill("À moitié écrit")
        await ana.page.reload()
        await expect(ana.message("Deux")).to_be_visible()
        await expect(ana.reply("Zoé")).to_have_value("À moitié écrit")

    await eventually(customer.received, [GREETING, "Un", "Deux"])


async def test_a_page_loaded_while_the_server_is_away_goes_on_by_itself(team: Team, desks: Desks) -> None:
    _, ana, network = await at_work(team, desks)
    ana.tolerate(500)
    async with network.broken("**/api/agents/me"):
        await ana.page.reload()
        await expect(ana.page.get_by_role("heading", name=ana.words("failure.title"))).to_be_visible()
    await expect(ana.reply("Zoé")).to_be_focused()


async def test_offline_is_said_and_over_when_it_is(team: Team, desks: Desks) -> None:
    customer, ana, _ = await at_work(team, desks)
    connection = ana.page.get_by_role("status", name=ana.words("Connection"), exact=True)

    async with ana.offline():
        await expect(connection).to_contain_text(ana.words.begin("Offline since {time}"))
        await expect(ana.send).to_have_text(ana.words("Send when online"))
        await ana.answer("Zoé", "Du tunnel")
        await expect(ana.message("Du tunnel")).to_be_visible()

    await eventually(customer.received, [GREETING, "Du tunnel"])
    await expect(connection).to_be_hidden()


async def test_a_customer_looked_at_while_offline_is_shown_after_it(team: Team, desks: Desks) -> None:
    _, ana, _ = await at_work(team, desks)
    info = ana.page.get_by_role("complementary", name=ana.words("info.name"), exact=True)
    if await info.is_visible():
        await ana.button("info.hide").click()
        await ana.page.reload()
        await expect(ana.message(GREETING)).to_be_visible()

    async with ana.offline():
        await expect(ana.page.get_by_role("status", name=ana.words("Connection"), exact=True)).to_be_visible()
        await ana.button("action.info").click()
        await expect(info).to_be_visible()

    await expect(info.get_by_role("button", name=ana.words("contact.copy"), exact=True)).to_be_visible()


async def test_a_poll_that_hangs_is_given_up(team: Team, desks: Desks) -> None:
    await team.agent("Ana", presence="available")
    ana = await desks.open("Ana")
    await ana.page.clock.install()
    async with Network(ana.page).holding(CHANGES) as held:
        await ana.page.reload()
        async with asyncio.timeout(10):
            await held.wait()
        await team.writes("Zoé")
        await ana.page.clock.fast_forward("02:00")

    await expect(ana.row("Zoé")).to_be_visible()


async def test_a_deployment_is_no_news(team: Team, desks: Desks) -> None:
    _, ana, network = await at_work(team, desks)
    async with network.broken(CHANGES) as cut:
        await cut.wait()
    await team.writes("Yann")

    await expect(ana.row("Yann")).to_be_visible()
    await expect(ana.page.get_by_role("status", name=ana.words("Connection"), exact=True)).to_be_hidden()
