"""The scripts that deploy, run against a stand-in for the command lines of Azure."""

from pathlib import Path

import pytest

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

    def test_without_a_topic_there_is_nothing_to_subscribe(self, shell: Shell) -> None:
        """Every number is at Meta, who calls the app itself; Azure is not even asked."""
        shell.environment |= {"EVENT_GRID_TOPIC_NAME": "", "EVENT_GRID_TOPIC_RESOURCE_GROUP": ""}
        ended = shell.run("subscribe.sh")
        assert (ended.code, ended.errors) == (0, "")
        assert f"{OUTPUTS['API_ADDRESS']}/whatsapp" in ended.out
        assert shell.azure.get("deployed", []) == []

    @pytest.mark.parametrize(
        ("destination", "code"),
        [
            ({"resourceId": f"{APP}/functions/ingest".upper()}, 0),
            ({"endpointBaseUrl": f"{OUTPUTS['API_ADDRESS']}/events"}, 0),
            ({"resourceId": f"{APP}-of-production/functions/ingest"}, 1),
            ({"endpointBaseUrl": "https://func-production.azurewebsites.net/api/events"}, 1),
        ],
    )
    @pytest.mark.parametrize("name", ["whatsapp-received", "whatsapp-status"])
    def test_it_takes_over_no_subscription_of_another_deployment(
        self, shell: Shell, name: str, destination: dict[str, str], code: int
    ) -> None:
        """Which has the same names, and would get no events any more; its own are brought up to date."""
        group = "/subscriptions/the-subscription/resourceGroups/rg-topic"
        topic = f"{group}/providers/Microsoft.EventGrid/systemTopics/evgt-x"
        shell.azure |= {"event_subscriptions": {f"{topic}/eventSubscriptions/{name}": destination}}
        ended = shell.run("subscribe.sh")
        assert ended.code == code, ended.errors
        assert len(shell.azure["deployed"]) == 1 - code
        assert code == 0 or f"{name} of the topic evgt-x delivers to" in ended.errors

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
