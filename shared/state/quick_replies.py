"""Texts at an agent's hand that supervisors put over the API (table `settings`), beside those in the file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from shared.state.rows import decode, encode
from shared.state.tables import Delete, Put, Table, Tables
from shared.vocabulary.errors import Conflict
from shared.vocabulary.time import Clock

PARTITION: Final = "quick-reply"
FRESH_FOR: Final = timedelta(seconds=10)
ANY_LANGUAGE: Final = ""
"""Where a language is expected: the text is for whoever reads it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredQuickReply:
    """A text by language, with its placeholders as they are written in the file."""

    texts: Mapping[str, str]
    tags: tuple[str, ...] = ()


class StoredQuickReplies:
    """What supervisors put, on Table Storage; read at most every ten seconds."""

    def __init__(self, tables: Tables, clock: Clock) -> None:
        self._tables = tables
        self._clock = clock
        self._known: Mapping[str, StoredQuickReply] = {}
        self._read_at: datetime | None = None

    async def read(self) -> Mapping[str, StoredQuickReply]:
        """Return all by name, as they were within the last seconds."""
        now = self._clock.now()
        if self._read_at is None or now - self._read_at >= FRESH_FOR:
            rows = await self._tables.scan(Table.SETTINGS, PARTITION, first="", last="~")
            self._known = {row.key: decode(StoredQuickReply, row.body) for row in rows}
            self._read_at = now
        return self._known

    async def put(self, name: str, reply: StoredQuickReply) -> None:
        """Write one."""
        await self._tables.commit(Table.SETTINGS, PARTITION, [Put(name, encode(reply))])
        self._read_at = None

    async def delete(self, name: str) -> bool:
        """Remove one; whether it was there."""
        try:
            await self._tables.commit(Table.SETTINGS, PARTITION, [Delete(name)])
        except Conflict:
            return False
        self._read_at = None
        return True
