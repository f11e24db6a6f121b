"""Keys: what composes a character or writes one does nothing else, and all work can be done without a mouse."""

import pytest
from playwright.async_api import CDPSession, expect

from tests.browser.desks import Desks
from tests.browser.team import Team
from tests.flow.centre import GREETING
from tests.flow.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")

CTRL_ALT = 3
HELD_LOCKS = """() => {
    const { query } = LockManager.prototype;
    LockManager.prototype.query = async function () {
        window.asked = true;
        await new Promise(resolve => { window.answer = resolve; });
        return query.call(this);
    };
}"""
TYPE_AT_ONCE = """text => new MutationObserver((_, observer) => {
    const field = document.querySelector("textarea");
    if (!field) return;
    observer.disconnect();
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
}).observe(document.body, { subtree: true, childList: true })"""
TWO_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"
NO_MOUSE = """() => {
    window.clicked = 0;
    addEventListener("pointerdown", () => window.clicked++, true);
}"""


async def test_enter_while_a_character_is_composed_sends_nothing(team: Team, desks: Desks) -> None:
    await team.agent("Ana", presence="available")
    customer, _ = await team.writes("Zoé")
    ana = await desks.open("Ana")
    await ana.open("Zoé")
    await ana.reply("Zoé").focus()
    keys = await ana.page.context.new_cdp_session(ana.page)
    await keys.send("Input.imeSetComposition", {"text": "にほん", "selectionStart": 3, "selectionEnd": 3})
    await _press_enter_composing(keys)
    await keys.send("Input.insertText", {"text": "日本"})

    await expect(ana.reply("Zoé")).to_have_value("日本")
    await ana.page.keyboard.press("Enter")

    await expect(ana.message("日本")).to_be_visible()
    await eventually(customer.received, [GREETING, "日本"])


async def test_letters_are_letters_in_a_field_and_commands_outside(team: Team, desks: Desks) -> None:
    await team.agent("Ana", presence="available")
    await team.writes("Zoé")
    ana = await desks.open("Ana")
    await ana.open("Zoé")
    await ana.reply("Zoé").focus()
    await ana.page.keyboard.type("njkopxwuct?/ ")
    keys = await ana.page.context.new_cdp_session(ana.page)
    await _press_alt_gr(keys, "n", "ñ")
    await expect(ana.reply("Zoé")).to_have_value("njkopxwuct?/ ñ")

    await ana.page.keyboard.press("Escape")
    await _press_alt_gr(keys, "n")
    await expect(ana.tab("composer.tab.note")).to_have_attribute("aria-selected", "false")
    await ana.page.keyboard.press("n")
    await expect(ana.tab("composer.tab.note")).to_have_attribute("aria-selected", "true")
    await expect(ana.textbox("composer.note")).to_be_focused()
    await ana.page.keyboard.press("Escape")
    await ana.page.keyboard.press("r")
    await expect(ana.reply("Zoé")).to_be_focused()


async def test_a_day_s_work_without_a_mouse(team: Team, desks: Desks) -> None:
    await team.agent("Ana")
    customer, conversation_id = await team.writes("Zoé", "Ma facture ?")
    other, _ = await team.writes("Yann", "Mon colis ?")
    ana = await desks.open("Ana", sits_down=False)
    await ana.page.evaluate(NO_MOUSE)
    keys = ana.page.keyboard

    await ana.tab_to(ana.textbox("Name"))
    await keys.press("ControlOrMeta+a")
    await keys.type(team.id_of("Ana"))
    await keys.press("Enter")
    await ana.tab_to(ana.button("Start shift"))
    await keys.press("Enter")
    await expect(ana.row("Yann")).to_be_visible()
    await expect(ana.row("Zoé")).to_be_visible()  # the two may be given one after the other
    await keys.press("j")
    await expect(ana.row("Zoé")).to_be_focused()
    await keys.press("Enter")
    await expect(ana.reply("Zoé")).to_be_focused()
    await keys.type("La voici.")
    await keys.press("Enter")
    await eventually(customer.received, [GREETING, "La voici."])

    await keys.press("Escape")
    await keys.press("n")
    await keys.type("Payée en double")
    await keys.press("ControlOrMeta+Enter")
    await expect(ana.message("Payée en double")).to_be_visible()

    await keys.press("Escape")
    await keys.press("c")
    await expect(ana.dialog("Close")).to_be_visible()
    await ana.tab_to(ana.dialog("Close").get_by_role("button", name=ana.words.begin("Confirm")))
    await keys.press("Enter")

    await eventually(lambda: team.status(conversation_id), "closed")

    await keys.press("o")
    await expect(ana.reply("Yann")).to_be_focused()
    await team.agent("Ben", presence="available")
    await keys.press("Escape")
    await keys.press("x")
    await expect(ana.dialog("Transfer")).to_be_visible()
    await keys.type("Ben")
    await keys.press("ArrowDown")
    await keys.press("Enter")
    await ana.tab_to(ana.dialog("Transfer").get_by_role("button", name=ana.words.begin("Confirm")))
    await keys.press("Enter")
    await expect(ana.row("Yann")).to_have_count(0)

    assert (await other.conversation())["agent"] == team.id_of("Ben")
    assert await ana.page.evaluate("window.clicked") == 0


