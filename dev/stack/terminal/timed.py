"""Lines with how long it took at their end, in one column."""

from rich.console import Console
from rich.text import Text

_WIDEST = 100


def print_timed(console: Console, line: Text, seconds: float | None) -> None:
    """Print a line; the terminal wraps what is wider than itself."""
    if seconds is not None:
        took = f"{seconds:.2f} s" if seconds < 100 else f"{seconds:,.0f} s"
        room = min(console.width, _WIDEST) - line.cell_len - len(took)
        line.append(" " * max(room, 2)).append(took, style="dim")
    console.print(line, soft_wrap=True)
