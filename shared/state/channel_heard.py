"""When a webhook of a number's last came through: a row of the table `channels`, `heard`.

A provider that does not know a repetition again tells by its webhooks what became of a message. That none tells of one
means something only where others came meanwhile.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from shared.state.revise_row import revise_row
from shared.state.rows import decode, encode
from shared.state.tables import Row, Table, Tables
from shared.vocabulary.time import Clock

KEY: Final = "heard"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a webhook told had happened at that time: later ones may have come, by less than the writers' pause."""

    at: datetime


class ChannelHeard:
    """The rows, on Table Storage, by the channels' keys.

    Args:
        pause: So long a worker writes nothing more of a channel.
    """

    def __init__(self, tables: Tables, clock: Clock, pause: timedelta) -> None:
        self._tables = tables
        self._clock = clock
        self._pause = pause
        self._noted: dict[str, datetime] = {}

    async def note(self, channel_id: str, happened: datetime | None) -> None:
        """Note that an event of a channel was handled.

        Args:
            happened: When, as the provider has it: what is old says nothing of the webhooks of now.

        Raises:
            Unavailable: Storage is away.
        """
        now = self._clock.now()
        at = min(happened or now, now)
        noted = self._noted.get(channel_id)
        if noted and at - noted < self._pause:
            return

        def newest(row: Row | None) -> str | Row:
            return row if row and decode(Heard, row.body).at >= at else encode(Heard(at=at))

        row = await revise_row(self._tables, Table.CHANNELS, channel_id, KEY, newest)
        self._noted[channel_id] = decode(Heard, row.body).at

    async def last(self, channel_id: str) -> datetime | None:
        """Return when the newest event happened that is noted of a channel; None where there is none.

        Raises:
            Unavailable: Storage is away.
        """
        row = await self._tables.get(Table.CHANNELS, channel_id, KEY)
        return decode(Heard, row.body).at if row else None
