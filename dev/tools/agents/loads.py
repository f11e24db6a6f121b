"""Whose conversations are, as the lists say: what the load of each agent is compared with."""

from collections.abc import Iterable, Mapping
from typing import Any


def by_agent(conversations: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Return the ids of the conversations that each agent has, or is offered; by the agent's id in lower case."""
    found: dict[str, list[str]] = {}
    for conversation in conversations:
        agent = conversation["agent"] or (conversation.get("offer") or {}).get("agent")
        if agent:
            found.setdefault(agent.lower(), []).append(conversation["conversationId"])
    return found
