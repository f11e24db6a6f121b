"""Lets something else happen at a chosen call of some ports: two workers whose calls fall between each other's."""

from collections.abc import Awaitable, Callable
from typing import Any, cast

from tests.fakes.faults import Wrapped


class Meanwhile:
    """Counts the asynchronous calls of all ports that it wraps, and does something else before one of them.

    Args:
        call: Before which call, from 1.
        other: What is done then, once.
    """

    def __init__(self, call: int, other: Callable[[], Awaitable[object]]) -> None:
        self._call = call
        self._other = other
        self._calls = 0

    @property
    def reached(self) -> bool:
        """Whether the call was made."""
        return self._calls >= self._call

    def wrap[Port](self, port: Port) -> Port:
        """The same port."""
        return cast("Port", Wrapped(port, self._run))

    async def _run(self, _: str, call: Callable[[], Awaitable[Any]]) -> Any:
        self._calls += 1
        if self._calls == self._call:
            await self._other()
        return await call()
