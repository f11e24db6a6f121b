"""What a person sees on the terminal."""

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from dev.stack.terminal.log_file import LogFile
from dev.stack.terminal.screen import Screen

AT = "2026-11-29T09:14:02.000+00:00"
PHONE = {"at": AT, "level": "INFO", "part": "phone", "phone": "+33 6•• ••• •27", "message_id": "m1"}
WROTE = PHONE | {"direction": "in", "kind": "text", "status": "sent"}
STORED = {"at": AT, "level": "INFO", "part": "contact_centre", "step": "route", "subject": "event"} | {
    "message_id": "m1",
    "conversation_id": "c",
}
ERROR = {"at": AT, "level": "ERROR", "part": "host", "message": "route failed", "trace": "  a.py\n  b.py"}


@pytest.fixture
def log(tmp_path: Path) -> Iterator[LogFile]:
    with LogFile(tmp_path, datetime(2026, 11, 29, tzinfo=UTC)) as file:
        yield file


def told(log: LogFile, *lines: dict[str, Any] | str, verbose: bool = False, quiet: bool = False) -> list[str]:
    """What is printed of what the parts print, without the time of day, which is the reader's."""
    shown = io.StringIO()
    screen = Screen(Console(file=shown, width=60), log, verbose=verbose)
    for line in lines:
        text = line if isinstance(line, str) else json.dumps(line)
        if quiet:
            with screen.quiet():
                screen.output("the Functions host", text)
        else:
            screen.output("the Functions host", text)
    assert log.path.read_text(encoding="utf-8").count("\n") == len(lines)
    return shown.getvalue().splitlines()


def test_an_event_is_one_line_with_its_time_at_the_end_and_no_colour_when_it_is_no_terminal(log: LogFile) -> None:
    (line,) = told(log, WROTE, STORED)
    assert line[8:] == "  +33 6•• ••• •27 → stored                    0.00 s"


def test_while_a_story_is_told_only_trouble_is(log: LogFile) -> None:
    error, *trace = told(log, WROTE, STORED, ERROR, quiet=True)
    assert error[8:] == "  Functions host: route failed"
    assert trace == ["  a.py", "  b.py"]


def test_what_the_end_of_the_stack_cuts_short_is_no_event(log: LogFile) -> None:
    shown = io.StringIO()
    screen = Screen(Console(file=shown, width=60), log)
    with screen.quiet():
        screen.ending()
    for record in (WROTE, STORED, PHONE | {"level": "WARNING", "part": "host", "message": "lost"}, ERROR):
        screen.output("the Functions host", json.dumps(record))
    assert [line[8:] for line in shown.getvalue().splitlines() if "host" in line] == ["  Functions host: route failed"]
    assert "stored" not in shown.getvalue()


def test_the_address_to_begin_with_is_the_first(log: LogFile) -> None:
    shown = io.StringIO()
    ready = {
        "api": "http://127.0.0.1:1",
        "eventGrid": "http://127.0.0.1:1/grid",
        "webhook": "",
        "desk": "http://127.0.0.1:1/api/desk",
    }
    ready |= {"whatsapp": "http://127.0.0.1:4", "play": "http://127.0.0.1:4/play"}
    Screen(Console(file=shown, width=80), log).ready(ready, Path("/tmp/ready.json"))
    _, heading, first, *_ = shown.getvalue().splitlines()
    assert (heading, first.split()) == ("Addresses", ["Play", "http://127.0.0.1:4/play"])


def test_the_log_is_shown_when_asked_for(log: LogFile) -> None:
    first, second, event = told(log, WROTE, STORED, verbose=True)
    assert [json.loads(first), json.loads(second)] == [WROTE, STORED]
    assert "stored" in event


@pytest.mark.parametrize("line", ["Traceback (most recent call last):", json.dumps({"at": AT, "step": "reply"})])
def test_what_is_not_understood_is_shown_as_it_is(log: LogFile, line: str) -> None:
    assert told(log, line) == [line]
