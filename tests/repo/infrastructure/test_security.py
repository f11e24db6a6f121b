"""What a security review of infra/ looks for."""

import json
import re
from typing import Any

import pytest

from tests.repo.infrastructure import CENTRES, CLOUD, INFRA, NAMES, WITHOUT_ACS, predicted

WITHOUT_TAGS = re.compile(
    r"""Microsoft\.(
        Authorization/(locks|roleAssignments) | Insights/diagnosticSettings | EventGrid/systemTopics/eventSubscriptions
        | Storage/storageAccounts/.+ | ServiceBus/namespaces/(queues|topics) | Web/sites/config
        | Network/privateEndpoints/privateDnsZoneGroups
    )""",
    re.VERBOSE,
)
STORAGE = "Microsoft.Storage/storageAccounts"
BLOBS = f"{STORAGE}/blobServices"
SERVICE_BUS = "Microsoft.ServiceBus/namespaces"
HARDENED = [
    (STORAGE, "allowSharedKeyAccess", False),
    (STORAGE, "allowBlobPublicAccess", False),
    (STORAGE, "defaultToOAuthAuthentication", True),
    (STORAGE, "minimumTlsVersion", "TLS1_2"),
    (STORAGE, "supportsHttpsTrafficOnly", True),
    (BLOBS, "deleteRetentionPolicy", {"enabled": True, "days": 7}),
    (BLOBS, "containerDeleteRetentionPolicy", {"enabled": True, "days": 7}),
    (SERVICE_BUS, "disableLocalAuth", True),
    (SERVICE_BUS, "minimumTlsVersion", "1.2"),
    ("Microsoft.Web/sites", "httpsOnly", True),
    ("Microsoft.Insights/components", "DisableLocalAuth", True),
]


@pytest.mark.parametrize("variant", CENTRES)
@pytest.mark.parametrize(("kind", "name", "value"), HARDENED)
def test_services_are_hardened(variant: str, kind: str, name: str, value: Any) -> None:
    """No keys, no public blobs, TLS 1.2, and a week to bring back what was deleted."""
    assert [each["properties"][name] for each in predicted(variant).of(kind)] in ([value], [value, value])


@pytest.mark.parametrize("variant", CENTRES)
def test_no_container_is_public(variant: str) -> None:
    """Not even by an exception."""
    for container in predicted(variant).of(f"{BLOBS}/containers"):
        assert container["properties"] == {"publicAccess": "None"}


@pytest.mark.parametrize("variant", CENTRES)
def test_telemetry_lies_in_the_workspace(variant: str) -> None:
    """Application Insights keeps nothing of its own, and the workspace has no key."""
    prediction = predicted(variant)
    workspace = prediction.one("Microsoft.OperationalInsights/workspaces")
    assert workspace["properties"]["features"]["disableLocalAuth"] is True
    assert prediction.one("Microsoft.Insights/components")["properties"]["WorkspaceResourceId"] == workspace["id"]


@pytest.mark.parametrize(
    ("variant", "log_days", "days"),
    [
        ("default", 30, {"eventgrid-deadletter/": 30, "media/copies/": 30, "media/uploads/": 30}),
        ("private-network", 90, {"eventgrid-deadletter/": 365, "media/copies/": 90, "media/uploads/": 90}),
        ("private-network-uploads", 30, {"eventgrid-deadletter/": 30, "media/copies/": 90, "media/uploads/": 91}),
    ],
)
def test_logs_and_blobs_are_kept_as_long_as_the_parameters_say(
    variant: str, log_days: int, days: dict[str, int]
) -> None:
    """The published package is deleted by no rule."""
    prediction = predicted(variant)
    assert prediction.one("Microsoft.OperationalInsights/workspaces")["properties"]["retentionInDays"] == log_days
    policies = prediction.of(f"{STORAGE}/managementPolicies")
    rules = [rule["definition"] for each in policies for rule in each["properties"]["policy"]["rules"]]
    kept = {
        prefix: rule["actions"]["baseBlob"]["delete"]["daysAfterModificationGreaterThan"]
        for rule in rules
        for prefix in rule["filters"]["prefixMatch"]
    }
    assert kept == days


