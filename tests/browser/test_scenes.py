"""Every state of the desk in both languages, both themes, on wide and on small screens: nobody is shut out of any.

Every width, theme and language is looked at once; with `SCREENSHOTS` set to a folder, as `make screenshots` does, every
combination, which is drawn there.
"""

import itertools
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, ViewportSize

from tests.browser.desk import Desk
from tests.browser.desks import GRAVE, PHONE, TABLET, WIDE, Desks, Theme
from tests.browser.scenes import dialogs, pages, trouble, work
from tests.browser.scenes.stage import Stage
from tests.browser.team import Team
from tests.browser.words import LANGUAGES

pytestmark = pytest.mark.asyncio(loop_scope="session")

SCENES = (*work.SCENES, *trouble.SCENES, *dialogs.SCENES, *pages.SCENES)
FOLDER = os.environ.get("SCREENSHOTS")
VIEWPORTS = {"1440": WIDE, "1024": TABLET, "390": PHONE}
NARROW = {
    "twice as large": ViewportSize(width=720, height=450),
    "four times as large": ViewportSize(width=320, height=568),
}
THEMES: tuple[Theme, ...] = ("light", "dark")
LOOKS = list(itertools.product(LANGUAGES, THEMES, VIEWPORTS))
FEW_LOOKS: list[tuple[str, Theme, str]] = [("en", "light", "1440"), ("fr", "light", "1024"), ("fr", "dark", "390")]
SPEAK = """async language => {
    const start = document.querySelector("script[type=module]").src;
    await (await import(new URL("i18n.js", start).href)).chooseLanguage(language);
}"""
LOOK = """() => axe.run({ resultTypes: ["violations"] }).then(({ violations }) => violations.flatMap(each =>
    each.nodes.map(node => [each.impact, `${each.id}: ${node.target} ${node.failureSummary}`])))"""

ALIKE = """() => [...document.querySelectorAll("[aria-current], [aria-pressed=true], [aria-selected=true]")]
    .filter(element => element.checkVisibility() && getComputedStyle(element).outlineStyle === "none")
    .map(element => element.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
async def test_a_scene_shuts_nobody_out(team: Team, desks: Desks, scene: Callable[[Stage], Awaitable[Desk]]) -> None:
    desk = await scene(Stage(team=team, desks=desks))
    page = desk.page
    await page.evaluate(Axe().axe_script)

    found = []
    for language, theme, width in LOOKS if FOLDER else FEW_LOOKS:
        await page.evaluate(SPEAK, language)
        await page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        await page.set_viewport_size(VIEWPORTS[width])
        problems = await _shut_out(page) + [f"{each} is too wide" for each in await desk.wider_than_the_screen()]
        found += [f"{language}, {theme}, {width}: {problem}" for problem in problems]
        if FOLDER:
            picture = Path(FOLDER) / f"{language}-{theme}" / f"{scene.__name__}-{width}.png"
            await page.screenshot(path=picture, animations="disabled")
    await page.emulate_media(forced_colors="active")
    found += [f"without colours: {each} looks as the others" for each in await page.evaluate(ALIKE)]
    for zoom, viewport in NARROW.items():
        await page.set_viewport_size(viewport)
        found += [f"{zoom}: {each} is too wide" for each in await desk.wider_than_the_screen()]

    assert found == []
    assert await page.get_by_role("heading", level=1).count() == 1


async def _shut_out(page: Page) -> list[str]:
    """What axe finds grave, with the elements that it is about."""
    return [problem for impact, problem in await page.evaluate(LOOK) if impact in GRAVE]
