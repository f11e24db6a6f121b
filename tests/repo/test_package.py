"""What is deployed is the app and nothing else, whichever tool sends it, and what it needs is pinned."""

import re
import tomllib
from pathlib import Path

from pathspec import GitIgnoreSpec

from dev.tools.package.building import files_to_send
from tests.repo import ROOT


def _is_deployed(path: Path) -> bool:
    """Whether a file of the desk is for browsers, not for who develops it."""
    return path.is_file() and path.name not in ("package.json", "tsconfig.json") and "types" not in path.parts


APP = {
    *("function_app.py", "host.json", "requirements.txt", "contact_center.yaml", "shared/api/examples.json"),
    *(path.relative_to(ROOT).as_posix() for path in (ROOT / "shared").rglob("*.py")),
    *(path.relative_to(ROOT).as_posix() for path in (ROOT / "desk").rglob("*") if _is_deployed(path)),
}
LEFT_BEHIND = {
    *(".azure/production/.env", ".venv/.gitignore", ".venv/bin/python", ".python_packages/lib/a.py"),
    *("venv/bin/python", "main_env/bin/python"),
    *(".git/config", ".vscode/settings.json", ".idea/app.xml", ".env", ".DS_Store", "shared/.DS_Store", ".coverage"),
    *("__pycache__/a.pyc", "shared/__pycache__/a.pyc", "shared/api/__pycache__/a.pyc", ".local/ready.json"),
    *("dist/contact-centre.zip", "app.zip", "node_modules/a/b.js", ".mypy_cache/3.13/a.json", ".hypothesis/a"),
    *("local.settings.json", "local.settings.production.json", "infra/modules/.keep", "infra/main.bicep", "azure.yaml"),
    *("server.pem", "shared/server.pem", "server.key", "shared/api/server.key", "a.pfx", "shared/a.pfx"),
    *("a.publishsettings", "shared/a.publishsettings", "func.log", "shared/func.log"),
    *("id_rsa", "id_rsa.pub", "shared/id_rsa", "id_ed25519", "id_ed25519.pub", "shared/id_ed25519_old"),
    *(
        "tests/.cache/a",
        "docs/.pages",
        "docs/(old)/a.md",
        "dev/node/node_modules/azurite/a.js",
        "LICENSE.md",
        ".funcignore",
    ),
}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def pins(path: str) -> dict[str, str]:
    """The versions that a lock file pins, by name."""
    text = (ROOT / path).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", text, re.MULTILINE | re.IGNORECASE))


def test_only_the_app_is_sent() -> None:
    """Neither the local stack, the tests, the documents and the infrastructure, nor what tools leave behind."""
    assert set(files_to_send(ROOT)) == APP


def test_every_tool_sends_the_same_from_a_folder_in_use(tmp_path: Path) -> None:
    """Core Tools read .funcignore in their own way, azd as git would."""
    ignored = (ROOT / ".funcignore").read_text(encoding="utf-8")
    at_the_root = {path.name if path.is_file() else f"{path.name}/file" for path in ROOT.iterdir()}
    files = APP | LEFT_BEHIND | at_the_root - {"shared/file", "desk/file"}
    for name in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / ".funcignore").write_text(ignored, encoding="utf-8")
    assert set(files_to_send(tmp_path)) == APP
    assert files - set(GitIgnoreSpec.from_lines(ignored.splitlines()).match_files(files)) == APP


def test_the_app_is_pinned_by_the_lock_file_alone() -> None:
    """Each dependency is in requirements.txt with its hashes, and the tests run against the same versions."""
    runtime, development = pins("requirements.txt"), pins("dev/requirements.txt")
    for dependency in PROJECT["project"]["dependencies"]:
        assert re.split(r"[\[<>=]", dependency)[0].lower() in {name.lower() for name in runtime}
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
