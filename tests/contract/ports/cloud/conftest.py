"""The adapter of Meta's Cloud API, and a server in the place of Meta."""

from collections.abc import AsyncIterator

import pytest_asyncio

from shared.adapters.whatsapp_cloud import WhatsAppCloudChannel
from tests.contract.ports.answering import AnsweringServer, answering
from tests.contract.ports.graph_answers import (
    ACCOUNT,
    NUMBER,
    PREVIOUS,
    SECRET,
    TAKEN,
    TOKEN,
    WAIT,
    settings,
)


@pytest_asyncio.fixture
async def server() -> AsyncIterator[AnsweringServer]:
    """Whatever is asked of it, no secret stands in an address, where logs would have it."""
    async with answering() as running:
        running.answer = TAKEN
        yield running
    assert not any(secret in asked.path for asked in running.asked for secret in (TOKEN, SECRET, PREVIOUS))


@pytest_asyncio.fixture
async def channel(server: AnsweringServer) -> AsyncIterator[WhatsAppCloudChannel]:
    adapter = WhatsAppCloudChannel(settings(server), {NUMBER: ACCOUNT}, answer_within=WAIT)
    yield adapter
    await adapter.close()
