"""The composer in the desk: quick replies, templates with their values, files, and words that were held before."""

from datetime import timedelta

import pytest
from playwright.async_api import FilePayload, expect

from tests.browser.desk import Desk
from tests.browser.desks import Desks
from tests.browser.team import Team
from tests.flow.customer import Customer
from tests.flow.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")

TEXT = FilePayload(name="facture été.txt", mimeType="text/plain", buffer=b"42 euros")
STICKER = FilePayload(name="chat.webp", mimeType="image/webp", buffer=b"RIFF0000WEBP")


async def test_a_quick_reply_stands_where_the_cursor_was_and_a_blank_asks_once(team: Team, desks: Desks) -> None:
    await team.agent("Ana", presence="available")
    customer, _ = await team.writes("Zoé")
    ana = await desks.open("Ana")
    await ana.open("Zoé")
    field = ana.reply("Zoé")
    await field.press_sequentially("Bonjour [prénom]. /mer")
    await expect(
        ana.page.get_by_role("listbox", name=ana.words("Quick replies")).get_by_role("option")
    ).not_to_have_count(0)
    await field.press("Enter")
    await expect(field).to_have_value("Bonjour [prénom]. Merci Zoé et bonne journée.")

    await field.press("Enter")
    asked = ana.dialog("blanks.title")
    await expect(asked).to_contain_text("[prénom]")
    await asked.get_by_role("button", name=ana.words("dialog.back"), exact=True).click()
    assert "Merci Zoé" not in "".join(await customer.received())
    await field.press("Enter")
    await asked.get_by_role("button", name=ana.words("blanks.confirm"), exact=True).click()

    await _receives(customer, "Bonjour [prénom]. Merci Zoé et bonne journée.")


async def test_a_template_that_was_undone_keeps_its_values_through_a_reload(team: Team, desks: Desks) -> None:
    await team.agent("Ana", presence="available")
    customer, _ = await team.writes("Zoé")
    ana = await desks.open("Ana")
    await ana.open("Zoé")
    await ana.button("action.templates").click()
    dialog = ana.dialog("action.templates")
    await dialog.get_by_role("searchbox", name=ana.words("Search templates"), exact=True).fill("colis")
    await dialog.get_by_role("option", name="shipped").click()
    await _confirm(ana)
    await expect(dialog.get_by_text(ana.words("templates.problem.empty"))).to_have_count(3)
    await dialog.get_by_role("textbox", name=ana.words("templates.header"), exact=True).fill("A-17")
    await dialog.get_by_role("textbox", name="1", exact=True).fill(" de\nMarseille ")
    await dialog.get_by_role("textbox").last.fill("A-17")
    await expect(dialog.get_by_role("region", name=ana.words("Preview"))).to_contain_text("Votre colis de Marseille")
    await _confirm(ana)
    await ana.button("action.undo").click()
    await expect(ana.message("shipped")).to_have_count(0)

    await ana.page.reload()
    await ana.button("outcome.goOn").click()
    await _confirm(ana)

    await _receives(customer, "Votre colis de Marseille")


async def test_a_file_waits_for_the_network_through_a_reload_and_goes_out_once(team: Team, desks: Desks) -> None:
    await team.agent("Ana", presence="available")
    customer, _ = await team.writes("Zoé")
    ana = await desks.open("Ana")
    await ana.open("Zoé")
    await ana.page.route("**/media", lambda route: route.abort())
    await _attach(ana, TEXT, STICKER)
    await expect(ana.page.get_by_role("alert").filter(has_text="chat.webp")).to_be_visible()
    await ana.answer("Zoé", "Voici.")
    await expect(ana.message("Voici.")).to_be_visible()

    await ana.page.reload()
    await ana.page.unroute("**/media")

    await _receives(customer, "Voici.")
    assert [each["kind"] for each in await customer.messages() if each["text"] == "Voici."] == ["document"]


async def test_words_that_were_held_are_taken_over_in_the_next_conversation(team: Team, desks: Desks) -> None:
    await team.agent("Ana", presence="available")
    customer, before = await team.writes("Zoé", ago=timedelta(hours=30))
    hold = {"kind": "text", "text": "Votre facture", "whenWindowClosed": "hold"}
    await team.says("POST", f"/conversations/{before}/replies", hold)
    await team.says("POST", f"/conversations/{before}/close", {"wrapUpCode": "solved"})
    await customer.writes("Toujours rien ?")
    ana = await desks.open("Ana")
    await ana.open("Zoé")

    await ana.button("drafts.use").click()
    await expect(ana.button("drafts.use")).to_have_count(0)
    await ana.reply("Zoé").press_sequentially(" est prête.")
    await ana.button("send.message", name="Zoé").click()
    await expect(ana.reply("Zoé")).to_be_focused()

    await _receives(customer, "Votre facture est prête.")
    assert (await customer.conversation())["held"] == 0


async def _attach(desk: Desk, *files: FilePayload) -> None:
    async with desk.page.expect_file_chooser() as chooser:
        await desk.button("action.attach").click()
    await (await chooser.value).set_files(list(files))


async def _confirm(desk: Desk) -> None:
    await (
        desk.dialog("action.templates").get_by_role("button", name=desk.words("templates.confirm"), exact=True).click()
    )


async def _receives(customer: Customer, text: str) -> None:
    """The phone shows a text, once."""

    async def times() -> int:
        return (await customer.received()).count(text)

    await eventually(times, 1)
