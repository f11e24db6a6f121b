"""Emptying a queue into another: a supervisor's word starts it, the queue's own session carries it out."""

from shared.queue.messages import Drain
from shared.queue.sender import QueueMessage, Sender
from shared.state.conversation_lists import ConversationLists
from shared.vocabulary.identity import queue_session
from shared.vocabulary.time import Clock


class Drains:
    """Begins drains (`shared.routing.handlers.drains` goes on with them)."""

    def __init__(self, sender: Sender, conversation_lists: ConversationLists, clock: Clock) -> None:
        self._sender = sender
        self._conversation_lists = conversation_lists
        self._clock = clock

    async def begin(self, queue: str, to: str) -> int:
        """Have every conversation that is in a queue now moved to another; how many there are.

        Raises:
            Unavailable: Storage or queue are away.
        """
        message = Drain(queue=queue, to=to, began_at=self._clock.now())
        rows = await self._conversation_lists.list(queue)
        await self._sender.send(
            QueueMessage.of(message, session_id=queue_session(queue), message_id=self._clock.new_id())
        )
        return len(rows)
