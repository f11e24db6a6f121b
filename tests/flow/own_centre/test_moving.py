"""A number moves from Azure to Meta and back again while customers write and the team answers (docs/moving.md)."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import aiohttp
from yarl import URL

from dev.stack.at_meta import account_id, phone_number_id
from dev.stack.running import running_stack
from dev.stack.whatsapp.catalogue import Provider
from dev.stack.whatsapp.message_ids import message_id_at
from shared.vocabulary.time import rfc3339
from tests.flow.centre import GREETING, SUPPORT, Centre
from tests.flow.conftest import configuration_text
from tests.flow.customer import Customer
from tests.flow.table_storage import TableStorage
from tests.flow.waiting import eventually, until

PATIENCE: Final = aiohttp.ClientTimeout(total=120)
PICTURE: Final = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)) * 40
NEWER: Final = PICTURE + b"newer"
TALKERS: Final = 3
PAUSE: Final = 1.1
"""Seconds between two messages of a customer: Meta's times have whole ones, by which the history is ordered."""
AHEAD: Final = timedelta(seconds=12)
"""How long before the move its file is deployed."""
GREETED: Final = [("in", "Bonjour", None), ("out", GREETING, "delivered")]
ACS, META = "acs", "whatsapp_cloud"


def file_with(**move: Any) -> str:
    """The configuration, with its number where `move` says; files are never copied, and replies held."""
    document = json.loads(configuration_text())
    channel = document["channels"][SUPPORT]
    document["channels"] = {SUPPORT: channel | move}
    document["media"] = {"keep": "0s"}
    document["workstreams"]["support"]["replies"] |= {"when_window_closed": "hold"}
    return json.dumps(document)


GUID: Final = json.loads(configuration_text())["channels"][SUPPORT]["id"]
NUMBER_ID: Final = phone_number_id(GUID)


def moved(at: datetime) -> str:
    there = {"provider": META, "id": NUMBER_ID, "account": account_id(GUID)}
    return file_with(**there, moved_from=GUID, moved_at=rfc3339(at))


def back(at: datetime) -> str:
    return file_with(moved_from=NUMBER_ID, moved_at=rfc3339(at))


@asynccontextmanager
async def centre_of_a_number_at_azure(data: Path) -> AsyncIterator[Centre]:
    """A contact centre whose app knows of ACS alone; its phones know both providers, and ACS alone hears the number."""
    configuration = data / "contact_center.yaml"
    configuration.write_text(moved(datetime.now(UTC) + timedelta(days=1)), encoding="utf-8")
    async with (
        aiohttp.ClientSession(timeout=PATIENCE) as http,
        running_stack(data=data, environment={"CONTACT_CENTER_FILE": str(configuration)}) as stack,
    ):
        centre = Centre(
            http=http,
            stack=stack,
            provider=Provider.ACS,
            feeds={},
            tables=TableStorage("", http),
            whatsapp=stack.ready["whatsapp"],
            settings={},
            configuration=configuration,
        )
        await hear(centre, ACS)
        await deploy(centre, file_with())
        yield centre


async def hear(centre: Centre, *providers: str) -> None:
    """Through whom the number's messages come."""
    async with centre.http.put(f"{centre.whatsapp}/channels/{SUPPORT}/providers", json=providers) as answer:
        assert answer.status == 200, await answer.text()


async def deploy(centre: Centre, text: str) -> None:
    centre.configuration.write_text(text, encoding="utf-8")
    await centre.restart_worker()


async def passes(at: datetime) -> None:
    """Wait until a time is over."""
    await asyncio.sleep(max((at - datetime.now(UTC)).total_seconds(), 0) + 2 * PAUSE)


def soon() -> datetime:
    """A time of the near future: a whole second, as Meta has them."""
    return (datetime.now(UTC) + AHEAD).replace(microsecond=0)


class Talk:
    """A customer who writes on and on, and an agent who answers each time."""

    def __init__(self, customer: Customer) -> None:
        self.customer = customer
        self.written: list[str] = []
        self.answered: list[str] = []
        self._over = asyncio.Event()

    async def goes_on(self) -> None:
        """Write and answer until it is over."""
        async with asyncio.TaskGroup() as both:
            both.create_task(self._writes())
            both.create_task(self._answers())

    def ends(self) -> None:
        self._over.set()

    async def is_whole(self) -> None:
        """Wait until all of it is at both ends, once and in its order, and all that was read is known as read."""
        await eventually(lambda: said(self.customer, "in"), ["Bonjour", *self.written])
        assert await self.customer.received() == [GREETING, *self.answered]
        await self.customer.reads()
        await eventually(lambda: statuses(self.customer, self.answered), {"read"})
        assert await said(self.customer, "out") == [GREETING, *self.answered]

    async def _writes(self) -> None:
        while not self._over.is_set():
            text = f"question {len(self.written)}"
            await self.customer.writes(text)
            self.written.append(text)
            await asyncio.sleep(PAUSE)

    async def _answers(self) -> None:
        while not self._over.is_set():
            text = f"réponse {len(self.answered)}"
            await self.customer.is_answered(text, key=text)
            self.answered.append(text)
            await asyncio.sleep(2 * PAUSE)


