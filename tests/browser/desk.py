"""The desk in a browser, as a person works with it: by roles and names, in the person's language."""

import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from playwright.async_api import ConsoleMessage, Locator, Page, Response, expect

from tests.browser.words import Words

_TABS_FOR = 15.0
"""Seconds."""
_TOO_WIDE = """() => [...document.querySelectorAll("html, body, main, [role=log], aside, dialog")]
    .filter(element => element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0)
    .map(element => `${element.tagName}.${element.className} ${element.scrollWidth} > ${element.clientWidth}`)
"""
_SEEN = """() => {{
    Object.defineProperty(document, "visibilityState", {{ value: "{}", configurable: true }});
    document.dispatchEvent(new Event("visibilitychange"));
}}"""
ASKED_AGAIN = {412, 503}
"""Something beside what is to be done has changed, or the machine is slow: the desk asks again, and its test waits."""
SENDS = ("Send to {name}", "Send template {template}", "Hold until {name} answers", "Send when online")


@dataclass(kw_only=True)  # without slots: Playwright notes on the object what listens
class Desk:
    """One page with the desk.

    Attributes:
        address: Of the desk, without a place.
        words: Of its language.
        problems: What its scripts failed with, or the browser refused; a test may take out what it provokes.
    """

    page: Page
    address: str
    words: Words
    problems: list[str] = field(default_factory=list)
    _tolerated: set[int] = field(default_factory=set)

    def listen(self) -> None:
        """Note what goes wrong on the page."""
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("response", self._look_at)

    async def sit_down(self, name: str, role: str) -> None:
        """Say who one is."""
        await self.textbox("Name").fill(name)
        await self.combobox("Role").select_option(role)
        await self.button("Continue").click()
        await expect(self.views).to_be_visible()

    async def go(self, place: str) -> None:
        """Go to a place by its address, `#/mine`."""
        await self.page.goto(f"{self.address}{place}")

    def button(self, english: str, **values: object) -> Locator:
        """A button by its name."""
        return self.page.get_by_role("button", name=self.words(english, **values), exact=True)

    def link(self, english: str) -> Locator:
        """A link by its name."""
        return self.page.get_by_role("link", name=self.words(english), exact=True)

    def textbox(self, english: str, **values: object) -> Locator:
        """A text field by its name."""
        return self.page.get_by_role("textbox", name=self.words(english, **values), exact=True)

    def combobox(self, english: str) -> Locator:
        """A choice by its name."""
        return self.page.get_by_role("combobox", name=self.words(english), exact=True)

    def tab(self, english: str) -> Locator:
        """A tab by its name."""
        return self.page.get_by_role("tab", name=self.words(english), exact=True)

    def dialog(self, english: str) -> Locator:
        """A dialog by its name."""
        return self.page.get_by_role("dialog", name=self.words(english), exact=True)

    @property
    def main(self) -> Locator:
        """What the address names."""
        return self.page.get_by_role("main")

    @property
    def views(self) -> Locator:
        """The links to the lists."""
        return self.page.get_by_role("navigation", name=self.words("Views"), exact=True)

    @property
    def presence(self) -> Locator:
        """The button that says whether one is at work."""
        return self.page.get_by_role("button", name=self.words.begin("Presence: {presence}"))

    @property
    def rows(self) -> Locator:
        """The conversations of the list."""
        return self.page.get_by_role("list", name=self.words("Conversations"), exact=True).get_by_role("link")

    def row(self, name: str) -> Locator:
        """The conversation of a customer in the list, by name or number."""
        return self.page.get_by_role("list", name=self.words("Conversations"), exact=True).get_by_role(
            "link", name=re.compile("^" + re.escape(name).replace("/", r"\/"))
        )

    @property
    def thread(self) -> Locator:
        """What was said in the open conversation."""
        return self.page.get_by_role("log", name=self.words("Messages"), exact=True)

    @property
    def messages(self) -> Locator:
        """Each message of the open conversation."""
        return self.thread.get_by_role("article")

    def message(self, text: str) -> Locator:
        """The messages with a text."""
        return self.messages.filter(has_text=text)

    @property
    def window(self) -> Locator:
        """How long WhatsApp lets words through."""
        return self.page.get_by_role("timer", name=self.words("Window"), exact=True)

    def reply(self, name: str) -> Locator:
        """The field for a reply to a customer."""
        return self.textbox("Reply to {name}", name=name)

    @property
    def send(self) -> Locator:
        """The button that sends, whatever it says that this will do."""
        return self.page.get_by_role("button", name=self.words.begin(*SENDS))

    async def open(self, name: str) -> None:
        """Open a conversation out of the list."""
        await self.row(name).click()
        await expect(self.thread).to_be_visible()

    async def answer(self, name: str, text: str) -> None:
        """Write a reply and send it."""
        await self.reply(name).fill(text)
        await self.send.click()

    async def choose(self, combobox: Locator, text: str) -> None:
        """Choose what has a text, in a native choice or out of the list below a field."""
        if await combobox.evaluate("field => field.tagName") == "SELECT":
            await combobox.select_option(text)
            return
        await combobox.fill(text)
        await self.page.get_by_role("option", name=re.compile(re.escape(text))).first.click()

    async def close_conversation(self, reason: str) -> None:
        """Close the open conversation for a reason."""
        await self.button("Close").click()
        dialog = self.dialog("Close")
        await self.choose(dialog.get_by_role("combobox", name=self.words("Reason"), exact=True), reason)
        await dialog.get_by_role("button", name=self.words.begin("Confirm")).click()

    @asynccontextmanager
    async def offline(self) -> AsyncIterator[None]:
        """Meanwhile there is no network, and the browser knows it."""
        await self.page.context.set_offline(True)
        try:
            yield
        finally:
            await self.page.context.set_offline(False)

    @asynccontextmanager
    async def asleep(self) -> AsyncIterator[None]:
        """Meanwhile the page is out of sight and without a network, as under a closed lid."""
        async with self.offline():
            await self.page.evaluate(_SEEN.format("hidden"))
            yield
        await self.page.evaluate(_SEEN.format("visible"))

    async def tab_to(self, target: Locator) -> None:
        """Press Tab until something has the focus; Chromium ignores keys until it has drawn a page."""
        deadline = time.monotonic() + _TABS_FOR
        while time.monotonic() < deadline:
            await self.page.keyboard.press("Tab")
            if await target.evaluate("element => element === document.activeElement"):
                return
        raise AssertionError(f"Tab never comes to {target}")

    async def wider_than_the_screen(self) -> list[str]:
        """What makes the page, or the thread in it, scroll sideways."""
        found: list[str] = await self.page.evaluate(_TOO_WIDE)
        return found

    def tolerate(self, *statuses: int) -> None:
        """Take these answers of the API for what the test is about."""
        self._tolerated.update(statuses)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith("Failed to load resource"):
            self.problems.append(f"{message.type}: {message.text}")

    def _look_at(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self._tolerated | ASKED_AGAIN:
            self.problems.append(f"{response.status} {response.request.method} {response.url}")
