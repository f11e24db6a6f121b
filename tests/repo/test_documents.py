"""What is written for people holds: links lead somewhere, commands exist, decisions stay short."""

import re
from pathlib import Path

import pytest

from tests.repo import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "infra").glob("*.md")])
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(#[^)]*)?\)")
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMENT = re.compile(r"(?:^|\s)#")
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
SOURCES = [
    path for part in ("shared", "dev/commands", "dev/stack", "dev/tools") for path in (ROOT / part).rglob("*.py")
]
PAGE_NAME = re.compile(r"[\w./-]*\b[\w-]+\.md\b")
COMMANDS = {path.stem for path in (ROOT / "dev" / "commands").glob("*.py")}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_files(page: Path) -> None:
    """Every relative link names a file of the repository."""
    for target, _ in LINK.findall(page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page}: {target}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_exist(page: Path) -> None:
    """Every `make` target and every `python -m dev` command that a page names is there."""
    text = page.read_text(encoding="utf-8")
    assert set(re.findall(r"\bmake ([a-z][a-z-]+)", text)) <= TARGETS | {"sure"}
    assert set(re.findall(r"python -m dev ([a-z]+)", text)) <= COMMANDS


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_can_be_pasted(page: Path) -> None:
    """No comment is between or behind them: zsh, the shell of macOS, takes it for words of the command."""
    blocks = [block for kind, block in BLOCK.findall(page.read_text(encoding="utf-8")) if kind in ("", "sh")]
    commented = [line for block in blocks for line in block.splitlines() if COMMENT.search(line)]
    assert commented == []


@pytest.mark.parametrize("page", sorted((ROOT / "docs" / "adr").glob("*.md")), ids=lambda page: page.stem)
def test_a_decision_fits_one_screen(page: Path) -> None:
    """Status, context, decision, consequences, in at most 40 lines."""
    text = page.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 40
    assert re.search(r"^Status: .+, \d{4}-\d\d-\d\d$", text, re.MULTILINE)
    assert all(f"## {part}" in text for part in ("Context", "Decision", "Consequences"))


def test_code_refers_to_pages_that_are_here() -> None:
    """A page that a docstring or comment names can be opened by whoever reads the repository."""
    named = {name for source in SOURCES for name in PAGE_NAME.findall(source.read_text(encoding="utf-8"))}
    assert {name for name in named if not (ROOT / name).exists() and not (ROOT / "docs" / name).exists()} == set()
