"""The queues in memory, seen from the side that sends."""

import asyncio
from typing import Final

from shared.queue.sender import QueueMessage
from shared.vocabulary.errors import TooLarge

MAX_MESSAGE: Final = 256 * 1024
MAX_ID: Final = 128


class FakeSender:
    """Keeps what was sent, in order; with `duplicate_detection` a queue drops an id that it has seen."""

    def __init__(self, *, duplicate_detection: bool = False) -> None:
        self.sent: list[QueueMessage] = []
        self._duplicate_detection = duplicate_detection

    async def send(self, message: QueueMessage) -> None:
        """As `Sender.send`; ids that Service Bus would refuse are a ValueError."""
        await asyncio.sleep(0)
        for name in (message.session_id, message.message_id):
            if not 1 <= len(name) <= MAX_ID:
                raise ValueError(f"Service Bus refuses an id of {len(name)} characters")
        if len(message.encode()) > MAX_MESSAGE:
            raise TooLarge("the message is over 256 KiB")
        if not (self._duplicate_detection and self._seen(message)):
            self.sent.append(message)

    async def reach(self) -> None:
        """As `Sender.reach`."""
        await asyncio.sleep(0)

    def _seen(self, message: QueueMessage) -> bool:
        return any((sent.queue, sent.message_id) == (message.queue, message.message_id) for sent in self.sent)
