"""infra/scripts/register-applications.sh, run against a stand-in for Microsoft Entra ID."""

from pathlib import Path

import pytest

from tests.repo.azure.entra import AZURE_CLI, EVENT_GRID
from tests.repo.azure.registered import after_a_first_run, application, registrations, roles_given
from tests.repo.azure.shell import AZURE, Shell

SCRIPT = "register-applications.sh"
API_ADDRESS = "https://func-x.azurewebsites.net/api"


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A machine with the scripts."""
    return Shell(tmp_path)


class TestTheFirstRun:
    """Registers the API and the desk."""

    def test_a_first_run_hands_on_tenant_api_and_desk(self, shell: Shell) -> None:
        """As lines for `eval`, and the person who ran it is Admin."""
        ended = shell.run(SCRIPT)
        api, desk = (application(shell, f"contact-centre {part}")["appId"] for part in ("API", "desk"))
        assert (ended.code, ended.errors) == (0, "")
        assert ended.exports == {"ENTRA_TENANT_ID": "the-tenant", "ENTRA_AUDIENCE": api, "DESK_CLIENT_ID": desk}
        assert roles_given(shell) == {("object-of-the-person", "Admin", f"principal-of-{api}")}

    def test_the_api_declares_its_roles_and_takes_tokens_of_version_2(self, shell: Shell) -> None:
        """People and applications may have the roles; desk and Azure CLI may ask for a token without consent."""
        shell.run(SCRIPT)
        api, desk = application(shell, "contact-centre API"), application(shell, "contact-centre desk")
        assert [role["value"] for role in api["appRoles"]] == ["Agent", "Supervisor", "Admin"]
        assert all(role["allowedMemberTypes"] == ["User", "Application"] for role in api["appRoles"])
        assert api["identifierUris"] == [f"api://{api['appId']}"]
        assert api["api"]["requestedAccessTokenVersion"] == 2
        (scope,) = api["api"]["oauth2PermissionScopes"]
        assert scope["value"] == "access_as_user"
        allowed = {each["appId"]: each["delegatedPermissionIds"] for each in api["api"]["preAuthorizedApplications"]}
        assert allowed == {AZURE_CLI: [scope["id"]], desk["appId"]: [scope["id"]]}
        (needed,) = desk["requiredResourceAccess"]
        assert needed == {"resourceAppId": api["appId"], "resourceAccess": [{"id": scope["id"], "type": "Scope"}]}

    def test_it_waits_until_a_new_application_is_known_everywhere(self, shell: Shell) -> None:
        """The service principal is refused at first."""
        shell.azure = AZURE | {"unknown_for": 3}
        assert shell.run(SCRIPT).code == 0
        assert len(shell.azure["principals"]) == 2

    def test_it_does_not_wait_for_ever(self, shell: Shell) -> None:
        """Then it says what Microsoft Graph said."""
        shell.azure = AZURE | {"unknown_for": 100}
        ended = shell.run(SCRIPT)
        assert ended.code == 1
        assert "does not reference a valid application object" in ended.errors
        assert ended.exports == {}

    def test_one_that_was_interrupted_is_finished_by_the_next(self, shell: Shell) -> None:
        """Whose runner becomes Admin, for nobody is."""
        shell.azure = AZURE | {"unknown_for": 100}
        shell.run(SCRIPT)
        shell.azure |= {"unknown": {}, "unknown_for": 0}
        shell.sign_in("somebody-else")
        assert shell.run(SCRIPT).code == 0
        assert {(who, role) for who, role, _ in roles_given(shell)} == {("object-of-somebody-else", "Admin")}

    def test_inside_azd_the_values_are_kept_in_its_environment(self, shell: Shell) -> None:
        """The registrations carry its name."""
        (shell.folder / ".azure" / "test").mkdir(parents=True)
        shell.environment["AZURE_ENV_NAME"] = "test"
        ended = shell.run(SCRIPT)
        assert shell.azure["azd"] == {"test": ended.exports}
        assert application(shell, "test API")["appId"] == ended.exports["ENTRA_AUDIENCE"]

    def test_a_pipeline_becomes_admin_by_its_service_principal(self, shell: Shell) -> None:
        """There is no signed-in user then."""
        shell.azure = AZURE | {"rights": {"pipe": ["read", "register"]}}
        shell.sign_in("pipe", "servicePrincipal")
        assert shell.run(SCRIPT).code == 0
        assert {who for who, _, _ in roles_given(shell)} == {"object-of-pipe"}


class TestTheDesksAddress:
    """`register-applications.sh desk`: the desk may sign in at the app, once its address is known."""

    @pytest.fixture(autouse=True)
    def deployed(self, shell: Shell) -> None:
        """The applications are registered, and the app has an address."""
        shell.azure = after_a_first_run()
        desk = application(shell, "contact-centre desk")
        shell.environment |= {"API_ADDRESS": API_ADDRESS, "DESK_CLIENT_ID": desk["appId"]}

    def test_it_is_added_and_all_else_stays(self, shell: Shell) -> None:
        """Also an address that somebody added by hand."""
        azure = shell.azure
        azure["applications"][1]["spa"]["redirectUris"].append("https://desk.example/")
        shell.azure = azure
        ended = shell.run(SCRIPT, "desk")
        assert (ended.code, ended.out, ended.errors) == (0, "", "")
        azure["applications"][1]["spa"]["redirectUris"].append(f"{API_ADDRESS}/desk")
        assert shell.azure == azure

    def test_one_that_is_there_needs_no_right_to_change_it(self, shell: Shell) -> None:
        """A pipeline may run it."""
        shell.run(SCRIPT, "desk")
        before = registrations(shell)
        shell.azure |= {"rights": {"pipe": ["read"]}}
        shell.sign_in("pipe", "servicePrincipal")
        ended = shell.run(SCRIPT, "desk")
        assert (ended.code, ended.errors) == (0, "")
        assert registrations(shell) == before

    @pytest.mark.parametrize("rights", [[], ["read"]])
    def test_without_the_right_it_says_whom_to_ask(self, shell: Shell, rights: list[str]) -> None:
        """With the whole command for the administrator, who has none of these variables."""
        shell.azure |= {"rights": {"pipe": rights}}
        shell.sign_in("pipe", "servicePrincipal")
        ended = shell.run(SCRIPT, "desk")
        assert ended.code == 1
        command = (
            f"DESK_CLIENT_ID=application-2 API_ADDRESS={API_ADDRESS} sh infra/scripts/register-applications.sh desk"
        )
        assert command in ended.errors

    def test_it_needs_desk_and_address(self, shell: Shell) -> None:
        """They are values of the deployment."""
        del shell.environment["API_ADDRESS"], shell.environment["DESK_CLIENT_ID"]
        assert "no value: DESK_CLIENT_ID API_ADDRESS." in shell.run(SCRIPT, "desk").errors


class TestTheWebhook:
    """`register-applications.sh events`."""

    def test_event_grid_and_the_deployer_may_use_the_webhook(self, shell: Shell) -> None:
        """Event Grid's service principal is made in the tenant when it is missing."""
        ended = shell.run(SCRIPT, "events")
        events = application(shell, "contact-centre events")
        assert ended.exports == {"ENTRA_TENANT_ID": "the-tenant", "EVENTS_AUDIENCE": events["appId"]}
        assert events["api"]["requestedAccessTokenVersion"] == 2
        role, resource = "AzureEventGridSecureWebhookSubscriber", f"principal-of-{events['appId']}"
        assert roles_given(shell) == {
            (f"principal-of-{EVENT_GRID}", role, resource),
            ("object-of-the-person", role, resource),
        }

    def test_the_webhooks_registration_can_be_repeated(self, shell: Shell) -> None:
        """Nothing is given twice."""
        shell.run(SCRIPT, "events")
        before = shell.azure
        assert shell.run(SCRIPT, "events").code == 0
        assert shell.azure == before

    def test_another_person_may_subscribe_too(self, shell: Shell) -> None:
        """Whoever makes the event subscriptions needs the role; nothing else changes."""
        shell.run(SCRIPT, "events")
        before = shell.azure
        shell.sign_in("somebody-else")
        assert shell.run(SCRIPT, "events").code == 0
        assert shell.azure["applications"] == before["applications"]
        *others, new = shell.azure["assignments"]
        assert others == before["assignments"]
        assert new["principalId"] == "object-of-somebody-else"


