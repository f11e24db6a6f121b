"""AMQP 1.0 values as bytes, as far as message sections and frames need them.

In: encoded values at an offset. Out: Python values, or the offset behind a value that is only passed on; and back.
Source: OASIS AMQP 1.0, part 1 (types). A constructor's high nibble says how wide the value is.
"""

import struct
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple
from uuid import UUID

FIXED_WIDTHS = {0x4: 0, 0x5: 1, 0x6: 2, 0x7: 4, 0x8: 8, 0x9: 16}
_ONE_BYTE_SIZES = {0xA, 0xC, 0xE}
_FOUR_BYTE_SIZES = {0xB, 0xD, 0xF}
_DESCRIBED = 0x00
NULL = b"\x40"

type Scalar = str | bytes | int | bool | UUID | None

_SCALARS: dict[int, Callable[[bytes], Scalar]] = {
    0x40: lambda _: None,
    0x41: lambda _: True,
    0x42: lambda _: False,
    0x43: lambda _: 0,
    0x44: lambda _: 0,
    0x56: lambda data: data == b"\x01",
    0x98: lambda data: UUID(bytes=data),
    0xA0: lambda data: data,
    0xB0: lambda data: data,
    **dict.fromkeys((0xA1, 0xB1, 0xA3, 0xB3), lambda data: data.decode("utf-8", "replace")),
    **dict.fromkeys((0x50, 0x52, 0x53, 0x60, 0x70, 0x80), lambda data: int.from_bytes(data)),
    **dict.fromkeys((0x51, 0x54, 0x55, 0x61, 0x71, 0x81, 0x83), lambda data: int.from_bytes(data, signed=True)),
}


class MalformedError(ValueError):
    """Raised when bytes are no AMQP 1.0 value of the kind that is due there."""


class Section(NamedTuple):
    """A described value: its descriptor, where it starts, where its value (with constructor) starts, where it ends."""

    descriptor: int
    start: int
    value: int
    end: int


def _content(data: bytes, at: int) -> tuple[int, int]:
    """Return start and end of the content of the value at `at`: behind its constructor and size."""
    try:
        kind = data[at] >> 4
        if kind in FIXED_WIDTHS:
            start, size = at + 1, FIXED_WIDTHS[kind]
        elif kind in _ONE_BYTE_SIZES:
            start, size = at + 2, data[at + 1]
        elif kind in _FOUR_BYTE_SIZES:
            start, size = at + 5, int.from_bytes(data[at + 1 : at + 5])
        else:
            raise MalformedError(f"no AMQP constructor: 0x{data[at]:02x} at {at}")
    except IndexError:
        raise MalformedError(f"the data ends at {len(data)}, within a value") from None
    if start + size > len(data):
        raise MalformedError(f"a value at {at} goes beyond the data's end at {len(data)}")
    return start, start + size


def end_of(data: bytes, at: int) -> int:
    """Return the offset behind the value at `at`, a described one included."""
    if at < len(data) and data[at] == _DESCRIBED:
        return end_of(data, end_of(data, at + 1))
    return _content(data, at)[1]


def scalar(data: bytes, at: int) -> Scalar:
    """Return the value at `at`; a compound or described value, which nobody here looks into, is None."""
    reader = _SCALARS.get(data[at]) if at < len(data) else None
    if reader is None:
        return None
    start, end = _content(data, at)
    return reader(data[start:end])


def section(data: bytes, at: int) -> Section:
    """Return the described value at `at`, whose descriptor must be a number."""
    if at >= len(data) or data[at] != _DESCRIBED:
        raise MalformedError(f"no described value at {at}")
    value = end_of(data, at + 1)
    descriptor = scalar(data, at + 1)
    if not isinstance(descriptor, int):
        raise MalformedError(f"the descriptor at {at} is no number")
    return Section(descriptor, at, value, end_of(data, value))


def elements(data: bytes, at: int, limit: int | None = None) -> list[int]:
    """Return the offset of each element of the list or map at `at`, at most `limit` of them."""
    if data[at] == 0x45:
        return []
    if data[at] not in {0xC0, 0xC1, 0xD0, 0xD1}:
        raise MalformedError(f"neither a list nor a map at {at}: 0x{data[at]:02x}")
    width = 1 if data[at] in {0xC0, 0xC1} else 4
    start, _ = _content(data, at)
    count, at = int.from_bytes(data[start : start + width]), start + width
    offsets = []
    for _ in range(count if limit is None else min(count, limit)):
        offsets.append(at)
        at = end_of(data, at)
    return offsets


def raw_map(data: bytes, at: int) -> dict[str, bytes]:
    """Return the map at `at` with its keys read and its values as they are encoded."""
    offsets = elements(data, at)
    if len(offsets) % 2:
        raise MalformedError(f"the map at {at} ends with a key")
    return {
        str(scalar(data, key)): data[value : end_of(data, value)]
        for key, value in zip(*[iter(offsets)] * 2, strict=True)
    }


def symbol(text: str) -> bytes:
    """Return an encoded symbol."""
    return _variable(0xA3, text.encode("ascii", "replace"))


def string(text: str) -> bytes:
    """Return an encoded string."""
    return _variable(0xA1, text.encode())


def _variable(constructor: int, data: bytes) -> bytes:
    """Return `data` behind its size; the constructor for sizes from 256 on is 16 higher."""
    if len(data) < 256:
        return struct.pack(">BB", constructor, len(data)) + data
    return struct.pack(">BI", constructor + 0x10, len(data)) + data


def uint(number: int) -> bytes:
    """Return an encoded unsigned integer of 32 bits."""
    return struct.pack(">BI", 0x70, number)


def integer(number: int) -> bytes:
    """Return an encoded integer of 32 bits."""
    return struct.pack(">Bi", 0x71, number)


def long(number: int) -> bytes:
    """Return an encoded integer of 64 bits."""
    return struct.pack(">Bq", 0x81, number)


def timestamp(milliseconds: int) -> bytes:
    """Return an encoded timestamp; `milliseconds` since 1970-01-01T00:00Z."""
    return struct.pack(">Bq", 0x83, milliseconds)


def described(descriptor: int, value: bytes) -> bytes:
    """Return the encoded `value` under a descriptor below 256."""
    return struct.pack(">BBB", _DESCRIBED, 0x53, descriptor) + value


def compound(constructor: int, items: Iterable[bytes]) -> bytes:
    """Return a list (0xd0) or map (0xd1, keys and values in turn) of encoded items."""
    encoded = list(items)
    content = b"".join(encoded)
    return struct.pack(">BII", constructor, len(content) + 4, len(encoded)) + content


def encode_list(items: Iterable[bytes]) -> bytes:
    """Return a list of encoded items."""
    return compound(0xD0, items)


def encode_map(items: Mapping[bytes, bytes]) -> bytes:
    """Return a map of encoded keys and values."""
    return compound(0xD1, (part for pair in items.items() for part in pair))
