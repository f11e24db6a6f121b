"""A queue, its people and its customers, which belong to one test alone."""

import itertools
import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from tests.flow.centre import NUMBERS, Centre, Json
from tests.flow.conftest import configuration_text
from tests.flow.customer import Customer

TEAMS = 90
DAY = timedelta(hours=25)
"""So long ago that WhatsApp lets no words through any more."""
SUPPORT, ASKED, STRICT = "support_fr", "asked", "strict"
_CHANNELS = {ASKED: "44444444-4444-4444-4444-444444444444", STRICT: "55555555-5555-5555-5555-555555555555"}


def team_configuration() -> str:
    """The flow tests' configuration, with a queue a team, whose customers' numbers end like its name.

    On one further channel an agent is asked before getting a conversation (`asked`), on the other nothing but replies
    inside the window goes out (`strict`).
    """
    document = json.loads(configuration_text())
    for workstream in document["workstreams"].values():
        workstream["route_to_queue"]["rules"] = [
            {"name": queue, "when": {"contact.phone": {"ends_with": queue[-2:]}}, "to": queue}
            for queue in (_queue(number) for number in range(TEAMS))
        ]
    support = document["workstreams"]["support"]
    document["queues"] |= {_queue(number): {"priority": 2} for number in range(TEAMS)}
    for name, channel_id in _CHANNELS.items():
        document["workstreams"][name] = deepcopy(support)
        document["channels"][name] = {"id": channel_id, "workstream": name}
    document["workstreams"][ASKED]["distribution"] |= {"accept": "manual", "offer_timeout": "1m"}
    document["workstreams"][STRICT]["replies"] = {"when_window_closed": "reject"}
    return json.dumps(document, default=str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """One test's share of the contact centre."""

    centre: Centre
    number: int
    _customers: Iterator[int] = field(default_factory=itertools.count)

    @property
    def queue(self) -> str:
        """The queue of its customers."""
        return _queue(self.number)

    def id_of(self, name: str) -> str:
        """The id of a person of the team, by the first name."""
        return f"{name.lower()}-{self.number:02}"

    async def agent(self, name: str, *, presence: str | None = None, **record: Any) -> str:
        """A new agent of the team's queue, at work if a presence is given; the id."""
        agent = self.id_of(name)
        await self.says("PUT", f"/agents/{agent}", {"name": name, "queues": [self.queue], **record})
        if presence:
            await self.says("PUT", f"/agents/{agent}/presence", {"presence": presence})
        return agent

    def customer(self) -> Customer:
        """Somebody who has never written, and whose conversations come to this team."""
        return Customer(centre=self.centre, number=f"{NUMBERS}{next(self._customers):02}{self.number:02}")

    async def writes(
        self, name: str | None = None, text: str = "Bonjour", *, ago: timedelta = timedelta(), channel: str = SUPPORT
    ) -> tuple[Customer, str]:
        """A new customer writes, and gets a name; the customer, and the id of the conversation."""
        customer = self.customer()
        await customer.writes(text, ago=ago, channel=channel)
        conversation = await customer.conversation()
        if name:
            await self.says("PATCH", f"/contacts/{conversation['contact']['contactId']}", {"name": name})
        return customer, conversation["conversationId"]

    async def status(self, conversation_id: str) -> str:
        """Where a conversation is in its life."""
        return str((await self.says("GET", f"/conversations/{conversation_id}"))["status"])

    async def says(self, method: str, path: str, body: Json | None = None, **caller: Any) -> Any:
        """Call the API as a supervisor, unless said otherwise, and be understood."""
        answer = await self.centre.call(method, path, body, **caller)
        assert answer.status in (200, 201, 202, 204), answer
        return answer.body


def _queue(number: int) -> str:
    return f"team_{number:02}"
