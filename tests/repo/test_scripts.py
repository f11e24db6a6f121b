"""The deployment scripts, run against a stand-in for the command lines of Azure."""

from pathlib import Path
from typing import Any

import pytest

from tests.repo.azure.entra import AZURE_CLI, EVENT_GRID
from tests.repo.azure.shell import AZURE, Shell

APP = "/subscriptions/the-subscription/resourceGroups/rg-x/providers/Microsoft.Web/sites/func-x"
OUTPUTS = {
    "AZURE_FUNCTION_ID": APP,
    "EVENT_GRID_TOPIC_NAME": "evgt-x",
    "EVENT_GRID_TOPIC_RESOURCE_GROUP": "rg-topic",
    "EVENTS_STORAGE_ID": "/subscriptions/the-subscription/storage",
    "EVENTS_IDENTITY_ID": "",
    "API_ADDRESS": "https://func-x.azurewebsites.net/api",
}
WEBHOOK = {"DELIVERY": "webhook", "ENTRA_TENANT_ID": "the-tenant", "EVENTS_AUDIENCE": "application-1"}


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A machine with the scripts."""
    return Shell(tmp_path)


def application(shell: Shell, name: str) -> dict[str, Any]:
    """The registration of that name."""
    (found,) = [each for each in shell.azure["applications"] if each["displayName"] == name]
    return dict(found)


def roles_given(shell: Shell) -> set[tuple[str, str, str]]:
    """Who has which role of which application."""
    azure = shell.azure
    names = {role["id"]: role["value"] for each in azure["applications"] for role in each["appRoles"]}
    return {(each["principalId"], names[each["appRoleId"]], each["resourceId"]) for each in azure["assignments"]}


class TestRegisterApplications:
    """infra/scripts/register-applications.sh."""

    def test_a_first_run_hands_on_tenant_api_and_desk(self, shell: Shell) -> None:
        """As lines for `eval`, and the person who ran it is Admin."""
        ended = shell.run("register-applications.sh")
        api, desk = (application(shell, f"contact-centre {part}")["appId"] for part in ("API", "desk"))
        assert (ended.code, ended.errors) == (0, "")
        assert ended.exports == {"ENTRA_TENANT_ID": "the-tenant", "ENTRA_AUDIENCE": api, "DESK_CLIENT_ID": desk}
        assert roles_given(shell) == {("object-of-the-person", "Admin", f"principal-of-{api}")}

    def test_the_api_declares_its_roles_and_takes_tokens_of_version_2(self, shell: Shell) -> None:
        """People and applications may have the roles; desk and Azure CLI may ask for a token without consent."""
        shell.run("register-applications.sh")
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

    def test_a_second_run_changes_nothing(self, shell: Shell) -> None:
        """Registrations, principals and roles are found again, and handed on again."""
        first = shell.run("register-applications.sh")
        before = shell.azure
        second = shell.run("register-applications.sh")
        assert (second.code, second.exports) == (0, first.exports)
        assert shell.azure == before

    def test_the_desk_may_sign_in_at_the_app_once_its_address_is_known(self, shell: Shell) -> None:
        """What was registered stays, also what somebody added by hand."""
        shell.run("register-applications.sh")
        azure = shell.azure
        azure["applications"][1]["spa"]["redirectUris"].append("https://desk.example/")
        shell.azure = azure
        shell.environment["API_ADDRESS"] = OUTPUTS["API_ADDRESS"]
        shell.run("register-applications.sh")
        assert application(shell, "contact-centre desk")["spa"]["redirectUris"] == [
            "http://localhost:7071/api/desk",
            "https://desk.example/",
            "https://func-x.azurewebsites.net/api/desk",
        ]

    def test_it_waits_until_a_new_application_is_known_everywhere(self, shell: Shell) -> None:
        """The service principal is refused at first."""
        shell.azure = AZURE | {"unknown_for": 3}
        assert shell.run("register-applications.sh").code == 0
        assert len(shell.azure["principals"]) == 2

    def test_it_does_not_wait_for_ever(self, shell: Shell) -> None:
        """Then it says what Microsoft Graph said."""
        shell.azure = AZURE | {"unknown_for": 100}
        ended = shell.run("register-applications.sh")
        assert ended.code == 1
        assert "does not reference a valid application object" in ended.errors
        assert ended.exports == {}

    def test_inside_azd_the_values_are_kept_in_its_environment(self, shell: Shell) -> None:
        """The registrations carry its name."""
        (shell.folder / ".azure" / "test").mkdir(parents=True)
        shell.environment["AZURE_ENV_NAME"] = "test"
        ended = shell.run("register-applications.sh")
        assert shell.azure["azd"] == {"test": ended.exports}
        assert application(shell, "test API")["appId"] == ended.exports["ENTRA_AUDIENCE"]

    def test_a_pipeline_becomes_admin_by_its_service_principal(self, shell: Shell) -> None:
        """There is no signed-in user then."""
        shell.azure = AZURE | {
            "signed_in": {"tenantId": "the-tenant", "user": {"name": "pipe", "type": "servicePrincipal"}}
        }
        assert shell.run("register-applications.sh").code == 0
        assert {who for who, _, _ in roles_given(shell)} == {"object-of-pipe"}

    def test_event_grid_and_the_deployer_may_use_the_webhook(self, shell: Shell) -> None:
        """Event Grid's service principal is made in the tenant when it is missing."""
        ended = shell.run("register-applications.sh", "events")
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
        shell.run("register-applications.sh", "events")
        before = shell.azure
        assert shell.run("register-applications.sh", "events").code == 0
        assert shell.azure == before

    def test_without_the_right_to_register_it_says_whom_to_ask(self, shell: Shell) -> None:
        """At once, with the command that the administrator can run."""
        shell.azure = AZURE | {"may_register": False}
        ended = shell.run("register-applications.sh", "events")
        assert ended.code == 1
        assert "the role Cloud Application Administrator" in ended.errors
        assert "AZURE_ENV_NAME=contact-centre sh infra/scripts/register-applications.sh events" in ended.errors
        assert shell.azure["applications"] == []

    def test_it_does_not_guess_among_applications_of_one_name(self, shell: Shell) -> None:
        """It names them and leaves them."""
        twins = [{"displayName": "contact-centre API", "appId": f"twin-{number}", "appRoles": []} for number in (1, 2)]
        shell.azure = AZURE | {"applications": twins}
        ended = shell.run("register-applications.sh")
        assert ended.code == 1
        assert "several applications are called contact-centre API" in ended.errors
        assert shell.azure["applications"] == twins

    def test_it_registers_nothing_when_it_cannot_look_first(self, shell: Shell) -> None:
        """Under bash too, which would go on after a failed substitution."""
        shell.azure = AZURE | {"may_read": False}
        for interpreter in ("sh", "bash"):
            assert shell.run("register-applications.sh", by=interpreter).code == 1
            assert shell.azure["applications"] == []

    def test_an_unknown_mode_is_refused(self, shell: Shell) -> None:
        """Before anything is registered."""
        ended = shell.run("register-applications.sh", "event")
        assert (ended.code, ended.errors) == (1, "register-applications.sh: say events, or nothing; not event\n")
        assert shell.azure["applications"] == []


