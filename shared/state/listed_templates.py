"""The templates of each channel as it listed them last: a row of the table `channels`, which all workers share."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shared.state.rows import decode, encode
from shared.state.tables import Insert, Replace, Table, Tables
from shared.vocabulary.templates import ListedTemplate

_KEY: Final = "templates"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedTemplates:
    """What a channel listed when it was asked.

    Attributes:
        refused: The name and language of those that WhatsApp refused for their shape, though it lists them like this.
    """

    asked_at: datetime
    templates: tuple[ListedTemplate, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()

    @property
    def refused_templates(self) -> frozenset[ListedTemplate]:
        """What was refused, as it is listed."""
        return frozenset(each for each in self.templates if (each.name, each.language) in self.refused)


@dataclass(frozen=True, slots=True)
class StoredTemplates:
    """A row as it was read, None when there is none."""

    listed: ListedTemplates | None = None
    etag: str | None = None


def renewed(
    before: ListedTemplates | None,
    templates: Sequence[ListedTemplate],
    asked_at: datetime,
    refused: Iterable[ListedTemplate] = (),
) -> ListedTemplates:
    """Return what is to be stored once a channel was asked: the newer list, and what of it was refused.

    What is listed in another way than when it was refused may be tried again.
    """
    if before and before.asked_at > asked_at:
        templates, asked_at = before.templates, before.asked_at
    known = {*refused, *(before.refused_templates if before else ())}
    return ListedTemplates(
        asked_at=asked_at,
        templates=tuple(templates),
        refused=tuple(sorted({(each.name, each.language) for each in templates if each in known})),
    )


class TemplateRows:
    """The rows on Table Storage. Both methods raise Unavailable when the service is away."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def read(self, channel_id: str, known: StoredTemplates | None = None) -> StoredTemplates:
        """Return a channel's row; `known` itself if it has not changed since, which saves reading through it."""
        row = await self._tables.get(Table.CHANNELS, channel_id, _KEY)
        if row is None:
            return StoredTemplates()
        if known and known.etag == row.etag:
            return known
        return StoredTemplates(decode(ListedTemplates, row.body), row.etag)

    async def write(self, channel_id: str, listed: ListedTemplates, over: str | None) -> StoredTemplates:
        """Write a channel's row over the one with this ETag; None: there is none.

        Raises:
            Conflict: Another worker wrote since.
            TooLarge: The list does not fit into a row.
        """
        body = encode(listed)
        operation = Replace(_KEY, body, over) if over else Insert(_KEY, body)
        etags = await self._tables.commit(Table.CHANNELS, channel_id, [operation])
        return StoredTemplates(listed, etags[_KEY])
