"""One thing is broken: one check says so, and what to do; no other cries, though what depends on it is skipped."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dev.tools.doctor.findings import Level
from dev.tools.doctor.repository import roles
from tests.contract.doctor.conftest import Examination
from tests.contract.doctor.stand_in import StandIn, running
from tests.contract.doctor.world import IDENTITIES, TOPICS, World

type Break = Callable[[World], object]

OWNER = roles()["Azure Service Bus Data Owner"]
WRITER = roles()["Storage Blob Data Contributor"]
SENDER = roles()["Communication and Email Service Owner"]
TELLER = roles()["Azure Service Bus Data Sender"]


def _of_queue(world: World, name: str) -> dict[str, object]:
    properties: dict[str, object] = world.one("Microsoft.ServiceBus/namespaces/queues", name)["properties"]
    return properties


def _move(world: World) -> None:
    """The right role, on the other queue."""
    role = world.assignment("/queues/conversations", OWNER)["properties"]
    role["scope"] = role["scope"].replace("conversations", "timers")


def _another_identity(world: World) -> None:
    world.settings["ServiceBusConnection__clientId"] = "99999999-0000-0000-0000-000000000009"


def _filter(world: World, name: str) -> dict[str, object]:
    found: dict[str, object] = world.subscription(name)["filter"]["advancedFilters"][0]
    return found


def _another_account(world: World) -> None:
    """A container of the same name, of which the app's operators know nothing."""
    kept = world.subscription("whatsapp-status")["deadLetterWithResourceIdentity"]["deadLetterDestination"]
    kept["properties"]["resourceId"] = kept["properties"]["resourceId"].replace("/st", "/another")


def _without_functions(world: World) -> None:
    for function in world.all("Microsoft.Web/sites/functions"):
        world.remove(function)


def _template(world: World) -> dict[str, Any]:
    return next(iter(world.templates.values()))[0]


def _components(world: World) -> list[dict[str, Any]]:
    components: list[dict[str, Any]] = _template(world)["content"]["components"]
    return components


def _button(**button: str) -> dict[str, Any]:
    return {"type": "BUTTONS", "buttons": [button]}


