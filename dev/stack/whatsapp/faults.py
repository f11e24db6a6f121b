"""Faults on demand, for the next sends.

`status` is an HTTP status (with `retryAfter` in seconds, if given), or
`timeout`             the connection is held for `seconds` and closed; nothing is sent,
`timeout-after-send`  the same, but the message is sent,
`rejected`            202 with `Repeatability-Result: rejected`; nothing is sent,
`failed:CODE`         202, and then a `Failed` status with Meta's code.
"""

import re
from collections import deque
from enum import StrEnum

from pydantic import Field, field_validator

from dev.stack.whatsapp.bodies import Body

_FAILED = re.compile(r"failed:(\d+)")


class Trouble(StrEnum):
    """The faults that are no HTTP status and no code of Meta's."""

    TIMEOUT = "timeout"
    TIMEOUT_AFTER_SEND = "timeout-after-send"
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
        if isinstance(value, str) and (value in list(Trouble) or _FAILED.fullmatch(value)):
            return value
        raise ValueError(f"must be an HTTP status from 400 to 599, {', '.join(Trouble)} or failed:<code>")

    @property
    def code(self) -> str | None:
        """Meta's code of a `failed:` fault."""
        match = _FAILED.fullmatch(str(self.status))
        return match[1] if match else None


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
