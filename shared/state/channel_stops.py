"""Whether a channel sends: a row of the table `channels`, which each worker reads at most every ten seconds."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from shared.state.revise_row import revise_row
from shared.state.rows import decode, encode
from shared.state.tables import Row, Table, Tables
from shared.vocabulary.time import Clock

KEY: Final = "stop"
FRESH_FOR: Final = timedelta(seconds=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """WhatsApp takes nothing from the channel, whoever the customer is.

    Attributes:
        code: WhatsApp's, as it was given last.
        since: When it was given first.
        until: Nobody sends before; then one message is tried, the probe.
        probe: The outgoing message that is tried.
        probe_until: So long nobody else tries, whatever became of the worker.
    """

    code: str
    since: datetime
    until: datetime
    probe: str | None = None
    probe_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BackOff:
    """The channel had more than it takes; nobody sends for a moment, `seconds` long, each time a longer one.

    Attributes:
        since: When it said so; None in what was stored before that was kept.
    """

    code: str
    until: datetime
    seconds: int
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelState:
    """What keeps a channel from sending, if anything does.

    Attributes:
        recovered_at, recovered_by: When a stop was over, and the message that was taken then; none where the number
            had moved.
    """

    stop: Stop | None = None
    back_off: BackOff | None = None
    recovered_at: datetime | None = None
    recovered_by: str | None = None


type Change = Callable[[ChannelState], ChannelState | None]
"""Gives the state as it is to be; None where it may stay."""


class ChannelStops:
    """The states of the channels, on Table Storage.

    Every method raises Unavailable when the service is away.
    """

    def __init__(self, tables: Tables, clock: Clock) -> None:
        self._tables = tables
        self._clock = clock
        self._known: dict[str, tuple[ChannelState, datetime]] = {}
        self._one_at_a_time = asyncio.Lock()

    def known(self, channel_id: str) -> ChannelState:
        """Return a channel's state as this worker read or wrote it last; makes no call."""
        state, _ = self._known.get(channel_id, (ChannelState(), None))
        return state

    async def read(self, channel_id: str) -> ChannelState:
        """Return a channel's state as it was within the last seconds; of a stop that is due to end, as it is."""
        if self._is_old(channel_id):
            async with self._one_at_a_time:
                if self._is_old(channel_id):
                    row = await self._tables.get(Table.CHANNELS, channel_id, KEY)
                    self._know(channel_id, row)
        return self.known(channel_id)

    async def revise(self, channel_id: str, change: Change) -> bool:
        """Change a channel's state under its ETag; whether there was anything to change."""
        changed = False

        def body(row: Row | None) -> str | Row | None:
            nonlocal changed
            wanted = change(decode(ChannelState, row.body) if row else ChannelState())
            changed = wanted is not None
            return encode(wanted) if wanted else row

        row = await revise_row(self._tables, Table.CHANNELS, channel_id, KEY, body)
        self._know(channel_id, row)
        return changed

    def _know(self, channel_id: str, row: Row | None) -> None:
        state = decode(ChannelState, row.body) if row else ChannelState()
        self._known[channel_id] = (state, self._clock.now())

    def _is_old(self, channel_id: str) -> bool:
        if channel_id not in self._known:
            return True
        state, read_at = self._known[channel_id]
        now = self._clock.now()
        return now - read_at >= FRESH_FOR or (state.stop is not None and state.stop.until <= now)
