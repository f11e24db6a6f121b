"""A desk says with each poll whether its agent is on shift: as long as it does, the agent is there."""

from datetime import datetime, timedelta
from typing import Final

from shared.commands.agent_changes import AgentChanges
from shared.queue.roll_call_requests import RollCallRequests
from shared.state.agent import Agent
from shared.state.presence import lost_since
from shared.state.signs_of_life import Seen, SignsOfLife
from shared.vocabulary.time import Clock

_SAID_EVERY: Final = timedelta(minutes=1)
_COMES_BACK_WITHIN: Final = timedelta(minutes=30)


class Shifts:
    """Takes the desks' signs of life, each agent's at most once a minute."""

    def __init__(
        self, signs_of_life: SignsOfLife, requests: RollCallRequests, changes: AgentChanges, clock: Clock
    ) -> None:
        self._signs_of_life = signs_of_life
        self._requests = requests
        self._changes = changes
        self._clock = clock
        self._noted: dict[str, tuple[bool, datetime]] = {}

    async def note(self, agent: Agent, *, on_shift: bool) -> None:
        """Note whether an agent's desk is on shift; one that was set offline only because it was silent comes back.

        Raises:
            Unavailable: Storage or queue are away.
        """
        now, key = self._clock.now(), agent.id.lower()
        self._noted = {each: (said, at) for each, (said, at) in self._noted.items() if now - at < _SAID_EVERY}
        noted, _ = self._noted.get(key, (None, None))
        lost = on_shift and lost_since(agent, now - _COMES_BACK_WITHIN)
        if lost or noted != on_shift:
            if on_shift:
                await self._requests.ask()
                await self._signs_of_life.note(Seen(agent=agent.id, at=now))
            else:
                await self._signs_of_life.forget(agent.id)
            self._noted[key] = (on_shift, now)
        if lost:
            await self._changes.find_again(agent.id, now - _COMES_BACK_WITHIN)
