"""The file of declared queues."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from dev.stack.servicebus.queues import DeclarationError, parse_duration, read_declarations


def test_the_declared_queues_are_those_the_app_relies_on() -> None:
    conversations, timers = read_declarations()
    assert (conversations.name, conversations.requires_session, conversations.max_delivery_count) == (
        "conversations",
        True,
        500,
    )
    assert conversations.lock_duration == timedelta(seconds=60)
    assert conversations.requires_duplicate_detection
    assert conversations.duplicate_detection_window == timedelta(minutes=30)
    assert (timers.name, timers.requires_session, timers.forward_to) == ("timers", False, "conversations")
    assert {queue.max_size_in_megabytes for queue in (conversations, timers)} == {5120}


@pytest.mark.parametrize(
    ("queues", "problem"),
    [
        ({"a": {"requireSession": True}}, "queue a: unknown requireSession; known are requiresSession"),
        ({"a": {"forwardTo": "b"}}, "queue a: forwardTo b is not declared"),
        ({"a": {"forwardTo": "b", "requiresSession": True}, "b": {}}, "queue a: a queue with sessions can't forward"),
        ({"a": {"lockDuration": "60"}}, "'60' is no ISO 8601 duration"),
        ({"a": {"lockDuration": "PT"}}, "'PT' is no ISO 8601 duration"),
    ],
)
def test_a_declaration_that_can_not_be_meant_is_refused_by_name(
    tmp_path: Path, queues: dict[str, object], problem: str
) -> None:
    file = tmp_path / "queues.json"
    file.write_text(json.dumps(queues))
    with pytest.raises(DeclarationError, match=problem):
        read_declarations(file)


def test_a_file_that_is_missing_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError, match=r"none\.json: not a readable JSON file"):
        read_declarations(tmp_path / "none.json")


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("PT1M", timedelta(minutes=1)),
        ("PT30S", timedelta(seconds=30)),
        ("P1DT2H3M4S", timedelta(days=1, hours=2, minutes=3, seconds=4)),
    ],
)
def test_durations_are_read_as_azure_writes_them(text: str, duration: timedelta) -> None:
    assert parse_duration(text) == duration
