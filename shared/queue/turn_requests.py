"""Asks for turns: the times at which the session `distribution` matches who waits with who is free.

A turn's id is the second in which it is due, and the broker drops an id that it has seen: whoever asks for the same
second asks for the same turn. It begins after the rows of all of them are there, since each writes first and then looks
at the clock.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from shared.queue.messages import Turn
from shared.queue.sender import QueueMessage, Sender
from shared.vocabulary.time import Clock

DISTRIBUTION: Final = "distribution"
"""The session of turns, and of what settles their reservations."""
_SOON: Final = timedelta(seconds=2)
_REPAIR_AFTER: Final = 60
_MINUTE: Final = 60


class TurnRequests:
    """Asks for turns, each second's once."""

    def __init__(self, sender: Sender, clock: Clock) -> None:
        self._sender = sender
        self._clock = clock
        self._confirmed: set[int] = set()
        self._last_minute = 0
        self._repair = 0

    async def ask(self) -> None:
        """Have a turn begin in about two seconds, after what the caller has written.

        Raises:
            Unavailable: The queue did not take it; ask again.
        """
        now = self._clock.now()
        await self._ask_for(_second(now + _SOON))
        # Clocks differ by seconds, so an id may be one that was used, and be dropped without a word: once a minute a
        # second turn is asked for that is far enough away to be nobody's past.
        minute = _second(now) // _MINUTE
        if minute != self._last_minute:
            await self._ask_for((minute + 2) * _MINUTE)
            self._last_minute = minute

    async def ask_before(self) -> None:
        """Have a turn begin in a minute, for a change that no contact's check would make up for.

        The caller writes it then, and calls `ask`: should it die in between, this turn finds what it wrote.

        Raises:
            Unavailable: The queue did not take it; nothing may be written.
        """
        await self._ask_for(_second(self._clock.now()) + _REPAIR_AFTER)

    async def ask_for_repair(self, during: int) -> None:
        """Have a turn begin within a minute, whatever triggers may be lost.

        Args:
            during: When the turn was due that asks. Where this clock is behind the broker's, that is still ahead, and
                it may be the very turn that was asked for last.

        Raises:
            Unavailable: The queue did not take it.
        """
        now = max(_second(self._clock.now()), during)
        if self._repair <= now:  # one under way is enough: it asks for the next
            due = now + _REPAIR_AFTER
            await self._ask_for(due)
            self._repair = due

    async def go_on(self, after: Mapping[str, str]) -> None:
        """Have the turn that calls this go on at once where it stopped reading.

        Args:
            after: By queue.

        Raises:
            Unavailable: The queue did not take it.
        """
        turn = Turn(due=_second(self._clock.now()), after=after)
        await self._sender.send(QueueMessage.of(turn, session_id=DISTRIBUTION, message_id=self._clock.new_id()))

    async def _ask_for(self, due: int) -> None:
        if due in self._confirmed:
            return  # still ahead: it begins after whatever is written by now
        at = datetime.fromtimestamp(due, self._clock.now().tzinfo)
        await self._sender.send(
            QueueMessage.of(Turn(due=due), session_id=DISTRIBUTION, message_id=f"turn:{due}", deliver_at=at)
        )
        now = _second(self._clock.now())
        self._confirmed = {each for each in self._confirmed if each > now} | {due}


def _second(at: datetime) -> int:
    return int(at.timestamp())
