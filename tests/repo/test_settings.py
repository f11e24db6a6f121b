"""Settings are named alike in code, Bicep, sample and docs."""

import json
import re

import pytest

from dev.tools.doctor.known_settings import LOCAL as FOR_TRYING_OUT
from dev.tools.doctor.known_settings import OF_OTHERS, READ_BY_THE_APP, is_forbidden
from shared.logs import log
from shared.settings import AuthMode, read_settings
from shared.vocabulary.words import Provider
from tests.repo import ROOT
from tests.repo.infrastructure import CENTRES, CLOUD, INFRA, WITHOUT_ACS, predicted

SECRET = re.compile(r"@Microsoft\.KeyVault\(VaultName=kv-\w+;SecretName=(?P<name>[\w-]+)\)")
SECRETS = {
    "WHATSAPP_ACCESS_TOKEN", "WHATSAPP_APP_SECRET", "WHATSAPP_APP_SECRET_PREVIOUS", "WHATSAPP_VERIFY_TOKEN",
}  # fmt: skip
LOCAL = {"FUNCTIONS_WORKER_RUNTIME", "AzureWebJobsStorage"}


def set_in_azure(variant: str) -> dict[str, str]:
    """The app settings of a variant; what Azure answers at the deployment stands there as an expression."""
    settings: dict[str, str] = predicted(variant).one("Microsoft.Web/sites/config", "/appsettings")["properties"]
    return settings


def followed(value: str) -> str:
    """A setting as the app gets it: instead of a reference to a secret, the secret."""
    return SECRET.sub(r"value of \g<name>", value)


def documented() -> set[str]:
    """The settings in the tables of docs/settings.md."""
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row)}


def test_every_setting_is_documented_and_no_other() -> None:
    """docs/settings.md lists what the app reads, and what host, SDKs and platform read."""
    assert documented() == READ_BY_THE_APP | OF_OTHERS | LOCAL


def test_every_setting_has_a_safe_local_value() -> None:
    """Of a pair of connection settings the sample has the connection string."""
    sample = set(json.loads((ROOT / "local.settings.sample.json").read_text(encoding="utf-8"))["Values"])
    expected = {name for name in READ_BY_THE_APP if "__" not in name}
    assert sample == expected | LOCAL


@pytest.mark.parametrize("variant", CENTRES)
def test_azure_has_every_setting_and_no_other(variant: str) -> None:
    """Of a pair of connection settings the address, to which the app's identity signs in; of tokens what is taken."""
    read = READ_BY_THE_APP
    expected = {name for name in read - FOR_TRYING_OUT if not any(other.startswith(f"{name}__") for other in read)}
    if variant == "trial":
        expected -= {"ENTRA_TENANT_ID", "ENTRA_AUTHORITY", "ENTRA_AUDIENCE", "DESK_CLIENT_ID"}
    if variant != "webhook":
        expected -= {"EVENTS_AUDIENCE"}
    if variant != "telling":
        expected -= {"EVENTS_TOPIC", "EVENTS_CONTENT"}
    if variant in WITHOUT_ACS:
        expected -= {"CommunicationServicesConnection__endpoint"}
    if variant not in CLOUD:
        expected -= {name for name in expected if name.startswith("WHATSAPP_")}
    if variant != "whatsapp-both":
        expected -= {"WHATSAPP_APP_SECRET_PREVIOUS"}
    assert set(set_in_azure(variant)) == expected | OF_OTHERS


@pytest.mark.parametrize("variant", CENTRES)
def test_the_app_is_content_with_its_settings_in_azure(variant: str) -> None:
    """It finds nothing missing and nothing malformed."""
    answered = {"ENTRA_AUTHORITY": "https://login.microsoftonline.com/"}
    given = {name: answered.get(name, followed(value)) for name, value in set_in_azure(variant).items()}
    settings = read_settings(given)
    assert settings.problems == ()
    used = {Provider.WHATSAPP_CLOUD} if variant in CLOUD else set()
    assert settings.missing_for(used if variant in WITHOUT_ACS else used | {Provider.ACS}) == []
    assert settings.whatsapp_webhook is (variant in CLOUD)
    assert settings.telemetry
    assert settings.auth_mode is (AuthMode.KEY if variant == "trial" else AuthMode.ENTRA)
    assert settings.webhook is (variant == "webhook")
    assert (settings.events_topic is not None, settings.events_in_full) == ((variant == "telling"),) * 2


