"""The port `Tables` on Azure Table Storage.

Comes in: rows with a text body. Goes out: one entity a row, its body split over the properties `body0`, `body1` …
One method is one round trip (a scan: one a page). Nothing is retried here, and no table is created.
Facts: https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model and
.../performing-entity-group-transactions; error codes: .../table-service-error-codes.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Self

from azure.core import MatchConditions
from azure.core.credentials_async import AsyncTokenCredential
from azure.core.exceptions import AzureError, HttpResponseError
from azure.data.tables import TableTransactionError, UpdateMode
from azure.data.tables.aio import TableClient, TableServiceClient

from shared.adapters.http_transport import http_transport
from shared.adapters.unavailable import storage_away
from shared.state.tables import Delete, Insert, Operation, Put, Replace, Row, Table
from shared.vocabulary.errors import Conflict, TooLarge

_PIECE_BYTES: Final = 60_000  # of UTF-16, in one string property: 64 KiB at most, and some services refuse just that
_BODY_BYTES: Final = 1020 * 1024  # of UTF-16: an entity's MiB less keys and property names
_PAGE_ROWS: Final = 1000
_READ_SECONDS: Final = 10
_NO_ECHO: Final = {"response_preference": "return-no-content"}
_NO_ROW: Final = ("ResourceNotFound", "EntityNotFound")
_TOO_LARGE: Final = ("RequestBodyTooLarge", "EntityTooLarge", "PropertyValueTooLarge", "ContentLengthExceeded")
_ADVICE: Final = {
    401: "check the connection string, or the identity's tenant",
    403: "the app's identity needs the role Storage Table Data Contributor",
    404: "deploy the tables that the app needs",
}

type _Fault = AzureError | OSError


class AzureTables:
    """Rows in a storage account's tables."""

    def __init__(self, service: TableServiceClient) -> None:
        self._service = service
        self._clients = {table: service.get_table_client(table.value) for table in Table}

    @classmethod
    def from_connection_string(cls, connection: str) -> Self:
        """Return the account that a connection string names; nothing is called yet."""
        return cls(TableServiceClient.from_connection_string(connection, **_options()))

    @classmethod
    def from_identity(cls, endpoint: str, credential: AsyncTokenCredential) -> Self:
        """Open the account at `https://<account>.table.core.windows.net` with a token; nothing is called yet."""
        return cls(TableServiceClient(endpoint, credential=credential, **_options()))

    async def close(self) -> None:
        """Close all connections."""
        await self._service.close()

    async def get(self, table: Table, partition: str, key: str) -> Row | None:
        """See `Tables.get`."""
        try:
            return _row(await self._clients[table].get_entity(partition, key))
        except (AzureError, OSError) as error:
            if _says(error, *_NO_ROW):
                return None
            raise _unavailable(error) from error

    async def scan(
        self, table: Table, partition: str, *, first: str, last: str, limit: int | None = None
    ) -> Sequence[Row]:
        """See `Tables.scan`."""
        return [_row(entity) for entity in await self._query(table, _range(partition, first, last), limit)]

    async def keys(
        self, table: Table, partition: str, *, first: str, last: str, limit: int | None = None
    ) -> Sequence[str]:
        """See `Tables.keys`."""
        found = await self._query(table, _range(partition, first, last), limit, select=["RowKey"])
        return [entity["RowKey"] for entity in found]

    async def _query(self, table: Table, asked: str, limit: int | None, **options: Any) -> Sequence[Mapping[str, Any]]:
        entities: list[Mapping[str, Any]] = []
        if limit is not None and limit <= 0:
            return entities
        page = min(limit or _PAGE_ROWS, _PAGE_ROWS)
        try:
            async for entity in self._clients[table].query_entities(asked, results_per_page=page, **options):
                entities.append(entity)
                if len(entities) == limit:
                    break
        except (AzureError, OSError) as error:
            raise _unavailable(error) from error
        return entities

    async def commit(self, table: Table, partition: str, operations: Sequence[Operation]) -> Mapping[str, str]:
        """See `Tables.commit`."""
        try:
            answers = await _write(self._clients[table], partition, operations)
        except (AzureError, OSError) as error:
            raise _refusal(error, operations) from error
        return {
            operation.key: answer["etag"]
            for operation, answer in zip(operations, answers, strict=True)
            if not isinstance(operation, Delete)
        }


def _options() -> dict[str, Any]:
    """Leave out what nobody reads: an id beside the service's own, for one, costs up to a tenth of a call."""
    return {
        "retry_total": 0,
        "auto_request_id": False,
        "transport": http_transport(read_seconds=_READ_SECONDS),
    }


