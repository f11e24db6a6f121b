"""Why a conversation waits: of several reasons the first that holds."""

from typing import Any

import pytest

from shared.configuration.workstreams import Presence
from shared.distribution.wait_reasons import WaitReason, WaitReasons
from shared.state.agent import Agent
from tests.unit.pure.distribution.lines import NOW, agent, configuration, waiting

SKILLED: dict[str, Any] = {"skills": {"billing": 3}}
FULL: dict[str, Any] = {"used": 90}
AWAY: dict[str, Any] = {"presence": Presence.AWAY}


@pytest.mark.parametrize(
    ("row", "team", "is_open", "reason"),
    [
        ({"workstream": "gone", "queue": "gone"}, [], False, WaitReason.WORKSTREAM_REMOVED),
        ({"queue": "gone", "workstream": "pick"}, [], False, WaitReason.QUEUE_REMOVED),
        ({"workstream": "pick"}, [], False, WaitReason.TO_BE_TAKEN),
        ({}, [], False, WaitReason.NO_AGENTS),
        ({}, [agent("a", queues=("billing",)), agent("b", active=False)], False, WaitReason.NO_AGENTS),
        ({}, [agent("a", **AWAY)], True, WaitReason.NOBODY_AVAILABLE),
        ({}, [agent("a", **AWAY)], False, WaitReason.OUT_OF_HOURS),
        (SKILLED, [agent("a"), agent("b", **SKILLED, **AWAY)], True, WaitReason.NO_AGENT_WITH_SKILL),
        (SKILLED, [agent("a", skills={"billing": 2})], True, WaitReason.NO_AGENT_WITH_SKILL),
        ({"declines": {"a": (1, 1)}}, [agent("a", **FULL)], True, WaitReason.DECLINED_BY_ALL),
        ({"declines": {"a": (3, 60)}}, [agent("a")], True, WaitReason.DECLINED_BY_ALL),
        ({"declines": {"a": (1, 1)}}, [agent("a"), agent("b", **FULL)], True, WaitReason.ALL_BUSY),
        ({}, [agent("a", **FULL)], False, WaitReason.ALL_BUSY),
        ({}, [agent("a")], False, WaitReason.NEXT_TURN),
        ({"declines": {"a": (1, 6)}}, [agent("a")], True, WaitReason.NEXT_TURN),
        (SKILLED, [agent("a", **SKILLED)], True, WaitReason.NEXT_TURN),
    ],
)
def test_the_first_reason_that_holds(row: dict[str, Any], team: list[Agent], is_open: bool, reason: WaitReason) -> None:
    one = waiting("c", **row)
    assert one.row
    reasons = WaitReasons(configuration(skill_match="exact"), team, lambda _: is_open, NOW)
    assert reasons.of(one.queue, one.row) is reason


def test_the_order_is_that_of_the_members() -> None:
    assert list(WaitReason) == [
        "workstream_removed",
        "queue_removed",
        "to_be_taken",
        "no_agents",
        "out_of_hours",
        "nobody_available",
        "no_agent_with_skill",
        "declined_by_all",
        "all_busy",
        "next_turn",
    ]