async def said(customer: Customer, direction: str) -> list[str]:
    return [text for each, text, _ in await customer.lines() if each == direction]


async def under_ids_of(customer: Customer, texts: Sequence[str]) -> set[str]:
    """Who brought these messages of the team."""
    taken = [each for each in await customer.messages() if each["direction"] == "out" and each["status"] != "failed"]
    return {META if each["messageId"].startswith("wamid.") else ACS for each in taken if each["text"] in texts}


async def file_of(customer: Customer, message_id: str) -> bytes:
    centre = customer.centre
    path = f"/api/conversations/{await customer.conversation_id()}/media/{quote(message_id, safe='')}"
    url = URL(f"{centre.api}{path}", encoded=True)
    async with centre.http.get(url, headers=centre.key("sam", "Supervisor")) as answer:
        return await answer.read() if answer.status == 200 else b""


async def comes_back(customer: Customer, text: str) -> None:
    """The customer writes by the phone's own clock, which is ahead."""
    url = f"{customer.centre.whatsapp}/phones/{customer.number}/messages"
    async with customer.centre.http.post(url, json={"channel": SUPPORT, "text": text}) as answer:
        assert answer.status == 201, await answer.text()


async def test_a_number_moves_under_load_and_back_and_nothing_is_lost_doubled_or_out_of_order(tmp_path: Path) -> None:
    async with centre_of_a_number_at_azure(tmp_path) as centre:
        talks = [Talk(Customer.new(centre)) for _ in range(TALKERS)]
        absent, sender = Customer.new(centre), Customer.new(centre)
        for customer in (*(talk.customer for talk in talks), absent):
            await customer.is_greeted()
        picture = await sender.sends_file(PICTURE, "image/jpeg")
        await eventually(lambda: file_of(sender, picture), PICTURE)
        await absent.is_away(25)
        await absent.is_sent("Retenu")
        await eventually(absent.lines, [*GREETED, ("out", "Retenu", "held")])
        conversations = [await talk.customer.conversation_id() for talk in talks]

        async with asyncio.TaskGroup() as load:
            for talk in talks:
                load.create_task(talk.goes_on())
            before = await answered_by(talks)
            at = soon()
            await deploy(centre, moved(at))
            await hear(centre, ACS, META)
            await passes(at)
            await comes_back(absent, "Me revoilà")
            await eventually(absent.received, [GREETING, "Retenu"])
            there = await answered_by(talks)
            await talks[0].customer.reads()
            await eventually(lambda: statuses(talks[0].customer, before[talks[0]]), {"read"})
            newer = message_id_at(Provider.WHATSAPP_CLOUD, await sender.sends_file(NEWER, "image/jpeg"))
            await eventually(lambda: file_of(sender, newer), NEWER)
            assert await file_of(sender, picture) == PICTURE
            at = soon()
            await deploy(centre, back(at))
            await passes(at)
            again = await answered_by(talks)
            for talk in talks:
                talk.ends()
        await hear(centre, ACS)
        await centre.is_idle()

        for talk in talks:
            await talk.is_whole()
            assert await under_ids_of(talk.customer, before[talk]) == {ACS}
            assert await under_ids_of(talk.customer, there[talk]) == {META}
            assert await under_ids_of(talk.customer, again[talk]) == {ACS}
        assert await under_ids_of(absent, ["Retenu"]) == {META}
        assert [await talk.customer.conversation_id() for talk in talks] == conversations
        assert {(await talk.customer.conversation())["channel"]["id"] for talk in talks} == {GUID}
        assert [await file_of(sender, each) for each in (picture, newer)] == [PICTURE, NEWER]
        assert await centre.items("/quarantine", role="Admin") == []
        assert '"step": "message.elsewhere"' in centre.log()
        assert centre.logged_numbers() == []


async def statuses(customer: Customer, texts: Sequence[str]) -> set[str | None]:
    return {status for direction, text, status in await customer.lines() if direction == "out" and text in texts}


async def answered_by(talks: Sequence[Talk]) -> dict[Talk, list[str]]:
    """What is answered from now on, once there is one answer in each talk."""
    began = {talk: len(talk.answered) for talk in talks}

    async def all_did() -> bool:
        return all(len(talk.answered) > began[talk] + 1 for talk in talks)

    await until(all_did, "an answer in each talk")
    return {talk: talk.answered[began[talk] + 1 :] for talk in talks}
