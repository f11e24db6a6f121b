"""Agents and lines for tests of the distribution."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import yaml

from shared.configuration import Configuration
from shared.configuration.workstreams import Presence
from shared.distribution.match import Line
from shared.state.agent import Agent, AgentSkill, LoadEntry, LoadKind
from shared.state.conversation import Declines, NeededSkill
from shared.state.line_row import LineRow
from shared.state.waiting_lines import InLine
from tests.fakes.sample import configuration_of

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def configuration(queues: Mapping[str, Any] | None = None, **distribution: Any) -> Configuration:
    """One workstream `support` with these settings of its distribution, and `pick`, in pick mode."""
    route = {"route_to_queue": {"fallback": "general"}}
    return configuration_of(
        yaml.safe_dump(
            {
                "version": 1,
                "workstreams": {
                    "support": {**route, "distribution": {"capacity": 30, **distribution}},
                    "pick": {**route, "distribution": {"mode": "pick"}},
                },
                "queues": queues or {"general": {}},
            }
        )
    )


def agent(agent_id: str, *, used: int = 0, **fields: Any) -> Agent:
    """An agent who is there, in the queue `general`, with room for 100; skills as {"name": level}."""
    skills = tuple(AgentSkill(name=name, level=level) for name, level in fields.pop("skills", {}).items())
    load = {"other": LoadEntry(kind=LoadKind.HELD, version=1, queue="general", at=NOW, units=used)} if used else {}
    given = {"queues": ("general",), "presence": Presence.AVAILABLE, "load": load, **fields}
    return Agent(id=agent_id, name=agent_id, skills=skills, **given)


def waiting(
    name: str, *, minutes: float = 0, urgency: int = 2, queue: str = "general", workstream: str = "support", **row: Any
) -> InLine:
    """A conversation that joined the line `minutes` ago; skills as {"name": level}, declines as {"agent": (n, ago)}."""
    since = NOW - timedelta(minutes=minutes)
    skills = tuple(NeededSkill(name=skill, level=level) for skill, level in row.pop("skills", {}).items())
    declines = {
        agent_id: Declines(times=times, last=NOW - timedelta(minutes=ago))
        for agent_id, (times, ago) in row.pop("declines", {}).items()
    }
    return InLine(
        queue=queue,
        key=f"line:{urgency}:{int(since.timestamp() * 1000):013d}:{name}",
        row=LineRow(conversation_id=name, version=3, workstream=workstream, skills=skills, declines=declines, **row),
    )


def lines(*everybody: InLine, after: str | None = None) -> dict[str, Line]:
    """The lines in which these wait."""
    found: dict[str, Line] = {}
    for one in sorted(everybody, key=lambda each: each.key):
        line = found.get(one.queue, Line(after=after))
        found[one.queue] = replace(line, waiting=(*line.waiting, one))
    return found
