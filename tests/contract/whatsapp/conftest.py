"""A running stand-in, and Microsoft's client in its two forms."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.contract.whatsapp.cloud import Cloud, at_meta
from tests.contract.whatsapp.sdk import AsyncSdk, Sdk, SyncSdk
from tests.contract.whatsapp.stand_in import StandIn, running


@pytest_asyncio.fixture
async def stand_in() -> AsyncIterator[StandIn]:
    async with running() as stand_in:
        yield stand_in


@pytest_asyncio.fixture
async def cloud() -> AsyncIterator[Cloud]:
    """A stand-in with one number, on the Cloud API."""
    async with at_meta() as cloud:
        yield cloud


@pytest_asyncio.fixture(params=[SyncSdk, AsyncSdk], ids=["sync", "aio"])
async def sdk(stand_in: StandIn, request: pytest.FixtureRequest) -> AsyncIterator[Sdk]:
    """The client, sync and aio."""
    client: Sdk = request.param(stand_in.address)
    async with client:
        yield client
