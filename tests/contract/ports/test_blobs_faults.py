"""What the adapter of Blob Storage makes of a service that fails: each fault is told, and nothing is tried again."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import pytest_asyncio
from azure.storage.blob.aio import BlobServiceClient

from shared.adapters.blob_storage import AzureBlobs
from shared.media.blobs import Blobs
from shared.vocabulary.errors import Conflict, Unavailable
from tests.contract.ports.answering import Answer, AnsweringServer, answering, closed_port
from tests.contract.ports.credentials import Identity

NAME = "copies/contact/message"
SOON = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
KEY = """<?xml version="1.0"?><UserDelegationKey><SignedOid>00000000-0000-0000-0000-000000000001</SignedOid>
<SignedTid>00000000-0000-0000-0000-000000000002</SignedTid><SignedStart>2026-11-23T09:00:00Z</SignedStart>
<SignedExpiry>2026-11-25T09:00:00Z</SignedExpiry><SignedService>b</SignedService>
<SignedVersion>2025-07-05</SignedVersion><Value>a2V5</Value></UserDelegationKey>"""


def connection(origin: str) -> str:
    return f"AccountName=account;AccountKey=a2V5;BlobEndpoint={origin}/account"


@pytest_asyncio.fixture
async def server() -> AsyncIterator[AnsweringServer]:
    async with answering() as running:
        yield running


@pytest_asyncio.fixture
async def blobs(server: AnsweringServer) -> AsyncIterator[Blobs]:
    adapter = AzureBlobs.from_connection_string(connection(server.origin))
    yield adapter
    await adapter.close()


async def some() -> AsyncIterator[bytes]:
    yield b"some"


async def read(blobs: Blobs) -> object:
    async with blobs.read(NAME) as pieces:
        return pieces and [piece async for piece in pieces]


CALLS: dict[str, Callable[[Blobs], Awaitable[Any]]] = {
    "put": lambda blobs: blobs.put(NAME, some(), mime_type="text/plain"),
    "find": lambda blobs: blobs.find(NAME),
    "read": read,
    "delete": lambda blobs: blobs.delete(NAME),
    "names": lambda blobs: blobs.names("copies/", 10),
}


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
async def test_a_service_that_refuses_for_now_is_unavailable_after_one_call(
    blobs: Blobs, server: AnsweringServer, call: Callable[[Blobs], Awaitable[Any]], status: int
) -> None:
    server.answer = Answer(status=status, headers={"Retry-After": "7"})

    with pytest.raises(Unavailable) as caught:
        await call(blobs)

    assert caught.value.retry_after == 7
    assert len(server.asked) == 1


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
async def test_a_container_that_is_not_there_is_a_deployment_that_is_missing(
    blobs: Blobs, server: AnsweringServer, call: Callable[[Blobs], Awaitable[Any]]
) -> None:
    server.answer = Answer(status=404, headers={"x-ms-error-code": "ContainerNotFound"})

    with pytest.raises(Unavailable, match="deploy the container media"):
        await call(blobs)


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
async def test_a_service_that_nobody_reaches_is_unavailable(call: Callable[[Blobs], Awaitable[Any]]) -> None:
    blobs = AzureBlobs.from_connection_string(connection(f"http://127.0.0.1:{closed_port()}"))

    with pytest.raises(Unavailable):
        await call(blobs)
    await blobs.close()


async def test_a_name_that_was_given_meanwhile_is_a_conflict(blobs: Blobs, server: AnsweringServer) -> None:
    """The condition stands at the last call, which puts the file there."""
    server.answers = [Answer(status=201)]
    server.answer = Answer(status=409, headers={"x-ms-error-code": "BlobAlreadyExists"})

    with pytest.raises(Conflict):
        await blobs.put(NAME, some(), mime_type="text/plain")

    assert [asked.headers.get("If-None-Match") for asked in server.asked] == [None, "*"]


async def test_with_an_identity_one_key_signs_the_addresses_of_a_day(server: AnsweringServer) -> None:
    """The SDK gives tokens to https only, so the service is asked without one here."""
    server.answer = Answer(body=KEY, headers={"Content-Type": "application/xml"})
    blobs = AzureBlobs(BlobServiceClient(f"{server.origin}/account", retry_total=0), None)

    signed = [parts(await blobs.address(NAME, SOON + timedelta(hours=hours)))["se"] for hours in (0, 23, 25)]

    assert signed == [["2026-11-24T09:00:00Z"], ["2026-11-25T08:00:00Z"], ["2026-11-25T10:00:00Z"]]
    assert [("comp=userdelegationkey" in asked.path) for asked in server.asked] == [True, True]
    assert b"<Start>2026-11-23T09:00:00Z</Start><Expiry>2026-11-25T09:00:00Z</Expiry>" in server.asked[0].body
    await blobs.close()


async def test_with_an_identity_a_token_for_storage_is_asked_for() -> None:
    identity = Identity()
    blobs = AzureBlobs.from_identity(f"https://127.0.0.1:{closed_port()}", identity)

    with pytest.raises(Unavailable):
        await blobs.address(NAME, SOON)

    assert set(identity.scopes) == {"https://storage.azure.com/.default"}
    await blobs.close()


def parts(address: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(address).query)


async def test_an_address_opens_the_file_for_reading_and_nothing_else(blobs: Blobs, server: AnsweringServer) -> None:
    said = parts(await blobs.address(NAME, SOON + timedelta(seconds=60), as_attachment=True))

    assert (said["sr"], said["sp"], said["se"]) == (["b"], ["r"], ["2026-11-24T09:01:00Z"])
    assert (said["rscd"], said["rsct"]) == (["attachment"], ["application/octet-stream"])
    assert server.asked == []