@pytest.mark.parametrize("variant", NAMES)
def test_nothing_hands_out_a_key(variant: str) -> None:
    """Neither as output nor on the way; what names Application Insights is no key, as it takes identities alone."""
    prediction = predicted(variant)
    text = json.dumps(prediction.resources) + json.dumps(prediction.outputs)
    assert not re.search(r"list[A-Z]\w*\(|AccountKey|SharedAccess|accesskey=", text)
    assert not any("ConnectionString" in value for value in prediction.outputs.values())


def test_no_file_reads_a_key() -> None:
    """Not even for a parameter."""
    for path in INFRA.rglob("*.bicep*"):
        assert not re.search(r"\blist[A-Z]\w*\(|@secure", path.read_text(encoding="utf-8")), path


@pytest.mark.parametrize("variant", NAMES)
def test_every_resource_is_tagged(variant: str) -> None:
    """azd finds by them what is its own, and the app by one more."""
    prediction = predicted(variant)
    taggable = [each for each in prediction.resources if not WITHOUT_TAGS.fullmatch(each["type"])]
    for each in taggable:
        assert "azd-env-name" in each["tags"], each["id"]
    named = [each["type"] for each in taggable if each["tags"].get("azd-service-name") == "app"]
    assert named == (["Microsoft.Web/sites"] if variant in CENTRES else [])


@pytest.mark.parametrize("variant", CENTRES)
def test_the_resource_with_the_number_is_locked_where_that_is_asked_for(variant: str) -> None:
    """The app's role on it would allow its deletion."""
    locks = predicted(variant).of("Microsoft.Authorization/locks")
    assert len(locks) == (variant == "private-network")
    for lock in locks:
        assert "/Microsoft.Communication/communicationServices/acs-contoso/" in lock["id"]
        assert lock["properties"]["level"] == "CanNotDelete"


def test_a_team_adds_tags_of_its_own() -> None:
    """To every resource."""
    prediction = predicted("private-network")
    taggable = [each for each in prediction.resources if not WITHOUT_TAGS.fullmatch(each["type"])]
    assert {each["tags"]["cost-centre"] for each in taggable} == {"customer-service"}


def test_in_a_private_network_storage_and_service_bus_are_not_on_the_internet() -> None:
    """Each is reached through endpoints in a subnet, and found there by name; the app sends from another subnet."""
    prediction = predicted("private-network")
    assert prediction.one(STORAGE)["properties"]["networkAcls"] == {"bypass": "AzureServices", "defaultAction": "Deny"}
    assert prediction.one(SERVICE_BUS)["properties"]["publicNetworkAccess"] == "Disabled"
    assert prediction.one(SERVICE_BUS)["sku"]["name"] == "Premium"
    network = prediction.one("Microsoft.Network/virtualNetworks")
    subnets = {each["name"]: each["properties"] for each in network["properties"]["subnets"]}
    assert [each["properties"]["serviceName"] for each in subnets["app"]["delegations"]] == [
        "Microsoft.App/environments"
    ]
    site = prediction.one("Microsoft.Web/sites")
    assert site["properties"]["virtualNetworkSubnetId"] == f"{network['id']}/subnets/app"
    endpoints = prediction.of("Microsoft.Network/privateEndpoints")
    reached = {
        (connection["properties"]["privateLinkServiceId"], *connection["properties"]["groupIds"])
        for each in endpoints
        for connection in each["properties"]["privateLinkServiceConnections"]
    }
    storage, service_bus = prediction.one(STORAGE)["id"], prediction.one(SERVICE_BUS)["id"]
    assert reached == {
        *((storage, service) for service in ("blob", "queue", "table")),
        (service_bus, "namespace"),
    }
    assert {each["properties"]["subnet"]["id"] for each in endpoints} == {f"{network['id']}/subnets/endpoints"}
    assert len(prediction.of("Microsoft.Network/privateDnsZones/virtualNetworkLinks")) == len(reached)
    assert len(prediction.of("Microsoft.Network/privateEndpoints/privateDnsZoneGroups")) == len(reached)


