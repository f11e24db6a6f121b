"""The Table calls of a turn: written down in chains, and made again straight on the SDK, sixteen chains at once.

A chain holds what one conversation, or one agent, or one line asked for; in it, one call follows the other.
"""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from azure.core import MatchConditions
from azure.data.tables import UpdateMode
from azure.data.tables.aio import TableClient

from shared.at_once import each_of
from shared.state.tables import Delete, Insert, Operation, Put, Replace, Row, Table, Tables


@dataclass(frozen=True, slots=True)
class Got:
    """A row read by its key."""

    table: Table
    partition: str
    key: str
    found: Row | None


@dataclass(frozen=True, slots=True)
class Scanned:
    """A range of rows read, and how many at most."""

    table: Table
    partition: str
    first: str
    last: str
    limit: int | None
    found: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Wrote:
    """A transaction."""

    table: Table
    partition: str
    operations: Sequence[Operation]


type Call = Got | Scanned | Wrote
type Chains = Mapping[tuple[str, ...], Sequence[Call]]


@dataclass(slots=True)
class RecordingTables:
    """Tables that write down each call, then make it."""

    tables: Tables
    chains: dict[tuple[str, ...], list[Call]] = field(default_factory=dict)

    @property
    def committed_contacts(self) -> int:
        """How many contacts were written."""
        calls = (call for chain in self.chains.values() for call in chain)
        return sum(isinstance(call, Wrote) and call.table is Table.CONTACTS for call in calls)

    async def get(self, table: Table, partition: str, key: str) -> Row | None:
        found = await self.tables.get(table, partition, key)
        self._note(Got(table, partition, key, found), table, partition, key)
        return found

    async def scan(
        self, table: Table, partition: str, *, first: str, last: str, limit: int | None = None
    ) -> Sequence[Row]:
        found = await self.tables.scan(table, partition, first=first, last=last, limit=limit)
        self._note(Scanned(table, partition, first, last, limit, found), table, partition, "scans")
        return found

    async def keys(
        self, table: Table, partition: str, *, first: str, last: str, limit: int | None = None
    ) -> Sequence[str]:
        return [row.key for row in await self.scan(table, partition, first=first, last=last, limit=limit)]

    async def commit(self, table: Table, partition: str, operations: Sequence[Operation]) -> Mapping[str, str]:
        written = await self.tables.commit(table, partition, operations)
        self._note(Wrote(table, partition, operations), table, partition, operations[0].key)
        return written

    def _note(self, call: Call, table: Table, partition: str, key: str) -> None:
        contact_id = partition if table is Table.CONTACTS else key.partition("-")[0] if table is Table.INBOX else ""
        name = (contact_id,) if contact_id else (table.value, partition, key)
        self.chains.setdefault(name, []).append(call)


class BareTables:
    """Makes the calls of chains in partitions of their own, which hold what the app's held."""

    def __init__(self, clients: Mapping[Table, TableClient], tables: Tables) -> None:
        self._clients = clients
        self._tables = tables
        self._etags: dict[tuple[Table, str, str], str] = {}

    async def prepare(self, chains: Chains) -> None:
        """Lay the rows that the calls find."""
        rows: dict[tuple[Table, str], dict[str, str]] = {}
        for call in (call for chain in chains.values() for call in chain):
            there = rows.setdefault((call.table, _own(call.partition)), {})
            match call:
                case Got(found=Row() as row):
                    there[row.key] = row.body
                case Scanned(found=found):
                    there.update({row.key: row.body for row in found})
                case _:
                    pass
        await each_of(rows.items(), lambda each: self._lay(*each[0], each[1]))

    async def replay(self, chains: Chains) -> float:
        """Make all calls; the seconds that they took."""
        started = time.perf_counter()
        await each_of(chains.values(), self._follow)
        return time.perf_counter() - started

    async def _lay(self, table: Table, partition: str, rows: Mapping[str, str]) -> None:
        keys = sorted(rows)
        for start in range(0, len(keys), 100):
            some = keys[start : start + 100]
            etags = await self._tables.commit(table, partition, [Put(key, rows[key]) for key in some])
            self._etags.update({(table, partition, key): etag for key, etag in etags.items()})

    async def _follow(self, chain: Sequence[Call]) -> None:
        for call in chain:
            client, partition = self._clients[call.table], _own(call.partition)
            match call:
                case Got(key=key, found=found):
                    if found:
                        json.loads((await client.get_entity(partition, key))["body0"])
                case Scanned():
                    await self._scan(client, partition, call)
                case Wrote(table, _, operations):
                    await self._write(client, table, partition, operations)

    async def _scan(self, client: TableClient, partition: str, call: Scanned) -> None:
        asked = f"PartitionKey eq '{partition}' and RowKey ge '{call.first}' and RowKey lt '{call.last}'"
        rows = 0
        async for entity in client.query_entities(asked, results_per_page=call.limit or 1_000):
            json.loads(entity["body0"])
            rows += 1
            if rows == call.limit:
                break

    async def _write(self, client: TableClient, table: Table, partition: str, operations: Sequence[Operation]) -> None:
        steps = [self._step(table, partition, operation) for operation in operations]
        if len(steps) == 1 and steps[0][0] == "update":
            _, entity, options = steps[0]
            answers = [await client.update_entity(entity, **options)]
        else:
            answers = list(await client.submit_transaction(steps))
        for operation, answer in zip(operations, answers, strict=True):
            self._etags[table, partition, operation.key] = answer.get("etag", "")

    def _step(self, table: Table, partition: str, operation: Operation) -> tuple[str, dict[str, Any], dict[str, Any]]:
        entity = {"PartitionKey": partition, "RowKey": operation.key}
        match operation:
            case Delete():
                return "delete", entity, {}
            case Insert(body=body):
                return "create", {**entity, "body0": _rewritten(body)}, {"response_preference": "return-no-content"}
            case Put(body=body):
                return "upsert", {**entity, "body0": _rewritten(body)}, {"mode": UpdateMode.REPLACE}
            case Replace(body=body, key=key):
                etag = self._etags[table, partition, key]
                guard = {"etag": etag, "match_condition": MatchConditions.IfNotModified}
                return "update", {**entity, "body0": _rewritten(body)}, {"mode": UpdateMode.REPLACE, **guard}


def _rewritten(body: str) -> str:
    """The payload as an equal object written out as JSON."""
    return json.dumps(json.loads(body), ensure_ascii=False, separators=(",", ":"))


def _own(partition: str) -> str:
    """A partition beside the app's."""
    return f"{partition}_"
