"""Reading the app settings: every problem named, none with its value; and what works without them."""

import json
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from shared.adapters.azure import AzurePorts
from shared.api.exchange import Request
from shared.api.whatsapp_webhook import signature_of
from shared.composition import ContactCentre
from shared.settings import AuthMode, Connection, Tenant, read_settings
from shared.vocabulary.errors import Unavailable
from shared.vocabulary.words import Provider
from tests.events.whatsapp import body
from tests.fakes.sender import FakeSender
from tests.fakes.world import FakePorts, World

SAMPLE = json.loads((Path(__file__).parents[3] / "local.settings.sample.json").read_text(encoding="utf-8"))["Values"]
GUID = "0a0b0c0d-0000-4000-8000-00000000000e"
SECRETS = ["WHATSAPP_ACCESS_TOKEN", "WHATSAPP_APP_SECRET", "WHATSAPP_APP_SECRET_PREVIOUS", "WHATSAPP_VERIFY_TOKEN"]
ENTRA = {"AUTH_MODE": "entra", "ENTRA_TENANT_ID": GUID, "ENTRA_AUDIENCE": GUID}


def test_the_sample_has_no_problem() -> None:
    """What `make setup` copies is complete."""
    settings = read_settings(SAMPLE)
    assert settings.problems == ()
    assert settings.auth_mode is AuthMode.KEY


@pytest.mark.parametrize(("value", "short"), [("true", True), ("false", False), ("", False)])
def test_short_durations_are_for_who_asks_for_them(value: str, short: bool) -> None:
    settings = read_settings(SAMPLE | {"SHORT_DURATIONS": value})
    assert (settings.short_durations, settings.problems) == (short, ())


def test_a_flag_is_true_or_false() -> None:
    settings = read_settings(SAMPLE | {"SHORT_DURATIONS": "1"})
    assert (settings.short_durations, settings.problems) == (False, ("SHORT_DURATIONS is neither true nor false",))


@pytest.mark.parametrize(
    ("topic", "content", "read", "wrong"),
    [
        ("", "", (None, False), []),
        ("events", "", ("events", False), []),
        ("crm/events", "full", ("crm/events", True), []),
        ("events!", "all", (None, False), ["EVENTS_TOPIC", "EVENTS_CONTENT"]),
        ("Conversations", "", (None, False), ["EVENTS_TOPIC"]),
    ],
)
def test_other_systems_are_told_on_a_topic(
    topic: str, content: str, read: tuple[str | None, bool], wrong: list[str]
) -> None:
    settings = read_settings(SAMPLE | {"EVENTS_TOPIC": topic, "EVENTS_CONTENT": content})
    assert (settings.events_topic, settings.events_in_full) == read
    assert [problem.split()[0] for problem in settings.problems] == wrong


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("", set()),
        (" https://CRM.example/ ,https://desk.example:8443,", {"https://crm.example", "https://desk.example:8443"}),
        ("https://crm.example:443,http://localhost:80", {"https://crm.example", "http://localhost"}),
        ("http://[::1]:5173", {"http://[::1]:5173"}),
    ],
)
def test_origins_are_read_as_browsers_write_them(given: str, read: set[str]) -> None:
    settings = read_settings(SAMPLE | {"ALLOWED_ORIGINS": given})
    assert (set(settings.allowed_origins), settings.problems) == (read, ())


@pytest.mark.parametrize(
    "given",
    [
        "*",
        "null",
        "crm.example",
        "http://crm.example",
        "https://*.crm.example",
        "https://crm.example/app",
        "https://é.example",
    ],
)
def test_what_is_no_origin_lets_nobody_call(given: str) -> None:
    settings = read_settings(SAMPLE | {"ALLOWED_ORIGINS": f"https://desk.example,{given}"})
    assert settings.allowed_origins == frozenset()
    assert [problem.split()[0] for problem in settings.problems] == ["ALLOWED_ORIGINS"]


def test_every_missing_setting_is_named_at_once() -> None:
    """One start shows all that is to be done."""
    assert [problem.split()[0] for problem in read_settings({}).problems] == [
        "ServiceBusConnection",
        "TableStorageConnection",
        "AUTH_MODE",
    ]


