"""The broker: all queues and topics of the namespace, found by their address, and the clock they share."""

from collections.abc import Iterable, Mapping, Sequence

from dev.stack.servicebus.clock import Clock
from dev.stack.servicebus.queues import QueueDeclaration
from dev.stack.servicebus.records import Condition, RefusedError
from dev.stack.servicebus.store import Queue
from dev.stack.servicebus.topics import Topic


class Broker:
    """The queues as declared, each with its dead-letter queue, linked where one forwards to another; and the topics.

    Args:
        topics: The subscriptions of each, which are received from like queues.
    """

    def __init__(
        self,
        declarations: Iterable[QueueDeclaration],
        clock: Clock,
        topics: Mapping[str, Sequence[QueueDeclaration]] | None = None,
    ) -> None:
        self.clock = clock
        self._by_path: dict[str, Queue] = {}
        self.queues: Mapping[str, Queue] = {each.name: self._made(each) for each in declarations}
        for queue in self.queues.values():
            target = queue.declaration.forward_to
            queue.forward_to = self.queues[target] if target else None
        self._topics = {
            name.lower(): Topic([self._made(each) for each in subscriptions])
            for name, subscriptions in (topics or {}).items()
        }

    def _made(self, declaration: QueueDeclaration) -> Queue:
        """Make a queue or a subscription; it and its dead letters are received from by their paths."""
        dead_letters = Queue(declaration.dead_letter_queue, self.clock)
        queue = Queue(declaration, self.clock, dead_letters)
        self._by_path |= {each.declaration.name.lower(): each for each in (queue, dead_letters)}
        return queue

    def topic(self, path: str) -> Topic | None:
        """Return the topic at `path`, in any letter case; None where there is none."""
        return self._topics.get(path.strip("/").lower())

    def queue(self, path: str) -> Queue:
        """Return the queue or dead-letter queue at `path`, in any letter case, or raise `RefusedError`."""
        queue = self._by_path.get(path.strip("/").lower())
        if queue is None:
            raise RefusedError(
                Condition.NOT_FOUND,
                f"The messaging entity {path!r} could not be found; there are {', '.join(self.queues)}",
            )
        return queue

    def tick(self) -> None:
        """Do what is due in every queue; to be called every few milliseconds."""
        for queue in self._by_path.values():
            queue.tick()
