"""What belongs together on a stack: a message, and the turn of a conversation that it is part of. And its words."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from dev.stack.terminal.events import Tone

SETTLED = ("delivered", "read", "failed")
"""Statuses after which nobody waits for a message any more."""


@dataclass(slots=True, kw_only=True, eq=False)
class Message:
    """A message to or from a customer, as far as it is known.

    Attributes:
        label: What a person calls it: reply, greeting, template follow_up.
        why: Why it failed.
        moved: When its status moved last.
        told: As what it was told, empty if it was not.
    """

    id: str
    phone: str = ""
    label: str = ""
    status: str = ""
    why: str = ""
    conversation: str = ""
    began: datetime | None = None
    moved: datetime | None = None
    told: str = ""


@dataclass(slots=True, kw_only=True, eq=False)
class Turn:
    """Something that happens with a conversation, until the app has finished and its messages have arrived.

    Attributes:
        written: What the customer wrote, if that is what happens.
        finished: When the app had done its part.
        ending: What is added to the messages, such as that the reply is held.
    """

    began: datetime
    conversation: str = ""
    written: Message | None = None
    finished: datetime | None = None
    sent: list[Message] = field(default_factory=list)
    ending: str = ""
    tone: Tone = Tone.WELL
    overdue: bool = False


def is_settled(turn: Turn) -> bool:
    """Whether nothing more is to be waited for, once the app has finished."""
    known = turn.written is None or turn.written.phone
    return bool(known) and all(message.status in SETTLED for message in turn.sent)


def words(turn: Turn) -> str:
    """What happened in a turn; what goes out because the customer wrote, and is an agent's, was held."""
    stored = [f"{turn.written.label}stored"] if turn.written else []
    held = "held " if turn.written else ""
    labels = [f"{held}reply" if message.label == "reply" else message.label for message in turn.sent]
    counted = Counter(zip(labels, map(became, turn.sent), strict=True))
    sent = [f"{_counted(label, count)} {end}" for (label, end), count in counted.items()]
    failed = any(message.status == "failed" for message in turn.sent)
    return ", ".join([*stored, *sent]) + ("" if failed else turn.ending)


def _counted(label: str, count: int) -> str:
    if count == 1:
        return label
    return f"{count} {label.removesuffix('y')}ies" if label.endswith("y") else f"{count} {label}s"


def became(message: Message) -> str:
    """How far a message came."""
    return f"failed, {message.why}" if message.status == "failed" else message.status or "sent"
