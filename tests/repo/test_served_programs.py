"""What travels to a browser without its comments is the program that stands in the repository."""

import json
import subprocess
import sys
from pathlib import Path

from shared.desk.files import FOLDER, read_desk

NODE = Path(sys.executable).with_name("node")
COMPARE = Path(__file__).with_name("programs.mjs")


def test_a_module_does_the_same_without_its_comments() -> None:
    served = {path: file.body.decode() for path, file in read_desk().by_path.items() if path.endswith(".js")}
    pairs = {path: ((FOLDER / path).read_text(encoding="utf-8"), body) for path, body in served.items()}

    assert not _others(pairs)
    assert all("@param" not in body for body in served.values())


def test_a_program_that_lost_a_word_is_found() -> None:
    assert _others({"a.js": ("const a = `// b`;", "const a=``"), "b.js": ("f(1); // one", "f(1);")}) == ["a.js"]


def _others(pairs: dict[str, tuple[str, str]]) -> list[str]:
    done = subprocess.run([NODE, COMPARE], input=json.dumps(pairs), capture_output=True, check=True, text=True)
    names: list[str] = json.loads(done.stdout)
    return names
