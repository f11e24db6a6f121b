"""What the platform tells of itself: diagnostic settings and alerts."""

from datetime import timedelta
from itertools import accumulate

import pytest

from tests.repo.infrastructure import CENTRES, predicted

LOGS = {
    "Microsoft.ServiceBus/namespaces": "allLogs",
    "Microsoft.Storage/storageAccounts/blobServices": "StorageDelete",
    "Microsoft.Storage/storageAccounts/tableServices": "StorageDelete",
    "Microsoft.EventGrid/systemTopics": "DeliveryFailures",
    "Microsoft.KeyVault/vaults": "AuditEvent",
}
TRIED_AFTER = tuple(accumulate(timedelta(seconds=each) for each in (0, 10, 30, 60, 300, 600, 1800)))
"""Event Grid's schedule (learn.microsoft.com/azure/event-grid/delivery-and-retry)."""


@pytest.mark.parametrize("variant", CENTRES)
def test_logs_and_metrics_of_each_service_go_to_the_workspace(variant: str) -> None:
    """Of an existing topic too, in its own group."""
    prediction = predicted(variant)
    workspace = prediction.one("Microsoft.OperationalInsights/workspaces")["id"]
    scopes = {kind: prediction.of(kind)[0]["id"] for kind in LOGS if prediction.of(kind)}
    if variant == "existing-topic":
        prefix = workspace.partition("/resourceGroups/")[0]
        scopes["Microsoft.EventGrid/systemTopics"] = (
            f"{prefix}/resourceGroups/rg-events/providers/Microsoft.EventGrid/systemTopics/acs-contoso-events"
        )
    found = {
        each["id"].partition("/providers/Microsoft.Insights/")[0]: each["properties"]
        for each in prediction.of("Microsoft.Insights/diagnosticSettings")
    }
    assert set(found) == set(scopes.values())
    for kind, scope in scopes.items():
        (log,) = found[scope]["logs"]
        assert LOGS[kind] in log.values()
        assert log["enabled"] is True
        assert [metric["enabled"] for metric in found[scope]["metrics"]] == [True]
        assert found[scope]["workspaceId"] == workspace


@pytest.mark.parametrize("variant", CENTRES)
def test_each_alert_looks_at_a_resource_and_tells_the_action_group(variant: str) -> None:
    """At resources that are there, whoever created them."""
    prediction = predicted(variant)
    group = prediction.one("Microsoft.Insights/actionGroups")["id"]
    known = {each["id"] for each in prediction.resources} | {
        each["id"].partition("/providers/Microsoft.Insights/diagnosticSettings")[0]
        for each in prediction.of("Microsoft.Insights/diagnosticSettings")
    }
    metrics = prediction.of("Microsoft.Insights/metricAlerts")
    queries = prediction.of("Microsoft.Insights/scheduledQueryRules")
    assert metrics
    assert queries
    for each in metrics:
        assert [action["actionGroupId"] for action in each["properties"]["actions"]] == [group]
    for each in queries:
        assert each["properties"]["actions"]["actionGroups"] == [group]
    for each in metrics + queries:
        assert each["properties"]["enabled"] is True
        assert set(each["properties"]["scopes"]) <= known


def test_alerts_are_sent_to_the_address_that_is_given() -> None:
    """And to nobody when none is."""
    kind = "Microsoft.Insights/actionGroups"
    (receiver,) = predicted("default").one(kind)["properties"]["emailReceivers"]
    assert receiver["emailAddress"] == "operators@contoso.example"
    assert predicted("trial").one(kind)["properties"]["emailReceivers"] == []


def test_one_event_that_is_tried_in_vain_is_an_alert() -> None:
    """However few events there are; an attempt that is repeated at once, as while the app is published, is none."""
    prediction = predicted("default")
    rule = prediction.one("Microsoft.Insights/metricAlerts", "events-not-delivered")["properties"]
    (criterion,) = rule["criteria"]["allOf"]
    assert rule["scopes"] == [prediction.one("Microsoft.EventGrid/systemTopics")["id"]]
    assert (rule["windowSize"], criterion["timeAggregation"]) == ("PT15M", "Total")
    assert criterion["metricName"] == "DeliveryAttemptFailCount"
    assert [each["name"] for each in criterion["dimensions"]] == ["EventSubscriptionName"]
    attempts = [after for after in TRIED_AFTER if after < timedelta(minutes=15)]
    assert 2 <= criterion["threshold"] < len(attempts)