class TestTheTenant:
    """Applications are registered where the deployment's subscription is."""

    def test_another_subscription_of_the_same_tenant_is_fine(self, shell: Shell) -> None:
        """Whichever is chosen in az."""
        shell.azure |= {"other_subscriptions": {"ours": {"id": "ours", "tenantId": "the-tenant"}}}
        shell.environment["AZURE_SUBSCRIPTION_ID"] = "ours"
        assert shell.run(SCRIPT).exports["ENTRA_TENANT_ID"] == "the-tenant"

    @pytest.mark.parametrize("mode", [[], ["events"], ["desk"]])
    def test_az_in_another_tenant_registers_nothing(self, shell: Shell, mode: list[str]) -> None:
        """Microsoft Graph would answer for the tenant that is chosen."""
        shell.azure |= {"other_subscriptions": {"ours": {"id": "ours", "tenantId": "our-tenant"}}}
        shell.environment["AZURE_SUBSCRIPTION_ID"] = "ours"
        ended = shell.run(SCRIPT, *mode)
        assert (ended.code, ended.exports) == (1, {})
        assert "az is in the tenant the-tenant, the subscription ours in our-tenant" in ended.errors
        assert "Run: az account set --subscription ours" in ended.errors
        assert shell.azure["applications"] == []

    @pytest.mark.parametrize("mode", [[], ["events"], ["desk"]])
    def test_a_deployment_of_another_tenant_is_left_alone(self, shell: Shell, mode: list[str]) -> None:
        """`ENTRA_TENANT_ID` says whose it is, also where az has no subscription of that tenant."""
        shell.environment |= {"ENTRA_TENANT_ID": "our-tenant", "AZURE_SUBSCRIPTION_ID": "the-subscription"}
        ended = shell.run(SCRIPT, *mode)
        assert (ended.code, ended.exports) == (1, {})
        assert ended.errors == (
            "register-applications.sh: az is signed in to the tenant the-tenant, "
            "this deployment belongs to our-tenant. Run: az login --tenant our-tenant\n"
        )
        assert shell.azure["applications"] == []

    def test_a_deployment_of_this_tenant_is_added_to(self, shell: Shell) -> None:
        """The value that an earlier run handed on."""
        shell.environment["ENTRA_TENANT_ID"] = "the-tenant"
        assert shell.run(SCRIPT).exports["ENTRA_TENANT_ID"] == "the-tenant"

    def test_a_subscription_that_az_does_not_know_is_named(self, shell: Shell) -> None:
        """With what to do."""
        shell.environment["AZURE_SUBSCRIPTION_ID"] = "ours"
        ended = shell.run(SCRIPT)
        assert (ended.code, ended.exports) == (1, {})
        assert "az does not know the subscription ours" in ended.errors


