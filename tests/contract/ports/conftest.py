"""What is tested on the fake and on the real thing alike."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from shared.adapters.blob_storage import AzureBlobs
from shared.adapters.table_storage import AzureTables
from shared.media.blobs import Blobs
from shared.state.tables import Tables
from tests.fakes.blobs import FakeBlobs
from tests.fakes.tables import FakeTables


@pytest_asyncio.fixture(params=["fake", "azure"])
async def tables(request: pytest.FixtureRequest) -> AsyncIterator[Tables]:
    """Tables in memory, and of the emulator."""
    if request.param == "fake":
        yield FakeTables()
        return
    adapter = AzureTables.from_connection_string(request.getfixturevalue("table_storage"))
    yield adapter
    await adapter.close()


@pytest_asyncio.fixture(params=["fake", "azure"])
async def blobs(request: pytest.FixtureRequest) -> AsyncIterator[Blobs]:
    """Files in memory, and of the emulator."""
    if request.param == "fake":
        yield FakeBlobs()
        return
    adapter = AzureBlobs.from_connection_string(request.getfixturevalue("blob_storage"))
    yield adapter
    await adapter.close()
