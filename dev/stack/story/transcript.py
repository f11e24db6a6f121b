"""A story as it happens: each step numbered, ticked and dated in seconds since the story began.

A step that does not come true in time is crossed, told with what was seen instead, and ends the story.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable

from rich.console import Console
from rich.text import Text

from dev.stack.story.errors import NotYetError, StepFailedError, StoryError
from dev.stack.terminal.timed import print_timed

_LOOK_AGAIN_SECONDS = 0.05
_INDENT = " " * 9


class Transcript:
    """Tells the steps on `console`. A step may take `patience` seconds to come true."""

    def __init__(self, console: Console, *, patience: float) -> None:
        self._console = console
        self._patience = patience
        self._began = time.monotonic()
        self._steps = 0

    def chapter(self, title: str) -> None:
        """Begin a part of the story."""
        self._print(Text(f"\n{title}", style="bold"))

    async def do[T](self, title: str, action: Awaitable[T], *, words: str = "") -> T:
        """Do something, once. Raises StepFailedError if the stack refuses."""
        try:
            done = await action
        except StoryError as error:
            raise self._failed(title, str(error)) from error
        self._came_true(title, words)
        return done

    async def see[T](
        self, title: str, look: Callable[[], Awaitable[T]], *, words: Callable[[T], str] | None = None
    ) -> T:
        """Look until `look` does not raise NotYetError any more. Raises StepFailedError when patience ends."""
        deadline = time.monotonic() + self._patience
        while True:
            try:
                seen = await look()
            except (NotYetError, StoryError) as instead:
                if time.monotonic() > deadline:
                    raise self._failed(title, str(instead)) from instead
            else:
                self._came_true(title, words(seen) if words else "")
                return seen
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)

    def _came_true(self, title: str, words: str) -> None:
        self._number("✓", "green", title)
        for line in words.splitlines():
            self._print(Text(f"{_INDENT}{line}", style="cyan"))

    def _failed(self, title: str, instead: str) -> StepFailedError:
        self._number("✗", "bold red", title)
        self._print(Text(f"{_INDENT}This did not come true. Seen instead: {instead}", style="red"))
        return StepFailedError(f"Step {self._steps} did not come true: {title}.")

    def _number(self, mark: str, style: str, title: str) -> None:
        self._steps += 1
        step = Text.assemble((f"  {mark} ", style), f"{self._steps:>2}.  {title}")
        print_timed(self._console, step, time.monotonic() - self._began)

    def _print(self, line: Text) -> None:
        self._console.print(line, soft_wrap=True)
