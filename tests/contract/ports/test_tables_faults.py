"""What the adapter of Table Storage makes of a service that fails: each fault is told, and nothing is tried again."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio
from azure.core.credentials import AzureNamedKeyCredential
from azure.core.exceptions import HttpResponseError
from azure.data.tables.aio import TableServiceClient

from shared.adapters.table_storage import AzureTables
from shared.state.tables import Delete, Insert, Operation, Put, Replace, Table, Tables
from shared.vocabulary.errors import TooLarge, Unavailable
from tests.contract.ports.answering import Answer, AnsweringServer, answering, closed_port
from tests.contract.ports.credentials import Identity

KEY = AzureNamedKeyCredential("account", "a2V5")
WRITES: dict[str, list[Operation]] = {
    "insert": [Insert("row", "")],
    "put": [Put("row", "")],
    "replace": [Replace("row", "", "etag")],
    "delete": [Delete("row")],
    "transaction": [Insert("row", ""), Put("other", "")],
}

type Call = Callable[[Tables], Awaitable[Any]]


def _write(name: str) -> Call:
    return lambda tables: tables.commit(Table.CONTACTS, "partition", WRITES[name])


CALLS: dict[str, Call] = {
    "get": lambda tables: tables.get(Table.CONTACTS, "partition", "row"),
    "scan": lambda tables: tables.scan(Table.CONTACTS, "partition", first="a", last="z"),
    **{name: _write(name) for name in WRITES},
}
each_call = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
each_write = pytest.mark.parametrize("call", [CALLS[name] for name in WRITES], ids=WRITES)


@pytest_asyncio.fixture
async def server() -> AsyncIterator[AnsweringServer]:
    async with answering() as running:
        yield running


@pytest_asyncio.fixture
async def tables(server: AnsweringServer) -> AsyncIterator[AzureTables]:
    adapter = AzureTables(TableServiceClient(server.origin, credential=KEY, retry_total=0, read_timeout=0.2))
    yield adapter
    await adapter.close()


@each_call
@pytest.mark.parametrize("status", [401, 403, 404, 408, 409, 429, 500, 503])
async def test_a_service_that_refuses_for_now_is_unavailable_after_one_call(
    tables: AzureTables, server: AnsweringServer, call: Call, status: int
) -> None:
    server.answer = Answer(status=status)

    with pytest.raises(Unavailable, match=str(status)) as failed:
        await call(tables)

    assert failed.value.retry_after is None
    assert len(server.asked) == 1


@each_call
async def test_the_pause_that_the_service_asks_for_is_told(
    tables: AzureTables, server: AnsweringServer, call: Call
) -> None:
    server.answer = Answer(status=503, headers={"Retry-After": "7"})

    with pytest.raises(Unavailable) as failed:
        await call(tables)

    assert failed.value.retry_after == 7
    assert len(server.asked) == 1


@each_call
async def test_a_missing_table_is_no_missing_row(tables: AzureTables, server: AnsweringServer, call: Call) -> None:
    server.answer = _error(404, "TableNotFound")

    with pytest.raises(Unavailable, match="deploy the tables"):
        await call(tables)


@each_call
@pytest.mark.parametrize(
    "answer", [Answer(hangs=True), Answer(cut=True), Answer(status=500, cut=True)], ids=["hangs", "cut", "cut error"]
)
async def test_an_answer_that_does_not_come_is_unavailable(
    tables: AzureTables, server: AnsweringServer, call: Call, answer: Answer
) -> None:
    server.answer = answer

    with pytest.raises(Unavailable):
        await call(tables)

    assert len(server.asked) == 1


@each_write
@pytest.mark.parametrize(
    "answer",
    [(400, "EntityTooLarge"), (400, "PropertyValueTooLarge"), (413, "RequestBodyTooLarge"), (413, "")],
    ids=repr,
)
async def test_what_the_service_never_takes_is_too_large(
    tables: AzureTables, server: AnsweringServer, call: Call, answer: tuple[int, str]
) -> None:
    server.answer = _error(*answer)

    with pytest.raises(TooLarge):
        await call(tables)


@each_call
async def test_a_request_that_makes_no_sense_is_a_bug_and_stays_one(
    tables: AzureTables, server: AnsweringServer, call: Call
) -> None:
    server.answer = _error(400, "InvalidInput")

    with pytest.raises(HttpResponseError):
        await call(tables)


@each_call
async def test_a_closed_port_is_unavailable_at_once(call: Call) -> None:
    account = f"AccountName=account;AccountKey=a2V5;TableEndpoint=http://127.0.0.1:{closed_port()}/account"
    tables = AzureTables.from_connection_string(account)

    async with asyncio.timeout(2):
        with pytest.raises(Unavailable, match="can't be reached"):
            await call(tables)

    await tables.close()


@each_call
async def test_without_a_token_the_service_is_unavailable(call: Call) -> None:
    identity = Identity(refuses=True)
    tables = AzureTables.from_identity(f"https://127.0.0.1:{closed_port()}", identity)

    with pytest.raises(Unavailable, match="gives no token"):
        await call(tables)

    assert identity.scopes == ["https://storage.azure.com/.default"]
    await tables.close()


def _error(status: int, code: str) -> Answer:
    body = f'{{"odata.error":{{"code":"{code}","message":{{"lang":"en-US","value":"This was ordered."}}}}}}'
    return Answer(status=status, body=body, headers={"Content-Type": "application/json"})
