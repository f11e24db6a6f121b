"""Makes ports fail at a chosen call, before or after it took effect: every crash point of a piece of work, one by one.

faults = Faults(call=2, error=Killed(), after=True, lasting=True)
work = Work(tables=faults.wrap(tables), sender=faults.wrap(sender))
with pytest.raises(Killed):
    await work()
"""

import inspect
from collections.abc import Awaitable, Callable
from typing import Any, cast


class Killed(BaseException):
    """The end of the process: no handler of the app catches it."""


class Faults:
    """Counts the asynchronous calls of all ports that it wraps, and fails one of them.

    Args:
        call: Which call fails, from 1; None only counts.
        error: What it raises.
        after: Whether the call has done its work by then.
        lasting: Whether every later call fails as well, without effect: a dead process, a service that stays away.
        only: The method whose calls count, where others are to be left alone.
    """

    def __init__(
        self,
        *,
        call: int | None = None,
        error: BaseException,
        after: bool = False,
        lasting: bool = False,
        only: str | None = None,
    ) -> None:
        self._call = call
        self._error = error
        self._after = after
        self._lasting = lasting
        self._only = only
        self.calls: list[str] = []

    @property
    def reached(self) -> bool:
        """Whether the failing call was made."""
        return self._call is not None and len(self.calls) >= self._call

    def end(self) -> None:
        """Let every call from now on do its work."""
        self._call = None

    def wrap[Port](self, port: Port) -> Port:
        """The same port, failing as planned."""
        return cast("Port", Wrapped(port, self._run, self._only))

    async def _run(self, name: str, call: Callable[[], Awaitable[Any]]) -> Any:
        self.calls.append(name)
        number = len(self.calls)
        if number == self._call:
            if self._after:
                await call()
            raise self._error
        if self._lasting and self._call is not None and number > self._call:
            raise self._error
        return await call()


class Wrapped:
    """A port whose asynchronous calls go through `run`, with their name; of `only` one method, if that is given."""

    def __init__(
        self, port: object, run: Callable[[str, Callable[[], Awaitable[Any]]], Awaitable[Any]], only: str | None = None
    ) -> None:
        self._port = port
        self._run = run
        self._only = only

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._port, name)
        if not inspect.iscoroutinefunction(value) or self._only not in (None, name):
            return value

        async def call(*args: Any, **kwargs: Any) -> Any:
            return await self._run(f"{type(self._port).__name__}.{name}", lambda: value(*args, **kwargs))

        return call
