"""Mends what was reserved of agents and may never have become theirs.

Whoever reserves announces it first, by a message that comes a minute later. By then the contact says whose the
conversation is; whatever the agent's load says otherwise is wrong, and nobody is on the way to make it true.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import batched
from typing import Final

from shared.at_once import each_of
from shared.committing.committer import COMES_LATER, Committer
from shared.committing.reserving import CHECK_AFTER
from shared.distribution.quiet_settling import QuietSettling
from shared.queue.messages import Pair, Reservations
from shared.queue.turn_requests import DISTRIBUTION
from shared.state.agents import Agents
from shared.state.holding import holding_of
from shared.vocabulary.identity import contact_id_in, same_agent
from shared.vocabulary.time import Clock, sit_out

_MOST_PAIRS: Final = 500


class SettleReservations:
    """Announces pairs, and settles them when their announcement comes."""

    def __init__(self, committer: Committer, agents: Agents, quiet_settling: QuietSettling, clock: Clock) -> None:
        self._committer = committer
        self._agents = agents
        self._quiet_settling = quiet_settling
        self._clock = clock

    async def announce(self, pairs: Sequence[Pair]) -> None:
        """Have pairs looked at in a minute; they may be reserved once this returns.

        Raises:
            Unavailable: The queue did not take it.
        """
        await self._send(pairs, self._clock.now() + CHECK_AFTER)

    async def __call__(self, message: Reservations) -> str | None:
        """See `Handler`."""
        await self.settle(message.pairs)
        return None

    async def settle(self, pairs: Sequence[Pair]) -> None:
        """Let each agent's load say what the contact says; what may still be committed is looked at again.

        Raises:
            Unavailable: A dependency is away; settle them again.
        """
        looked_at = zip(pairs, await each_of(pairs, self._mend), strict=True)
        again = [(pair, at) for pair, at in looked_at if at]
        if again:
            at = max(at for _, at in again)
            await sit_out(at + COMES_LATER, self._clock)
            await self._send([pair for pair, _ in again], at)

    async def _mend(self, pair: Pair) -> datetime | None:
        """Mend one entry; when to look at it again, if it is too young."""
        stored = await self._committer.contacts.load(contact_id_in(pair.conversation_id))
        holding = holding_of(stored.contact.conversation) if stored else None
        if stored is None or holding is None or holding.conversation_id != pair.conversation_id:
            return await self._agents.mend_entry(pair.agent, pair.conversation_id, None)
        if not same_agent(holding.agent, pair.agent):
            return await self._agents.mend_entry(pair.agent, pair.conversation_id, None)
        await self._quiet_settling.settle(stored)  # whoever committed it may have died before that
        entry = holding.entry(stored.contact.version, self._clock.now())
        return await self._agents.mend_entry(pair.agent, pair.conversation_id, entry)

    async def _send(self, pairs: Sequence[Pair], at: datetime) -> None:
        for some in batched(pairs, _MOST_PAIRS, strict=False):
            await self._committer.send_to_session(Reservations(pairs=some), DISTRIBUTION, at + COMES_LATER)
