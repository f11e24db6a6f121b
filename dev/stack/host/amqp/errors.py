"""What goes wrong with a peer, and how long its answers may take."""

import asyncio
from collections.abc import Awaitable

import proton

ANSWER_SECONDS = 15.0


class AmqpError(Exception):
    """Raised when the peer refused something; `condition` is its symbol, such as `amqp:not-found`."""

    def __init__(self, condition: str, description: str = "") -> None:
        super().__init__(f"{condition}: {description}" if description else condition)
        self.condition = condition


class LinkClosedError(AmqpError):
    """Raised when the peer closed the link."""


class ConnectionLostError(LinkClosedError):
    """Raised when the connection ended."""


async def answer[T](waiting: Awaitable[T], within: float | None = ANSWER_SECONDS) -> T:
    """Wait for the peer's answer. Raises AmqpError if it does not come."""
    try:
        async with asyncio.timeout(within):
            return await waiting
    except TimeoutError:
        raise AmqpError("amqp:operation-timeout", f"no answer within {within} s") from None


def error_from[E: AmqpError](kind: type[E], condition: proton.Condition | None) -> E:
    """The error that a peer gave as the condition of an endpoint or a disposition."""
    if condition is None:
        return kind("amqp:link:detach", "ended without an error")
    return kind(condition.name, condition.description or "")
