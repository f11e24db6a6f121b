"""One contact centre and one browser for all tests of the desk; each has a team of its own."""

import os
import re
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from dev.tools.picture.browser import CHROMIUM
from tests.browser.desks import PATIENCE, Desks
from tests.browser.team import TEAMS, Team, team_configuration
from tests.flow.centre import Centre
from tests.flow.conftest import running_centre

TRACES = Path(__file__).parents[2] / ".local" / "browser"
_FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember whether a test failed, so that its traces are kept."""
    report = yield
    if report.failed:
        item.stash[_FAILED] = True
    return report


@pytest.fixture(scope="session", autouse=True)
def chromium_is_here() -> None:
    """Leave these tests out on a computer without Chromium; in CI they fail there."""
    if CHROMIUM is None and "CI" not in os.environ:
        pytest.skip("Chromium is not installed")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def desk_centre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Centre]:
    """A contact centre with a queue a test; at the end nothing is dead-lettered, and no number is in its log."""
    async with running_centre(tmp_path_factory.mktemp("desk"), configured=team_configuration()) as centre:
        yield centre
        await centre.is_idle()
        assert await centre.dead_letters() == []
        assert centre.logged_numbers() == []


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium, driven by Playwright."""
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        await browser.close()


@pytest.fixture(scope="session")
def team_numbers() -> Iterator[int]:
    """What teams are numbered by."""
    return iter(range(TEAMS))


@pytest.fixture
def team(desk_centre: Centre, team_numbers: Iterator[int]) -> Team:
    """A queue, its people and its customers."""
    return Team(centre=desk_centre, number=next(team_numbers))


@pytest_asyncio.fixture(loop_scope="session")
async def desks(request: pytest.FixtureRequest, browser: Browser, team: Team) -> AsyncIterator[Desks]:
    """Opens desks for people of the team; at the end no script may have failed. A failed test keeps its traces."""
    desks = Desks(browser, team)
    yield desks
    failed = request.node.stash.get(_FAILED, False)
    await desks.close(TRACES / re.sub(r"\W+", "-", request.node.name) if failed else None)
    assert desks.problems == []
