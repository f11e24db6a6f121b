"""`.funcignore` is read as Azure Functions Core Tools read it, which is not git's way."""

from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dev.tools.package.funcignore import FuncIgnore

LEFT_OUT = [
    ("dev", "dev/stack/host/worker.py"),
    ("dev", "dev.txt"),
    ("/Makefile", "Makefile"),
    (".venv/", ".venv/bin/python"),
    ("*.md", "README.md"),
    ("**/__pycache__", "shared/api/__pycache__/serve.pyc"),
    ("local.settings*.json", "local.settings.sample.json"),
    ("  dist  \r\n", "dist/contact-centre.zip"),
]
SENT = [
    ("", "function_app.py"),
    ("# dev\n\n", "dev/stack/host/worker.py"),
    ("dev", "devices.json"),
    ("dev", "shared/dev/worker.py"),
    (".venv/", ".venv/.lock"),
    ("*.md", "docs/settings.md"),
    ("**/__pycache__", "__pycache__/function_app.pyc"),
    ("read*.txt", "read.txt"),
    ("?ev", "dev/stack/host/worker.py"),
    ("dev\n!dev/stack/host", "dev/stack/host/worker.py"),
    ("!dev/stack/host\ndev", "dev/stack/host/worker.py"),
]
NEVER_SENT = [".git/config", "shared/.vscode/launch.json", "local.settings.json", "shared/.GITIGNORE", ".funcignore"]

names = st.text("ab.", min_size=1, max_size=3).filter(lambda name: name.strip("."))
paths = st.lists(names, min_size=1, max_size=3).map("/".join)
patterns = st.text("ab.*/!", max_size=6)


@pytest.mark.parametrize(("text", "path"), LEFT_OUT)
def test_a_matching_file_is_left_out(text: str, path: str) -> None:
    assert not FuncIgnore(text).sends(path)


@pytest.mark.parametrize(("text", "path"), SENT)
def test_any_other_file_is_sent(text: str, path: str) -> None:
    assert FuncIgnore(text).sends(path)


@pytest.mark.parametrize("path", NEVER_SENT)
def test_some_files_are_never_sent(path: str) -> None:
    assert not FuncIgnore("!**").sends(path)


@given(st.lists(patterns).map("\n".join), paths)
def test_a_folder_that_is_not_entered_has_nothing_to_send(text: str, path: str) -> None:
    ignore = FuncIgnore(text)
    if ignore.sends(path):
        assert all(ignore.enters(str(folder)) for folder in PurePosixPath(path).parents[:-1])


def test_an_ignored_folder_is_not_entered() -> None:
    assert not FuncIgnore("dev").enters("dev")
