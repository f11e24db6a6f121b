"""The quarantine: what can never be processed as it is, kept for a person with its raw body and every reason.

One row an event or message, in the month of its time, under the hash of its id: a repetition overwrites it, but keeps
the mark of an earlier replay. Lists walk back month by month, so no table is ever scanned. Bodies hold personal data:
they go to administrators and into no log.
"""

import re
from collections.abc import AsyncGenerator, Callable, Collection, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from shared.at_once import each_of
from shared.intake.fields import Problems, read_time
from shared.intake.quarantined import Quarantined, Source, decode_item, encode_item, fitting
from shared.retry import retry_while_unavailable
from shared.state.revise_row import revise_row
from shared.state.tables import Delete, Row, Table, Tables
from shared.telemetry import Metric, Telemetry
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Conflict, Refused
from shared.vocabulary.identity import digest
from shared.vocabulary.time import Clock

MONTHS: Final = 12
RETRY_FOR: Final = timedelta(seconds=90)
_CHUNK: Final = 20
_LOOKED_AT: Final = 500
ITEM_ID: Final = re.compile(r"([0-9]{4}-[0-9]{2})-([0-9a-f]{32})")
"""An item's id: the month of its partition, and its row key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A message that the broker or the app gave up; `event_time` is its event's, `at` when it was queued."""

    message_id: str | None
    subject: str | None
    session_id: str | None
    body: bytes
    at: datetime | None
    reason: str | None
    description: str | None
    event_time: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some items, and where the next page starts (None: there is none)."""

    items: tuple[Quarantined, ...]
    cursor: str | None


class Quarantine:
    """Keeps, lists and forgets items. Every method raises Unavailable when Table Storage is away."""

    def __init__(self, *, tables: Tables, clock: Clock, telemetry: Telemetry) -> None:
        self._tables = tables
        self._clock = clock
        self._telemetry = telemetry

    async def keep(
        self,
        *,
        source: Source,
        name: str,
        reasons: tuple[str, ...],
        body: str,
        at: datetime | None = None,
        subject: str | None = None,
        session_id: str | None = None,
    ) -> str:
        """Keep an item and return its id.

        Args:
            name: The event's or message's own id: the same again means the same item.
        """
        now = self._clock.now()
        at = at or now
        kept, cut = fitting(body)
        item = Quarantined(
            id=f"{self._month(at)}-{digest(source, name)}",
            source=source,
            at=at,
            kept_at=now,
            reasons=(*reasons, *cut),
            body=kept,
            subject=subject,
            session_id=session_id,
        )
        await self._write(item.id, lambda earlier: _with_mark_of(earlier, item))
        self._telemetry.record(Metric.QUARANTINED.of(source=source))
        return item.id

    async def keep_dead_letter(self, letter: DeadLetter) -> str:
        """Keep a dead letter and return its id; tries for a while, since an abandoned one comes back at once."""
        body = letter.body.decode(errors="replace")

        async def attempt() -> str:
            return await self.keep(
                source=Source.DEAD_LETTER,
                name=letter.message_id or body,
                reasons=tuple(filter(None, (letter.reason, letter.description))) or ("dead-lettered without a reason",),
                body=body,
                at=read_time(letter.event_time, "eventTime", Problems()) or letter.at,
                subject=letter.subject,
                session_id=letter.session_id,
            )

        return await retry_while_unavailable(attempt, self._clock, self._clock.now() + RETRY_FOR)

    async def get(self, item_id: str) -> Quarantined:
        """Return the item; raises Refused (`not_found`) when there is none."""
        month, key = _place(item_id)
        row = await self._tables.get(Table.QUARANTINE, month, key)
        if row is None:
            raise _not_found(item_id)
        return decode_item(item_id, row.body)

    async def page(self, *, source: Source | None = None, limit: int = 50, cursor: str | None = None) -> Page:
        """Return the items of the last twelve months, newest month first; within a month in no particular order.

        Raises Refused (`invalid_request`) for a cursor that no page gave.
        """
        if cursor and not ITEM_ID.fullmatch(cursor):
            raise Refused(Code.INVALID_REQUEST, "The cursor is of no page.", errors=(("cursor", "is of no page"),))
        items: list[Quarantined] = []
        async with aclosing(self._walk(cursor)) as walk:
            async for item in walk:
                if source not in (None, item.source):
                    continue
                if len(items) == limit:
                    return Page(items=tuple(items), cursor=items[-1].id)
                items.append(item)
        return Page(items=tuple(items), cursor=None)

    async def mark_replayed(self, item_id: str, at: datetime) -> None:
        """Note when the item was replayed; nothing if it is gone."""
        await self._write(item_id, lambda item: replace(item, replayed_at=at) if item else None)

    async def delete(self, item_id: str) -> None:
        """Forget the item; raises Refused (`not_found`) when there is none."""
        month, key = _place(item_id)
        try:
            await self._tables.commit(Table.QUARANTINE, month, [Delete(key)])
        except Conflict as conflict:
            raise _not_found(item_id) from conflict

    async def of_sessions(
        self, sessions: Collection[str], after: str, months: int
    ) -> tuple[Sequence[Quarantined], str | None]:
        """Return some of the items of these sessions, and after which item to go on: None at the end.

        Args:
            after: An item's id; empty for the first.
            months: How far back.
        """
        found: list[Quarantined] = []
        looked_at = 0
        async with aclosing(self._walk(after or None, months)) as walk:
            async for item in walk:
                found += [item] if item.session_id in sessions else []
                looked_at += 1
                if looked_at == _LOOKED_AT:
                    return found, item.id
        return found, None

    async def erase(self, sessions: Collection[str], after: str, months: int) -> str | None:
        """Forget some of the items of these sessions, with arguments and answer as `of_sessions` has them."""
        items, at = await self.of_sessions(sessions, after, months)
        await each_of(items, lambda item: self._remove(item.id))
        return at

    async def erase_month(self, month: str) -> bool:
        """Forget some of the items of a month; whether none is left."""
        keys = await self._tables.keys(Table.QUARANTINE, month, first="", last="g", limit=_LOOKED_AT)
        await each_of(keys, lambda key: self._remove(f"{month}-{key}"))
        return len(keys) < _LOOKED_AT

    async def _remove(self, item_id: str) -> None:
        try:
            await self.delete(item_id)
        except Refused:  # it was forgotten before
            return

    def _month(self, at: datetime) -> str:
        """Return the month of a time; this month, if lists would not reach that one."""
        months = months_back(self._clock.now(), MONTHS)
        month = _month_of(at)
        return month if month in months else months[0]

    async def _walk(self, cursor: str | None, months: int = MONTHS) -> AsyncGenerator[Quarantined]:
        start, after = _place(cursor) if cursor else ("9999-12", "")
        for month in months_back(self._clock.now(), months):
            if month > start:
                continue
            first = f"{after}0" if month == start else ""
            while rows := await self._tables.scan(Table.QUARANTINE, month, first=first, last="g", limit=_CHUNK):
                for row in rows:
                    yield decode_item(f"{month}-{row.key}", row.body)
                first = f"{rows[-1].key}0"

    async def _write(self, item_id: str, change: Callable[[Quarantined | None], Quarantined | None]) -> None:
        """Write what `change` makes of the item as it is now; nothing if it makes nothing."""
        month, key = _place(item_id)

        def changed(row: Row | None) -> str | None:
            item = change(decode_item(item_id, row.body) if row else None)
            return encode_item(item) if item else None

        await revise_row(self._tables, Table.QUARANTINE, month, key, changed)


def _with_mark_of(earlier: Quarantined | None, item: Quarantined) -> Quarantined:
    return replace(item, replayed_at=earlier.replayed_at) if earlier else item


def _month_of(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m")


def months_back(now: datetime, count: int) -> list[str]:
    """Return this month and those before it, the newest first, as the quarantine's partitions are named."""
    this = now.year * 12 + now.month - 1
    return [f"{index // 12:04}-{index % 12 + 1:02}" for index in range(this, this - count, -1)]


def _place(item_id: str) -> tuple[str, str]:
    found = ITEM_ID.fullmatch(item_id)
    if not found:
        raise _not_found(item_id)
    return found[1], found[2]


def _not_found(item_id: str) -> Refused:
    return Refused(Code.NOT_FOUND, f"Nothing with the id {item_id} is in quarantine.")
