"""Changing one row that others may change as well: read, decide, write under the ETag, and again if it was stale."""

from collections.abc import Callable, Sequence
from typing import Final

from shared.state.tables import Insert, Operation, Replace, Row, Table, Tables
from shared.vocabulary.errors import Conflict, Unavailable

MOST_TRIES: Final = 20
"""Of several that change a row at once, one gets through each time. More than this at once had better wait."""


async def revise_row[Otherwise: Row | None](
    tables: Tables,
    table: Table,
    partition: str,
    key: str,
    change: Callable[[Row | None], str | Otherwise],
    *,
    first: Insert | Replace | None = None,
    beside: Sequence[Operation] = (),
) -> Row | Otherwise:
    """Write the body that `change` makes of a row as it is now, and return the row as it is afterwards.

    Args:
        change: Is given None when there is no row. Gives a body, or what is returned where nothing is to be written.
        first: What is tried before the row is read, by a caller who can tell how it is: saves the read.
        beside: What is done to other rows in the same transaction; nothing that can conflict.

    Raises:
        Unavailable: The service is away, or the row keeps changing.
    """
    operation = first
    for _ in range(MOST_TRIES):
        if operation is None:
            row = await tables.get(table, partition, key)
            body = change(row)
            if not isinstance(body, str):
                return body
            operation = Replace(key, body, row.etag) if row else Insert(key, body)
        try:
            etags = await tables.commit(table, partition, [operation, *beside])
        except Conflict:
            operation = None
        else:
            return Row(key=key, body=operation.body, etag=etags[key])
    raise Unavailable(f"a row of {table} keeps changing")
