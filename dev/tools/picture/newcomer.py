"""Somebody who uses `/play` for the first time: writes on the phone, answers on the desk, by what is shown there."""

import re

from playwright.async_api import FrameLocator, Locator, Page

_SENDS = re.compile("^(Send|Hold)")


class Newcomer:
    """Drives the page `/play`, whose desk speaks English."""

    def __init__(self, page: Page) -> None:
        self._page = page

    @property
    def phone(self) -> FrameLocator:
        """The customer's phone."""
        return self._page.get_by_title("The customer’s phone").content_frame

    @property
    def desk(self) -> FrameLocator:
        """The desk."""
        return self._page.get_by_title("The desk", exact=True).content_frame

    @property
    def hint(self) -> Locator:
        """The line that says what to try next."""
        return self._page.locator("#hint")

    @property
    def on_phone(self) -> Locator:
        """The messages on the phone."""
        return self.phone.get_by_role("log", name="Messages").get_by_role("article")

    @property
    def on_desk(self) -> Locator:
        """The messages of the conversation that is open on the desk."""
        return self.desk.get_by_role("log", name="Messages").get_by_role("article")

    @property
    def conversations(self) -> Locator:
        """The conversations of the list on the desk."""
        return self.desk.get_by_role("list", name="Conversations").get_by_role("link")

    async def write(self, text: str) -> None:
        """Write as the customer."""
        await self.phone.get_by_role("textbox", name="Message", exact=True).fill(text)
        await self.phone.get_by_role("button", name="Send", exact=True).click()

    async def open_conversation(self) -> None:
        """Open the first conversation of the list."""
        await self.conversations.first.click()

    async def answer(self, text: str) -> None:
        """Answer as the agent."""
        await self.desk.get_by_role("textbox", name=re.compile("^Reply to")).fill(text)
        await self.desk.get_by_role("button", name=_SENDS).click()

    async def let_a_day_pass(self) -> None:
        """Move the phone's clock past the session window."""
        await self._page.get_by_role("button", name="25 hours later").click()

    async def sit_down_as(self, person: str) -> None:
        """Let somebody else sit at the desk: `Sam, supervisor`."""
        await self._page.get_by_role("button", name=person, exact=True).click()

    async def look_at(self, side: str) -> None:
        """On a narrow screen, show this side: `The desk`."""
        await self._page.get_by_role("button", name=side, exact=True).click()
