"""What is given to an agent is announced, then reserved in the agent's load, and only then committed.

        announcement on its way ── reserve ── commit ── settle
             └─ 60 s ────────────────────────────────────▶ whatever was left undone is mended

The announcement is a check that names conversation and agent. So a crash anywhere leaves no load without a
conversation, and no conversation without its load for longer than a minute.
"""

from datetime import datetime, timedelta
from typing import Final, Protocol

from shared.queue.messages import Pair
from shared.state.agents import Agents
from shared.state.contact import Contact
from shared.state.contact_store import Contacts, Stale
from shared.state.draft import Room
from shared.state.holding import Holding, holding_of, same_hands
from shared.state.loads import MOST_HELD, Obstacle
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Refused, Unavailable
from shared.vocabulary.time import Clock

CHECK_AFTER: Final = timedelta(seconds=60)
COMMIT_WITHIN: Final = timedelta(seconds=30)
"""After its check was sent: the check of a later commit could come while that is under way, and see nothing."""


class NoRoom(Refused):
    """Raised when an agent can't have one more conversation: `agent_full`, or `agent_not_available`."""

    def __init__(self, agent: str, obstacle: Obstacle) -> None:
        if obstacle is Obstacle.FULL:
            super().__init__(
                Code.AGENT_FULL,
                f"{agent} has {MOST_HELD} conversations, and can't have one more: close or release one first.",
            )
        else:
            super().__init__(
                Code.AGENT_NOT_AVAILABLE, f"{agent} has no capacity left: choose another agent, or the queue."
            )


class Announce(Protocol):
    """Has a contact checked at a time."""

    async def __call__(self, contact: Contact, at: datetime, reserved: Pair | None = None) -> None:
        """Send the check; raises Unavailable if it was not taken."""


class Reserving:
    """Reserves what single commits give; a turn reserves what all of its commits give at once."""

    def __init__(self, agents: Agents, contacts: Contacts, clock: Clock, announce: Announce) -> None:
        self._agents = agents
        self._contacts = contacts
        self._clock = clock
        self._announce = announce

    async def reserve(self, contact: Contact, gives: Holding, room: Room) -> None:
        """Reserve what a commit gives, which may begin once this returns.

        Args:
            contact: As it will be committed.

        Raises:
            NoRoom: The agent can't have it.
            Stale: The contact has changed since it was read.
            Unavailable: Storage or queue are away, or took too long.
        """
        announced_at = self._clock.now()
        pair = Pair(conversation_id=gives.conversation_id, agent=gives.agent)
        await self._announce(contact, announced_at + CHECK_AFTER, pair)
        entry = gives.entry(contact.version, self._clock.now())
        reservation = await self._agents.reserve(gives.agent, {gives.conversation_id: entry}, room)
        if obstacle := reservation.obstacles.get(gives.conversation_id):
            raise Stale if obstacle is Obstacle.OUTDATED else NoRoom(gives.agent, obstacle)
        if self._clock.now() - announced_at > COMMIT_WITHIN:
            await self._agents.remove(gives.agent, {gives.conversation_id: contact.version})
            raise Unavailable("it took too long to reserve an agent")

    async def take_back(self, contact: Contact, gives: Holding) -> None:
        """Take back what was reserved for a commit that was not made, unless another's commit gave the same."""
        stored = await self._contacts.load(contact.id)
        if not same_hands(holding_of(stored.contact.conversation) if stored else None, gives):
            await self._agents.remove(gives.agent, {gives.conversation_id: contact.version})
