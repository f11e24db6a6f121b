"""Agents at work on a stack: each looks at what the app gave them, answers, and ends it or sets it aside.

A day is played in fast motion: a conversation takes some seconds of an agent's time.
"""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from dev.stack.story.api import ContactCentre, Listed
from dev.stack.story.errors import RefusedError, StoryError

QUEUES = ("billing", "general", "returns")
_LOOK_EVERY_SECONDS = 1.0
_SECONDS_TO_ANSWER = 1.5
_SECONDS_TO_END = 1.5
_SET_ASIDE = 0.2
_WITH_A_SKILL = 0.5


@dataclass(slots=True, kw_only=True)
class Ledger:
    """What the agents saw and did: whose conversation is of which phone, and what the API refused them."""

    phones: dict[str, str] = field(default_factory=dict)
    ended: int = 0
    refused: int = 0
    error: StoryError | None = None


class Team:
    """Agents who work until the block is left.

    Args:
        supervisor: Who hires them.
        agents: Each one's id, and the API as that agent calls it.
    """

    def __init__(self, supervisor: ContactCentre, agents: dict[str, ContactCentre]) -> None:
        self.ledger = Ledger()
        self._supervisor = supervisor
        self._agents = agents

    async def come_to_work(self) -> None:
        """Raises StoryError if the API refuses."""
        for agent, api in self._agents.items():
            skills = {"billing": random.randint(1, 5)} if random.random() < _WITH_A_SKILL else {}
            await self._supervisor.put_agent(agent, name=agent.capitalize(), queues=QUEUES, skills=skills)
            await api.set_presence("available")

    async def run(self) -> None:
        """Work until cancelled."""
        await asyncio.gather(*(self._work(api) for api in self._agents.values()))

    async def go_home(self) -> None:
        """Nobody is given anything any more."""
        for api in self._agents.values():
            await api.set_presence("offline")

    async def _work(self, api: ContactCentre) -> None:
        """One agent: whatever the app gives is taken in hand, all at once."""
        in_hand: dict[str, asyncio.Task[None]] = {}
        try:
            while True:
                for conversation in await self._look(api):
                    task = in_hand.get(conversation.conversation_id)
                    if conversation.status == "active" and (task is None or task.done()):
                        work = self._handle(api, conversation)
                        in_hand[conversation.conversation_id] = asyncio.create_task(work)
                await asyncio.sleep(_LOOK_EVERY_SECONDS * (0.5 + random.random()))
        finally:
            for task in in_hand.values():
                task.cancel()

    async def _look(self, api: ContactCentre) -> Sequence[Listed]:
        try:
            mine = await api.conversations(agent="me")
        except StoryError as error:
            self.ledger.error = error
            return []
        self.ledger.phones.update({each.conversation_id: each.phone for each in mine if each.phone})
        return mine

    async def _handle(self, api: ContactCentre, conversation: Listed) -> None:
        """Answer, and then end it, or wait for the customer."""
        try:
            await asyncio.sleep(random.expovariate(1 / _SECONDS_TO_ANSWER))
            await api.reply(conversation.conversation_id, "Je m'en occupe.")
            await asyncio.sleep(random.expovariate(1 / _SECONDS_TO_END))
            if random.random() < _SET_ASIDE:
                await api.wait(conversation.conversation_id)
            else:
                await api.close(conversation.conversation_id)
                self.ledger.ended += 1
        except RefusedError as error:
            self.ledger.refused, self.ledger.error = self.ledger.refused + 1, error
        except StoryError as error:
            self.ledger.error = error
