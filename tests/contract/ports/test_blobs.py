"""What every `Blobs` keeps to: the fake, and Azure Blob Storage through its adapter."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import aiohttp
import pytest

from shared.adapters.blob_storage import AzureBlobs
from shared.media.blobs import Blob, Blobs, copies_of, copy_name
from shared.vocabulary.errors import Conflict

MIB = 1024 * 1024
SIZES = {"nothing": 0, "one byte": 1, "one block": 4 * MIB, "more than one": 9 * MIB + 1}


@pytest.fixture
def name() -> str:
    return copy_name(uuid4().hex, uuid4().hex)


async def in_pieces(content: bytes, size: int = MIB) -> AsyncIterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


async def read(blobs: Blobs, name: str) -> bytes | None:
    """The whole file."""
    async with blobs.read(name) as pieces:
        return None if pieces is None else b"".join([piece async for piece in pieces])


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
async def test_a_file_is_read_as_it_was_put(blobs: Blobs, name: str, size: int) -> None:
    content = bytes(number % 251 for number in range(min(size, 5_000))) * (size // 5_000 + 1)
    content = content[:size]

    await blobs.put(name, in_pieces(content), mime_type="image/jpeg", labels={"file": "Été « 1 »\u202e.jpg"})

    assert await read(blobs, name) == content
    assert await blobs.find(name) == Blob(
        name=name, size=size, mime_type="image/jpeg", labels={"file": "Été « 1 »\u202e.jpg"}
    )


async def test_a_name_is_given_once_and_the_first_file_stays(blobs: Blobs, name: str) -> None:
    await blobs.put(name, in_pieces(b"first"), mime_type="text/plain")

    with pytest.raises(Conflict) as caught:
        await blobs.put(name, in_pieces(b"second"), mime_type="text/plain")

    assert caught.value.exists
    assert await read(blobs, name) == b"first"


async def test_what_the_pieces_raise_is_raised_and_nothing_is_there(blobs: Blobs, name: str) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"x" * 5 * MIB
        raise EOFError("the source ended too soon")

    with pytest.raises(EOFError):
        await blobs.put(name, broken(), mime_type="text/plain")

    assert await blobs.find(name) is None
    await blobs.put(name, in_pieces(b"whole"), mime_type="text/plain")
    assert await read(blobs, name) == b"whole"


async def test_what_is_not_there_is_none_and_can_be_deleted(blobs: Blobs, name: str) -> None:
    await blobs.delete(name)

    assert await blobs.find(name) is None
    assert await read(blobs, name) is None


async def test_a_deleted_file_is_gone_and_its_name_is_free(blobs: Blobs, name: str) -> None:
    await blobs.put(name, in_pieces(b"first"), mime_type="text/plain")
    await blobs.delete(name)

    assert await read(blobs, name) is None
    await blobs.put(name, in_pieces(b"second"), mime_type="text/plain")
    assert await read(blobs, name) == b"second"


async def test_names_are_those_that_begin_so_at_most_as_many_as_asked(blobs: Blobs) -> None:
    contact, other = uuid4().hex, uuid4().hex
    names = [copy_name(contact, f"{number}") for number in range(3)]
    for each in (*names, copy_name(other, "0")):
        await blobs.put(each, in_pieces(b"x"), mime_type="text/plain")

    assert sorted(await blobs.names(copies_of(contact), 10)) == names
    assert len(await blobs.names(copies_of(contact), 2)) == 2
    assert list(await blobs.names(copies_of(uuid4().hex), 2)) == []


async def test_an_address_opens_one_file_for_reading_until_its_time(blob_storage: str, name: str) -> None:
    blobs, now = AzureBlobs.from_connection_string(blob_storage), datetime.now(UTC)
    await blobs.put(name, in_pieces(b"<html>"), mime_type="text/html")
    plain = await blobs.address(name, now + timedelta(minutes=1))
    saved = await blobs.address(name, now + timedelta(minutes=1), as_attachment=True)
    over = await blobs.address(name, now - timedelta(minutes=1))
    await blobs.close()

    async with aiohttp.ClientSession() as http:
        answer = await http.get(plain)
        assert (answer.status, await answer.read(), answer.content_type) == (200, b"<html>", "text/html")
        answer = await http.get(saved)
        assert (answer.content_type, answer.headers["Content-Disposition"]) == (
            "application/octet-stream",
            "attachment",
        )
        assert (await http.get(over)).status == 403
        assert (await http.get(plain.replace(name, f"{name}0"))).status == 403
        assert (await http.delete(plain)).status == 403
        assert (await http.put(plain, data=b"x", headers={"x-ms-blob-type": "BlockBlob"})).status == 403
