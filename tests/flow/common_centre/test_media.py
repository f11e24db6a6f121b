"""Files of customers: read over the API as they were sent, copied to Blob Storage, opened by a link."""

import asyncio
from pathlib import Path
from urllib.parse import quote

import aiohttp
import pytest

from dev.stack.whatsapp.catalogue import Provider
from tests.flow.centre import Centre
from tests.flow.customer import Customer
from tests.flow.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="session")

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)) * 2_000
NAMES = {Provider.ACS: "Re%C3%A7u.jpg", Provider.WHATSAPP_CLOUD: "image.jpg"}  # Meta names no picture
MIB = 1024 * 1024
VIDEO = b"\x00\x00\x00\x18ftypmp42" + bytes(17 * MIB)


async def file(centre: Centre, path: str) -> tuple[int, bytes, dict[str, str]]:
    """The answer to a call for a file."""
    async with centre.http.get(f"{centre.api}/api{path}", headers=centre.key("sam", "Supervisor")) as answer:
        return answer.status, await answer.read(), dict(answer.headers)


async def path_of(customer: Customer, message_id: str) -> str:
    """Where the file of a first message is, as soon as there is a conversation."""
    return f"/conversations/{await customer.conversation_id()}/media/{quote(message_id, safe='')}"


async def test_a_picture_is_read_as_it_was_sent_and_its_copy_opened_by_a_link(
    centre: Centre, customer: Customer
) -> None:
    path = await path_of(customer, await customer.sends_file(JPEG, "image/jpeg", name="../Reçu\u202e.jpg"))

    status, content, headers = await file(centre, path)

    assert (status, content) == (200, JPEG)
    assert headers["Content-Type"] == "image/jpeg"
    assert headers["Content-Disposition"] == f"attachment; filename*=UTF-8''{NAMES[centre.provider]}"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    content, headers = await opened_by_link(centre, path)
    assert content == JPEG
    assert (headers["Content-Type"], headers["Content-Disposition"]) == ("application/octet-stream", "attachment")


async def test_a_film_of_17_mb_is_copied_and_read_by_its_link(centre: Centre, customer: Customer) -> None:
    path = await path_of(customer, await customer.sends_file(VIDEO, "video/mp4"))

    content, _ = await opened_by_link(centre, path)

    assert content == VIDEO
    answer = await centre.call("GET", path)
    assert (answer.status, answer.body["code"]) == (409, "media_by_link")


async def test_four_downloads_and_four_copies_at_once_fit_into_a_small_worker(
    centre: Centre, customer: Customer
) -> None:
    """Files are copied in pieces; those that are read through the worker are in memory as a whole."""
    picture = await path_of(customer, await customer.sends_file(JPEG.ljust(16 * MIB), "image/jpeg"))
    await opened_by_link(centre, picture)
    senders = [Customer.new(centre) for _ in range(4)]
    films = [await path_of(each, await each.sends_file(VIDEO, "video/mp4")) for each in senders]
    worker = await centre.stack.worker_pid()
    assert worker
    memory = Memory(worker)

    copied = False
    while not copied:
        answers = await asyncio.gather(*(file(centre, picture) for _ in range(4)))
        assert {(status, len(content)) for status, content, _ in answers} <= {(200, 16 * MIB)}
        links = [await centre.call("POST", f"{film}/link") for film in films]
        copied = all(link.status == 200 for link in links)

    assert memory.risen() < 400 * MIB


class Memory:
    """What a process has needed since, in bytes."""

    def __init__(self, pid: int) -> None:
        self._process = Path(f"/proc/{pid}")
        (self._process / "clear_refs").write_text("5")  # the peak from here on
        self._before = self._says("VmRSS")

    def risen(self) -> int:
        """By how much the peak is over what it was at first."""
        print(f"memory: {self._before / MIB:.0f} MiB at first, {self._says('VmHWM') / MIB:.0f} MiB at most")
        return self._says("VmHWM") - self._before

    def _says(self, name: str) -> int:
        lines = (self._process / "status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))


async def opened_by_link(centre: Centre, path: str) -> tuple[bytes, dict[str, str]]:
    """What a link opens, once there is a copy."""

    async def link() -> str | None:
        answer = await centre.call("POST", f"{path}/link")
        assert answer.status == 200 or answer.body["code"] == "media_not_available", answer
        return answer.body.get("url")

    url = await until(link, "a link to the copy")
    async with aiohttp.ClientSession() as http, http.get(url) as answer:
        assert answer.status == 200
        return await answer.read(), dict(answer.headers)
