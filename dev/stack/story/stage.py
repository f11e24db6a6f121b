"""Who plays the story: a supervisor and two agents at the API, and customers at their phones.

The phone numbers are of a range that France keeps for fiction.
"""

import random
from dataclasses import dataclass, field

import aiohttp

from dev.stack.story.addresses import Addresses
from dev.stack.story.api import ContactCentre
from dev.stack.story.phones import Phones
from dev.stack.story.transcript import Transcript


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """Someone who answers, with a record, and the API as that person calls it."""

    id: str
    name: str
    queues: tuple[str, ...]
    skills: dict[str, int] = field(default_factory=dict)
    api: ContactCentre


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A running stack with people on it. Bruno has the more to do: he serves both queues, and has no skill."""

    phones: Phones
    supervisor: ContactCentre
    ana: Agent
    bruno: Agent
    transcript: Transcript
    channel: str

    @classmethod
    async def enter(cls, http: aiohttp.ClientSession, addresses: Addresses, transcript: Transcript) -> "Stage":
        """Raises StoryError if the phones do not answer."""
        phones = Phones(http, addresses.whatsapp)

        def api(person: str, role: str) -> ContactCentre:
            return ContactCentre(http, addresses, agent=person, role=role)

        return cls(
            phones=phones,
            supervisor=api("sofia", "Supervisor"),
            ana=Agent(id="ana", name="Ana", queues=("billing",), skills={"billing": 5}, api=api("ana", "Agent")),
            bruno=Agent(id="bruno", name="Bruno", queues=("billing", "general"), api=api("bruno", "Agent")),
            transcript=transcript,
            channel=(await phones.channels())[0],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """Someone who writes, on a number that nobody had before."""

    name: str
    number: str

    @classmethod
    def named(cls, name: str) -> "Customer":
        return cls(name=name, number=f"+3363998{random.randrange(10_000):04}")
