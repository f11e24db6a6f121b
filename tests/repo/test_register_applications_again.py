"""infra/scripts/register-applications.sh, run once more, by whomever, against a stand-in for Microsoft Entra ID."""

from pathlib import Path
from typing import Any

import pytest

from tests.repo.azure.entra import AZURE_CLI
from tests.repo.azure.registered import after_a_first_run, application, registrations, roles_given
from tests.repo.azure.shell import Shell

SCRIPT = "register-applications.sh"


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A machine with the scripts."""
    return Shell(tmp_path)


class TestALaterRun:
    """Adds what is missing, whoever runs it, and changes nothing that is there."""

    @pytest.fixture(autouse=True)
    def registered(self, shell: Shell) -> None:
        """The first run was that of a person."""
        shell.azure = after_a_first_run()

    def change(self, shell: Shell, changes: dict[str, Any]) -> None:
        """Somebody changed the API's registration by hand."""
        azure = shell.azure
        azure["applications"][0] |= changes
        shell.azure = azure

    @pytest.mark.parametrize(
        ("name", "kind"), [("the-person", "user"), ("somebody-else", "user"), ("pipe", "servicePrincipal")]
    )
    def test_it_changes_nothing(self, shell: Shell, name: str, kind: str) -> None:
        """Nobody becomes Admin by it, and it hands on the same values."""
        before = registrations(shell)
        shell.azure |= {"rights": {name: ["read", "register"]}}
        shell.sign_in(name, kind)
        ended = shell.run(SCRIPT)
        assert (ended.code, ended.errors) == (0, "")
        assert ended.exports == {
            "ENTRA_TENANT_ID": "the-tenant",
            "ENTRA_AUDIENCE": "application-1",
            "DESK_CLIENT_ID": "application-2",
        }
        assert registrations(shell) == before

    def test_what_somebody_changed_stays(self, shell: Shell) -> None:
        """A role and a client of their own, a role switched off, another name of ours, an older version of tokens."""
        api = application(shell, "contact-centre API")
        agent, supervisor, admin = api["appRoles"]
        theirs = agent | {"id": "theirs", "value": "Auditor", "displayName": "Auditor"}
        client = {"appId": "their-client", "delegatedPermissionIds": [api["api"]["oauth2PermissionScopes"][0]["id"]]}
        self.change(
            shell,
            {
                "appRoles": [theirs, agent | {"displayName": "Clerk"}, supervisor | {"isEnabled": False}, admin],
                "identifierUris": ["api://desk.contoso.example", *api["identifierUris"]],
                "api": api["api"]
                | {
                    "requestedAccessTokenVersion": 1,
                    "knownClientApplications": ["their-client"],
                    "preAuthorizedApplications": [client, *api["api"]["preAuthorizedApplications"]],
                },
            },
        )
        before = registrations(shell)
        assert shell.run(SCRIPT).code == 0
        assert registrations(shell) == before

    def test_what_is_missing_comes_back_beside_what_is_there(self, shell: Shell) -> None:
        """A role, an identifier and clients; Microsoft Entra ID refuses a change without the roles that are in use."""
        api = application(shell, "contact-centre API")
        agent, supervisor, admin = api["appRoles"]
        theirs = agent | {"id": "theirs", "value": "Auditor", "displayName": "Auditor"}
        client = {"appId": "their-client", "delegatedPermissionIds": []}
        kept = {"knownClientApplications": ["their-client"], "preAuthorizedApplications": [client]}
        self.change(
            shell,
            {
                "appRoles": [theirs, agent, admin],
                "identifierUris": ["api://desk.contoso.example"],
                "api": api["api"] | kept,
            },
        )
        ended = shell.run(SCRIPT)
        assert (ended.code, ended.errors) == (0, "")
        after = application(shell, "contact-centre API")
        assert after["appRoles"] == [theirs, agent, admin, supervisor]
        assert after["identifierUris"] == ["api://desk.contoso.example", *api["identifierUris"]]
        ours = api["api"]["preAuthorizedApplications"]
        assert after["api"] == api["api"] | kept | {"preAuthorizedApplications": [client, *ours]}

    def test_who_has_the_roles_is_not_its_business(self, shell: Shell) -> None:
        """There may be agents and no Admin."""
        azure = shell.azure
        azure["assignments"][0] |= {"principalId": "ana", "appRoleId": azure["applications"][0]["appRoles"][0]["id"]}
        shell.azure = azure
        shell.sign_in("somebody-else")
        assert shell.run(SCRIPT).code == 0
        assert {(who, role) for who, role, _ in roles_given(shell)} == {("ana", "Agent")}

    def test_a_new_desk_is_allowed_beside_the_old_one(self, shell: Shell) -> None:
        """Its registration was deleted."""
        azure = shell.azure
        azure["applications"][1] |= {"displayName": "deleted"}
        shell.azure = azure
        assert shell.run(SCRIPT).exports["DESK_CLIENT_ID"] == "application-3"
        clients = application(shell, "contact-centre API")["api"]["preAuthorizedApplications"]
        assert [each["appId"] for each in clients] == [AZURE_CLI, "application-2", "application-3"]
