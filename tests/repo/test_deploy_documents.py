"""The pages about deployment hold: their commands exist, their links lead somewhere."""

import re
from pathlib import Path

import pytest

from tests.repo import ROOT
from tests.repo.azure.reference import AZ, AZD, FUNC, GLOBAL
from tests.repo.commands_in_pages import Command, commands_of
from tests.repo.infrastructure import predicted

DEPLOY, INFRA = ROOT / "docs" / "deploy.md", ROOT / "infra" / "README.md"
PAGES = (DEPLOY, INFRA)
PLAIN = {"cd", "cp", "curl", "eval", "export", "mkdir", "openssl", "printf", "read", "set", "unset"}


def variables() -> set[str]:
    """The variables that the table of parameters has, and those that belong to the event subscriptions alone."""
    found = re.findall(r"^\| `\w+` \| `([A-Z_]+)` \|", INFRA.read_text(encoding="utf-8"), re.MULTILINE)
    return {*found, "DELIVERY", "SENT_STATUSES"}


def handed_on() -> set[str]:
    """The variables that the scripts hand on."""
    scripts = (ROOT / "infra" / "scripts").glob("*.sh")
    text = "".join(script.read_text(encoding="utf-8") for script in scripts)
    return set(re.findall(r"^ *hand_on ([A-Z_]+) ", text, re.MULTILINE))


def sub_command(command: Command, known: dict[str, frozenset[str]]) -> str:
    """The known sub-command that a command begins with, the longest if there are several."""
    said = " ".join(command.words[1:]) + " "
    found = [name for name in known if said.startswith(f"{name} ")]
    assert found, f"unknown: {' '.join(command.words)}"
    return max(found, key=len)


def check_program(command: Command) -> None:
    """A program of Azure is called with a sub-command and options that it has."""
    known = {"az": AZ, "azd": AZD, "func": FUNC}[command.words[0]]
    name = sub_command(command, known)
    everywhere = GLOBAL if command.words[0] == "az" else frozenset()
    assert command.options() <= known[name] | everywhere, " ".join(command.words)
    if (command.words[0], name) == ("azd", "env set"):
        assert command.words[3] in variables(), command.words[3]


def check_own(command: Command) -> None:
    """What is called of the repository is there."""
    match command.words:
        case ["make", target]:
            assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE), target
        case ["sh", script, *_]:
            assert (ROOT / script).exists(), script
        case [".venv/bin/python", "-m", "dev", name, *_]:
            assert (ROOT / "dev" / "commands" / f"{name}.py").exists(), name
        case _:
            pytest.fail(f"unknown: {' '.join(command.words)}")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
class TestPages:
    """docs/deploy.md and infra/README.md."""

    def test_every_command_exists(self, page: Path) -> None:
        """With its sub-command, its options, its script, its target."""
        commands = [command for command in commands_of(page) if command.words]
        assert len(commands) > 10
        for command in commands:
            if command.words[0] in ("az", "azd", "func"):
                check_program(command)
            elif command.words[0] not in PLAIN:
                check_own(command)

    def test_every_variable_is_set_before_it_is_used(self, page: Path) -> None:
        """By the page itself, by a parameter's value, by an output, or by a script."""
        known = variables() | set(predicted("default").outputs) | handed_on()
        for command in commands_of(page):
            assert command.uses <= known | command.sets, " ".join(command.words)
            known |= command.sets

    def test_every_file_of_infra_that_it_names_exists(self, page: Path) -> None:
        """In text and commands."""
        named = set(re.findall(r"\binfra/[\w./-]*\w", page.read_text(encoding="utf-8")))
        assert named
        assert [name for name in named if not (ROOT / name).exists()] == []

    def test_its_links_lead_to_a_file_and_a_heading(self, page: Path) -> None:
        """Also within the page."""
        links = re.findall(r"\]\(([^)#\s]*)(?:#([^)]*))?\)", page.read_text(encoding="utf-8"))
        for target, anchor in links:
            if "://" not in target:
                file = page.parent / target if target else page
                assert file.exists(), target
                assert not anchor or anchor in anchors(file), f"{target}#{anchor}"


def anchors(page: Path) -> set[str]:
    """What a heading is linked by: in lower case, without punctuation, hyphens for spaces."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_script_is_explained() -> None:
    """Where a person would look for it."""
    text = INFRA.read_text(encoding="utf-8")
    scripts = {path.name for path in (ROOT / "infra" / "scripts").glob("*.sh")} - {"common.sh"}
    assert [name for name in scripts if f"infra/scripts/{name}" not in text] == []
