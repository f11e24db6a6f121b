"""Why a conversation waits: computed when somebody asks, never stored. Pure."""

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum

from shared.configuration.document import Configuration
from shared.configuration.workstreams import Mode
from shared.distribution.roster import Roster
from shared.state.agent import Agent
from shared.state.line_row import LineRow


class WaitReason(StrEnum):
    """Why a conversation waits; of several, the first that holds."""

    WORKSTREAM_REMOVED = "workstream_removed"
    QUEUE_REMOVED = "queue_removed"
    TO_BE_TAKEN = "to_be_taken"
    NO_AGENTS = "no_agents"
    OUT_OF_HOURS = "out_of_hours"
    NOBODY_AVAILABLE = "nobody_available"
    NO_AGENT_WITH_SKILL = "no_agent_with_skill"
    DECLINED_BY_ALL = "declined_by_all"
    ALL_BUSY = "all_busy"
    NEXT_TURN = "next_turn"


class WaitReasons:
    """Tells for many conversations why they wait, looking at the agents once a class.

    Args:
        agents: All of them.
        open_now: Tells whether a queue is open.
    """

    def __init__(
        self, configuration: Configuration, agents: Sequence[Agent], open_now: Callable[[str], bool], now: datetime
    ) -> None:
        self._configuration = configuration
        self._roster = Roster(agents)
        self._open_now = open_now
        self._now = now

    def of(self, queue: str, row: LineRow) -> WaitReason:
        """Return why a conversation in a queue's line waits."""
        workstream = self._configuration.workstreams.get(row.workstream)
        if workstream is None:
            return WaitReason.WORKSTREAM_REMOVED
        if queue not in self._configuration.queues:
            return WaitReason.QUEUE_REMOVED
        if workstream.distribution.mode is Mode.PICK:
            return WaitReason.TO_BE_TAKEN
        pool = self._roster.pool(queue, workstream.distribution, row.skills)
        if not pool.members:
            return WaitReason.NO_AGENTS
        if not pool.present:
            return WaitReason.NOBODY_AVAILABLE if self._open_now(queue) else WaitReason.OUT_OF_HOURS
        if not pool.skilled:
            return WaitReason.NO_AGENT_WITH_SKILL
        asked = [each for _, each in pool.skilled if not pool.refuses(each, row.declines, self._now)]
        if not asked:
            return WaitReason.DECLINED_BY_ALL
        units = workstream.distribution.capacity
        free = any(each.has_room(units, each.own_units(row.conversation_id)) for each in asked)
        return WaitReason.NEXT_TURN if free else WaitReason.ALL_BUSY
