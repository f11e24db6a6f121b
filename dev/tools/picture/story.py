"""A morning at `/play` up to its most telling moment: a template went out, and the words are held."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, ViewportSize, expect

from dev.stack.story.calls import client
from dev.stack.story.phones import Phones
from dev.tools.picture.newcomer import Newcomer

_SCREEN = ViewportSize(width=1440, height=810)
_PATIENCE_MS = 20_000
_OTHERS = {"+33639980164": "Bonjour, où est ma commande ?", "+442079460018": "Hello, I would like a refund please."}
_WORDS = "Would you like it by post as well?"


async def take_picture(browser: Browser, ready: Mapping[str, Any], file: Path) -> None:
    """Play the morning on a fresh stack, whose ready file says `ready`, and save the picture."""
    context = await browser.new_context(
        viewport=_SCREEN, locale="en-GB", color_scheme="light", timezone_id="Europe/Paris"
    )
    context.set_default_timeout(_PATIENCE_MS)
    expect.set_options(timeout=_PATIENCE_MS)
    page = await context.new_page()
    await page.goto(ready["play"])
    newcomer = Newcomer(page)
    await expect(newcomer.hint).to_contain_text("Write something")
    await newcomer.write("Hello, where is my invoice?")
    await newcomer.open_conversation()
    await newcomer.answer("Here it is: order 4711, paid on Monday.")
    await expect(newcomer.hint).to_contain_text("25 hours later")
    async with client() as http:
        phones = Phones(http, ready["whatsapp"])
        for number, text in _OTHERS.items():
            await phones.write(number, text)
    await expect(newcomer.conversations).to_have_count(1 + len(_OTHERS))
    await newcomer.let_a_day_pass()
    await newcomer.answer(_WORDS)
    await expect(newcomer.on_phone.filter(has_text="Template")).to_have_count(1)
    await expect(newcomer.on_desk.filter(has_text="Held")).to_have_count(1)
    await expect(newcomer.on_desk.filter(has_text="Template follow_up")).to_contain_text("Delivered")
    await expect(newcomer.hint).to_contain_text("the words are held")
    await page.screenshot(path=file, animations="disabled", caret="hide")
    await context.close()
