"""The function app, and the resources that the app names in its code."""

import ast
import json

import pytest

from shared.state.tables import Table
from tests.repo import ROOT
from tests.repo.infrastructure import CENTRES, EVENTS, WITHOUT_ACS, last, predicted

HOST = json.loads((ROOT / "host.json").read_text(encoding="utf-8"))


def functions() -> dict[str, str]:
    """The functions of function_app.py: their names, and what decorates them."""
    tree = ast.parse((ROOT / "function_app.py").read_text(encoding="utf-8"))
    decorated = [node for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef) and node.decorator_list]
    return {node.name: ast.unparse(node.decorator_list[0]) for node in decorated}


@pytest.mark.parametrize("variant", CENTRES)
def test_the_app_runs_on_flex_consumption(variant: str) -> None:
    """A plan of its own, Python 3.13, and nothing in siteConfig that Flex refuses."""
    prediction = predicted(variant)
    plan, site = prediction.one("Microsoft.Web/serverfarms"), prediction.one("Microsoft.Web/sites")
    assert plan["sku"] == {"name": "FC1", "tier": "FlexConsumption"}
    assert plan["properties"]["reserved"] is True
    assert site["kind"] == "functionapp,linux"
    assert site["properties"]["serverFarmId"] == plan["id"]
    assert site["properties"]["siteConfig"] == {"minTlsVersion": "1.2"}
    assert site["properties"]["functionAppConfig"]["runtime"] == {"name": "python", "version": "3.13"}


@pytest.mark.parametrize("variant", CENTRES)
def test_the_package_is_read_with_the_identity_of_the_app(variant: str) -> None:
    """From a container that exists, which no rule empties."""
    prediction = predicted(variant)
    site = prediction.one("Microsoft.Web/sites")
    storage = site["properties"]["functionAppConfig"]["deployment"]["storage"]
    (identity,) = site["identity"]["userAssignedIdentities"]
    assert site["identity"]["type"] == "UserAssigned"
    assert storage["authentication"] == {
        "type": "UserAssignedIdentity",
        "userAssignedIdentityResourceId": identity,
    }
    assert storage["value"].startswith("[format('{0}deployment', reference(")
    assert prediction.one("Microsoft.Storage/storageAccounts/blobServices/containers", "/deployment")
    for policy in prediction.of("Microsoft.Storage/storageAccounts/managementPolicies"):
        for rule in policy["properties"]["policy"]["rules"]:
            assert "deployment" not in "".join(rule["definition"]["filters"]["prefixMatch"])


@pytest.mark.parametrize("variant", CENTRES)
def test_instances_stay_below_what_a_queue_allows(variant: str) -> None:
    """A queue allows 5,000 receivers; an instance waits for as many sessions as host.json says."""
    scale = predicted(variant).one("Microsoft.Web/sites")["properties"]["functionAppConfig"]["scaleAndConcurrency"]
    sessions = HOST["extensions"]["serviceBus"]["maxConcurrentSessions"]
    assert scale["maximumInstanceCount"] * sessions < 5_000
    assert scale["triggers"]["http"]["perInstanceConcurrency"] == 64


@pytest.mark.parametrize("variant", CENTRES)
def test_what_always_runs_is_what_starts_from_zero_by_itself(variant: str) -> None:
    """Intake, routing and the HTTP group, by which Meta's webhooks come; nothing in the trial.

    Azure does not say when a function has another name. Without Event Grid nothing waits at its function.
    """
    scale = predicted(variant).one("Microsoft.Web/sites")["properties"]["functionAppConfig"]["scaleAndConcurrency"]
    groups = {each["name"]: each["instanceCount"] for each in scale["alwaysReady"]}
    triggers = {name: decorator for name, decorator in functions().items() if not decorator.startswith("app.route(")}
    idle = {"keep_dead_letter", *(["ingest"] if variant in WITHOUT_ACS else [])}
    own = {f"function:{name}": 1 for name in triggers if name not in idle}
    assert groups == ({} if variant == "trial" else {**own, "http": 1})


@pytest.mark.parametrize("variant", EVENTS)
def test_events_go_to_functions_of_the_app(variant: str) -> None:
    """The event trigger by its name, the webhook by its route."""
    for each in predicted(variant).of("Microsoft.EventGrid/systemTopics/eventSubscriptions"):
        properties = each["properties"]["destination"]["properties"]
        if "resourceId" in properties:
            assert functions()[last(properties["resourceId"])].startswith("app.event_grid_trigger(")
        else:
            assert functions()["events"].startswith(f"app.route('{last(properties['endpointUrl'])}'")


@pytest.mark.parametrize("variant", CENTRES)
def test_the_tables_are_those_of_the_app(variant: str) -> None:
    """The app creates none."""
    tables = predicted(variant).of("Microsoft.Storage/storageAccounts/tableServices/tables")
    assert {last(table["name"]) for table in tables} == set(Table)


@pytest.mark.parametrize("variant", CENTRES)
def test_the_containers_are_there(variant: str) -> None:
    """Of the package, of dead-lettered events and of media."""
    containers = predicted(variant).of("Microsoft.Storage/storageAccounts/blobServices/containers")
    assert sorted(last(each["name"]) for each in containers) == ["deployment", "eventgrid-deadletter", "media"]


def test_azure_communication_services_is_created_only_when_asked() -> None:
    """Usually it exists, with its WhatsApp channel."""
    kind = "Microsoft.Communication/communicationServices"
    assert {variant for variant in CENTRES if predicted(variant).of(kind)} == {"trial"}
    assert predicted("trial").one(kind)["properties"] == {"dataLocation": "France"}