@pytest.mark.parametrize(
    ("provider", "missing"),
    [
        (Provider.ACS, ["CommunicationServicesConnection"]),
        (Provider.WHATSAPP_CLOUD, ["WHATSAPP_ACCESS_TOKEN", "WHATSAPP_APP_SECRET", "WHATSAPP_VERIFY_TOKEN"]),
    ],
)
def test_what_a_provider_needs_is_missing_where_a_channel_has_it(provider: Provider, missing: list[str]) -> None:
    assert [problem.split()[0] for problem in read_settings({}).missing_for({provider})] == missing


@pytest.mark.parametrize("name", SECRETS)
def test_a_reference_to_key_vault_that_nobody_followed_is_no_secret(name: str) -> None:
    settings = read_settings(SAMPLE | {name: "@Microsoft.KeyVault(VaultName=kv;SecretName=a)"})
    missing = settings.missing_for({Provider.ACS, Provider.WHATSAPP_CLOUD})
    assert f"{name} is a reference to Key Vault that could not be followed" in missing
    assert f"{name} is missing" not in missing


@pytest.mark.parametrize("name", SECRETS)
def test_a_reference_that_nobody_followed_stops_nothing_while_no_number_is_at_meta(name: str) -> None:
    """A team at ACS makes the Key Vault for its move while the app works; the secrets come into it afterwards."""
    settings = read_settings(SAMPLE | {name: "@Microsoft.KeyVault(VaultName=kv;SecretName=a)"})
    assert (settings.problems, settings.missing_for({Provider.ACS})) == ((), [])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CommunicationServicesConnection", "endpoint=https://secret.example.com"),
        ("ServiceBusConnection", "secret"),
        ("TableStorageConnection", "AccountName=secret;AccountKey="),
        ("AUTH_MODE", "secret"),
        ("ENTRA_TENANT_ID", "secret"),
        ("ENTRA_TENANT_ID", "secret.onmicrosoft.com"),
        ("ENTRA_TENANT_ID", f"api://{GUID}"),
        ("ENTRA_AUDIENCE", "api://secret"),
        ("ENTRA_AUDIENCE", f"{GUID}secret"),
        ("EVENTS_AUDIENCE", "secret"),
        ("ENTRA_AUTHORITY", "login.secret.example"),
        ("ENTRA_AUTHORITY", "http://login.secret.example"),
        ("ENTRA_AUTHORITY", "http://127.0.0.1.secret.example"),
        ("ENTRA_AUTHORITY", "http://127.0.0.1@secret.example"),
        ("ENTRA_AUTHORITY", "https://secret@login.example"),
        ("ENTRA_AUTHORITY", "https://login.example/secret"),
        ("ENTRA_AUTHORITY", "https://login.example?secret"),
        ("ENTRA_AUTHORITY", "https://login.example:secret"),
        ("ENTRA_AUTHORITY", "https://[secret"),
        ("ENTRA_AUTHORITY", "https://"),
        ("ENTRA_AUTHORITY", "ftp://secret.example"),
    ],
)
def test_what_is_malformed_is_named_without_its_value(name: str, value: str) -> None:
    """Refused at the start, not at the first message."""
    (problem,) = read_settings(SAMPLE | ENTRA | {name: value}).problems
    assert name in problem
    assert "secret" not in problem


@pytest.mark.parametrize(
    ("name", "read"),
    [("ENTRA_TENANT_ID", "tenant"), ("ENTRA_AUDIENCE", "audience"), ("EVENTS_AUDIENCE", "events_audience")],
)
def test_a_placeholder_is_named_with_what_to_do(name: str, read: str) -> None:
    """The id of no application: whoever deploys without having registered is told so."""
    settings = read_settings(SAMPLE | ENTRA | {name: str(UUID(int=0))})
    (problem,) = settings.problems
    assert problem.startswith(f"{name} is only a placeholder; ")
    assert "infra/scripts/register-applications.sh" in problem
    assert getattr(settings, read) is None


def test_sign_in_needs_a_tenant_and_an_audience() -> None:
    """The authority is the public cloud's, unless it is said."""
    assert [problem.split()[0] for problem in read_settings(SAMPLE | {"AUTH_MODE": "entra"}).problems] == [
        "ENTRA_TENANT_ID",
        "ENTRA_AUDIENCE",
    ]
    settings = read_settings(SAMPLE | ENTRA)
    assert settings.problems == ()
    assert settings.auth_mode is AuthMode.ENTRA
    assert settings.tenant == Tenant(id=GUID, authority="https://login.microsoftonline.com")
    assert (settings.audience, settings.events_audience, settings.webhook) == (GUID, None, False)


