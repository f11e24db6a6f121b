"""What the host and its worker process tell each other.

Each message is pickled behind its length (four bytes, big endian) on a socket pair. Pickle is safe here: both ends are
this program, and a socket pair has no name by which anybody else could reach it.
"""

import asyncio
import pickle
import struct
from dataclasses import dataclass
from typing import Any

_LENGTH = struct.Struct(">I")


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A value for or from a function: `type` is `string`, `bytes`, `json`, `int` or `http` (a plain mapping)."""

    type: str
    value: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A function as the worker indexed it; `bindings` are the objects that Azure would read from `function.json`."""

    name: str
    id: str
    bindings: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexed:
    """The worker's first message: the app was accepted."""

    functions: tuple[Function, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The worker's first message: Azure would not load this app, for this reason."""

    reason: str
    stack_trace: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """A call of one function; `metadata` describes the trigger, `traceparent` is the call's own span."""

    id: str
    function_id: str
    inputs: dict[str, Value]
    metadata: dict[str, Value]
    traceparent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The end of an invocation: a value (None if the function returns nothing) or the error's text."""

    invocation_id: str
    value: Value | None = None
    error: str | None = None


type Message = Indexed | Refused | Invocation | Outcome


def write_message(writer: asyncio.StreamWriter, message: Message) -> None:
    """Queue one message for sending."""
    frame = pickle.dumps(message)
    writer.write(_LENGTH.pack(len(frame)) + frame)


async def read_message(reader: asyncio.StreamReader) -> Message | None:
    """The next message, or None when the other side is gone."""
    try:
        (length,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
        message: Message = pickle.loads(await reader.readexactly(length))
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    return message
