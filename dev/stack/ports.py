"""The ports of a stack: twenty in a row on 127.0.0.1, each with its part.

The last one is never used by a part: whoever starts several stacks at once holds it as the mark that a range is taken.
"""

import random
import socket
from dataclasses import dataclass

from dev.stack.errors import StackError

DEFAULT_BASE = 7071
RANGE = 20
_BELOW_OUTGOING_PORTS = range(20_000, 32_000, RANGE)
_BASES = range(1024, 65_536 - RANGE + 1)
_ASIDE = 1000


@dataclass(frozen=True, slots=True)
class Ports:
    """The ports of the range that starts at `base`."""

    base: int

    @property
    def api(self) -> int:
        return self.base

    @property
    def service_bus(self) -> int:
        return self.base + 1

    @property
    def service_bus_control(self) -> int:
        return self.base + 2

    @property
    def whatsapp(self) -> int:
        return self.base + 3

    @property
    def tables(self) -> int:
        return self.base + 10

    @property
    def blobs(self) -> int:
        return self.base + 11

    @property
    def queues(self) -> int:
        return self.base + 12

    @property
    def mark(self) -> int:
        return self.base + RANGE - 1


def require_free(base: int, wanted: dict[int, str]) -> None:
    """Raise StackError for the first port that another program uses; `wanted` names the part of each.

    Raises it, too, if there are no such ports.
    """
    if base not in _BASES:
        raise StackError(
            f"--port-base {base} is not possible: the first of the {RANGE} ports has to be "
            f"from {_BASES[0]} to {_BASES[-1]}."
        )
    other = base + _ASIDE if base + _ASIDE in _BASES else base - _ASIDE
    for port, part in wanted.items():
        if not _is_free(port):
            raise StackError(
                f"Port {port} is in use by another program, and {part} needs it. Is another stack running? End it, or "
                f"start this one apart: .venv/bin/python -m dev run --port-base {other} --data DIR --ready-file FILE"
            )


def reserve_range() -> tuple[int, socket.socket]:
    """The base of a range in which every port is free, and the socket that holds its mark: close it when done."""
    for base in random.sample(_BELOW_OUTGOING_PORTS, len(_BELOW_OUTGOING_PORTS)):
        holder = socket.socket()
        try:
            holder.bind(("127.0.0.1", Ports(base).mark))
        except OSError:
            holder.close()
            continue
        if all(_is_free(port) for port in range(base, Ports(base).mark)):
            return base, holder
        holder.close()
    raise StackError(f"There are no {RANGE} free ports in a row between 20000 and 32000.")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
