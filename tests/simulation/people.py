"""Customers and a team, who do anything at any time. What they do goes over the API and the queue, as from outside."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any, Final

from shared.composition import ContactCentre
from shared.configuration.workstreams import Presence
from shared.vocabulary.time import rfc3339
from shared.vocabulary.words import ConversationStatus, Priority
from tests.fakes.faults import Killed
from tests.simulation.centre import CHANNELS, SimulatedWorld
from tests.simulation.snapshot import Snapshot
from tests.unit.app.api.desk import Answer, Desk

SUE: Final = {"X-Agent-Id": "sue", "X-Agent-Role": "Supervisor"}
ADA: Final = {"X-Agent-Id": "ada", "X-Agent-Role": "Admin"}
QUEUES: Final = ("billing", "returns", "general")
TEXTS: Final = ("Bonjour", "Ma facture ?", "C'est urgent", "Un retour", "5", "STOP", "START", "Encore moi")
TEAM: Final[Mapping[str, Mapping[str, Any]]] = {
    "ana": {"queues": ["billing", "general"], "capacity": 60, "skills": [{"name": "billing", "level": 5}]},
    "bruno": {"queues": ["general", "returns"], "capacity": 100, "skills": []},
    "chloe": {"queues": ["general"], "capacity": 30, "skills": [{"name": "billing", "level": 1}]},
    "diego": {"queues": ["billing", "returns"], "capacity": 90, "skills": [{"name": "billing", "level": 3}]},
}
_CUSTOMERS = 14
_SERVER_ERRORS = 500
_UNAVAILABLE = 503

type Act = Callable[[ContactCentre], Awaitable[None]]


@dataclass(frozen=True)
class Deed:
    """Something that somebody does, by whatever worker; `about` are the conversations that it may move."""

    name: str
    act: Act
    about: frozenset[str] = field(default_factory=frozenset)


class People:
    """Everybody outside the app, by one seed; `wrote` are the ids of the customers' messages, reactions apart."""

    def __init__(self, world: SimulatedWorld, random: Random) -> None:
        self.wrote: list[str] = []
        self._world = world
        self._random = random

    async def come_to_work(self) -> None:
        """The team is hired, and available."""
        desk = Desk(self._world)
        for agent, record in TEAM.items():
            assert (await desk.put(f"/agents/{agent}", {"name": agent.capitalize(), **record}, SUE)).status == 200
            await desk.put(f"/agents/{agent}/presence", {"presence": Presence.AVAILABLE}, SUE)

    def deed(self, seen: Snapshot) -> Deed:
        """What somebody does next, as it looks to them now."""
        kinds = {
            self._customer_writes: 8,
            self._agent_changes_presence: 3,
            self._agent_deals_with_a_conversation: 10,
            self._agent_takes_one: 2,
            self._supervisor_interferes: 3,
            self._supervisor_labels: 1,
            self._team_changes: 1,
        }
        kind = self._random.choices(list(kinds), list(kinds.values()))[0]
        return kind(seen)

    def _customer_writes(self, seen: Snapshot) -> Deed:
        number, text = self._random.randrange(_CUSTOMERS), self._random.choice(TEXTS)
        channel = list(CHANNELS.values())[number % len(CHANNELS)]
        message = self._world.inbound(text, phone=f"336000000{number:02}", to=channel)
        if self._random.random() < 0.1:
            message["data"] |= {"messageType": "reaction", "reaction": {"messageId": "x", "emoji": "👍"}}
        else:
            self.wrote.append(message["data"]["messageId"])

        async def act(worker: ContactCentre) -> None:
            try:
                await worker.ingest(message)
            except Killed:  # Event Grid delivers it again
                await self._world.fresh_worker().ingest(message)

        return Deed(f"customer {number} writes {text}", act)

    def _agent_changes_presence(self, seen: Snapshot) -> Deed:
        agent, presence = self._random.choice(list(TEAM)), self._random.choice([*Presence, Presence.AVAILABLE])
        return self._call("PUT", "/agents/me/presence", {"presence": presence}, _headers(agent))

    def _agent_deals_with_a_conversation(self, seen: Snapshot) -> Deed:
        agent = self._random.choice(list(TEAM))
        mine = [name for name, holding in seen.holdings.items() if holding.agent == agent]
        if not mine:
            return self._agent_changes_presence(seen)
        conversation = seen.conversations[self._random.choice(mine)]
        path, headers = f"/conversations/{conversation.id}", _headers(agent)
        if conversation.offer:
            return self._call("POST", f"{path}/{self._random.choice(('accept', 'accept', 'decline'))}", None, headers)
        colleague = self._random.choice(list(TEAM))
        choices: list[tuple[str, object]] = [
            ("replies", {"kind": "text", "text": "Voici"}),
            ("replies", {"kind": "text", "text": "Encore"}),
            ("wait", {}),
            ("wait", {"until": _in_an_hour(self._world)}),
            ("wrap-up", None),
            ("close", {}),
            ("close", {}),
            ("release", None),
            ("transfer", {"queue": self._random.choice(QUEUES)}),
            ("transfer", {"agent": colleague}),
            ("assign", {}),
        ]
        what, body = self._random.choice(choices)
        return self._call("POST", f"{path}/{what}", body, headers, about=conversation.id)

    def _agent_takes_one(self, seen: Snapshot) -> Deed:
        waiting = [each for each in seen.running if each.status is ConversationStatus.OPEN]
        if not waiting:
            return self._customer_writes(seen)
        conversation, agent = self._random.choice(waiting), self._random.choice(list(TEAM))
        what, body = self._random.choice((("assign", {}), ("replies", {"kind": "text", "text": "Je m'en occupe"})))
        return self._call("POST", f"/conversations/{conversation.id}/{what}", body, _headers(agent), conversation.id)

    def _supervisor_interferes(self, seen: Snapshot) -> Deed:
        if not seen.running:
            return self._customer_writes(seen)
        conversation, agent = self._random.choice(seen.running), self._random.choice(list(TEAM))
        choices: list[tuple[str, object]] = [
            ("assign", {"agent": agent}),
            ("transfer", {"agent": agent}),
            ("transfer", {"queue": self._random.choice(QUEUES)}),
            ("release", None),
            ("close", {}),
            ("replies", {"kind": "text", "text": "Ici Sue"}),
        ]
        what, body = self._random.choice(choices)
        return self._call("POST", f"/conversations/{conversation.id}/{what}", body, SUE, conversation.id)

    def _supervisor_labels(self, seen: Snapshot) -> Deed:
        if not seen.running:
            return self._customer_writes(seen)
        conversation = self._random.choice(seen.running)
        choices: list[object] = [
            {"priority": self._random.choice(list(Priority))},
            {"skills": [{"name": "billing", "level": self._random.randint(1, 5)}]},
            {"skills": []},
        ]
        path = f"/conversations/{conversation.id}"
        return self._call("PATCH", path, self._random.choice(choices), SUE, conversation.id)

    def _team_changes(self, seen: Snapshot) -> Deed:
        agent, (queue, other) = self._random.choice(list(TEAM)), self._random.sample(QUEUES, 2)
        choices: list[tuple[str, str, object, Mapping[str, str]]] = [
            ("POST", f"/queues/{queue}/drain", {"to": other}, ADA),
            ("POST", f"/agents/{agent}/release-all", None, SUE),
            ("PUT", f"/agents/{agent}", {"active": self._random.random() < 0.7}, SUE),
            ("PUT", f"/agents/{agent}", {"capacity": self._random.choice((30, 60, 100))}, SUE),
            ("PUT", f"/agents/{agent}", {"queues": self._random.sample(QUEUES, self._random.randint(1, 3))}, SUE),
        ]
        return self._call(*self._random.choice(choices))

    def _call(self, method: str, path: str, body: object, headers: Mapping[str, str], about: str | None = None) -> Deed:
        async def act(worker: ContactCentre) -> None:
            answer: Answer = await Desk(self._world, centre=worker).call(method, path, body, headers)
            assert answer.status < _SERVER_ERRORS or answer.status == _UNAVAILABLE, f"{method} {path}: {answer.json}"

        moved = frozenset({about}) if about else frozenset()
        return Deed(f"{headers['X-Agent-Id']}: {method} {path} {body or ''}", act, moved)


def _headers(agent: str) -> dict[str, str]:
    return {"X-Agent-Id": agent, "X-Agent-Role": "Agent"}


def _in_an_hour(world: SimulatedWorld) -> str:
    return rfc3339(world.clock.now() + timedelta(hours=1))
