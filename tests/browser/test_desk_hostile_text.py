"""What strangers write is shown as they wrote it: nothing of it runs, opens, or moves what stands around it."""

import pytest
from playwright.async_api import Dialog, expect

from tests.browser.desk import Desk
from tests.browser.desks import PHONE, Desks
from tests.browser.team import Team
from tests.flow.centre import GREETING

pytestmark = pytest.mark.asyncio(loop_scope="session")

MARKUP = "<script>alert(1)</script><img src=x onerror=alert(1)><b>gras</b>"
TEXTS = (
    MARKUP,
    'javascript:alert(1) http://a.example/<script> https://b.example/"onclick=alert(1)',
    "\u202e4pm.exe\u2066 \u2067 fin",
    "m" * 4_096,
    "👩‍👩‍👧‍👦" * 500,
    "\u200b\u200d\ufeff" * 200 + "vide",
    "*_~`" * 500,
    "".join(f"e{chr(0x300 + mark % 80)}" * 3 for mark in range(300)),
)


async def test_what_strangers_write_is_text(team: Team, desks: Desks) -> None:
    await team.agent("Ana", presence="available")
    customer, conversation_id = await team.writes(MARKUP, TEXTS[0])
    ana = await desks.open("Ana")
    ana.page.on("dialog", lambda dialog: _note(ana, dialog))
    for text in TEXTS[1:]:
        await customer.writes_and_is_heard(text)
    await customer.sends_file(b"%PDF-1.7", "application/pdf", name=f"{MARKUP}\u202efdp.exe" + "n" * 150)
    await ana.open(MARKUP)

    for text in TEXTS[:4]:
        await expect(ana.message(text).first).to_be_visible()
    await expect(ana.messages).to_have_count(len(TEXTS) + 2)
    await expect(ana.message(GREETING)).to_be_visible()
    assert await _addresses(ana) <= {"http:", "https:"}
    assert await ana.page.locator(".thread script, .thread img[src=x], .thread b").count() == 0
    for viewport in (ana.page.viewport_size, PHONE, {"width": 320, "height": 568}):
        assert viewport
        await ana.page.set_viewport_size(viewport)  # type: ignore[arg-type]  # one is what was set before
        assert await ana.wider_than_the_screen() == []
    await ana.page.set_viewport_size({"width": 1440, "height": 900})
    await _fills_in_a_template(ana, MARKUP)
    await ana.go(f"#/c/{conversation_id}/info")
    await expect(ana.page.get_by_role("complementary", name=ana.words("info.name"))).to_contain_text(MARKUP)
    assert await ana.wider_than_the_screen() == []


async def test_a_name_that_cannot_be_broken_leaves_room_for_the_button_beside_it(team: Team, desks: Desks) -> None:
    await team.agent("Ana", presence="available")
    _, conversation_id = await team.writes("W" * 80)
    ana = await desks.open("Ana")
    await ana.go(f"#/c/{conversation_id}/info")
    await expect(ana.button("info.hide")).to_be_in_viewport(ratio=1)
    box = await ana.button("info.hide").bounding_box()
    assert box
    assert box["width"] == box["height"]


async def _fills_in_a_template(desk: Desk, value: str) -> None:
    await desk.button("action.templates").click()
    dialog = desk.dialog("action.templates")
    await dialog.get_by_role("option", name="order_update").click()
    await dialog.get_by_role("textbox", name="1", exact=True).fill(value)
    await expect(dialog.get_by_role("region", name=desk.words("Preview"))).to_contain_text(value)
    assert await desk.wider_than_the_screen() == []
    await desk.page.keyboard.press("Escape")


async def _addresses(desk: Desk) -> set[str]:
    found: list[str] = await desk.thread.evaluate("log => [...log.querySelectorAll('a[href]')].map(a => a.protocol)")
    return set(found)


def _note(desk: Desk, dialog: Dialog) -> None:
    desk.problems.append(f"a dialog: {dialog.message}")
