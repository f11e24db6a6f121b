"""What is told of a stack that is up: one event a line."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Tone(Enum):
    """How an event is to be taken."""

    WELL = "well"
    HELD = "held"
    TROUBLE = "trouble"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event.

    Attributes:
        who: The customer's masked number, or the part of the stack.
        arrow: → from the customer, ← to the customer, empty between parts.
        queue: The queue of the conversation, empty if it is not known.
        seconds: How long it took, if that is known.
        detail: Lines to be printed below, in full.
    """

    at: datetime
    who: str
    what: str
    arrow: str = ""
    queue: str = ""
    seconds: float | None = None
    tone: Tone = Tone.WELL
    detail: str = ""
