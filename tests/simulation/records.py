"""What is written of each contact, read as a whole: the history, what the team sent, and who was erased."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.state.outgoing import Outgoing
from shared.state.rows import CONTACT, counter_of, decode, decode_erased
from shared.state.tables import Row, Table
from shared.vocabulary.message import Message
from tests.simulation.storage import NotedTables


@dataclass(frozen=True)
class Records:
    """By contact: the lines of the history with their numbers, and the outgoing messages; `erased` says since when.

    `everything` is each row of each table, by its place.
    """

    lines: Mapping[str, Sequence[tuple[int, Message]]]
    outgoing: Mapping[str, Mapping[str, Outgoing]]
    erased: Mapping[str, datetime]
    everything: Mapping[str, str]

    @classmethod
    async def of(cls, tables: NotedTables) -> "Records":
        """Everything, as it is now."""
        found = {
            (table, partition): await tables.rows(table, partition)
            for table in Table
            for partition in tables.partitions(table)
        }
        contacts = {partition: rows for (table, partition), rows in found.items() if table is Table.CONTACTS}
        ends = {name: decode_erased(row.body) for name, rows in contacts.items() for row in rows if row.key == CONTACT}
        return cls(
            lines={name: list(_lines(rows)) for name, rows in contacts.items()},
            outgoing={name: dict(_outgoing(rows)) for name, rows in contacts.items()},
            erased={name: end.at for name, end in ends.items() if end},
            everything={f"{table}/{of}/{row.key}": row.body for (table, of), rows in found.items() for row in rows},
        )

    @property
    def history(self) -> list[Message]:
        """Every line of every contact's."""
        return [line for lines in self.lines.values() for _, line in lines]


def _lines(rows: Sequence[Row]) -> Iterator[tuple[int, Message]]:
    return ((counter_of(row.key), decode(Message, row.body)) for row in rows if row.key.startswith("message:"))


def _outgoing(rows: Sequence[Row]) -> Iterator[tuple[str, Outgoing]]:
    found = (decode(Outgoing, row.body) for row in rows if row.key.startswith("outgoing:"))
    return ((each.id, each) for each in found)