@pytest.mark.parametrize("variant", CENTRES)
def test_everything_signs_in_as_the_one_identity(variant: str) -> None:
    """Without the client id, a library asks for a system-assigned identity, which the app has not."""
    settings = set_in_azure(variant)
    client_id = settings["AZURE_CLIENT_ID"]
    assert re.fullmatch(r"\[reference\('.*/userAssignedIdentities/id-[a-z-]+', '[\d-]+'\)\.clientId\]", client_id)
    for prefix in ("AzureWebJobsStorage", "ServiceBusConnection"):
        assert settings[f"{prefix}__credential"] == "managedidentity"
        assert settings[f"{prefix}__clientId"] == client_id
    telemetry = settings["APPLICATIONINSIGHTS_AUTHENTICATION_STRING"]
    assert telemetry == f"[format('ClientId={{0}};Authorization=AAD', {client_id.strip('[]')})]"


@pytest.mark.parametrize("variant", CENTRES)
def test_each_address_is_that_of_its_service(variant: str) -> None:
    """Of the account's blobs, queues and tables."""
    settings = set_in_azure(variant)
    for service in ("blob", "queue", "table"):
        assert settings[f"AzureWebJobsStorage__{service}ServiceUri"].endswith(f".primaryEndpoints.{service}]")
    assert settings["TableStorageConnection__tableServiceUri"] == settings["AzureWebJobsStorage__tableServiceUri"]


@pytest.mark.parametrize("variant", CENTRES)
def test_a_fixed_part_of_the_traces_is_kept(variant: str) -> None:
    """As the Azure Monitor distribution names its sampler."""
    settings = set_in_azure(variant)
    assert settings["OTEL_TRACES_SAMPLER"] == "microsoft.fixed_percentage"
    assert 0 <= float(settings["OTEL_TRACES_SAMPLER_ARG"]) <= 1


@pytest.mark.parametrize("variant", CENTRES)
def test_of_the_workers_log_only_the_apps_lines_are_kept(variant: str, caplog: pytest.LogCaptureFixture) -> None:
    """By the name of the app's logger: the worker writes a line of its own about each execution."""
    with caplog.at_level("INFO"):
        log("ingest", outcome="queued")
    (line,) = caplog.records
    assert set_in_azure(variant)["PYTHON_APPLICATIONINSIGHTS_LOGGER_NAME"] == line.name


@pytest.mark.parametrize("variant", CENTRES)
def test_azure_has_no_setting_that_flex_refuses_and_none_that_fakes_a_sign_in(variant: str) -> None:
    """`WEBSITE_AUTH_*` as app setting would make App Service authentication look switched on."""
    assert [name for name in set_in_azure(variant) if is_forbidden(name)] == []


@pytest.mark.parametrize("variant", CENTRES)
def test_what_is_secret_is_only_referred_to(variant: str) -> None:
    """Each in the vault of the deployment, in its newest version; every other setting says itself what it says."""
    settings = set_in_azure(variant)
    vault = predicted(variant).outputs["KEY_VAULT_NAME"]
    expected = {
        name: f"@Microsoft.KeyVault(VaultName={vault};SecretName={name.lower().replace('_', '-')})"
        for name in SECRETS & set(settings)
    }
    assert {name: value for name, value in settings.items() if "KeyVault" in value} == expected
    assert bool(expected) is (variant in CLOUD)


def test_settings_are_set_in_one_place() -> None:
    """Two lists of app settings would overwrite each other."""
    files = [
        path for path in INFRA.rglob("*.bicep") if re.search("appsettings", path.read_text("utf-8"), re.IGNORECASE)
    ]
    assert [path.name for path in files] == ["settings.bicep"]
    for variant in CENTRES:
        assert "appSettings" not in predicted(variant).one("Microsoft.Web/sites")["properties"]["siteConfig"]


def test_the_sample_holds_no_secret() -> None:
    """Only the emulators' well-known keys, on loopback."""
    values = json.loads((ROOT / "local.settings.sample.json").read_text(encoding="utf-8"))["Values"]
    for name, value in values.items():
        hosts = re.findall(r"(?:https?|sb)://([^:/;]+)", value)
        assert set(hosts) <= {"127.0.0.1"}, name