async def _write(client: TableClient, partition: str, operations: Sequence[Operation]) -> Sequence[Mapping[str, Any]]:
    """Make a transaction, or for one row a plain call: half the bytes, and half the processor time.

    Not for a deletion: the SDK's `delete_entity` hides that nothing was there.
    """
    match operations:
        case [Insert() as row]:
            return [await _create(client, _entity(partition, row))]
        case [Put() as row]:
            return [await client.upsert_entity(_entity(partition, row), UpdateMode.REPLACE)]
        case [Replace() as row]:
            return [await client.update_entity(_entity(partition, row), UpdateMode.REPLACE, **_unchanged(row.etag))]
        case _:
            return await client.submit_transaction([_step(partition, operation) for operation in operations])


async def _create(client: TableClient, entity: Mapping[str, Any]) -> Mapping[str, Any]:
    """Insert, with the errors of the SDK's other calls.

    Its `create_entity` leaves the service's code out, and trips over an error that has no answer.
    """
    try:
        return await client.create_entity(entity, **_NO_ECHO)
    except HttpResponseError as error:
        error.error_code = _code_in(error)  # type: ignore[attr-defined]  # where the other calls put it
        raise
    except AttributeError as tripped:
        if isinstance(tripped.__context__, AzureError):
            raise tripped.__context__ from None
        raise


def _code_in(error: HttpResponseError) -> str | None:
    answer: Any = error.response
    try:
        code: str = json.loads(answer.text())["odata.error"]["code"]
    except (ValueError, LookupError, TypeError):
        return None
    return code


def _step(partition: str, operation: Operation) -> tuple[str, Mapping[str, Any], Mapping[str, Any]]:
    match operation:
        case Insert():
            return "create", _entity(partition, operation), _NO_ECHO
        case Put():
            return "upsert", _entity(partition, operation), {"mode": UpdateMode.REPLACE}
        case Replace():
            guard = {"mode": UpdateMode.REPLACE} | _unchanged(operation.etag)
            return "update", _entity(partition, operation), guard
        case Delete():
            entity = {"PartitionKey": partition, "RowKey": operation.key}
            return "delete", entity, _unchanged(operation.etag) if operation.etag else {}


def _unchanged(etag: str) -> dict[str, Any]:
    return {"etag": etag, "match_condition": MatchConditions.IfNotModified}


def _entity(partition: str, row: Insert | Put | Replace) -> dict[str, str]:
    if len(row.body) > _BODY_BYTES // 4 and len(row.body.encode("utf-16-le", "surrogatepass")) > _BODY_BYTES:
        raise TooLarge(f"row {row.key} is over the limit of Table Storage")
    pieces = {f"body{number}": piece for number, piece in enumerate(split_body(row.body))}
    return {"PartitionKey": partition, "RowKey": row.key} | pieces


def _row(entity: Mapping[str, Any]) -> Row:
    pieces: list[str] = []
    while (piece := entity.get(f"body{len(pieces)}")) is not None:
        pieces.append(piece)
    return Row(key=entity["RowKey"], body="".join(pieces), etag=entity.metadata["etag"])  # type: ignore[attr-defined]  # a TableEntity


def split_body(body: str) -> Iterator[str]:
    """Yield pieces that each fit a string property: 30,000 UTF-16 units, no surrogate pair cut in two."""
    if len(body) <= _PIECE_BYTES // 4:
        yield body
        return
    units = body.encode("utf-16-le", "surrogatepass")
    start = 0
    while start < len(units):
        end = start + _PIECE_BYTES
        if end < len(units) and 0xD8 <= units[end - 1] <= 0xDB:
            end -= 2
        yield units[start:end].decode("utf-16-le", "surrogatepass")
        start = end


def _range(partition: str, first: str, last: str) -> str:
    return f"PartitionKey eq {_quoted(partition)} and RowKey ge {_quoted(first)} and RowKey lt {_quoted(last)}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _says(error: _Fault, *codes: str) -> bool:
    """Tell whether the service's answer has one of these error codes."""
    return getattr(error, "error_code", None) in codes


def _refusal(error: _Fault, operations: Sequence[Operation]) -> Exception:
    status = error.status_code if isinstance(error, HttpResponseError) else None
    key = operations[error.index if isinstance(error, TableTransactionError) else 0].key
    if status == 413 or _says(error, *_TOO_LARGE):
        return TooLarge(f"row {key} or its transaction is over the limit of Table Storage")
    if _says(error, "EntityAlreadyExists"):
        return Conflict(key, exists=True)
    if status == 412 or _says(error, *_NO_ROW):
        return Conflict(key, exists=False)
    return _unavailable(error)


def _unavailable(error: _Fault) -> Exception:
    return storage_away("Table Storage", error, _ADVICE)
