"""Asks for housekeeping, whose id is the day or the hour: however many ask, it is done once."""

from datetime import UTC, datetime, timedelta
from typing import Final

from shared.queue.erasure_messages import ForgetHour, House
from shared.queue.sender import QueueMessage, Sender
from shared.vocabulary.time import Clock

HOUSE: Final = "house"
"""The session of housekeeping."""
_DAY: Final = 86_400
_NOT_NOW: Final = timedelta(hours=1)
"""What is under way when a worker asks comes first."""


class HouseRequests:
    """Asks for each day's housekeeping, each worker once."""

    def __init__(self, sender: Sender, clock: Clock) -> None:
        self._sender = sender
        self._clock = clock
        self._asked = 0

    async def ask(self) -> None:
        """Have today's done, unless this worker has asked for it.

        Raises:
            Unavailable: The queue did not take it; ask again.
        """
        today = self.today()
        if self._asked != today:
            await self.ask_for(today)
            self._asked = today

    async def ask_for(self, day: int) -> None:
        """Have a day's done once it has begun.

        Raises:
            Unavailable: The queue did not take it.
        """
        due = max(datetime.fromtimestamp(day * _DAY, UTC), self._clock.now() + _NOT_NOW)
        message = QueueMessage.of(House(day=day), session_id=HOUSE, message_id=f"house:{day}", deliver_at=due)
        await self._sender.send(message)

    def today(self) -> int:
        """Return the day, since 1970."""
        return int(self._clock.now().timestamp()) // _DAY


class HourRequests:
    """Asks that an hour of the log of changes is erased once nobody reads it any more, each worker once."""

    def __init__(self, sender: Sender, clock: Clock) -> None:
        self._sender = sender
        self._clock = clock
        self._asked = ""

    async def ask(self, hour: str, due: datetime) -> None:
        """Have an hour erased, unless this worker has asked for it.

        Raises:
            Unavailable: The queue did not take it; nothing may be written to that hour.
        """
        if self._asked != hour:
            message = ForgetHour(hour=hour)
            await self._sender.send(
                QueueMessage.of(message, session_id=HOUSE, message_id=f"house:{hour}", deliver_at=due)
            )
            self._asked = max(hour, self._asked)

    async def go_on(self, hour: str) -> None:
        """Have more of an hour erased, at once.

        Raises:
            Unavailable: The queue did not take it.
        """
        message = ForgetHour(hour=hour)
        await self._sender.send(QueueMessage.of(message, session_id=HOUSE, message_id=self._clock.new_id()))
