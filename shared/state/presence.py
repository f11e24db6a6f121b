"""What an agent says about being there, and what follows from a change of it. Pure."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from shared.configuration.document import Configuration
from shared.configuration.workstreams import Mode, Presence
from shared.state.agent import Agent, PresenceBy

_DESK_BEGINS_WITHIN: Final = timedelta(seconds=60)


def with_presence(agent: Agent, presence: Presence, by: PresenceBy, now: datetime) -> Agent:
    """Return the agent with another presence; the same one again, by the same, changes nothing.

    An agent who comes back from being offline counts as the one who has been free for longest.
    """
    if (agent.presence, agent.presence_by) == (presence, by):
        return agent
    lost = by is PresenceBy.SYSTEM and presence is Presence.OFFLINE
    same = presence is agent.presence
    return replace(
        agent,
        presence=presence,
        presence_by=by,
        presence_since=agent.presence_since if same and agent.presence_since else now,
        presence_before=agent.presence if lost else None,
        freed_at=None if agent.presence is Presence.OFFLINE and not same else agent.freed_at,
    )


def was_there(agent: Agent, seen_at: datetime) -> bool:
    """Tell whether an agent is there by the word of a desk that was last heard of at a time.

    Nobody is whose presence was set elsewhere since: by a supervisor, or over the API alone.
    """
    if agent.presence is Presence.OFFLINE:
        return False
    return agent.presence_since is None or seen_at > agent.presence_since - _DESK_BEGINS_WITHIN


def lost_since(agent: Agent, since: datetime) -> bool:
    """Tell whether an agent was set offline since a time because nothing was heard of the desk."""
    lost = agent.presence is Presence.OFFLINE and agent.presence_by is PresenceBy.SYSTEM
    return lost and agent.presence_since is not None and agent.presence_since >= since


def may_take_more(before: Agent | None, after: Agent, configuration: Configuration) -> bool:
    """Tell whether a change of an agent's record may let the agent have what waits and could not before."""
    allowed = _allowing(after, configuration)
    if not allowed:
        return False
    if before is None or not before.active or allowed - _allowing(before, configuration):
        return True
    more_queues = set(after.queues) - set(before.queues)
    return after.capacity > before.capacity or bool(more_queues) or set(after.skills) != set(before.skills)


def _allowing(agent: Agent, configuration: Configuration) -> set[str]:
    """Return the workstreams whose conversations are pushed to an agent with this presence."""
    if not agent.active:
        return set()
    return {
        name
        for name, workstream in configuration.workstreams.items()
        if workstream.distribution.mode is Mode.PUSH and agent.presence in workstream.distribution.presence
    }
