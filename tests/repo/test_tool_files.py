"""What tools read at the root says the same as the project does."""

import configparser
import re
import tomllib
from typing import Any

from shared.configuration.yaml_tree import parse_yaml
from tests.repo import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def yaml_of(path: str) -> Any:
    """The values of a YAML file."""
    value, problems = parse_yaml((ROOT / path).read_text(encoding="utf-8"))
    assert problems == []
    return value


def test_the_version_of_python_is_the_one_the_app_requires() -> None:
    version = (ROOT / ".python-version").read_text(encoding="utf-8").strip()
    assert PROJECT["project"]["requires-python"].startswith(f">={version},")
    assert PROJECT["tool"]["mypy"]["python_version"] == version


def test_editors_and_the_linter_agree_on_long_lines() -> None:
    editors = configparser.ConfigParser()
    editors.read_string("[top]\n" + (ROOT / ".editorconfig").read_text(encoding="utf-8"))
    assert editors["*.{py,sh}"].getint("max_line_length") == PROJECT["tool"]["ruff"]["line-length"]


def test_a_commit_is_checked_by_make_check() -> None:
    (hooks,) = [repository["hooks"] for repository in yaml_of(".pre-commit-config.yaml")["repos"]]
    assert [hook["entry"] for hook in hooks] == ["make check"]


def test_ci_runs_the_script_that_anyone_can_run_with_pinned_actions_and_no_rights() -> None:
    workflow = yaml_of(".github/workflows/ci.yaml")
    (job,) = workflow["jobs"].values()
    assert job["steps"][-1] == {"run": ".ci/run"}
    actions = [step["uses"] for step in job["steps"] if "uses" in step]
    assert [action for action in actions if not re.fullmatch(r"actions/[a-z-]+@v\d+\.\d+\.\d+", action)] == []
    assert (workflow["permissions"], job["permissions"]) == ({}, {"contents": "read"})


def test_the_licence_is_the_one_that_the_project_names() -> None:
    assert PROJECT["project"]["license"] == "MIT"
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License\n")
