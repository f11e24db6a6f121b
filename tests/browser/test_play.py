"""`/play`, as somebody uses it who has read nothing: one address, a phone on the left, the desk on the right."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, ViewportSize, expect

from dev.stack.running import RunningStack, running_stack
from dev.tools.picture.newcomer import Newcomer
from tests.browser.desks import GRAVE, PHONE, TABLET, WIDE

pytestmark = pytest.mark.asyncio(loop_scope="session")

QUESTION, ANSWER, HELD, REPLY = (
    "Where is my invoice?",
    "Here it is: 42 €.",
    "Do you need anything else?",
    "No, thank you.",
)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningStack]:
    """What `make run` starts."""
    async with running_stack(data=tmp_path_factory.mktemp("play")) as stack:
        yield stack


@asynccontextmanager
async def play(browser: Browser, stack: RunningStack, viewport: ViewportSize) -> AsyncIterator[tuple[Page, Newcomer]]:
    """The page in a browser of its own; at the end nothing may have failed there."""
    context = await browser.new_context(viewport=viewport, locale="en-GB")
    page = await context.new_page()
    problems: list[str] = []
    page.on("console", lambda said: problems.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    await page.goto(stack.ready["play"])
    yield page, Newcomer(page)
    await context.close()
    assert problems == []


async def test_the_story_is_lived_through_without_reading_anything(browser: Browser, stack: RunningStack) -> None:
    async with play(browser, stack, WIDE) as (_, newcomer):
        await expect(newcomer.hint).to_have_text("Write something on the phone.")
        await newcomer.write(QUESTION)
        await expect(newcomer.hint).to_have_text("The message is on the desk. Answer it there.")
        await newcomer.open_conversation()
        await expect(newcomer.on_desk.filter(has_text=QUESTION)).to_have_count(1)

        await newcomer.answer(ANSWER)
        await expect(newcomer.on_phone.filter(has_text=ANSWER)).to_have_count(1)
        await expect(newcomer.hint).to_have_text("Now let a day pass: 25 hours later.")

        await newcomer.let_a_day_pass()
        await expect(newcomer.hint).to_have_text("A day has passed on the phone. Answer once more on the desk.")
        await newcomer.answer(HELD)
        await expect(newcomer.on_phone.filter(has_text="Template · follow_up")).to_have_count(1)
        await expect(newcomer.on_desk.filter(has_text=HELD).filter(has_text="Held")).to_have_count(1)

        await newcomer.write(REPLY)
        arrived = newcomer.on_phone.filter(has_not_text="Not delivered")  # what was sent in vain stands there, too
        await expect(arrived.get_by_text(HELD, exact=True)).to_have_count(1)
        await expect(newcomer.hint).to_contain_text("The held words have arrived.")
        await expect(newcomer.on_desk.filter(has_text=REPLY)).to_have_count(1)
        await expect(newcomer.on_desk.filter(has_text="Held")).to_have_count(0)


async def test_a_supervisor_sits_down_instead(browser: Browser, stack: RunningStack) -> None:
    async with play(browser, stack, WIDE) as (_, newcomer):
        await expect(newcomer.desk.get_by_role("heading", name="Mine", level=1)).to_be_visible()

        await newcomer.sit_down_as("Sam, supervisor")
        await expect(newcomer.desk.get_by_role("table", name="Agents")).to_contain_text("Ana")

        await newcomer.sit_down_as("Ana, agent")
        await expect(newcomer.desk.get_by_role("button", name="Presence: Available")).to_be_visible()


@pytest.mark.parametrize("viewport", [WIDE, TABLET], ids=["wide", "tablet"])
async def test_both_sides_are_in_sight(browser: Browser, stack: RunningStack, viewport: ViewportSize) -> None:
    async with play(browser, stack, viewport) as (page, newcomer):
        await expect(newcomer.phone.get_by_role("textbox", name="Message", exact=True)).to_be_visible()
        await expect(newcomer.desk.get_by_role("navigation", name="Views")).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_by_another_name_of_this_machine_the_desk_is_there_too(browser: Browser, stack: RunningStack) -> None:
    async with play(browser, stack, WIDE) as (page, newcomer):
        await page.goto(stack.ready["play"].replace("127.0.0.1", "localhost"))
        await expect(newcomer.desk.get_by_role("navigation", name="Views")).to_be_visible()


async def test_a_phone_shows_one_side_and_keeps_the_other(browser: Browser, stack: RunningStack) -> None:
    async with play(browser, stack, PHONE) as (page, newcomer):
        words = newcomer.phone.get_by_role("textbox", name="Message", exact=True)
        await words.fill("Half a ques")
        await newcomer.look_at("The desk")
        await expect(words).to_be_hidden()
        await expect(newcomer.desk.get_by_role("heading", name="Mine", level=1)).to_be_visible()

        await newcomer.look_at("The customer")

        await expect(words).to_have_value("Half a ques")
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_nobody_is_shut_out(browser: Browser, stack: RunningStack, theme: Literal["light", "dark"]) -> None:
    async with play(browser, stack, WIDE) as (page, newcomer):
        await newcomer.write(QUESTION)
        for viewport in (WIDE, TABLET, PHONE):
            await page.set_viewport_size(viewport)
            await page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            results = await Axe().run(page, options={"resultTypes": ["violations"], "iframes": False})
            assert [each for each in results.response["violations"] if each["impact"] in GRAVE] == []
