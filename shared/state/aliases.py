"""The names by which contacts are known: a phone number or a BSUID of one channel leads to one contact.

A row holds the contact's id. One whose contact was erased leads nowhere, and says since when: no event from before that
may bring the customer back. It keeps saying so when it leads to a new contact, until 30 days are over.
"""

import json
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

from shared.state.revise_row import revise_row
from shared.state.tables import Delete, Insert, Replace, Row, Table, Tables
from shared.vocabulary.errors import Conflict
from shared.vocabulary.identity import alias_of
from shared.vocabulary.time import rfc3339

_KEY = "contact"
_WARM_ALIASES = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """Where a name leads.

    Attributes:
        contact_id: None where the contact was erased.
        erased_at: When that was; what its customer wrote until then is not taken any more.
        etag: The row's; None of what this worker remembers.
    """

    contact_id: str | None
    erased_at: datetime | None = None
    etag: str | None = None


class Aliases:
    """The alias rows. What leads to a contact may be remembered; whether it still does is for the caller to judge."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._warm: OrderedDict[str, Alias] = OrderedDict()

    def warm(self, channel_id: str, alias: str) -> Alias | None:
        """Return where a name led when this worker saw it last."""
        return self._warm.get(alias_of(channel_id, alias))

    async def find(self, channel_id: str, alias: str) -> Alias | None:
        """Return where a name leads; None when nobody ever had it."""
        return await self._find(alias_of(channel_id, alias))

    async def _find(self, key: str) -> Alias | None:
        row = await self._tables.get(Table.ALIASES, key, _KEY)
        if row is None:
            return None
        found = _decode(row)
        self._remember(key, found)
        return found

    async def claim(self, channel_id: str, alias: str, contact_id: str, *, over: Alias | None = None) -> str | None:
        """Let a name lead to the contact; the contact id that it leads to now, which may be another's.

        Args:
            over: The name as it was found, where its contact was erased; without it nobody has ever had the name.
        """
        return await self._claim(alias_of(channel_id, alias), contact_id, over)

    async def _claim(self, key: str, contact_id: str, over: Alias | None) -> str | None:
        claimed = Alias(contact_id=contact_id, erased_at=over.erased_at if over else None)
        body = _encode(claimed)
        try:
            await self._tables.commit(
                Table.ALIASES, key, [Replace(_KEY, body, over.etag) if over and over.etag else Insert(_KEY, body)]
            )
        except Conflict:
            # Somebody was first, perhaps this very claim in an attempt whose answer was lost.
            found = await self._find(key)
            return found.contact_id if found else None
        self._remember(key, claimed)
        return contact_id

    async def move(self, key: str, *, to: str, away_from: str) -> None:
        """Let a name, by its key, lead to another contact, unless it has left `away_from` for one that is there."""
        found = await self._find(key)
        if found is None or found.contact_id in (None, away_from):
            await self._claim(key, to, found)  # else it moved on meanwhile, and so has left it

    async def erase(self, channel_id: str, alias: str, contact_ids: frozenset[str], at: datetime) -> None:
        """Let a name that leads to one of these contacts lead nowhere, and say since when.

        One that is another contact's by now stays as it is.
        """
        key = alias_of(channel_id, alias)

        def erased(row: Row | None) -> str | Row | None:
            leads_to = _decode(row).contact_id if row else None
            return _encode(Alias(contact_id=None, erased_at=at)) if leads_to in contact_ids else row

        await revise_row(self._tables, Table.ALIASES, key, _KEY, erased)
        self._warm.pop(key, None)

    async def forget_erasure(self, key: str, until: datetime) -> None:
        """Let a name, by its key, no longer say what was erased until a time; one that leads nowhere goes."""
        row = await self._tables.get(Table.ALIASES, key, _KEY)
        found = _decode(row) if row else None
        if row is None or found is None or found.erased_at is None or found.erased_at > until:
            return
        freed = Replace(_KEY, found.contact_id, row.etag) if found.contact_id else Delete(_KEY, row.etag)
        try:
            await self._tables.commit(Table.ALIASES, key, [freed])
        except Conflict:
            await self.forget_erasure(key, until)
        self._warm.pop(key, None)

    def _remember(self, key: str, alias: Alias) -> None:
        self._warm[key] = alias
        self._warm.move_to_end(key)
        if len(self._warm) > _WARM_ALIASES:
            self._warm.popitem(last=False)


def _encode(alias: Alias) -> str:
    if alias.erased_at is None:
        return alias.contact_id or ""
    leads_to = {"contact": alias.contact_id} if alias.contact_id else {}
    return json.dumps({"erasedAt": rfc3339(alias.erased_at), **leads_to})


def _decode(row: Row) -> Alias:
    if not row.body.startswith("{"):
        return Alias(contact_id=row.body, etag=row.etag)
    told = json.loads(row.body)
    erased_at = datetime.fromisoformat(told["erasedAt"])
    return Alias(contact_id=told.get("contact"), erased_at=erased_at, etag=row.etag)
