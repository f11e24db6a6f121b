"""A thread in the desk: what is read stays where it is, what comes is told, and files are shown and saved."""

import struct
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import Route, expect

from shared.vocabulary.time import rfc3339
from tests.browser.desks import Desks
from tests.browser.network import CHANGES, Network
from tests.browser.team import Team
from tests.flow.centre import Json

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAGE = 50
FIRST_SEEN = """log => {
    const edge = log.getBoundingClientRect().top;
    const seen = [...log.querySelectorAll("article")].find(one => one.getBoundingClientRect().bottom > edge);
    return [seen.innerText, Math.round(seen.getBoundingClientRect().top - edge)];
}"""
TOP = "message => message.getBoundingClientRect().top"
FROM_END = "log => Math.round(log.scrollHeight - log.scrollTop - log.clientHeight)"


async def test_a_thread_follows_its_end_and_moves_nothing_else(team: Team, desks: Desks) -> None:
    await team.agent("Ana", presence="available")
    customer, _ = await team.writes("Zoé", "Une longue histoire.\n" * 60)
    ana = await desks.open("Ana")
    await ana.open("Zoé")
    await ana.thread.focus()
    await ana.page.keyboard.press("End")
    await customer.writes("La suite")
    await expect(ana.message("La suite")).to_be_in_viewport()
    assert await ana.thread.evaluate(FROM_END) == 0

    await ana.thread.evaluate("log => { log.scrollTop = 200; }")
    seen = await ana.thread.evaluate(FIRST_SEEN)
    await ana.link("views.closed").click()
    await expect(ana.thread).to_be_hidden()
    await ana.page.go_back()
    await expect(ana.button("thread.toEnd")).to_be_visible()
    assert await ana.thread.evaluate(FIRST_SEEN) == seen
    await customer.writes("La fin")
    await expect(ana.button("thread.missed.one", count=1)).to_be_visible()
    assert await ana.thread.evaluate(FIRST_SEEN) == seen

    await ana.button("thread.missed.one", count=1).click()
    await expect(ana.message("La fin")).to_be_in_viewport()


async def test_older_messages_come_above_what_is_read(team: Team, desks: Desks) -> None:
    await team.agent("Ana", presence="available")
    _, conversation_id = await team.writes("Zoé")
    (line, *_) = await team.centre.history(conversation_id)
    pages = Pages(line, count=400)
    ana = await desks.open("Ana")
    ana.tolerate(422)  # the server does not know what was read
    await ana.page.route("**/messages?*", pages.give)
    await ana.open("Zoé")
    await expect(ana.message("Ligne 399.")).to_be_in_viewport()

    for number in range(7):
        await ana.thread.evaluate("log => { log.scrollTop = 0; }")
        await ana.button("Load older").hover()
        oldest = ana.message(f"Ligne {400 - PAGE * (number + 1)}.")
        before = await oldest.evaluate(TOP)
        await ana.button("Load older").click()
        await expect(ana.message(f"Ligne {400 - PAGE * (number + 2)}.")).to_be_attached()
        assert abs(await oldest.evaluate(TOP) - before) <= 1
        assert await ana.messages.count() <= 300

    await expect(ana.button("Load older")).to_be_hidden()
    await ana.thread.focus()
    await ana.page.keyboard.press("End")
    await expect(ana.message("Ligne 399.")).to_be_in_viewport()


async def test_files_are_shown_and_saved(team: Team, desks: Desks) -> None:
    await team.agent("Ana", presence="available")
    customer, _ = await team.writes("Zoé")
    ana = await desks.open("Ana")
    await ana.open("Zoé")
    await customer.sends_file(_picture(), "image/png")
    picture = ana.thread.get_by_role("img", name=ana.words("kind.image"))
    await expect(picture).to_be_visible()
    assert await picture.evaluate("img => img.naturalWidth") == 1

    await customer.sends_file(b"%PDF-1.7", "application/pdf", name="facture été.pdf")
    async with ana.page.expect_download() as download:
        await ana.message("facture été.pdf").get_by_role("button", name=ana.words("Download"), exact=True).click()
    assert (await download.value).suggested_filename == "facture été.pdf"
    assert (await (await download.value).path()).read_bytes() == b"%PDF-1.7"


async def test_who_looks_at_the_end_has_read_it(team: Team, desks: Desks) -> None:
    await team.agent("Ana", presence="available")
    _, conversation_id = await team.writes("Zoé", "Une longue histoire.\n" * 60)
    sam = await desks.open("Sam", "Supervisor", place=f"#/c/{conversation_id}")
    await sam.button("thread.toEnd").click()
    ana = await desks.open("Ana")
    await ana.open("Zoé")
    await expect(ana.button("thread.toEnd")).to_be_visible()
    assert await _unread(team, conversation_id) == 1

    async with ana.page.expect_response("**/read"):
        await ana.button("thread.toEnd").click()

    assert await _unread(team, conversation_id) == 0


async def test_what_came_before_the_answer_to_an_action_is_shown(team: Team, desks: Desks) -> None:
    await team.agent("Ana", presence="available")
    customer, _ = await team.writes("Zoé", "Une longue histoire.\n" * 60)
    ana = await desks.open("Ana")
    await expect(ana.row("Zoé")).to_be_visible()
    async with Network(ana.page).holding(CHANGES):
        await ana.open("Zoé")
        await expect(ana.button("thread.toEnd")).to_be_visible()
        await customer.writes_and_is_heard("La suite")
        async with ana.page.expect_response("**/read"):
            await ana.button("thread.toEnd").click()

    await expect(ana.message("La suite")).to_be_visible()


class Pages:
    """A long history, as the API gives it: the newest first, page by page."""

    def __init__(self, line: Json, *, count: int) -> None:
        self._lines = [_another(line, number) for number in range(count)]

    async def give(self, route: Route) -> None:
        """Answer with a page; the cursor is where it ends."""
        query = dict(each.split("=") for each in route.request.url.partition("?")[2].split("&"))
        end = int(query.get("cursor", len(self._lines)))
        start = max(0, end - PAGE)
        body = {"items": self._lines[start:end][::-1], "nextCursor": str(start) if start else None}
        await route.fulfill(json=body)


def _another(line: Json, number: int) -> dict[str, Any]:
    at = datetime(2026, 11, 1, tzinfo=UTC) + timedelta(minutes=number)
    return line | {"messageId": f"m{number}", "replyId": None, "text": f"Ligne {number}.", "at": rfc3339(at)}


async def _unread(team: Team, conversation_id: str) -> int:
    unread: int = (await team.says("GET", f"/conversations/{conversation_id}"))["unread"]
    return unread


def _picture() -> bytes:
    """A PNG of one pixel."""
    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0\x1a\x5f\xb4")), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