class TestSubscribe:
    """infra/scripts/subscribe.sh."""

    @pytest.fixture(autouse=True)
    def published(self, shell: Shell) -> None:
        """The infrastructure is there, and the code."""
        shell.environment |= OUTPUTS
        ready = {"functions": [f"{APP}/functions/ingest"], "answering": [f"{OUTPUTS['API_ADDRESS']}/health"]}
        shell.azure = AZURE | ready | {"recorded": [*OUTPUTS, *WEBHOOK]}

    def test_it_deploys_to_the_group_of_the_topic(self, shell: Shell) -> None:
        """In the app's subscription, whichever is chosen; the parameters file finds the outputs in the environment."""
        ended = shell.run("subscribe.sh")
        (deployed,) = shell.azure["deployed"]
        assert (ended.code, ended.errors) == (0, "")
        assert deployed["subscription"] == "the-subscription"
        assert deployed["resource_group"] == "rg-topic"
        assert deployed["template_file"] == "infra/events.bicep"
        assert deployed["parameters"] == "infra/events.bicepparam"
        assert deployed["environment"] == OUTPUTS

    def test_it_waits_for_a_function_that_appears_late(self, shell: Shell) -> None:
        """Publishing may end before Azure Resource Manager knows the functions."""
        shell.azure |= {"appears_after": 12}
        assert shell.run("subscribe.sh").code == 0
        assert shell.azure["looks"] == 13

    def test_it_gives_up_on_a_function_that_never_appears(self, shell: Shell) -> None:
        """And deploys nothing."""
        shell.azure |= {"functions": []}
        ended = shell.run("subscribe.sh")
        assert ended.code == 1
        assert "the function ingest is not there. Publish the code" in ended.errors
        assert shell.azure["deployed"] == []

    def test_it_tries_again_when_event_grid_does_not_find_the_function_yet(self, shell: Shell) -> None:
        """Two refusals are survived."""
        shell.azure |= {"failing_tries": 2}
        assert shell.run("subscribe.sh").code == 0
        assert len(shell.azure["deployed"]) == 1

    def test_it_fails_with_azures_reason_when_no_try_succeeds(self, shell: Shell) -> None:
        """After five."""
        shell.azure |= {"failing_tries": 100}
        ended = shell.run("subscribe.sh")
        assert ended.code == 1
        assert "Destination endpoint not found" in ended.errors
        assert "not deployed in 5 tries; Azure's reason is above" in ended.errors
        assert shell.azure["tries"] == 5

    def test_every_missing_variable_is_named_at_once(self, shell: Shell) -> None:
        """With the command that sets them."""
        shell.environment = {"PAUSE": "0", "EVENTS_STORAGE_ID": "there"}
        ended = shell.run("subscribe.sh")
        assert ended.code == 1
        missing = "AZURE_FUNCTION_ID EVENT_GRID_TOPIC_NAME EVENT_GRID_TOPIC_RESOURCE_GROUP."
        assert f"no value: {missing}" in ended.errors
        assert 'eval "$(sh infra/scripts/outputs.sh)"' in ended.errors

    def test_a_webhook_needs_an_app_that_answers(self, shell: Shell) -> None:
        """Event Grid calls it while the subscription is made."""
        shell.environment |= WEBHOOK
        shell.azure |= {"functions": [], "appears_after": 4}
        assert shell.run("subscribe.sh").code == 0
        (deployed,) = shell.azure["deployed"]
        assert deployed["environment"] == OUTPUTS | WEBHOOK

    def test_a_webhook_that_does_not_answer_is_not_subscribed(self, shell: Shell) -> None:
        """The script says what it asked."""
        shell.environment |= WEBHOOK
        shell.azure |= {"answering": []}
        ended = shell.run("subscribe.sh")
        assert ended.code == 1
        assert "https://func-x.azurewebsites.net/api/health does not answer" in ended.errors
        assert shell.azure["deployed"] == []

    def test_a_webhook_needs_tenant_and_audience(self, shell: Shell) -> None:
        """They come from register-applications.sh events."""
        shell.environment |= {"DELIVERY": "webhook"}
        assert "no value: ENTRA_TENANT_ID EVENTS_AUDIENCE." in shell.run("subscribe.sh").errors

    def test_an_unknown_delivery_is_refused(self, shell: Shell) -> None:
        """Before anything is asked of Azure."""
        shell.environment |= {"DELIVERY": "queue"}
        assert shell.run("subscribe.sh").errors == "subscribe.sh: DELIVERY is function or webhook, not queue\n"


