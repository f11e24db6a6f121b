"""How findings look."""

import io

import pytest
from rich.console import Console

from dev.tools.doctor.findings import Finding, Level
from dev.tools.doctor.report import show

PROBLEM = Finding(level=Level.PROBLEM, text="[bold] is missing", do="mend it")


@pytest.mark.parametrize("is_terminal", [True, False])
def test_a_line_has_colours_on_a_terminal_only(*, is_terminal: bool) -> None:
    """And is one line, however long, that says what was found as it is."""
    file = io.StringIO()
    console = Console(file=file, force_terminal=is_terminal, width=20, _environ={"TERM": "xterm"})
    show("roles", PROBLEM, console)
    assert ("\x1b[" in file.getvalue()) is is_terminal
    if not is_terminal:
        assert file.getvalue() == "✗ roles: [bold] is missing — do: mend it\n"
