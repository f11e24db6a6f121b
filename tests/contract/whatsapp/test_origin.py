"""The phones of the local stack, reached in ways that they were not made for."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from yarl import URL

from dev.stack.story.calls import client
from dev.stack.story.errors import RefusedError
from dev.stack.story.phones import Phones
from tests.contract.whatsapp.stand_in import NUMBER, StandIn, running


@pytest_asyncio.fixture
async def stand_in() -> AsyncIterator[StandIn]:
    async with running() as stand_in:
        yield stand_in


@pytest.mark.parametrize("origin", ["https://example.org", "http://127.0.0.1:1", "null"])
async def test_a_page_of_another_site_can_change_nothing(stand_in: StandIn, origin: str) -> None:
    headers = {"Origin": origin, "Content-Type": "text/plain"}
    url = f"{stand_in.address}/phones/{NUMBER}/messages"
    async with stand_in.session.post(url, data='{"text": "Bonjour"}', headers=headers) as answer:
        assert (answer.status, await answer.json()) == (
            403,
            {"problems": [f"a page of {origin} may not change anything here"]},
        )
    assert await stand_in.messages() == []


async def test_the_stand_ins_own_page_writes(stand_in: StandIn) -> None:
    url, headers = f"{stand_in.address}/phones/{NUMBER}/messages", {"Origin": stand_in.address}
    async with stand_in.session.post(url, json={"text": "Bonjour"}, headers=headers) as answer:
        assert answer.status == 201
    assert [message["text"] for message in await stand_in.messages()] == ["Bonjour"]


@pytest.mark.parametrize("path", [f"/phones/{NUMBER}/messages", "/faults"])
@pytest.mark.parametrize("body", ["[" * 100_000, '{"text":' * 100_000], ids=["arrays", "objects"])
async def test_a_body_that_is_nested_without_end_is_422(stand_in: StandIn, path: str, body: str) -> None:
    async with stand_in.session.post(stand_in.address + path, data=body) as answer:
        assert answer.status == 422
        assert len((await answer.json())["problems"]) == 1


@pytest.mark.parametrize("number", ["../../faults", "336/12?x#", "336%2F12"])
async def test_what_stands_for_a_number_stays_in_its_place_of_the_path(stand_in: StandIn, number: str) -> None:
    async with client() as http:
        with pytest.raises(RefusedError, match="answered 422") as refused:
            await Phones(http, stand_in.address).write(number, "x")
    assert f"not {number!r}" in str(refused.value)


async def test_a_line_break_in_a_number_is_422(stand_in: StandIn) -> None:
    url = URL(f"{stand_in.address}/phones/{NUMBER}%0A/messages", encoded=True)
    async with stand_in.session.post(url, json={"text": "x"}) as answer:
        assert answer.status == 422
