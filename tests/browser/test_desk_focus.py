"""Whoever works with the keyboard alone keeps their place: what takes the focus and goes gives it back."""

import pytest
from playwright.async_api import FilePayload, expect

from tests.browser.desk import Desk
from tests.browser.desks import Desks
from tests.browser.team import Team

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_dialog_that_is_left_gives_the_focus_back(team: Team, desks: Desks) -> None:
    ana = await _at_a_conversation(team, desks)
    await ana.page.keyboard.press("Escape")
    await expect(ana.thread).to_be_focused()
    dialogs = (("x", "action.transfer"), ("t", "action.templates"), ("c", "action.close"), ("?", "keys.title"))
    for key, dialog in dialogs:
        await ana.page.keyboard.press(key)
        await expect(ana.dialog(dialog)).to_be_visible()
        await ana.page.keyboard.press("Escape")
        await expect(ana.thread).to_be_focused()


async def test_who_undoes_a_template_writes_on(team: Team, desks: Desks) -> None:
    ana = await _at_a_conversation(team, desks)
    await ana.button("action.templates").press("Enter")
    dialog = ana.dialog("action.templates")
    search = dialog.get_by_role("searchbox", name=ana.words("Search templates"), exact=True)
    await search.fill("follow_up")
    await expect(dialog.get_by_role("option", name="follow_up")).to_be_enabled()
    await search.press("Enter")
    fields = dialog.get_by_role("textbox")
    await expect(fields.first).to_be_visible()
    for field in await fields.all():
        await field.fill("x")
    await ana.page.keyboard.press("Enter")
    await expect(dialog).to_have_count(0)
    await expect(ana.button("action.templates")).to_be_focused()
    await ana.button("action.undo").press("Enter")
    await expect(ana.reply("Zoé")).to_be_focused()


async def test_who_attached_a_file_writes_on(team: Team, desks: Desks) -> None:
    """Else the words would be taken for keys, and `c` closes a conversation."""
    ana = await _at_a_conversation(team, desks)
    async with ana.page.expect_file_chooser() as chooser:
        await ana.button("action.attach").press("Enter")
    await (await chooser.value).set_files(FilePayload(name="a.txt", mimeType="text/plain", buffer=b"42"))
    await expect(ana.reply("Zoé")).to_be_focused()


async def test_the_keyboard_says_who_one_is_and_sam_supervises(desks: Desks) -> None:
    desk = await desks.open("Ana")
    await desk.page.evaluate("localStorage.clear(); sessionStorage.clear()")
    await desk.page.reload()
    await expect(desk.textbox("Name")).to_be_focused()
    await desk.page.get_by_role("button", name="sam", exact=True).press("Enter")
    await desk.textbox("Name").press("Enter")
    await expect(desk.link("Supervisor")).to_be_visible()


async def _at_a_conversation(team: Team, desks: Desks) -> Desk:
    await team.agent("Ana", presence="available")
    await team.writes("Zoé")
    ana = await desks.open("Ana")
    await ana.open("Zoé")
    await expect(ana.reply("Zoé")).to_be_focused()
    return ana
