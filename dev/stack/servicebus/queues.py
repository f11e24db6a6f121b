"""The declared queues: `queues.json`, in the words of Azure's resource `Microsoft.ServiceBus/namespaces/queues`.

In: a JSON file `{"<queue>": {<properties of the resource>}}`. Out: one `QueueDeclaration` each, defaults as in Azure.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

DECLARED_QUEUES = Path(__file__).with_name("queues.json")

_DURATION = re.compile(r"P(?:(?P<days>\d+)D)?(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?")
_PROPERTIES = {
    "requiresSession": "requires_session",
    "lockDuration": "lock_duration",
    "requiresDuplicateDetection": "requires_duplicate_detection",
    "duplicateDetectionHistoryTimeWindow": "duplicate_detection_window",
    "maxDeliveryCount": "max_delivery_count",
    "forwardTo": "forward_to",
    "maxSizeInMegabytes": "max_size_in_megabytes",
    "enablePartitioning": "enable_partitioning",
}
_DURATIONS = {"lockDuration", "duplicateDetectionHistoryTimeWindow"}


class DeclarationError(ValueError):
    """Raised when a file of queues can't be read; its text names file, queue and property."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueDeclaration:
    """What a queue is, once for all.

    `max_delivery_count` is the number of failed deliveries that makes a message a dead letter (None: never, as in a
    dead-letter queue). `forward_to` names the queue that gets every message of this one. `enable_partitioning` is
    declared for comparison with the deployed queue and changes nothing here.
    """

    name: str
    requires_session: bool = False
    lock_duration: timedelta = timedelta(minutes=1)
    requires_duplicate_detection: bool = False
    duplicate_detection_window: timedelta = timedelta(minutes=10)
    max_delivery_count: int | None = 10
    forward_to: str | None = None
    max_size_in_megabytes: int = 1024
    enable_partitioning: bool = False

    @property
    def dead_letter_queue(self) -> "QueueDeclaration":
        """The queue that belongs to every queue and takes its dead letters; it has no sessions."""
        return QueueDeclaration(
            name=f"{self.name}/$DeadLetterQueue",
            lock_duration=self.lock_duration,
            max_delivery_count=None,
            max_size_in_megabytes=self.max_size_in_megabytes,
        )


def read_declarations(path: Path = DECLARED_QUEUES) -> tuple[QueueDeclaration, ...]:
    """Return the queues declared in `path`, in its order; raise `DeclarationError` for what it can't mean."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DeclarationError(f"{path}: not a readable JSON file: {error}") from error
    declarations = tuple(_read_queue(name, properties, path) for name, properties in document.items())
    names = {declaration.name for declaration in declarations}
    for declaration in declarations:
        _check_forwarding(declaration, names, path)
    return declarations


def _read_queue(name: str, properties: Mapping[str, object], path: Path) -> QueueDeclaration:
    if unknown := properties.keys() - _PROPERTIES.keys():
        known = ", ".join(_PROPERTIES)
        raise DeclarationError(f"{path}: queue {name}: unknown {', '.join(sorted(unknown))}; known are {known}")
    values = {
        _PROPERTIES[key]: parse_duration(str(value)) if key in _DURATIONS else value
        for key, value in properties.items()
    }
    return QueueDeclaration(name=name, **values)  # type: ignore[arg-type]  # JSON: the deployed resource has these types


def _check_forwarding(declaration: QueueDeclaration, names: set[str], path: Path) -> None:
    if declaration.forward_to is None:
        return
    if declaration.forward_to not in names:
        raise DeclarationError(f"{path}: queue {declaration.name}: forwardTo {declaration.forward_to} is not declared")
    if declaration.requires_session:
        raise DeclarationError(
            f"{path}: queue {declaration.name}: a queue with sessions can't forward: drop one of both"
        )


def parse_duration(text: str) -> timedelta:
    """Return an ISO 8601 duration of days, hours, minutes and seconds (`PT1M`) as a timedelta."""
    match = _DURATION.fullmatch(text)
    if match is None or text.endswith(("P", "T")):
        raise DeclarationError(f"{text!r} is no ISO 8601 duration such as PT1M or P1DT30M")
    return timedelta(**{unit: int(number) for unit, number in match.groupdict().items() if number})
