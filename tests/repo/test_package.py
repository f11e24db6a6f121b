"""What is deployed is the app and nothing else, and what it needs is pinned."""

import re
import tomllib

from tests.repo import ROOT

NEEDED = {"function_app.py", "host.json", "requirements.txt", "contact_center.yaml", "shared"}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def pins(path: str) -> dict[str, str]:
    """The versions that a lock file pins, by name."""
    text = (ROOT / path).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", text, re.MULTILINE | re.IGNORECASE))


def test_only_the_app_is_deployed() -> None:
    """.funcignore leaves out the local stack, the tests, the documents and what tools leave behind."""
    ignored = {line.strip().rstrip("/") for line in (ROOT / ".funcignore").read_text("utf-8").splitlines()}
    visible = [path for path in ROOT.iterdir() if not path.name.startswith(".")]
    files = {path.name for path in visible if path.suffix not in (".md", ".zip")}
    kept = {name for name in files if name not in ignored and not name.startswith("local.settings")}
    assert kept - {"__pycache__", "node_modules"} == NEEDED
    assert {".venv", ".local", ".git*", ".ci", "__pycache__"} <= ignored


def test_the_app_is_pinned_by_the_lock_file_alone() -> None:
    """Each dependency is in requirements.txt with its hashes, and the tests run against the same versions."""
    runtime, development = pins("requirements.txt"), pins("dev/requirements.txt")
    for dependency in PROJECT["project"]["dependencies"]:
        assert re.split(r"[<>=]", dependency)[0].lower() in {name.lower() for name in runtime}
    assert {name: development.get(name) for name in runtime} == runtime
    assert (ROOT / "requirements.txt").read_text(encoding="utf-8").count("--hash=sha256:") >= len(runtime)


def test_each_dependency_says_what_it_is_for() -> None:
    """A reason in one line beside it."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    listed = text[text.index("dependencies = [") : text.index("[dependency-groups]")]
    lines = [line for line in listed.splitlines() if line.strip().startswith('"')]
    assert lines
    assert all("# " in line for line in lines)


def test_no_lock_file_names_a_registry() -> None:
    """Packages come from wherever the machine's own clients take them."""
    for path in ("requirements.txt", "dev/requirements.txt", "dev/node/package-lock.json"):
        text = (ROOT / path).read_text(encoding="utf-8")
        assert "--index-url" not in text
        assert '"resolved"' not in text
