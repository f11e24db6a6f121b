"""Faults on demand, for the next sends through either API.

`status` is an HTTP status (with `retryAfter` in seconds, if given), or
`timeout`             the connection is held for `seconds` and closed; nothing is sent,
`timeout-after-send`  the same, but the message is sent,
`rejected`            202 with `Repeatability-Result: rejected`; nothing is sent,
`failed:CODE`         202 (Meta: 200), and then a `Failed` status with Meta's code.
`late-answer`         the message is sent, and the answer follows after `seconds`.
Meta has two more, and no `rejected`; its JSON for an HTTP status says that the call was turned away:
`error:CODE`             an error with that code; nothing is sent,
`error-after-send:CODE`  the same, but the message is sent.
"""

import re
from collections import deque
from enum import StrEnum

from pydantic import Field, field_validator

from dev.stack.whatsapp.bodies import Body

_FAILED = re.compile(r"failed:(\d+)")
_ERROR = re.compile(r"error(-after-send)?:(\d+)")


class Trouble(StrEnum):
    """The faults that are no HTTP status and no code of Meta's."""

    TIMEOUT = "timeout"
    TIMEOUT_AFTER_SEND = "timeout-after-send"
    LATE_ANSWER = "late-answer"
    REJECTED = "rejected"


class Fault(Body):
    """What goes wrong, and for how many sends."""

    next: int = Field(default=1, ge=1)
    status: int | str
    retry_after: int | None = Field(default=None, ge=0)
    seconds: float = Field(default=1.0, ge=0, le=600)

    @field_validator("status")
    @classmethod
    def _is_known(cls, value: int | str) -> int | str:
        if isinstance(value, int) and 400 <= value <= 599:
            return value
        if isinstance(value, str) and (value in list(Trouble) or _FAILED.fullmatch(value) or _ERROR.fullmatch(value)):
            return value
        coded = "failed:<code>, error:<code> or error-after-send:<code>"
        raise ValueError(f"must be an HTTP status from 400 to 599, {', '.join(Trouble)}, {coded}")

    @property
    def code(self) -> str | None:
        """Meta's code of a `failed:` fault."""
        match = _FAILED.fullmatch(str(self.status))
        return match[1] if match else None

    @property
    def error(self) -> int | None:
        """Meta's code of an `error:` or `error-after-send:` fault."""
        match = _ERROR.fullmatch(str(self.status))
        return int(match[2]) if match else None

    @property
    def sends(self) -> bool:
        """Whether the message is sent although the caller hears something else, or nothing."""
        return str(self.status).startswith("error-after-send:") or self.status == Trouble.TIMEOUT_AFTER_SEND


class Faults:
    """Faults that wait for their sends, in the order in which they were ordered."""

    def __init__(self) -> None:
        self._waiting: deque[Fault] = deque()

    def add(self, fault: Fault) -> int:
        """Orders a fault and returns how many sends will now meet one."""
        self._waiting.extend([fault] * fault.next)
        return len(self._waiting)

    def clear(self) -> None:
        """Forgets what was ordered."""
        self._waiting.clear()

    def take(self) -> Fault | None:
        """The fault that the next send meets."""
        return self._waiting.popleft() if self._waiting else None
