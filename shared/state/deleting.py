"""Deletes rows that others may have deleted already."""

from collections.abc import Sequence
from typing import Final

from shared.at_once import each_of
from shared.state.tables import Delete, Table, Tables
from shared.vocabulary.errors import Conflict

_AT_ONCE: Final = 100


async def delete_rows(tables: Tables, table: Table, partition: str, keys: Sequence[str]) -> None:
    """Delete rows of a partition, as far as they are there: a hundred a transaction.

    Raises:
        Unavailable: Storage is away; some may be deleted.
    """

    async def delete(key: str) -> None:
        await delete_rows(tables, table, partition, [key])

    for at in range(0, len(keys), _AT_ONCE):
        some = keys[at : at + _AT_ONCE]
        try:
            await tables.commit(table, partition, [Delete(key) for key in some])
        except Conflict:  # one is gone, by somebody else or this very call before its answer was lost: none was deleted
            if len(some) > 1:
                await each_of(some, delete)
