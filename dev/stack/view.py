"""What the stack tells of itself while it starts and runs, and to whom."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

type Output = Callable[[str, str], None]
"""Takes a line that a part printed: the part's name, and the line."""


class View(Protocol):
    """Is told what happens."""

    @property
    def output(self) -> Output | None:
        """What takes the lines that the parts print; None leaves them the terminal."""

    def started(self, what: str, seconds: float) -> None:
        """A part is ready."""

    def ready(self, ready: Mapping[str, Any], ready_file: Path) -> None:
        """All parts are; `ready` is what the ready file says."""

    def ending(self) -> None:
        """The stack was told to end."""


def pages_of(ready: Mapping[str, Any]) -> dict[str, str]:
    """Return the addresses of the pages for people, by their names."""
    not_started = "not started: a connection was given"
    return {
        "Play": ready["play"] or not_started,
        "Web desk": ready["desk"],
        "Phone page": f"{ready['whatsapp']}/" if ready["whatsapp"] else not_started,
    }


class Plain:
    """Prints a line for each, between those that the parts print: for programs and for logs."""

    output: Output | None = None

    def started(self, what: str, seconds: float) -> None:
        print(f"{what[0].upper() + what[1:]}: ready after {seconds:.1f} s", flush=True)

    def ready(self, ready: Mapping[str, Any], ready_file: Path) -> None:
        lines = {
            **pages_of(ready),
            "API": f"{ready['api']}/api",
            "Event Grid": ready["eventGrid"],
            "Webhook": ready["webhook"],
            "Ready file": ready_file,
        }
        print("\n".join(f"{name + ':':<12}{address}" for name, address in lines.items()), flush=True)

    def ending(self) -> None:
        print("Ending.", flush=True)
