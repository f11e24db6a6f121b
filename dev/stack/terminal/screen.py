"""The person's view: the start as ticked steps, the addresses, and one line an event; the log goes to a file.

Errors, and whatever a part prints that is no log, are printed at once and in full.
"""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from dev.stack.log_lines import read_line
from dev.stack.terminal.events import Event, Tone
from dev.stack.terminal.log_file import LogFile
from dev.stack.terminal.narrator import Narrator
from dev.stack.terminal.timed import print_timed
from dev.stack.view import pages_of

_LOOK_SECONDS = 0.2
_WHO_WIDTH = 15
_STYLES = {Tone.WELL: "", Tone.HELD: "yellow", Tone.TROUBLE: "yellow", Tone.ERROR: "bold red"}


class Screen:
    """Tells a person on `console`; as `View`. `verbose` shows the log, too."""

    def __init__(self, console: Console, log: LogFile, *, verbose: bool = False) -> None:
        self._console = console
        self._log = log
        self._verbose = verbose
        self._narrator = Narrator()
        self._is_quiet = self._is_over = False
        self._steps = 0

    def started(self, what: str, seconds: float) -> None:
        """Tick a step."""
        if not self._steps:
            self._heading("Starting")
        self._steps += 1
        name = what.removeprefix("the ")
        self._print(Text.assemble(("  ✓  ", "green"), name[0].upper() + name[1:]), seconds)

    def ready(self, ready: Mapping[str, Any], ready_file: Path) -> None:
        """Show the addresses."""
        self._heading("Addresses")
        for name, address in {
            **pages_of(ready),
            "API": f"{ready['api']}/api",
            "OpenAPI": f"{ready['api']}/api/openapi.json",
            "Event Grid": ready["eventGrid"],
            "Webhook": ready["webhook"],
            "Ready file": _from_here(ready_file),
            "Log": _from_here(self._log.path),
        }.items():
            self._print(Text.assemble(f"  {name:<12}", (str(address), "cyan")))

    def ending(self) -> None:
        """Say that the stack ends; what is cut short by that is no event."""
        self._is_over = True
        self._print(Text("\nEnding.", style="dim"))

    def output(self, part: str, line: str) -> None:
        """Take a line that a part printed."""
        self._log.write(part, line)
        record = read_line(line)
        events = self._events(record) if record else None
        if events is None or self._verbose:
            self._console.print(line, soft_wrap=True, markup=False, highlight=False)
        self._tell(events or [])

    async def keep_telling(self) -> None:
        """Tell what is overdue, until cancelled."""
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            self._tell(self._narrator.overdue(datetime.now(UTC)))

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """Tell only of trouble: what happens in the block is told in another way."""
        self._is_quiet = True
        try:
            yield
        finally:
            self._is_quiet = False

    def _events(self, record: Mapping[str, Any]) -> list[Event] | None:
        """What a record tells; None of one that is not understood, such as that of another version of the app."""
        try:
            return self._narrator.take(record)
        except (KeyError, TypeError, ValueError):
            return None

    def _tell(self, events: list[Event]) -> None:
        for event in events:
            if self._is_told(event):
                self._print(_line(event), event.seconds)
                if event.detail:
                    self._console.print(Text(event.detail, style="red"), soft_wrap=True)

    def _is_told(self, event: Event) -> bool:
        if self._is_over:
            return event.tone is Tone.ERROR
        return not self._is_quiet or event.tone in (Tone.TROUBLE, Tone.ERROR)

    def _heading(self, text: str) -> None:
        self._console.print(Text(f"\n{text}", style="bold"))

    def _print(self, line: Text, seconds: float | None = None) -> None:
        print_timed(self._console, line, seconds)


def _line(event: Event) -> Text:
    who = f"{event.who:<{_WHO_WIDTH}} {event.arrow} " if event.arrow else f"{event.who}: "
    return Text.assemble(
        (f"{event.at.astimezone():%H:%M:%S}  ", "dim"),
        (who, "cyan" if event.arrow else "bold"),
        (f"{event.queue}: " if event.queue else "", "bold"),
        (event.what, _STYLES[event.tone]),
    )


def _from_here(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
