"""A roll call: agents whose desks have not been heard of for too long are offline.

It runs once a minute, as long as there are desks. A silence of the app's own must not be taken for one of the agents: a
roll call that is late, or that follows none, judges nobody.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from shared.configuration.document import Configuration
from shared.logs import log
from shared.queue.messages import RollCall
from shared.queue.roll_call_requests import RollCallRequests
from shared.state.agents import Agents
from shared.state.presence import lost_since, was_there
from shared.state.signs_of_life import SignsOfLife
from shared.telemetry import Metric, Telemetry
from shared.vocabulary.time import Clock

_LATE: Final = timedelta(seconds=30)
_FOLLOWS: Final = timedelta(minutes=2)
_GOES_ON: Final = timedelta(minutes=2)
"""So much longer than a desk may be silent: whoever is lost then has been judged by a roll call that was not late."""


class HandleRollCall:
    """Sets agents offline who are not there any more, and asks for the next roll call.

    Args:
        lose: Sets an agent offline whose desk was last heard of at a time, and takes back what is offered, if it is.
        once_a_minute: What else is done once a minute as long as somebody works.
    """

    def __init__(
        self,
        *,
        agents: Agents,
        signs_of_life: SignsOfLife,
        lose: Callable[[str, datetime], Awaitable[None]],
        configuration: Configuration,
        requests: RollCallRequests,
        once_a_minute: Callable[[], Awaitable[None]],
        clock: Clock,
        telemetry: Telemetry,
    ) -> None:
        self._agents = agents
        self._signs_of_life = signs_of_life
        self._lose = lose
        self._lost_after = configuration.agents.lost_after
        self._requests = requests
        self._once_a_minute = once_a_minute
        self._clock = clock
        self._telemetry = telemetry

    async def __call__(self, message: RollCall) -> None:
        """See `Handler`."""
        began = self._clock.now()
        due = datetime.fromtimestamp(message.minute * 60, UTC)
        before = await self._signs_of_life.roll_call_ended()
        seen = await self._signs_of_life.seen()
        if began - due <= _LATE and before is not None and began - before <= _FOLLOWS:
            await self._judge(seen, began)
        at_work = sum(began - at <= self._lost_after for at in seen.values())
        self._telemetry.record(Metric.AGENTS_ON_SHIFT.of(at_work))
        await self._once_a_minute()
        await self._signs_of_life.end_roll_call(self._clock.now())
        if any(began - at < self._lost_after + _GOES_ON for at in seen.values()):
            await self._requests.ask_after(message.minute)

    async def _judge(self, seen: Mapping[str, datetime], now: datetime) -> None:
        silent = {agent_id: at for agent_id, at in seen.items() if now - at > self._lost_after}
        if not silent:
            return
        agents = {agent.id.lower(): agent for agent in await self._agents.list()}
        lost = [each for each, at in silent.items() if each in agents and was_there(agents[each], at)]
        # The roll call before may have died before it took back what was offered to those whom it set offline.
        just_lost = [each for each in silent if each in agents and lost_since(agents[each], now - _FOLLOWS)]
        for agent_id in (*lost, *just_lost):
            await self._lose(agent_id, silent[agent_id])
        log("roll_call", desks=len(seen), lost=len(lost))
