"""Opens the desk for people of a team, each in a browser of their own, and watches over every page."""

import os
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, BrowserContext, ViewportSize

from tests.browser.desk import Desk
from tests.browser.team import Team
from tests.browser.words import Words

WIDE, TABLET, PHONE = (ViewportSize(width=w, height=h) for w, h in ((1440, 900), (1024, 768), (390, 844)))
_LOCALES = {"en": "en-GB", "fr": "fr-FR"}
_TRACED = "CI" not in os.environ
"""Nobody fetches traces from there, and they take their time."""
PATIENCE = 15_000.0
"""Milliseconds: what a test waits for is there long before, unless the machine is busy."""
GRAVE = ("serious", "critical")
"""What axe finds, and must not."""

type Theme = Literal["light", "dark"]


class Desks:
    """The desks of one test."""

    def __init__(self, browser: Browser, team: Team) -> None:
        self._browser = browser
        self._team = team
        self._contexts: list[BrowserContext] = []
        self._opened: list[Desk] = []

    @property
    def problems(self) -> list[str]:
        """What went wrong on any of the pages."""
        return [problem for desk in self._opened for problem in desk.problems]

    async def open(
        self,
        name: str = "Ana",
        role: str = "Agent",
        *,
        place: str = "",
        language: str = "en",
        theme: Theme = "light",
        viewport: ViewportSize = WIDE,
        sits_down: bool = True,
    ) -> Desk:
        """Open a desk in a browser of its own, and sit down there, unless it is to be left to the test."""
        context = await self._browser.new_context(
            locale=_LOCALES[language], color_scheme=theme, viewport=viewport, timezone_id="Europe/Paris"
        )
        context.set_default_timeout(PATIENCE)
        self._contexts.append(context)
        if _TRACED:
            await context.tracing.start(snapshots=True)
        desk = await self._open_tab(context, place, language)
        if sits_down:
            await desk.sit_down(self._team.id_of(name), role)
        return desk

    async def open_beside(self, desk: Desk, name: str = "Ana", role: str = "Agent", *, place: str = "") -> Desk:
        """Open another tab in the browser of a desk."""
        another = await self._open_tab(desk.page.context, place, desk.words.language)
        await another.sit_down(self._team.id_of(name), role)
        return another

    async def _open_tab(self, context: BrowserContext, place: str, language: str) -> Desk:
        desk = Desk(page=await context.new_page(), address=f"{self._team.centre.api}/api/desk", words=Words(language))
        desk.listen()
        self._opened.append(desk)
        await desk.go(place)
        return desk

    async def close(self, traces: Path | None) -> None:
        """Close every browser; `traces` is the folder for what they did, where it is kept."""
        for number, context in enumerate(self._contexts):
            if _TRACED:
                await context.tracing.stop(path=traces / f"{number}.zip" if traces else None)
            await context.close()
