"""What the stand-in for Microsoft Entra ID knows after a script has run."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.repo.azure.shell import Shell


@cache
def after_a_first_run() -> dict[str, Any]:
    """What Azure knows once a person has registered API and desk. The script runs once, for all who ask."""
    with TemporaryDirectory() as folder:
        shell = Shell(Path(folder))
        assert shell.run("register-applications.sh").code == 0
        return shell.azure


def application(shell: Shell, name: str) -> dict[str, Any]:
    """The registration of that name."""
    (found,) = [each for each in shell.azure["applications"] if each["displayName"] == name]
    return dict(found)


def roles_given(shell: Shell) -> set[tuple[str, str, str]]:
    """Who has which role of which application."""
    azure = shell.azure
    names = {role["id"]: role["value"] for each in azure["applications"] for role in each["appRoles"]}
    return {(each["principalId"], names[each["appRoleId"]], each["resourceId"]) for each in azure["assignments"]}


def registrations(shell: Shell) -> dict[str, Any]:
    """What is registered, and who has which role."""
    return {name: shell.azure[name] for name in ("applications", "principals", "assignments")}
