"""What the stand-in for Microsoft Entra ID knows after a script has run."""

from typing import Any

from tests.repo.azure.shell import Shell


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
