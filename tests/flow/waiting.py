"""Waiting for what a test expects, with a deadline and without a fixed pause."""

import asyncio
import time
from collections.abc import Awaitable, Callable

DEADLINE = 90.0
_LOOK_AGAIN = 0.05


async def eventually(look: Callable[[], Awaitable[object]], expected: object, *, within: float = DEADLINE) -> None:
    """Look until the expected is seen; what was seen last is told when `within` seconds are over."""
    deadline = time.monotonic() + within
    seen = await look()
    while seen != expected and time.monotonic() < deadline:
        await asyncio.sleep(_LOOK_AGAIN)
        seen = await look()
    assert seen == expected, f"{seen!r} is not {expected!r}"


async def until[T](look: Callable[[], Awaitable[T | None]], what: str, *, within: float = DEADLINE) -> T:
    """Look until there is something, and return it."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if seen := await look():
            return seen
        await asyncio.sleep(_LOOK_AGAIN)
    raise AssertionError(f"{what} did not come true within {within:.0f} s")
