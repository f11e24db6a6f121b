"""Asks for roll calls, whose id is the minute: however many ask, there is one."""

from datetime import UTC, datetime
from typing import Final

from shared.queue.messages import RollCall
from shared.queue.sender import QueueMessage, Sender
from shared.vocabulary.time import Clock

ROLL: Final = "roll"
"""The session of roll calls."""
_MINUTE: Final = 60


class RollCallRequests:
    """Asks for the next minute's roll call, each worker once."""

    def __init__(self, sender: Sender, clock: Clock) -> None:
        self._sender = sender
        self._clock = clock
        self._asked = 0

    async def ask(self) -> None:
        """Have the next minute's roll called, unless this worker has asked for it.

        Raises:
            Unavailable: The queue did not take it; ask again.
        """
        minute = self._minute() + 1
        if self._asked != minute:
            await self._ask_for(minute)
            self._asked = minute

    async def ask_after(self, this: int) -> None:
        """Have the roll called after that of a minute.

        Raises:
            Unavailable: The queue did not take it.
        """
        # Where this clock is behind the broker's, it is not the minute of that roll call yet, whose id is used up.
        await self._ask_for(max(self._minute(), this) + 1)

    def _minute(self) -> int:
        return int(self._clock.now().timestamp()) // _MINUTE

    async def _ask_for(self, minute: int) -> None:
        await self._sender.send(
            QueueMessage.of(
                RollCall(minute=minute),
                session_id=ROLL,
                message_id=f"roll:{minute}",
                deliver_at=datetime.fromtimestamp(minute * _MINUTE, UTC),
            )
        )
