"""A collection is read to its last page, and from its own host alone."""

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self, cast

import aiohttp
import pytest
from azure.core.credentials import AccessToken
from yarl import URL

from dev.tools.doctor.azure import Query, Service, Unreadable
from dev.tools.doctor.rest import AzureRest
from tests.fakes.clock import FakeClock

HOST = "https://management.example"
ENOUGH = 10
QUEUES = Query(
    service=Service(address=HOST, scope=f"{HOST}/.default"), what="the queues", path="/queues", version="1", where="/"
)


class Person:
    async def get_token(self, *scopes: str) -> AccessToken:
        return AccessToken("token", 4_102_444_800)


class Page:
    """An answer with one member."""

    status = 200
    content_type = "application/json"
    headers: Mapping[str, str] = {}

    def __init__(self, link: object) -> None:
        self._link = link

    async def json(self) -> Any:
        return {"value": [{}], "nextLink": self._link}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None: ...


class Pages:
    """A session whose answers hold these links, the last one again and again."""

    def __init__(self, *links: object) -> None:
        self._links = links
        self.asked: list[str] = []

    def request(self, _: str, url: URL, **__: object) -> Page:
        assert len(self.asked) < ENOUGH, "asked for ever"
        self.asked.append(str(url))
        return Page(self._links[min(len(self.asked), len(self._links)) - 1])


def azure_with(pages: Pages) -> AzureRest:
    return AzureRest(cast(aiohttp.ClientSession, pages), Person(), FakeClock())


async def test_all_pages_are_read() -> None:
    """Azure may name the port in a link, and write the host in capitals."""
    pages = Pages(f"{HOST}:443/queues?page=2", f"{HOST.replace('m', 'M')}/queues?page=3", None)
    assert await azure_with(pages).list(QUEUES) == [{}, {}, {}]


@pytest.mark.parametrize(
    "links", [("/queues?api-version=1",), ("/queues?page=2",), ("/queues?2", "/queues?3", "/queues?2")]
)
async def test_a_link_in_a_circle_is_followed_once(links: tuple[str, ...]) -> None:
    pages = Pages(*(HOST + link for link in links))
    with pytest.raises(Unreadable, match="the queues: Azure names a next page that can't be followed"):
        await azure_with(pages).list(QUEUES)
    assert len(pages.asked) == len(set(pages.asked))


@pytest.mark.parametrize(
    "link",
    [
        "https://other.example/queues",
        "http://management.example/queues",
        "https://management.example:8443/queues",
        "queues",
        "//other.example:99999/[",
        "https://management.example:99999/queues",
        5,
        ["x"],
    ],
)
async def test_a_link_to_anywhere_else_is_not_followed(link: object) -> None:
    pages = Pages(link)
    with pytest.raises(Unreadable, match="the queues: Azure names a next page that can't be followed"):
        await azure_with(pages).list(QUEUES)
    assert len(pages.asked) == 1


@pytest.mark.parametrize("address", ["https://[half", "https://host:99999", "host", "http://host", "https://"])
async def test_a_malformed_address_is_unreadable(address: str) -> None:
    azure = azure_with(pages := Pages(None))
    elsewhere = Query(service=Service(address=address, scope="x"), what="x", path="/x", version="1", where="/")
    for question in (azure.get(elsewhere), azure.list(elsewhere), azure.status(f"{address}/api/health")):
        with pytest.raises(Unreadable, match="no https address"):
            await question
    assert pages.asked == []