async def test_the_keys_can_be_seen_and_switched_off(team: Team, desks: Desks) -> None:
    await team.agent("Ana", presence="available")
    ana = await desks.open("Ana")
    await ana.page.keyboard.press("?")
    await expect(ana.page.get_by_role("dialog")).to_be_visible()
    await ana.page.keyboard.press("Escape")
    await expect(ana.page.get_by_role("dialog")).to_have_count(0)
    await ana.page.keyboard.press("ControlOrMeta+k")
    await expect(ana.page.get_by_role("dialog")).to_be_visible()


async def test_what_is_typed_as_soon_as_the_field_is_there_stays(team: Team, desks: Desks) -> None:
    await team.agent("Ana", presence="available")
    await team.writes("Zoé")
    ana = await desks.open("Ana")
    await ana.page.evaluate(TYPE_AT_ONCE, "Tout de suite")
    await ana.open("Zoé")
    await expect(ana.message(GREETING)).to_be_visible()
    await ana.page.evaluate(TWO_FRAMES)
    await expect(ana.reply("Zoé")).to_have_value("Tout de suite")


async def test_the_desk_is_there_once_it_listens(team: Team, desks: Desks) -> None:
    """A key that is pressed as soon as something can be seen is not lost."""
    await team.agent("Ana", presence="available")
    ana = await desks.open("Ana", sits_down=False)
    await ana.page.evaluate(HELD_LOCKS)
    await ana.textbox("Name").fill(team.id_of("Ana"))
    await ana.button("Continue").click()
    await expect(ana.page.get_by_role("status")).to_have_text(ana.words("start.loading"))
    await eventually(lambda: ana.page.evaluate("window.asked"), True)
    await expect(ana.views).to_have_count(0)

    await ana.page.evaluate("window.answer()")
    await expect(ana.views).to_be_visible()
    await ana.page.keyboard.press("?")
    await expect(ana.dialog("keys.title")).to_be_visible()


async def _press_enter_composing(keys: CDPSession) -> None:
    """As browsers tell of an Enter that takes a suggestion: the key code says that something is composed."""
    for kind in ("rawKeyDown", "keyUp"):
        await keys.send(
            "Input.dispatchKeyEvent", {"type": kind, "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
        )


async def _press_alt_gr(keys: CDPSession, key: str, text: str = "") -> None:
    """As Windows tells of AltGr: Ctrl and Alt are held, and the character, if the keyboard has one, comes by itself."""
    event = {"key": text or key, "code": f"Key{key.upper()}", "modifiers": CTRL_ALT}
    await keys.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **event})
    if text:
        await keys.send("Input.dispatchKeyEvent", {"type": "char", "text": text})
    await keys.send("Input.dispatchKeyEvent", {"type": "keyUp", **event})


async def test_nothing_moves_under_the_pointer(team: Team, desks: Desks) -> None:
    await team.agent("Ana")
    await team.writes("Zoé")
    ana = await desks.open("Ana", place=f"#/queue/{team.queue}")
    await ana.combobox("Order").select_option("recent")
    await ana.row("Zoé").hover()
    place = await ana.row("Zoé").bounding_box()

    await team.writes("Yann")

    news = ana.button("{count} new", count=1)
    await expect(news).to_be_visible()
    assert await ana.row("Zoé").bounding_box() == place
    await expect(ana.rows).to_contain_text(["Zoé", "Yann"])
    await news.click()
    await expect(ana.rows).to_contain_text(["Yann", "Zoé"])
    await expect(ana.row("Yann")).to_be_focused()
