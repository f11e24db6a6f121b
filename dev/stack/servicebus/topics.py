"""Topics: each message of one goes to every subscription, which is a queue named `<topic>/subscriptions/<name>`.

In: a JSON file `{"<topic>": {"properties": {<of Azure's resource>}, "subscriptions": ["<name>", …]}}`. What a topic
would drop as a repetition, each subscription does. Filters of subscriptions are not known here.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from dev.stack.servicebus.messages import Message
from dev.stack.servicebus.queues import DeclarationError, QueueDeclaration, parse_duration
from dev.stack.servicebus.store import Queue

DECLARED_TOPICS = Path(__file__).with_name("topics.json")


class Topic:
    """Takes messages for its subscriptions."""

    def __init__(self, subscriptions: Sequence[Queue]) -> None:
        self._subscriptions = subscriptions

    def check(self, messages: Collection[Message]) -> None:
        """Raise `RefusedError` if a subscription would not take one of the messages."""
        for subscription in self._subscriptions:
            subscription.check(messages)

    def accept(self, message: Message) -> None:
        """Take a message that passes `check`."""
        for subscription in self._subscriptions:
            subscription.accept(message)


def read_topics(path: Path = DECLARED_TOPICS) -> Mapping[str, Sequence[QueueDeclaration]]:
    """Return the subscriptions of each topic declared in `path`; raise `DeclarationError` for what it can't mean."""
    try:
        document: Any = json.loads(path.read_text(encoding="utf-8"))
        return {
            topic: [_subscription(f"{topic}/subscriptions/{name}", of["properties"]) for name in of["subscriptions"]]
            for topic, of in document.items()
        }
    except (OSError, ValueError, LookupError, AttributeError, TypeError) as error:
        raise DeclarationError(f"{path}: no readable file of topics: {error}") from error


def _subscription(name: str, properties: Mapping[str, Any]) -> QueueDeclaration:
    return QueueDeclaration(
        name=name,
        requires_duplicate_detection=properties["requiresDuplicateDetection"],
        duplicate_detection_window=parse_duration(properties["duplicateDetectionHistoryTimeWindow"]),
    )
