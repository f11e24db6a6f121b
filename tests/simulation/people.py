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
from tests.simulation.centre import SimulatedWorld
from tests.simulation.correspondence import ADA, CUSTOMERS, SUE, Correspondence
from tests.simulation.snapshot import Snapshot
from tests.unit.app.api.desk import Answer, Desk

QUEUES: Final = ("billing", "returns", "general")
TEAM: Final[Mapping[str, Mapping[str, Any]]] = {
    "ana": {"queues": ["billing", "general"], "capacity": 60, "skills": [{"name": "billing", "level": 5}]},
    "bruno": {"queues": ["general", "returns"], "capacity": 100, "skills": []},
    "chloe": {"queues": ["general"], "capacity": 30, "skills": [{"name": "billing", "level": 1}]},
    "diego": {"queues": ["billing", "returns"], "capacity": 90, "skills": [{"name": "billing", "level": 3}]},
}
_SERVER_ERRORS = 500
_UNAVAILABLE = 503

type Act = Callable[[ContactCentre], Awaitable[None]]
type _Letter = Callable[[ContactCentre, str, Mapping[str, str]], Awaitable[None]]


@dataclass(frozen=True)
class Deed:
    """Something that somebody does, by whatever worker; `about` are the conversations that it may move."""

    name: str
    act: Act
    about: frozenset[str] = field(default_factory=frozenset)


class People:
    """Everybody outside the app, by one seed; `letters` is what they write."""

    def __init__(self, world: SimulatedWorld, random: Random) -> None:
        self.letters = Correspondence(world, random)
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
            self._agent_replies: 14,
            self._somebody_takes_back: 3,
            self._agent_reads: 1,
            self._somebody_retries: 4,
            self._somebody_starts: 1,
            self._somebody_is_forgotten: 0.4,
        }
        kind = self._random.choices(list(kinds), list(kinds.values()))[0]
        return kind(seen)

    def _customer_writes(self, seen: Snapshot) -> Deed:
        number = self._random.randrange(self._random.choice((3, CUSTOMERS)))
        message = self.letters.customer_writes(number)

        async def act(worker: ContactCentre) -> None:
            try:
                await worker.ingest(message)
            except Killed:  # Event Grid delivers it again
                await self._world.fresh_worker().ingest(message)

        return Deed(f"customer {number} writes {message['data']['content']}", act)

    def _agent_replies(self, seen: Snapshot) -> Deed:
        return self._about_one(seen, "replies", self.letters.reply)

    def _somebody_takes_back(self, seen: Snapshot) -> Deed:
        return self._about_one(seen, "takes held words back", self.letters.cancel)

    def _agent_reads(self, seen: Snapshot) -> Deed:
        return self._about_one(seen, "reads", self.letters.read)

    def _about_one(self, seen: Snapshot, name: str, do: _Letter) -> Deed:
        if not seen.conversations:
            return self._customer_writes(seen)
        some = seen.running if seen.running and self._random.random() < 0.8 else list(seen.conversations.values())
        conversation = self._random.choice(some)
        headers = _headers(conversation.agent) if conversation.agent else SUE

        async def act(worker: ContactCentre) -> None:
            await do(worker, conversation.id, headers)

        return Deed(f"{headers['X-Agent-Id']} {name}: {conversation.id}", act, frozenset({conversation.id}))

    def _somebody_retries(self, seen: Snapshot) -> Deed:
        return Deed("somebody retries", self.letters.retry, frozenset(seen.conversations))

    def _somebody_starts(self, seen: Snapshot) -> Deed:
        number = self._random.randrange(CUSTOMERS + 4)
        headers = self._random.choice((SUE, _headers(self._random.choice(list(TEAM)))))

        async def act(worker: ContactCentre) -> None:
            await self.letters.start(worker, number, headers)

        return Deed(f"{headers['X-Agent-Id']} writes first to {number}", act, frozenset(seen.conversations))

    def _somebody_is_forgotten(self, seen: Snapshot) -> Deed:
        if not seen.contacts:
            return self._customer_writes(seen)
        contact = self._random.choice(seen.contacts)

        async def act(worker: ContactCentre) -> None:
            await self.letters.erase(worker, contact)

        return Deed(f"erase {contact.id}", act)

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
        if self._random.random() < 0.5:
            return self._call("POST", f"/conversations/{conversation.id}/assign", {}, _headers(agent), conversation.id)

        async def act(worker: ContactCentre) -> None:
            await self.letters.reply(worker, conversation.id, _headers(agent))

        return Deed(f"{agent} takes and replies: {conversation.id}", act, frozenset({conversation.id}))

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
