"""What the desk weighs: bytes over the wire on a first load, and that nothing is lost by what is taken out."""

import json
import subprocess
from collections.abc import Iterable
from pathlib import Path

from dev.tools.node import NODE
from shared.desk.files import FOLDER, DeskFiles, modules_of, read_desk

MOST, MOST_WITH_SIGN_IN = 130 * 1024, 150 * 1024
"""docs/adr/0026-no-build-step.md says why these."""


def test_a_first_load_stays_small() -> None:
    """The page, its modules and styles, one language and an icon; with sign-in, what that takes besides."""
    desk = read_desk()
    modules = modules_of({path: file.body for path, file in desk.by_path.items()}, "start.js")
    styles = [path for path in desk.by_path if path.endswith(".css")]
    languages = [f"languages/{name}.json" for name in desk.languages]
    largest = max(languages, key=lambda path: _weight(desk, [path]))
    assert desk.page
    first = len(desk.page.zipped) + _weight(desk, [*modules, *styles, largest, "icons/idle.svg"])
    sign_in = _weight(desk, ["sign-in.js", "vendor/oauth4webapi.js"])

    assert first <= MOST
    assert first + sign_in <= MOST_WITH_SIGN_IN
    assert not {"sign-in.js", "vendor/oauth4webapi.js"} & set(modules)


def test_what_is_served_is_what_was_written(tmp_path: Path) -> None:
    """Without its comments: TypeScript reads the same programs."""
    for path, file in read_desk().by_path.items():
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.body)
    program = Path(__file__).with_name("same_programs.mjs")
    run = subprocess.run([NODE, program, FOLDER, tmp_path], check=True, capture_output=True, text=True)

    assert json.loads(run.stdout) == []


def _weight(desk: DeskFiles, paths: Iterable[str]) -> int:
    return sum(len(desk.by_path[path].zipped) for path in paths)
