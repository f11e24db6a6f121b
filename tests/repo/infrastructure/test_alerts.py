"""The alerts that look at the platform's metrics and at the log: at what, for how long, and from when on they tell."""

import json

import pytest

from tests.repo.infrastructure import predicted

HOUR, QUEUE_BYTES = 60, 5120 * 1024 * 1024
METRICS = {
    "queue-not-emptied": ("ActiveMessages", "Minimum", 0, ["EntityName"]),
    "queue-filling-up": ("Size", "Average", QUEUE_BYTES * 7 // 10, ["EntityName"]),
    "dead-letters-left": ("DeadletteredMessages", "Minimum", 0, ["EntityName"]),
    "events-not-delivered": ("DeliveryAttemptFailCount", "Total", 3, ["EventSubscriptionName"]),
    "events-dead-lettered": ("DeadLetteredCount", "Total", 0, ["EventSubscriptionName"]),
    "events-dropped": ("DroppedEventCount", "Total", 0, ["EventSubscriptionName"]),
    "http-5xx": ("Http5xx", "Total", 10, []),
}
LOG = {
    "server-errors": ("Answers", 5, ["Code"], None),
    "misconfigured": ("Lines", 0, [], None),
    "quarantined": ("Items", 0, ["Source"], None),
    "channel-stopped": ("Failed", 0, ["Channel"], None),
    "messages-failed": ("Messages", 0, ["Code", "Channel"], None),
    "nobody-to-take": ("Waiting", 0, ["Queue", "Reason"], None),
    "desks-turned-away": ("Calls", 0, [], None),
    "changes-late": ("Seconds", 0, [], None),
    "waiting-too-long": ("Minutes", HOUR, ["Queue"], "P2D"),
}
META = {
    "webhooks-refused": ("Calls", 10, ["Reason"], None),
    "webhook-silent": ("Messages", 0, ["Channel"], "PT1H"),
    "account-news": ("Times", 0, ["Field", "Event"], None),
}


def test_each_metric_is_watched_as_the_operations_page_says() -> None:
    """Of the last 15 minutes, every five."""
    found = {}
    for each in predicted("default").of("Microsoft.Insights/metricAlerts"):
        rule = each["properties"]
        assert (rule["windowSize"], rule["evaluationFrequency"], rule["autoMitigate"]) == ("PT15M", "PT5M", True)
        (criterion,) = rule["criteria"]["allOf"]
        assert (criterion["operator"], criterion["criterionType"]) == ("GreaterThan", "StaticThresholdCriterion")
        dimensions = [dimension["name"] for dimension in criterion["dimensions"]]
        found[each["name"]] = (
            criterion["metricName"],
            criterion["timeAggregation"],
            criterion["threshold"],
            dimensions,
        )
    assert found == METRICS


@pytest.mark.parametrize(("variant", "rules"), [("default", LOG), ("whatsapp-cloud", LOG | META)])
def test_each_query_is_asked_as_the_operations_page_says(variant: str, rules: dict[str, tuple[object, ...]]) -> None:
    """Of the last 15 minutes, every five; who waits, of the last two days; Meta's only where numbers are there."""
    found = {}
    for each in predicted(variant).of("Microsoft.Insights/scheduledQueryRules"):
        rule = each["properties"]
        assert (rule["windowSize"], rule["evaluationFrequency"], rule["autoMitigate"]) == ("PT15M", "PT5M", True)
        (criterion,) = rule["criteria"]["allOf"]
        assert criterion["operator"] == "GreaterThan"
        dimensions = [dimension["name"] for dimension in criterion["dimensions"]]
        range_ = rule.get("overrideQueryTimeRange")
        found[each["name"]] = (criterion["metricMeasureColumn"], criterion["threshold"], dimensions, range_)
    assert found == rules


@pytest.mark.parametrize(
    ("query", "condition"),
    [
        ("server-errors", "toint(Line.status) >= 500"),
        ("channel-stopped", "Stopped > Recovered or (Accepted == 0 and Failed >= 5)"),
        ("nobody-to-take", "Turns >= 5"),
        ("desks-turned-away", "Minutes >= 5"),
        ("changes-late", "Minutes >= 5"),
        ("webhook-silent", "TimeGenerated between (Heard + 2m .. Measured - 5m)"),
        ("waiting-too-long", 'Line.status == "open" and not(tobool(Line.assigned))'),
    ],
)
def test_a_query_takes_what_its_alert_means(query: str, condition: str) -> None:
    """The bound that is not a threshold of the rule."""
    rule = predicted("whatsapp-both").one("Microsoft.Insights/scheduledQueryRules", query)
    assert condition in json.dumps(rule["properties"]["criteria"]["allOf"][0]["query"]).replace('\\"', '"')