class TestRefusals:
    """It stops before it does something wrong."""

    def test_without_the_right_to_register_it_says_whom_to_ask(self, shell: Shell) -> None:
        """At once, with the command that the administrator can run."""
        shell.azure = AZURE | {"rights": {"the-person": ["read"]}}
        ended = shell.run(SCRIPT, "events")
        assert ended.code == 1
        assert "the role Cloud Application Administrator" in ended.errors
        assert "AZURE_ENV_NAME=contact-centre sh infra/scripts/register-applications.sh events" in ended.errors
        assert shell.azure["applications"] == []

    def test_it_does_not_guess_among_applications_of_one_name(self, shell: Shell) -> None:
        """It names them and leaves them."""
        twins = [{"displayName": "contact-centre API", "appId": f"twin-{number}", "appRoles": []} for number in (1, 2)]
        shell.azure = AZURE | {"applications": twins}
        ended = shell.run(SCRIPT)
        assert ended.code == 1
        assert "several applications are called contact-centre API" in ended.errors
        assert shell.azure["applications"] == twins

    def test_it_registers_nothing_when_it_cannot_look_first(self, shell: Shell) -> None:
        """Under bash too, which would go on after a failed substitution."""
        shell.azure = AZURE | {"rights": {"the-person": []}}
        for interpreter in ("sh", "bash"):
            assert shell.run(SCRIPT, by=interpreter).code == 1
            assert shell.azure["applications"] == []

    def test_a_name_that_no_resource_could_have_is_refused(self, shell: Shell) -> None:
        """Before anything is asked of Azure."""
        shell.environment["AZURE_ENV_NAME"] = "contact_centre"
        ended = shell.run(SCRIPT)
        assert (ended.code, ended.errors) == (
            1,
            "register-applications.sh: AZURE_ENV_NAME is 3 to 24 letters, digits and hyphens, not contact_centre\n",
        )
        assert shell.azure["applications"] == []

    def test_an_unknown_mode_is_refused(self, shell: Shell) -> None:
        """Before anything is registered."""
        ended = shell.run(SCRIPT, "event")
        assert (ended.code, ended.errors) == (1, "register-applications.sh: say desk, events, or nothing; not event\n")
        assert shell.azure["applications"] == []