BROKEN: dict[str, tuple[Break, str, str, str]] = {
    "the app is stopped": (
        lambda world: world.app["properties"].update(state="Stopped"),
        "app", "it is Stopped, not Running", "az functionapp start",
    ),
    "the app runs another Python": (
        lambda world: world.app["properties"]["functionAppConfig"]["runtime"].update(version="3.11"),
        "app", "its runtime is python 3.11, not python 3.13", "infra/main.bicep",
    ),
    "the app is on another plan": (
        lambda world: world.app["properties"].pop("functionAppConfig"),
        "app", "it is not on a Flex Consumption plan", "infra/main.bicep",
    ),
    "a setting of the app is missing": (
        lambda world: world.settings.pop("ServiceBusConnection__fullyQualifiedNamespace"),
        "settings", "ServiceBusConnection__fullyQualifiedNamespace is missing", "infra/main.bicep",
    ),
    "a setting of the host is missing": (
        lambda world: world.settings.pop("AzureWebJobsStorage__clientId"),
        "settings", "AzureWebJobsStorage__clientId is missing", "infra/main.bicep",
    ),
    "the app does not know its identity": (
        lambda world: world.settings.pop("AZURE_CLIENT_ID"),
        "settings", "AZURE_CLIENT_ID is missing", "infra/main.bicep",
    ),
    "the way to sign in is unknown": (
        lambda world: world.settings.update(AUTH_MODE="none"),
        "settings", "AUTH_MODE is unknown", "infra/main.bicep",
    ),
    "the API is not registered": (
        lambda world: world.settings.update(ENTRA_AUDIENCE="00000000-0000-0000-0000-000000000000"),
        "settings", "ENTRA_AUDIENCE is only a placeholder", "infra/main.bicep",
    ),
    "a setting of the old plans": (
        lambda world: world.settings.update(WEBSITE_RUN_FROM_PACKAGE="1"),
        "settings", "WEBSITE_RUN_FROM_PACKAGE must not be set", "infra/main.bicep",
    ),
    "a setting that pretends App Service authentication": (
        lambda world: world.settings.update(WEBSITE_AUTH_ENABLED="True"),
        "settings", "WEBSITE_AUTH_ENABLED must not be set", "infra/main.bicep",
    ),
    "the trigger signs in as somebody else": (
        _another_identity,
        "identity", "ServiceBusConnection__clientId names no identity of the app", "infra/main.bicep",
    ),
    "the configuration is bad": (
        lambda world: world.configuration["queues"].pop("general"),
        "configuration", "contact_center.yaml: ", "make config-check",
    ),
    "a table is missing": (
        lambda world: world.remove(world.one("Microsoft.Storage/storageAccounts/tableServices/tables", "aliases")),
        "storage", "the table aliases is missing", "infra/main.bicep",
    ),
    "a container is missing": (
        lambda world: world.remove(
            world.one("Microsoft.Storage/storageAccounts/blobServices/containers", "eventgrid-deadletter")
        ),
        "storage", "the container eventgrid-deadletter is missing", "infra/main.bicep",
    ),
    "a queue is missing": (
        lambda world: world.remove(world.one("Microsoft.ServiceBus/namespaces/queues", "timers")),
        "queues", "timers is missing", "infra/main.bicep",
    ),
    "a queue has no sessions": (
        lambda world: _of_queue(world, "conversations").update(requiresSession=False),
        "queues", "conversations has requiresSession false, not true", "fixed at creation",
    ),
    "timers lead nowhere": (
        lambda world: _of_queue(world, "timers").pop("forwardTo"),
        "queues", "timers has forwardTo nothing, not conversations", "infra/main.bicep",
    ),
    "a role is missing": (
        lambda world: world.remove(world.assignment("/queues/conversations", OWNER)),
        "roles", "Azure Service Bus Data Owner is missing on the queue conversations", "az role assignment create",
    ),
    "a role is missing in another group": (
        lambda world: world.remove(world.assignment("/communicationServices/acs-contoso", SENDER)),
        "roles", "Email Service Owner is missing on Communication Services", "--scope /subscriptions/",
    ),
    "a role is held on something else": (
        _move,
        "roles", "Azure Service Bus Data Owner is missing on the queue conversations", "az role assignment create",
    ),
    "the topic may not write dead letters": (
        lambda world: world.remove(world.assignment("/containers/eventgrid-deadletter", WRITER)),
        "role of the topic", "Storage Blob Data Contributor is missing on the container", "az role assignment create",
    ),
    "the topic is missing": (
        lambda world: world.remove(world.one(TOPICS)),
        "role of the topic", "no Event Grid topic has the source", "infra/main.bicep",
    ),
    "nothing is published": (_without_functions, "functions", "none is published", "azd deploy"),
    "a function is missing": (
        lambda world: world.remove(world.one("Microsoft.Web/sites/functions", "/keep_dead_letter")),
        "functions", "keep_dead_letter is missing", "azd deploy",
    ),
    "the app left route out": (
        lambda world: world.remove(world.one("Microsoft.Web/sites/functions", "/route")),
        "functions", "route is missing", "GET /api/health/ready",
    ),
    "a function is disabled": (
        lambda world: world.one("Microsoft.Web/sites/functions", "/ingest")["properties"].update(isDisabled=True),
        "functions", "ingest is disabled", "AzureWebJobs.<name>.Disabled",
    ),
    "a subscription is missing": (
        lambda world: world.remove(world.one(f"{TOPICS}/eventSubscriptions", "whatsapp-status")),
        "status events", "whatsapp-status is missing at the topic evgt-contact-centre", "infra/events.bicep",
    ),
    "a subscription filters by the customer": (
        lambda world: _filter(world, "whatsapp-status").update(key="data.to"),
        "status events", "filters by StringIn on data.to", "infra/events.bicep",
    ),
    "a subscription keeps a channel out": (
        lambda world: _filter(world, "whatsapp-received").update(values=["11111111-1111-1111-1111-111111111111"]),
        "received events", "no event of channel 22222222-2222-2222-2222-222222222222", "infra/events.bicep",
    ),
    "a subscription is of another type of event": (
        lambda world: world.subscription("whatsapp-received")["filter"].update(
            includedEventTypes=["Microsoft.Communication.SMSReceived"]
        ),
        "received events", "does not take Microsoft.Communication.AdvancedMessageReceived", "infra/events.bicep",
    ),
    "a subscription delivers nowhere": (
        lambda world: world.subscription("whatsapp-received").pop("destination"),
        "received events", "delivers to nothing that the app has", "infra/events.bicep",
    ),
    "a subscription keeps no dead letters": (
        lambda world: world.subscription("whatsapp-received").pop("deadLetterWithResourceIdentity"),
        "received events", "does not keep in eventgrid-deadletter of stbnv64xcqxpsd4 what can't", "infra/events.bicep",
    ),
    "a subscription keeps dead letters in another account": (
        _another_account,
        "status events", "does not keep in eventgrid-deadletter of stbnv64xcqxpsd4 what can't", "infra/events.bicep",
    ),
    "a subscription failed": (
        lambda world: world.subscription("whatsapp-status").update(provisioningState="Failed"),
        "status events", "its state is Failed, not Succeeded", "infra/events.bicep",
    ),
    "a template is paused": (
        lambda world: _template(world).update(status="paused"),
        "templates", "follow_up (fr) of channel_1 is paused, not approved", "WhatsApp Manager",
    ),
    "a template is not there": (
        lambda world: next(iter(world.templates.values())).pop(0),
        "templates", "follow_up (fr) of channel_1 is not listed", "WhatsApp Manager",
    ),
    "a template takes other parameters": (
        lambda world: _template(world).update(content=[{"type": "BODY", "text": "Bonjour {{1}}"}]),
        "templates", "has 1 parameter at WhatsApp instead of 2", "WhatsApp Manager",
    ),
    "a template has a moving picture above": (
        lambda world: _components(world).append({"type": "HEADER", "format": "GIF"}),
        "templates", "follow_up (fr) of channel_1 has a header of the kind gif, which needs", "WhatsApp Manager",
    ),
    "a template has a parameter by name above": (
        lambda world: _components(world).append({"type": "HEADER", "format": "TEXT", "text": "Bonjour {{nom}}"}),
        "templates", "has a header with {{nom}}, which needs", "WhatsApp Manager",
    ),
    "a template has a code to copy": (
        lambda world: _components(world).append(_button(type="COPY_CODE")),
        "templates", "has a copy-code button, which needs", "WhatsApp Manager",
    ),
    "the app does not answer": (
        lambda world: setattr(world, "health", 503),
        "health", "GET /api/health answers 503", "log stream",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
async def test_what_is_broken_is_named_once(case: str, azure: StandIn, findings: Examination) -> None:
    """Exactly one problem and no warning."""
    break_it, check, text, do = BROKEN[case]
    break_it(azure.world)
    found = await findings(azure)
    assert {name for name, finding in found.items() if finding.level is Level.PROBLEM} == {check}
    assert Level.WARNING not in {finding.level for finding in found.values()}
    assert text in found[check].text
    assert do in found[check].do


WARNED: dict[str, tuple[Break, str, str]] = {
    "dead letters wait": (
        lambda world: _of_queue(world, "conversations").update(countDetails={"deadLetterMessageCount": 2}),
        "dead letters", "2 in conversations",
    ),
    "Event Grid gave up": (
        lambda world: world.given_up.update(DeadLetteredCount=4, DroppedEventCount=1),
        "dead-lettered events", "given up in the last 7 days: 4 in eventgrid-deadletter and 1 lost",
    ),
    "alerts tell nobody": (
        lambda world: world.one("Microsoft.Insights/actionGroups")["properties"].update(emailReceivers=[]),
        "alerts", "the action group contact-centre tells nobody",
    ),
    "the portal made another subscription": (
        lambda world: world.add(
            {
                **world.one(f"{TOPICS}/eventSubscriptions", "whatsapp-received"),
                "id": f"{world.one(TOPICS)['id']}/eventSubscriptions/made-in-the-portal",
                "name": "made-in-the-portal",
            }
        ),
        "other subscriptions", "made-in-the-portal brings the same events once more",
    ),
    "a role is held on the whole namespace": (
        lambda world: world.assignment("/queues/conversations", OWNER)["properties"].update(
            scope=world.one("Microsoft.ServiceBus/namespaces")["id"]
        ),
        "roles", "more than the queue conversations",
    ),
    "a subscription gives up early": (
        lambda world: world.subscription("whatsapp-status")["retryPolicy"].update(maxDeliveryAttempts=3),
        "status events", "gives up after 3 attempts",
    ),
    "a template has other words": (
        lambda world: _template(world).update(content=[{"type": "BODY", "text": "Salut {{1}}, {{2}}"}]),
        "templates", "follow_up (fr) of channel_1 has another text at WhatsApp",
    ),
    "Sent arrives again": (
        lambda world: world.subscription("whatsapp-status")["filter"]["advancedFilters"].pop(),
        "status events", "lets the status Sent through",
    ),
    "the worker's lines are kept": (
        lambda world: world.settings.pop("PYTHON_APPLICATIONINSIGHTS_LOGGER_NAME"),
        "settings", "PYTHON_APPLICATIONINSIGHTS_LOGGER_NAME is missing: the worker's own lines are kept",
    ),
    "nobody sees how it works": (
        lambda world: world.settings.pop("PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY"),
        "settings", "PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY is missing: no telemetry",
    ),
    "a setting that nobody reads": (
        lambda world: world.settings.update(MEDIA_CONTAINER="hush"),
        "settings", "MEDIA_CONTAINER is none that infra/main.bicep sets",
    ),
    "traces are sampled otherwise": (
        lambda world: world.settings.pop("OTEL_TRACES_SAMPLER"),
        "settings", "OTEL_TRACES_SAMPLER is not microsoft.fixed_percentage",
    ),
    "no part of the traces is named": (
        lambda world: world.settings.pop("OTEL_TRACES_SAMPLER_ARG"),
        "settings", "OTEL_TRACES_SAMPLER_ARG is no number from 0 to 1",
    ),
    "more traces are wanted than there are": (
        lambda world: world.settings.update(OTEL_TRACES_SAMPLER_ARG="10"),
        "settings", "OTEL_TRACES_SAMPLER_ARG is no number from 0 to 1",
    ),
    "telemetry has no name": (
        lambda world: world.settings.pop("OTEL_SERVICE_NAME"),
        "settings", "OTEL_SERVICE_NAME is missing",
    ),
    "a secret where none is needed": (
        lambda world: world.settings.update(ServiceBusConnection="Endpoint=sb://x/;SharedAccessKey=hush"),
        "settings", "ServiceBusConnection holds a secret",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WARNED)
async def test_what_does_no_harm_yet_is_a_warning(case: str, azure: StandIn, findings: Examination) -> None:
    """Exactly one warning and no problem, and no value of a setting in it."""
    change, check, text = WARNED[case]
    change(azure.world)
    found = await findings(azure)
    others = {name for name, finding in found.items() if finding.level not in (Level.OK, Level.NOTE)}
    assert others == {check}
    assert found[check].level is Level.WARNING
    assert text in found[check].text
    assert "hush" not in found[check].text + found[check].do


async def test_roles_are_checked_without_telemetry_too(azure: StandIn, findings: Examination) -> None:
    """The role on Application Insights is then one too many."""
    del azure.world.settings["APPLICATIONINSIGHTS_CONNECTION_STRING"]
    found = await findings(azure)
    assert "APPLICATIONINSIGHTS_CONNECTION_STRING is missing" in found["settings"].text
    assert found["roles"].level is Level.WARNING
    assert "the role Monitoring Metrics Publisher on" in found["roles"].text


async def test_an_identity_that_is_not_assigned_leaves_the_roles_unchecked(
    azure: StandIn, findings: Examination
) -> None:
    """Whose roles they would be is not known; that is said once."""
    azure.world.settings["AZURE_CLIENT_ID"] = azure.world.one(IDENTITIES, "-topic")["properties"]["clientId"]
    found = await findings(azure)
    assert {name for name, finding in found.items() if finding.level is Level.PROBLEM} == {"identity"}
    assert found["roles"].level is Level.SKIPPED
    assert "AZURE_CLIENT_ID names no identity of the app" in found["roles"].text


def _topic(world: World) -> dict[str, Any]:
    return world.one("Microsoft.ServiceBus/namespaces/topics")


TELLING: dict[str, tuple[Break, str, str]] = {
    "the topic is missing": (
        lambda world: world.remove(_topic(world)),
        "topic for other systems", "contact-centre-events is missing",
    ),
    "the topic tells twice": (
        lambda world: _topic(world)["properties"].update(requiresDuplicateDetection=False),
        "topic for other systems", "contact-centre-events has requiresDuplicateDetection false, not true",
    ),
    "the app may not tell": (
        lambda world: world.remove(world.assignment("/topics/contact-centre-events", TELLER)),
        "roles", "Azure Service Bus Data Sender is missing on the topic for other systems",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", TELLING)
async def test_who_tells_other_systems_needs_a_topic(case: str, certificate_file: Path, findings: Examination) -> None:
    change, check, text = TELLING[case]
    async with running("telling", "events-function", certificate_file) as azure:
        change(azure.world)
        found = await findings(azure)
    assert {name for name, finding in found.items() if finding.level is Level.PROBLEM} == {check}
    assert found[check].text == text
