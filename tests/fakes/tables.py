"""Table Storage in memory: the port's contract and the service's limits, nothing else."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Final

from shared.state.tables import Delete, Insert, Operation, Put, Replace, Row, Table
from shared.vocabulary.errors import Conflict, TooLarge

MAX_OPERATIONS: Final = 100
MAX_ROW: Final = 1020 * 1024
MAX_TRANSACTION: Final = 4 * 1024 * 1024
_KEY: Final = re.compile(r"[^/\\#?\x00-\x1f\x7f-\x9f]{1,512}")


class FakeTables:
    """Every call first lets other tasks run, as a call over the network would."""

    def __init__(self) -> None:
        self._rows: dict[tuple[Table, str], dict[str, Row]] = {}
        self._etags = count(1)

    def rows(self, table: Table, partition: str) -> list[Row]:
        """What a partition holds now, by key."""
        return sorted(self._rows.get((table, partition), {}).values(), key=lambda row: row.key)

    def partitions(self, table: Table) -> list[str]:
        """The partitions of a table that hold a row."""
        return sorted(partition for (of, partition), rows in self._rows.items() if of is table and rows)

    def erase(self, table: Table, partition: str) -> None:
        """Nothing of a partition is left."""
        self._rows.pop((table, partition), None)

    def write(self, table: Table, partition: str, key: str, body: str) -> None:
        """A row says something else, as nobody would write it."""
        self._rows[table, partition][key] = Row(key=key, body=body, etag=f'W/"{next(self._etags)}"')

    async def get(self, table: Table, partition: str, key: str) -> Row | None:
        """As `Tables.get`; a key that can't be one is a ValueError."""
        await asyncio.sleep(0)
        if not _KEY.fullmatch(key):
            raise ValueError(f"{key!r} is no key")
        return self._rows.get((table, partition), {}).get(key)

    async def scan(
        self, table: Table, partition: str, *, first: str, last: str, limit: int | None = None
    ) -> Sequence[Row]:
        """As `Tables.scan`."""
        await asyncio.sleep(0)
        return [row for row in self.rows(table, partition) if first <= row.key < last][:limit]

    async def keys(
        self, table: Table, partition: str, *, first: str, last: str, limit: int | None = None
    ) -> Sequence[str]:
        """As `Tables.keys`."""
        return [row.key for row in await self.scan(table, partition, first=first, last=last, limit=limit)]

    async def commit(self, table: Table, partition: str, operations: Sequence[Operation]) -> Mapping[str, str]:
        """As `Tables.commit`; a call that breaks the contract is a ValueError."""
        await asyncio.sleep(0)
        _check_contract(partition, operations)
        rows = self._rows.setdefault((table, partition), {})
        for operation in operations:
            _check_condition(rows.get(operation.key), operation)
        written: dict[str, str] = {}
        for operation in operations:
            if isinstance(operation, Delete):
                del rows[operation.key]
            else:
                written[operation.key] = etag = f'W/"{next(self._etags)}"'
                rows[operation.key] = Row(key=operation.key, body=operation.body, etag=etag)
        return written


def _check_contract(partition: str, operations: Sequence[Operation]) -> None:
    keys = [operation.key for operation in operations]
    if not 1 <= len(keys) <= MAX_OPERATIONS:
        raise ValueError(f"a transaction has 1 to {MAX_OPERATIONS} operations, not {len(keys)}")
    if len(set(keys)) != len(keys):
        raise ValueError("a transaction names each key once")
    for key in (partition, *keys):
        if not _KEY.fullmatch(key):
            raise ValueError(f"Table Storage refuses the key {key!r}")
    bodies = [operation.body for operation in operations if not isinstance(operation, Delete)]
    sizes = [len(body.encode("utf-16-le", "surrogatepass")) for body in bodies]
    if max(sizes, default=0) > MAX_ROW or sum(sizes) > MAX_TRANSACTION:
        raise TooLarge(f"a row of {max(sizes)} bytes in a transaction of {sum(sizes)} bytes")


def _check_condition(row: Row | None, operation: Operation) -> None:
    match operation:
        case Insert(key=key) if row is not None:
            raise Conflict(key, exists=True)
        case Replace(key=key, etag=etag) if row is None or row.etag != etag:
            raise Conflict(key, exists=False)
        case Delete(key=key, etag=etag) if row is None or etag not in (None, row.etag):
            raise Conflict(key, exists=False)
        case Insert() | Replace() | Put() | Delete():
            pass
