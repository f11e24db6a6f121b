"""The names by which contacts are known: a phone number or a BSUID of one channel leads to one contact."""

from collections import OrderedDict

from shared.state.tables import Insert, Replace, Row, Table, Tables
from shared.vocabulary.errors import Conflict, Unavailable
from shared.vocabulary.identity import alias_of

_KEY = "contact"
_WARM_ALIASES = 20_000


class Aliases:
    """The alias rows. What leads to a contact may be remembered; whether it still does is for the caller to judge."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._warm: OrderedDict[str, str] = OrderedDict()

    def warm(self, channel_id: str, alias: str) -> str | None:
        """Return the contact id as this worker saw it last."""
        return self._warm.get(alias_of(channel_id, alias))

    async def find(self, channel_id: str, alias: str) -> str | None:
        """Return the contact id that the alias leads to."""
        row = await self._row(channel_id, alias)
        return row.body if row else None

    async def claim(self, channel_id: str, alias: str, contact_id: str) -> str:
        """Let a new alias lead to the contact; the contact id that it leads to now, which may be another's."""
        try:
            await self._tables.commit(Table.ALIASES, alias_of(channel_id, alias), [Insert(_KEY, contact_id)])
        except Conflict as conflict:
            # Somebody was first, perhaps this very claim in an attempt whose answer was lost.
            if owner := await self.find(channel_id, alias):
                return owner
            raise Unavailable("an alias could not be claimed, although nobody has it") from conflict
        self._remember(channel_id, alias, contact_id)
        return contact_id

    async def move(self, channel_id: str, alias: str, *, to: str, away_from: str) -> None:
        """Let an alias lead to another contact, unless it has left `away_from` already."""
        row = await self._row(channel_id, alias)
        if row is None:
            await self.claim(channel_id, alias, to)
        elif row.body == away_from:
            try:
                await self._tables.commit(Table.ALIASES, alias_of(channel_id, alias), [Replace(_KEY, to, row.etag)])
            except Conflict:
                return  # it moved on meanwhile, and so has left `away_from`
            self._remember(channel_id, alias, to)

    async def _row(self, channel_id: str, alias: str) -> Row | None:
        row = await self._tables.get(Table.ALIASES, alias_of(channel_id, alias), _KEY)
        if row:
            self._remember(channel_id, alias, row.body)
        return row

    def _remember(self, channel_id: str, alias: str, contact_id: str) -> None:
        key = alias_of(channel_id, alias)
        self._warm[key] = contact_id
        self._warm.move_to_end(key)
        if len(self._warm) > _WARM_ALIASES:
            self._warm.popitem(last=False)
