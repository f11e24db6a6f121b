"""Table Storage as a simulation uses it: whichever it is, what was ever written can be read as a whole."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from shared.state.tables import Operation, Row, Table, Tables

_ALL = ("", "~")


class NotedTables:
    """Other tables, with a note of each partition that was written to.

    Attributes:
        watch: Told of each transaction once it was written.
        written: How many were.
    """

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self.watch: Callable[[Table, str, Sequence[Operation]], None] = lambda *_: None
        self.written = 0
        self._partitions: dict[Table, set[str]] = defaultdict(set)

    def partitions(self, table: Table) -> list[str]:
        """Where something was written."""
        return sorted(self._partitions[table])

    async def rows(self, table: Table, partition: str) -> Sequence[Row]:
        """What a partition holds."""
        return await self._tables.scan(table, partition, first=_ALL[0], last=_ALL[1])

    async def get(self, table: Table, partition: str, key: str) -> Row | None:
        """As `Tables.get`."""
        return await self._tables.get(table, partition, key)

    async def scan(
        self, table: Table, partition: str, *, first: str, last: str, limit: int | None = None
    ) -> Sequence[Row]:
        """As `Tables.scan`."""
        return await self._tables.scan(table, partition, first=first, last=last, limit=limit)

    async def keys(
        self, table: Table, partition: str, *, first: str, last: str, limit: int | None = None
    ) -> Sequence[str]:
        """As `Tables.keys`."""
        return await self._tables.keys(table, partition, first=first, last=last, limit=limit)

    async def commit(self, table: Table, partition: str, operations: Sequence[Operation]) -> Mapping[str, str]:
        """As `Tables.commit`."""
        self._partitions[table].add(partition)
        written = await self._tables.commit(table, partition, operations)
        self.written += 1
        self.watch(table, partition, operations)
        return written
