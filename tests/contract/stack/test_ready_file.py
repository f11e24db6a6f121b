"""The ready file belongs to the stack that wrote it last."""

import json
from pathlib import Path

from dev.stack.ready_file import ReadyFile


def test_it_is_removed_by_the_stack_that_wrote_it(tmp_path: Path) -> None:
    file = tmp_path / "folder" / "ready.json"
    ready_file = ReadyFile(file)
    ready_file.prepare()
    ready_file.write({"api": "one"})
    assert json.loads(file.read_text()) == {"api": "one"}
    ready_file.remove()
    assert not file.exists()


def test_what_a_killed_stack_left_is_removed_before_the_next_one_is_ready(tmp_path: Path) -> None:
    file = tmp_path / "ready.json"
    ReadyFile(file).write({"api": "killed"})
    ReadyFile(file).prepare()
    assert not file.exists()


def test_a_file_that_another_stack_wrote_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "ready.json"
    first, never_ready = ReadyFile(file), ReadyFile(file)
    first.write({"api": "first"})
    ReadyFile(file).write({"api": "second"})
    first.remove()
    never_ready.remove()
    assert json.loads(file.read_text()) == {"api": "second"}
