"""What the checks make of what was read, where the stand-in's world does not go."""

import pytest

from dev.tools.doctor.app import judge_app, judge_health
from dev.tools.doctor.app_settings import judge_identity, judge_settings
from dev.tools.doctor.deployed import App, Function, Identity, Queue, listed_template
from dev.tools.doctor.findings import Level
from dev.tools.doctor.functions import judge_functions
from dev.tools.doctor.queues import judge_queues
from dev.tools.doctor.templates import judge_templates
from shared.configuration import Template
from shared.vocabulary.templates import Definition, ListedTemplate

CLIENT = "aaaaaaaa-1111-1111-1111-111111111111"
IDENTITY = Identity(client_id=CLIENT, principal_id="p")
TEMPLATE = Template.model_validate({"languages": {"fr": "Bonjour {{1}}"}})


def test_an_app_that_is_wrong_twice_says_both() -> None:
    """Every problem at once."""
    finding = judge_app(App(state="", host="h", runtime="node 22", identities=()), "3.13")
    assert finding.text == "it is in no known state, not Running; its runtime is node 22, not python 3.13"


@pytest.mark.parametrize(("status", "do"), [(403, "access restrictions"), (404, "publish"), (502, "log stream")])
def test_each_answer_of_the_health_has_its_remedy(status: int, do: str) -> None:
    finding = judge_health(status)
    assert finding.level is Level.PROBLEM
    assert do in finding.do


def test_settings_are_named_and_their_values_never_shown() -> None:
    """Also where the value is what is wrong."""
    finding = judge_settings(
        {"AUTH_MODE": "hush", "ServiceBusConnection": "hush", "TZ": "hush", "WEBSITE_AUTH_X": "hush"}
    )
    assert finding.level is Level.PROBLEM
    for name in ("AUTH_MODE is unknown", "ServiceBusConnection is no", "TZ must not", "WEBSITE_AUTH_X must not"):
        assert name in finding.text
    assert "hush" not in finding.text + finding.do


def test_a_setting_that_is_refused_is_not_called_unknown_too() -> None:
    """One complaint a setting is enough."""
    text = judge_settings(
        {"TZ": "UTC", "Website_Auth_X": "1", "AzureWebJobsStorage": "UseDevelopmentStorage=true"}
    ).text
    assert [text.count(name) for name in ("TZ", "Website_Auth_X", "AzureWebJobsStorage ")] == [1, 1, 1]


def test_settings_that_name_two_identities_of_the_app_do_not_agree() -> None:
    """Both are assigned, and only one has the roles."""
    other = Identity(client_id="bbbbbbbb-2222-2222-2222-222222222222", principal_id="q")
    settings = {"AZURE_CLIENT_ID": CLIENT, "ServiceBusConnection__clientId": other.client_id}
    finding = judge_identity(settings, [IDENTITY, other])
    assert finding.text == "AZURE_CLIENT_ID, ServiceBusConnection__clientId do not name the same identity"


def test_a_client_id_may_be_written_in_any_case() -> None:
    """And telemetry without one is signed in as nobody."""
    settings = {"AZURE_CLIENT_ID": CLIENT.upper()}
    assert judge_identity(settings, [IDENTITY]).level is Level.OK
    telemetry = settings | {"APPLICATIONINSIGHTS_AUTHENTICATION_STRING": "Authorization=AAD"}
    assert "APPLICATIONINSIGHTS_AUTHENTICATION_STRING names no" in judge_identity(telemetry, [IDENTITY]).text


def test_azure_may_leave_out_what_is_off_and_write_a_queue_as_an_address() -> None:
    wanted = {"timers": {"requiresSession": False, "forwardTo": "conversations"}}
    forward = "https://ns.servicebus.windows.net/conversations"
    found = Queue(name="timers", properties={"forwardTo": forward}, dead_letters=0)
    assert judge_queues(wanted, [found]).level is Level.OK


def test_a_function_beside_route_that_is_missing_is_a_matter_of_publishing() -> None:
    """`route` alone is left out by the app itself."""
    found = [Function(name="ingest", disabled=False)]
    assert "publish the app" in judge_functions({"ingest", "route", "reply"}, found).do
    assert "health/ready" in judge_functions({"ingest", "route"}, found).do


@pytest.mark.parametrize(
    "content",
    [
        [{"type": "BODY", "text": "Bonjour {{1}}"}],
        {"components": [{"type": "HEADER", "text": "x"}, {"type": "body", "text": "Bonjour {{1}}"}]},
    ],
)
def test_the_body_of_a_template_is_found_wherever_it_stands(content: object) -> None:
    item = listed_template({"name": "follow_up", "language": "fr", "status": "approved", "content": content})
    assert item.definition is not None
    assert item.definition.body == "Bonjour {{1}}"
    assert judge_templates({"follow_up": TEMPLATE}, {"support": [item]}).level is Level.OK


def test_a_template_whose_definition_is_not_told_is_believed() -> None:
    """Only its approval is known."""
    item = listed_template({"name": "follow_up", "language": "fr", "status": "approved", "content": None})
    assert judge_templates({"follow_up": TEMPLATE}, {"support": [item]}).level is Level.OK


def test_each_channel_needs_each_template() -> None:
    """A second channel may belong to another WhatsApp account."""
    definition = Definition(body="Bonjour {{1}}")
    item = ListedTemplate(name="follow_up", language="fr", status="approved", definition=definition)
    finding = judge_templates({"follow_up": TEMPLATE}, {"support": [item], "sales": []})
    assert finding.text == "follow_up (fr) of sales is not listed"
