"""Several people, several tabs: nobody answers over somebody else, and nothing is asked or sounded twice."""

import re

import pytest
from playwright.async_api import Request, expect

from tests.browser.desks import Desks
from tests.browser.network import Network
from tests.browser.team import Team
from tests.flow.centre import GREETING
from tests.flow.waiting import eventually

COUNT_NOTES = """() => {
    const { start } = AudioScheduledSourceNode.prototype;
    window.notes = 0;
    AudioScheduledSourceNode.prototype.start = function (...when) {
        window.notes++;
        return start.apply(this, when);
    };
}"""
CHIME = 2  # notes

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_who_comes_second_learns_who_has_it_and_keeps_the_words(team: Team, desks: Desks) -> None:
    await team.agent("Ana")
    await team.agent("Ben")
    await team.writes("Zoé")
    ana = await desks.open("Ana", place=f"#/queue/{team.queue}")
    ben = await desks.open("Ben", place=f"#/queue/{team.queue}")
    await ana.open("Zoé")
    await ben.open("Zoé")
    await ben.reply("Zoé").fill("Bonjour, ici Ben")

    await ana.answer("Zoé", "Bonjour, ici Ana")

    await expect(ben.message("Bonjour, ici Ana")).to_be_visible()
    await expect(ben.reply("Zoé")).to_have_value("Bonjour, ici Ben")
    await expect(ben.reply("Zoé")).not_to_be_editable()
    await expect(ben.main).to_contain_text(re.compile("Ana"))


async def test_who_slept_sees_the_colleague_s_answer_before_sending(team: Team, desks: Desks) -> None:
    customer, _ = await team.writes("Zoé")
    sam = await desks.open("Sam", "Supervisor", place=f"#/queue/{team.queue}")
    await sam.open("Zoé")
    await sam.reply("Zoé").fill("Nous regardons.")
    async with Network(sam.page).holding("**/messages*") as held:
        async with sam.asleep():
            await customer.is_sent("C’est réglé.", agent="kim")
        await sam.send.click()
        await held.wait()
        assert await customer.received() == [GREETING, "C’est réglé."]

    await expect(sam.message("C’est réglé.")).to_be_visible()
    await eventually(customer.received, [GREETING, "C’est réglé.", "Nous regardons."])


async def test_two_tabs_of_one_person_ask_and_sound_as_one(team: Team, desks: Desks) -> None:
    await team.agent("Ana", presence="available")
    first = await desks.open("Ana")
    asked: list[str] = []

    def count(request: Request) -> None:
        if "/changes" in request.url:
            asked.append(request.url)

    first.page.context.on("request", count)
    second = await desks.open_beside(first, "Ana")
    tabs = (first.page, second.page)
    for page in tabs:
        await page.evaluate(COUNT_NOTES)
        await page.get_by_role("main").click()  # sounds need a gesture
    await team.writes("Zoé")
    await expect(first.row("Zoé")).to_be_visible()
    await expect(second.row("Zoé")).to_be_visible()

    async def notes() -> int:
        return sum([await page.evaluate("window.notes") for page in tabs])

    await eventually(notes, CHIME)
    clients = {re.search(r"client=([^&]+)", url)[1] for url in asked}  # type: ignore[index]  # each has one

    assert len(clients) == 1
    await first.page.close()
    await team.writes("Yann")
    await expect(second.row("Yann")).to_be_visible()