def test_files_may_have_an_account_of_their_own_that_whatsapp_reaches() -> None:
    """In a private network, where that is asked for: it holds nothing else, and no address opens it without a key."""
    prediction = predicted("private-network-uploads")
    accounts = {each["name"]: each["properties"]["networkAcls"]["defaultAction"] for each in prediction.of(STORAGE)}
    (media,) = (name for name, action in accounts.items() if action == "Allow")
    containers = {each["name"] for each in prediction.of(f"{BLOBS}/containers") if each["name"].startswith(media)}
    assert containers == {f"{media}/default/media"}
    assert not [each for each in prediction.of(f"{STORAGE}/tableServices/tables") if each["name"].startswith(media)]
    settings = {variant: predicted(variant).one("Microsoft.Web/sites/config")["properties"] for variant in CENTRES}
    private = {name for name, each in settings.items() if each["MEDIA_STORAGE_PRIVATE"] == "true"}
    assert private == {"private-network", "whatsapp-cloud-private"}
    for name, each in settings.items():
        assert (media in each["MediaStorageConnection__blobServiceUri"]) is (name == "private-network-uploads")


def test_a_zone_may_fail() -> None:
    """Where that is asked for, app and storage are spread; elsewhere they are not."""
    copies = {variant: {each["sku"]["name"] for each in predicted(variant).of(STORAGE)} for variant in CENTRES}
    spread = {variant: predicted(variant).one("Microsoft.Web/serverfarms") for variant in CENTRES}
    for variant in CENTRES:
        redundant = variant == "private-network"
        assert copies[variant] == {"Standard_ZRS" if redundant else "Standard_LRS"}
        assert spread[variant]["properties"]["zoneRedundant"] is redundant


@pytest.mark.parametrize("variant", CENTRES)
def test_secrets_of_meta_lie_in_a_vault_that_roles_alone_open(variant: str) -> None:
    """Where numbers are at Meta; what is deleted can be brought back for a week. A person puts the values in."""
    prediction = predicted(variant)
    vaults = [each["properties"] for each in prediction.of("Microsoft.KeyVault/vaults")]
    assert len(vaults) == (variant in CLOUD)
    for vault in vaults:
        assert vault["enableRbacAuthorization"] is vault["enableSoftDelete"] is vault["enablePurgeProtection"] is True
        assert vault["softDeleteRetentionInDays"] == 7
        private = variant == "whatsapp-cloud-private"
        assert vault["publicNetworkAccess"] == ("Disabled" if private else "Enabled")
        assert vault["networkAcls"] == {"bypass": "None", "defaultAction": "Deny" if private else "Allow"}
    assert prediction.of("Microsoft.KeyVault/vaults/secrets") == []
    site = prediction.one("Microsoft.Web/sites")
    (identity,) = site["identity"]["userAssignedIdentities"]
    assert site["properties"]["keyVaultReferenceIdentity"] == (identity if variant in CLOUD else None)


def test_in_a_private_network_the_vault_is_not_on_the_internet() -> None:
    """The app finds it by its usual name."""
    prediction = predicted("whatsapp-cloud-private")
    endpoint = prediction.one("Microsoft.Network/privateEndpoints", "-vault")["properties"]
    (connection,) = endpoint["privateLinkServiceConnections"]
    assert connection["properties"]["groupIds"] == ["vault"]
    assert connection["properties"]["privateLinkServiceId"] == prediction.one("Microsoft.KeyVault/vaults")["id"]
    group = prediction.one(
        "Microsoft.Network/privateEndpoints/privateDnsZoneGroups", "pep-contact-centre-vault/default"
    )
    (config,) = group["properties"]["privateDnsZoneConfigs"]
    assert config["properties"]["privateDnsZoneId"].endswith("/privatelink.vaultcore.azure.net")


@pytest.mark.parametrize("variant", CENTRES)
def test_nothing_of_communication_services_is_deployed_where_no_number_is_there(variant: str) -> None:
    """No topic, no role, no alert on either."""
    text = json.dumps([each for each in predicted(variant).resources if each["type"] != "Microsoft.Insights/workbooks"])
    for kind in ("Microsoft.Communication", "Microsoft.EventGrid"):
        assert (kind in text) is (variant not in WITHOUT_ACS)
