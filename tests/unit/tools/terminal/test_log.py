"""The log of a stack, line by line and as a file."""

import json
import logging
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dev.stack.errors import StackError
from dev.stack.log_lines import JsonLines, read_line
from dev.stack.terminal.log_file import LogFile

BEGAN = datetime(2026, 11, 29, 9, 14, 2, tzinfo=UTC)


def record(message: str, *arguments: object, error: bool = False) -> logging.LogRecord:
    return logging.LogRecord("host", logging.WARNING, "", 0, message, arguments, sys.exc_info() if error else None)


def test_what_the_app_says_keeps_its_fields() -> None:
    line = read_line(JsonLines().format(record('{"step": "route", "delivery": 1}')))
    assert line is not None
    assert {name: value for name, value in line.items() if name != "at"} == {
        "level": "WARNING",
        "part": "host",
        "step": "route",
        "delivery": 1,
    }


def test_any_other_message_is_a_field_and_so_is_its_trace() -> None:
    try:
        raise KeyError("x")
    except KeyError:
        line = read_line(JsonLines().format(record("queue %s: lost", "conversations", error=True)))
    assert line is not None
    assert line["message"] == "queue conversations: lost"
    assert line["trace"].endswith("KeyError: 'x'")


@pytest.mark.parametrize("line", ["", "Traceback (most recent call last):", "[1]", '{"step": "a"}', '{"at": 1}', "1"])
def test_what_is_no_line_of_the_log_is_known(line: str) -> None:
    assert read_line(line) is None


def test_the_file_holds_json_only(tmp_path: Path) -> None:
    logged = JsonLines().format(record("listening"))
    with LogFile(tmp_path, BEGAN) as log:
        log.write("the Functions host", logged)
        log.write("the Functions host", "ModuleNotFoundError: “é”")
    first, second = log.path.read_text(encoding="utf-8").splitlines()
    assert first == logged
    assert json.loads(second) | {"at": ""} == {
        "at": "",
        "part": "the Functions host",
        "message": "ModuleNotFoundError: “é”",
    }


def test_the_newest_ten_files_are_kept(tmp_path: Path) -> None:
    for second in range(12):
        with LogFile(tmp_path, BEGAN.replace(second=second)):
            pass
    assert [file.name for file in sorted(tmp_path.iterdir())] == [
        f"2026-11-29T09-14-{second:02}-000000.jsonl" for second in range(2, 12)
    ]


def test_a_place_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StackError, match="Choose another place with --log"):
        LogFile(tmp_path / "file" / "below", BEGAN)