@pytest.mark.parametrize("mode", list(AuthMode))
def test_the_webhook_needs_a_tenant_in_any_mode(mode: AuthMode) -> None:
    """Its events are taken once both are there, and it exists, whatever is wrong."""
    webhook = SAMPLE | ENTRA | {"AUTH_MODE": mode, "EVENTS_AUDIENCE": GUID}
    settings = read_settings(webhook)
    assert (settings.problems, settings.events_audience, settings.webhook) == ((), GUID, True)
    for wrong in ({"ENTRA_TENANT_ID": ""}, {"EVENTS_AUDIENCE": "wrong"}):
        settings = read_settings(webhook | wrong)
        assert [problem.split()[0] for problem in settings.problems] == list(wrong)
        assert settings.webhook


def test_an_application_goes_by_its_guid_in_either_form() -> None:
    """`api://` before it and capital letters make no difference."""
    written = f"api://{GUID.upper()}"
    settings = read_settings(SAMPLE | ENTRA | {"ENTRA_AUDIENCE": written, "EVENTS_AUDIENCE": written})
    assert (settings.audience, settings.events_audience, settings.problems) == (GUID, GUID, ())


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("https://login.microsoftonline.us/", "https://login.microsoftonline.us"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://localhost", "http://localhost"),
        ("http://[::1]:80", "http://[::1]:80"),
    ],
)
def test_the_authority_is_https_or_on_loopback(given: str, read: str) -> None:
    """As its tokens name it, without a slash at the end."""
    settings = read_settings(SAMPLE | ENTRA | {"ENTRA_AUTHORITY": given})
    assert settings.problems == ()
    assert settings.tenant == Tenant(id=GUID, authority=read)


@pytest.mark.parametrize(("value", "wanted"), [("InstrumentationKey=x", True), ("", False), (None, False)])
def test_telemetry_is_wanted_where_a_setting_says_where_it_goes(value: str | None, wanted: bool) -> None:
    """Locally the setting is empty."""
    given = {} if value is None else {"APPLICATIONINSIGHTS_CONNECTION_STRING": value}
    assert read_settings(given).telemetry is wanted


async def test_intake_works_without_table_storage() -> None:
    """A good event needs the queue alone; only what has to go to quarantine comes again."""
    world = World()
    settings = read_settings({name: value for name, value in SAMPLE.items() if name != "TableStorageConnection"})
    sender = FakeSender()
    azure = AzurePorts(settings)  # kept: the task that closes its clients would be collected with it, still pending
    ports = FakePorts(tables=azure.tables, sender=sender, channel=world.channel, clock=world.clock)
    centre = ContactCentre(ports, settings, None, settings.problems)
    await centre.ingest(world.inbound("Bonjour"))
    assert len(sender.sent) == 1
    with pytest.raises(Unavailable):
        await centre.ingest(world.inbound("Bonjour", receivedTimestamp="soon"))
    await azure.close()


MALFORMED = (
    "nonsense",
    "Endpoint=sb://;SharedAccessKeyName=a;SharedAccessKey=b",
    "Endpoint=sb://[::1;SharedAccessKey=b",
)


@pytest.mark.parametrize("connection", MALFORMED)
async def test_a_webhook_lives_with_a_connection_string_that_nobody_can_read(
    connection: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Meta and Event Grid get their handshakes, and bring their events again until somebody has mended it."""
    named = {"ServiceBusConnection": connection, "WHATSAPP_APP_SECRET": "secret", "WHATSAPP_VERIFY_TOKEN": "word"}
    settings = read_settings(SAMPLE | named)
    settings = replace(settings, service_bus=Connection(connection_string=connection))
    azure = AzurePorts(settings)
    centre = ContactCentre(azure, settings, None, settings.problems)

    asked = {"hub.mode": "subscribe", "hub.verify_token": "word", "hub.challenge": "7"}
    assert (await centre.whatsapp(Request(method="GET", query=asked))).status == 200
    text = body("message__text")
    signed = {"x-hub-signature-256": signature_of(text, "secret")}
    answer = await centre.whatsapp(Request(method="POST", headers=signed, body=text))
    assert (answer.status, json.loads(answer.body)["code"]) == (503, "unavailable")
    assert "the connection string of ServiceBusSender is malformed" in caplog.text
    assert (await centre.events(Request(method="POST", body=b"[]"))).status == 503
    assert connection not in caplog.text
    await azure.close()
