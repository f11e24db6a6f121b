"""Private networking: each service has an endpoint, whose name leads to it; the subnets are large enough."""

import ipaddress

from tests.repo.infrastructure import predicted

NETWORK = predicted("private-network")
STORAGE_ZONES = {"blob", "queue", "table"}


def test_each_endpoint_is_found_by_the_name_of_its_service() -> None:
    """In the zone of that service, and in the subnet for endpoints."""
    endpoints = {each["name"]: each["properties"] for each in NETWORK.of("Microsoft.Network/privateEndpoints")}
    groups = {
        each["name"].partition("/")[0]: each["properties"]["privateDnsZoneConfigs"]
        for each in NETWORK.of("Microsoft.Network/privateEndpoints/privateDnsZoneGroups")
    }
    services = set()
    for name, endpoint in endpoints.items():
        (connection,) = endpoint["privateLinkServiceConnections"]
        (service,) = connection["properties"]["groupIds"]
        ((zone,),) = [[config["properties"]["privateDnsZoneId"] for config in groups[name]]]
        assert f"privatelink.{'servicebus' if service == 'namespace' else service}." in zone
        assert endpoint["subnet"]["id"].endswith("/subnets/endpoints")
        services.add(service)
    assert services == STORAGE_ZONES | {"namespace"}


def test_the_zones_are_those_that_azure_asks_and_no_other() -> None:
    """One a service (learn.microsoft.com/azure/private-link/private-endpoint-dns)."""
    names = {each["name"] for each in NETWORK.of("Microsoft.Network/privateDnsZones")}
    of_storage = {f"[format('privatelink.{kind}.{{0}}', environment().suffixes.storage)]" for kind in STORAGE_ZONES}
    assert names == of_storage | {"privatelink.servicebus.windows.net"}


def test_the_app_has_an_address_for_each_instance() -> None:
    """Its subnet is the app's alone, and has room for the most instances there may be."""
    (network,) = NETWORK.of("Microsoft.Network/virtualNetworks")
    subnets = {each["name"]: each["properties"] for each in network["properties"]["subnets"]}
    (delegation,) = subnets["app"]["delegations"]
    app, endpoints = (ipaddress.ip_network(subnets[name]["addressPrefix"]) for name in ("app", "endpoints"))
    (site,) = NETWORK.of("Microsoft.Web/sites")
    instances = site["properties"]["functionAppConfig"]["scaleAndConcurrency"]["maximumInstanceCount"]
    assert delegation["properties"]["serviceName"] == "Microsoft.App/environments"
    assert app.num_addresses >= instances
    assert endpoints.num_addresses >= 16
    assert not app.overlaps(endpoints)
