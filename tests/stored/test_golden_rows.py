"""What was stored is read for ever: rows as they were really written, and the keys under which they lie.

A file here is never changed and never deleted. Whoever adds a field writes a row with it and puts it beside the others.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.intake.quarantine import Quarantine
from shared.state.aliases import Aliases
from shared.state.contact import Erasing
from shared.state.rows import (
    conversation_key,
    counter_of,
    decode,
    decode_erased,
    mark_key,
    message_key,
    outgoing_key,
    status_key,
)
from shared.state.tables import Insert, Table
from shared.telemetry import NoTelemetry
from tests.fakes.clock import FakeClock
from tests.fakes.tables import FakeTables
from tests.stored.values import AT, CONTACT, EPISODE, QUARANTINED, VALUES

FOLDER = Path(__file__).parent


def written(name: str) -> str:
    return (FOLDER / f"{name}.json").read_text(encoding="utf-8").removesuffix("\n")


@pytest.mark.parametrize("name", VALUES)
def test_a_row_that_was_written_is_read_as_what_it_meant(name: str) -> None:
    assert decode(type(VALUES[name]), written(name)) == VALUES[name]


@pytest.mark.parametrize("name", QUARANTINED)
async def test_an_item_of_the_quarantine_too(name: str) -> None:
    item, tables = QUARANTINED[name], FakeTables()
    month, _, key = item.id.rpartition("-")
    await tables.commit(Table.QUARANTINE, month, [Insert(key, written(name))])
    assert await Quarantine(tables=tables, clock=FakeClock(), telemetry=NoTelemetry()).get(item.id) == item


async def test_an_alias_too() -> None:
    tables = FakeTables()
    await tables.commit(Table.ALIASES, "b89612f5bb3be2a565370ecb4f63c891", [Insert("contact", CONTACT)])
    alias = await Aliases(tables).find("11111111-1111-1111-1111-111111111111", "+33612345678")
    assert alias
    assert (alias.contact_id, alias.erased_at) == (CONTACT, None)


async def test_an_alias_whose_contact_was_erased_too() -> None:
    body = '{"erasedAt": "2026-11-24T09:00:00.5Z", "contact": "' + CONTACT + '"}'
    tables = FakeTables()
    await tables.commit(Table.ALIASES, "b89612f5bb3be2a565370ecb4f63c891", [Insert("contact", body)])
    alias = await Aliases(tables).find("11111111-1111-1111-1111-111111111111", "+33612345678")
    assert alias
    assert (alias.contact_id, alias.erased_at) == (CONTACT, datetime(2026, 11, 24, 9, 0, 0, 500_000, tzinfo=UTC))


def test_a_contact_that_was_erased_too() -> None:
    body = '{"erasedAt": "2026-11-24T09:00:00Z", "by": "adam"}'
    assert decode_erased(body) == Erasing(at=datetime(2026, 11, 24, 9, 0, 0, tzinfo=UTC), by="adam")


def test_every_file_is_read_and_every_value_has_one() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == set(VALUES) | set(QUARANTINED)


def test_every_field_of_every_kind_is_in_some_row() -> None:
    """Else nobody would notice that its name or meaning changed."""
    named: dict[type, set[str]] = {}
    for value in VALUES.values():
        note(value, named)
    assert {kind.__name__: {field.name for field in fields(kind)} - of_kind for kind, of_kind in named.items()} == {
        kind.__name__: set[str]() for kind in named
    }


def note(value: object, named: dict[type, set[str]]) -> None:
    """Note the fields of a value, and of what is in it, that differ from their defaults: only those are written."""
    if isinstance(value, tuple):
        for each in value:
            note(each, named)
    if isinstance(value, Mapping):
        note(tuple(value.values()), named)
    if not is_dataclass(value):
        return
    of_kind = named.setdefault(type(value), set())
    for field in fields(value):
        here = getattr(value, field.name)
        if here != field.default:
            of_kind.add(field.name)
        note(here, named)


def test_rows_lie_where_they_lay() -> None:
    line = message_key(EPISODE, AT, 7)
    assert line == f"message:{EPISODE}:8204489199999:999999992"
    assert counter_of(line) == 7
    assert conversation_key(EPISODE) == f"conversation:{EPISODE}"
    assert outgoing_key("o1") == "outgoing:o1"
    assert status_key("wamid.5") == "status:a02d92fb83dcfa8624ba31f346c4f7e8"
    assert mark_key("inbound", "wamid.1") == "mark:83dc8513b5e4154309fe8691fe7993f9"
