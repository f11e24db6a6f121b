"""Who may be told of which change: nobody learns of a conversation that is not theirs. Pure."""

from dataclasses import dataclass

from shared.live.cursor import hash_of
from shared.state.changes import ChangeKind, LoggedChange
from shared.vocabulary.identity import same_agent


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What a caller may see: the conversations of these queues (None: all), and those that lie with this agent."""

    queues: frozenset[str] | None
    agent: str

    @property
    def hash(self) -> str:
        """What a cursor says of it."""
        return hash_of("all") if self.queues is None else hash_of("queues", *sorted(self.queues))

    def sees(self, change: LoggedChange) -> bool:
        """Tell whether the caller may see the conversation now."""
        if change.kind is ChangeKind.GONE:
            return False
        return self._in_queues(change.queue) or self._has(change)

    def saw(self, change: LoggedChange) -> bool:
        """Tell whether the caller may have seen the conversation before, which it may not now."""
        if self.sees(change):
            return False
        before = (*change.left_agents, *((change.agent, change.offered_to) if change.kind is ChangeKind.GONE else ()))
        queues = (*change.left_queues, *((change.queue,) if change.kind is ChangeKind.GONE else ()))
        return any(map(self._in_queues, queues)) or any(same_agent(each, self.agent) for each in before)

    def _has(self, change: LoggedChange) -> bool:
        """Tell whether the conversation is the caller's, or offered to the caller."""
        return same_agent(change.agent, self.agent) or same_agent(change.offered_to, self.agent)

    def _in_queues(self, queue: str) -> bool:
        return self.queues is None or queue in self.queues
