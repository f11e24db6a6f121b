"""Lets calls of a port take turns in an order that a seed decides."""

import asyncio
import inspect
from random import Random
from typing import Any, cast

_MOST_TURNS = 4


def jumbled[Port](port: Port, random: Random) -> Port:
    """The same port, each of whose calls lets others go first, now and then."""
    return cast("Port", _Jumbled(port, random))


class _Jumbled:
    def __init__(self, port: object, random: Random) -> None:
        self._port = port
        self._random = random

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._port, name)
        if not inspect.iscoroutinefunction(value):
            return value

        async def call(*args: Any, **kwargs: Any) -> Any:
            for _ in range(self._random.randrange(_MOST_TURNS)):
                await asyncio.sleep(0)
            return await value(*args, **kwargs)

        return call
