"""Queues, tables and host settings are named alike wherever they are named."""

import ast
import json
from typing import Any

import pytest

from shared.queue.sender import CONVERSATIONS, TIMERS
from tests.repo import ROOT
from tests.repo.infrastructure import CENTRES, last, predicted

HOST = json.loads((ROOT / "host.json").read_text(encoding="utf-8"))
QUEUES = json.loads((ROOT / "dev/stack/servicebus/queues.json").read_text(encoding="utf-8"))


def triggers() -> list[dict[str, Any]]:
    """The keyword arguments of each Service Bus trigger in function_app.py."""
    tree = ast.parse((ROOT / "function_app.py").read_text(encoding="utf-8"))
    return [
        {word.arg or "": ast.unparse(word.value).strip("'") for word in node.keywords}
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "app.service_bus_queue_trigger"
    ]


def test_every_queue_that_is_sent_to_is_declared_and_ends_at_a_trigger() -> None:
    """`timers` forwards to `conversations`, which has a trigger, and so has its dead-letter queue."""
    assert set(QUEUES) == {CONVERSATIONS, TIMERS}
    assert QUEUES[TIMERS]["forwardTo"] == CONVERSATIONS
    assert {each["queue_name"] for each in triggers()} == {CONVERSATIONS, f"{CONVERSATIONS}/$DeadLetterQueue"}


@pytest.mark.parametrize("variant", CENTRES)
def test_azure_has_the_queues_of_the_local_stack(variant: str) -> None:
    """The same shape, in every variant."""
    queues = predicted(variant).of("Microsoft.ServiceBus/namespaces/queues")
    assert {last(queue["name"]): queue["properties"] for queue in queues} == QUEUES


def test_triggers_name_connection_sessions_and_cardinality_explicitly() -> None:
    """One message at a time of each session, over the connection that the app itself uses."""
    assert {each["connection"] for each in triggers()} == {"ServiceBusConnection"}
    (sessions,) = [each for each in triggers() if each["queue_name"] == CONVERSATIONS]
    assert sessions["is_sessions_enabled"] == "True"
    assert sessions["cardinality"] == "func.Cardinality.ONE"


def test_the_queues_are_as_the_architecture_wants_them() -> None:
    """Sessions, a lock of a minute, duplicate detection of half an hour, 500 deliveries."""
    conversations = QUEUES[CONVERSATIONS]
    assert conversations["requiresSession"] is True
    assert conversations["lockDuration"] == "PT1M"
    assert conversations["duplicateDetectionHistoryTimeWindow"] == "PT30M"
    assert conversations["maxDeliveryCount"] == 500
    assert not QUEUES[TIMERS].get("requiresSession")
    assert [queue["enablePartitioning"] for queue in QUEUES.values()] == [False, False]
    assert [queue["maxSizeInMegabytes"] for queue in QUEUES.values()] == [5120, 5120]


def test_the_host_takes_sessions_as_the_architecture_wants() -> None:
    """Many sessions, one call each. Locks are renewed for a day from the accept; `functionTimeout` ends what hangs."""
    service_bus = HOST["extensions"]["serviceBus"]
    assert service_bus["maxConcurrentSessions"] == 64
    assert service_bus["maxConcurrentCallsPerSession"] == 1
    assert service_bus["prefetchCount"] == 0
    assert service_bus["maxAutoLockRenewalDuration"] == "1.00:00:00"
    assert service_bus["sessionIdleTimeout"] == "00:00:01"
    assert HOST["functionTimeout"] == "00:05:00"
    assert HOST["telemetryMode"] == "OpenTelemetry"
    assert HOST["extensionBundle"]["version"] == "[4.0.0, 5.0.0)"
