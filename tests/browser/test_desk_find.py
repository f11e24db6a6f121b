"""Looking for a customer by number, and what ends it."""

import pytest
from playwright.async_api import expect

from tests.browser.desks import Desks
from tests.browser.team import Team

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_view_that_is_chosen_ends_the_search(team: Team, desks: Desks) -> None:
    """Else the list would go on showing what was found, whatever is chosen."""
    await team.agent("Ana", presence="available")
    customer, _ = await team.writes("Zoé")
    ana = await desks.open("Ana")
    search = ana.page.get_by_role("searchbox", name=ana.words("Find"), exact=True)
    for leave in ("link", "key"):
        await search.fill(f"+{customer.number}")
        await expect(ana.page.get_by_role("heading", name=ana.words("find.title"), exact=True)).to_be_visible()
        if leave == "link":
            await ana.link("views.mine").press("Enter")
        else:
            await search.blur()
            await ana.page.keyboard.press("1")
        await expect(ana.page.get_by_role("heading", name=ana.words("views.mine"), exact=True)).to_be_visible()
        await expect(search).to_have_value("")


async def test_who_writes_to_a_number_that_was_looked_up_writes_on(team: Team, desks: Desks) -> None:
    await team.agent("Ana", presence="available")
    customer = team.customer()
    ana = await desks.open("Ana")
    await ana.page.get_by_role("searchbox", name=ana.words("Find"), exact=True).fill(f"+{customer.number}")
    await ana.go("#/new")
    dialog = ana.dialog("New conversation")
    await expect(dialog.get_by_role("textbox", name=ana.words("Phone"), exact=True)).to_have_value(
        f"+{customer.number}"
    )
    await ana.choose(dialog.get_by_role("combobox", name=ana.words("Template"), exact=True), "order_update")
    await dialog.get_by_role("textbox", name="1", exact=True).fill("Zoé")
    await dialog.get_by_role("textbox", name="2", exact=True).fill("A-17")
    await ana.page.keyboard.press("Enter")
    await expect(ana.message("A-17")).to_be_visible()
    await expect(ana.page.get_by_role("textbox", name=ana.words.begin("Reply to {name}"))).to_be_focused()