class TestOutputs:
    """infra/scripts/outputs.sh."""

    def test_outputs_become_variables(self, shell: Shell) -> None:
        """Under their own names, whatever Azure made of them; an empty one stays empty. The subscription is one too."""
        said = {"azurE_FUNCTION_ID": APP, "evenTS_IDENTITY_ID": "", "apI_ADDRESS": OUTPUTS["API_ADDRESS"]}
        shell.azure = AZURE | {
            "deployments": {"test": {name: {"type": "String", "value": said[name]} for name in said}}
        }
        shell.environment["AZURE_ENV_NAME"] = "test"
        ended = shell.run("outputs.sh")
        assert (ended.code, ended.errors) == (0, "")
        wanted = {name: OUTPUTS[name] for name in ("AZURE_FUNCTION_ID", "EVENTS_IDENTITY_ID", "API_ADDRESS")}
        assert ended.exports == wanted | {"AZURE_SUBSCRIPTION_ID": "the-subscription"}

    def test_a_deployment_that_is_not_there_is_named(self, shell: Shell) -> None:
        """With what may be wrong."""
        ended = shell.run("outputs.sh")
        assert ended.code == 1
        assert "no deployment contact-centre in this subscription" in ended.errors


@pytest.mark.parametrize("script", ["register-applications.sh", "outputs.sh", "subscribe.sh"])
class TestTheAzureCli:
    """What every script needs."""

    def test_it_has_to_be_there(self, shell: Shell, script: str) -> None:
        """The reader learns where to get it."""
        shell.environment |= OUTPUTS
        shell.without("az")
        ended = shell.run(script)
        assert ended.code == 1
        assert "the Azure CLI, az, is not there. Install it: https://aka.ms/installazurecli" in ended.errors

    def test_somebody_has_to_be_signed_in(self, shell: Shell, script: str) -> None:
        """The reader learns how."""
        shell.environment |= OUTPUTS
        shell.azure = AZURE | {"signed_in": None}
        ended = shell.run(script)
        assert ended.code == 1
        assert "nobody is signed in to Azure. Run: az login" in ended.errors
