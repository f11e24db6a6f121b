"""Who may do what, where: every role assignment of every variant, and no other."""

import json
import re

import pytest

from tests.repo.infrastructure import CENTRES, CLOUD, INFRA, WITHOUT_ACS, Prediction, Resource, predicted

BUILT_IN = {
    "Storage Blob Data Owner": "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
    "Storage Blob Data Contributor": "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
    "Storage Blob Delegator": "db58b8e5-c6ad-4a2a-8342-4190687cbf4a",
    "Storage Table Data Contributor": "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3",
    "Azure Service Bus Data Owner": "090c5cfd-751d-490a-894a-3ce6f1109419",
    "Azure Service Bus Data Sender": "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39",
    "Monitoring Metrics Publisher": "3913510d-42f4-4e42-8a64-420c390055eb",
    "Key Vault Secrets User": "4633458b-17de-408a-b874-0445c86b69e6",
    "Communication and Email Service Owner": "09976791-48a7-449e-bb21-39d1a415f350",
}
OF_THE_APP = {
    ("app", "Storage Blob Data Owner", "storageAccounts/*"),
    ("app", "Storage Table Data Contributor", "storageAccounts/*"),
    ("app", "Storage Blob Data Contributor", "storageAccounts/*/blobServices/default/containers/media"),
    ("app", "Storage Blob Delegator", "storageAccounts/*"),
    ("app", "Azure Service Bus Data Owner", "namespaces/*/queues/conversations"),
    ("app", "Azure Service Bus Data Sender", "namespaces/*/queues/timers"),
    ("app", "Monitoring Metrics Publisher", "components/*"),
}
AT_ACS = ("app", "Communication and Email Service Owner", "communicationServices/*")
AT_META = ("app", "Key Vault Secrets User", "vaults/*")
DEAD_LETTERS = "storageAccounts/*/blobServices/default/containers/eventgrid-deadletter"
EXISTING_TOPIC = "bbbbbbbb-0000-0000-0000-000000000002"
OF_THE_TOPIC = {
    "default": {("topic", "Storage Blob Data Contributor", DEAD_LETTERS)},
    "existing-topic": {(EXISTING_TOPIC, "Storage Blob Data Contributor", DEAD_LETTERS)},
    "private-network": {("topic", "Storage Blob Data Contributor", DEAD_LETTERS)},
    "private-network-uploads": {("topic", "Storage Blob Data Contributor", DEAD_LETTERS)},
    "telling": {
        ("topic", "Storage Blob Data Contributor", DEAD_LETTERS),
        ("app", "Azure Service Bus Data Sender", "namespaces/*/topics/contact-centre-events"),
    },
    "trial": set[tuple[str, str, str]](),
    "webhook": {("topic", "Storage Blob Data Contributor", DEAD_LETTERS)},
    "whatsapp-both": {("topic", "Storage Blob Data Contributor", DEAD_LETTERS)},
    "whatsapp-cloud": set[tuple[str, str, str]](),
    "whatsapp-cloud-private": set[tuple[str, str, str]](),
}


def assignments(prediction: Prediction) -> list[Resource]:
    """All role assignments."""
    return prediction.of("Microsoft.Authorization/roleAssignments")


def who(principal: str) -> str:
    """The identity that a principal id is read from: of the app, or of the topic; or the id itself."""
    found = re.search(r"userAssignedIdentities/id-[a-z-]+?(-topic)?'", principal)
    return ("topic" if found[1] else "app") if found else principal


def where(resource_id: str) -> str:
    """The scope of an assignment, without the name of the resource that lies in the group."""
    scope = resource_id.partition("/providers/Microsoft.Authorization/")[0].partition("/providers/")[2]
    _, kind, _, *inside = scope.split("/")
    return "/".join([kind, "*", *inside])


def test_role_ids_are_those_of_the_built_in_roles() -> None:
    """By the list that Microsoft publishes."""
    assert json.loads((INFRA / "roles.json").read_text(encoding="utf-8")) == BUILT_IN


@pytest.mark.parametrize("variant", CENTRES)
def test_each_identity_has_its_roles_at_the_narrowest_scope_and_no_other(variant: str) -> None:
    """Nobody has a role on a group or a namespace, and nobody is Owner."""
    names = {guid: name for name, guid in BUILT_IN.items()}
    found = [
        (
            who(each["properties"]["principalId"]),
            names[each["properties"]["roleDefinitionId"].rpartition("/")[2]],
            where(each["id"]),
        )
        for each in assignments(predicted(variant))
    ]
    of_providers = {*([] if variant in WITHOUT_ACS else [AT_ACS]), *([AT_META] if variant in CLOUD else [])}
    assert sorted(found) == sorted(OF_THE_APP | of_providers | OF_THE_TOPIC[variant])


@pytest.mark.parametrize("variant", CENTRES)
def test_roles_lie_on_the_resources_of_the_deployment(variant: str) -> None:
    """And the one on Azure Communication Services in the group where that is."""
    prediction = predicted(variant)
    own = f"/resourceGroups/{prediction.outputs['AZURE_RESOURCE_GROUP']}/"
    group_of_channel = own if variant == "trial" else "/resourceGroups/rg-whatsapp/"
    created = {resource["id"] for resource in prediction.resources}
    for each in assignments(prediction):
        scope = each["id"].partition("/providers/Microsoft.Authorization/")[0]
        if "Microsoft.Communication" in scope:
            assert group_of_channel in scope
        else:
            assert scope in created


@pytest.mark.parametrize("variant", CENTRES)
def test_roles_do_not_wait_for_the_directory(variant: str) -> None:
    """Without a principal type, an identity that was just created may not be found yet."""
    assert {each["properties"]["principalType"] for each in assignments(predicted(variant))} == {"ServicePrincipal"}
