"""What it takes to give those who wait to those who are free: the match alone, and a turn beside its bare Table calls.

A turn is timed over a long line and over a short one: it should cost what it gives, not what waits.
"""

import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import batched, count
from pathlib import Path
from typing import Final

from dev.tools.bench.bare_tables import BareTables, RecordingTables
from dev.tools.bench.errors import BenchError
from shared.api.openid import OpenId
from shared.at_once import each_of
from shared.composition import ContactCentre, Ports
from shared.configuration import read_configuration
from shared.configuration.workstreams import Presence
from shared.distribution.match import Line, match
from shared.media.blobs import Blobs
from shared.media.web import Web
from shared.queue.messages import Turn
from shared.queue.sender import QueueMessage, Sender
from shared.queue.topic import Topic
from shared.queue.turn_requests import DISTRIBUTION
from shared.routing.route import Arrival
from shared.sending.channel import Channel
from shared.settings import Settings
from shared.state.agent import Agent, AgentSkill
from shared.state.agents import agent_key
from shared.state.contact import Contact, Timer
from shared.state.conversation import Conversation, NeededSkill
from shared.state.line_row import LineRow, line_row
from shared.state.list_row import list_row
from shared.state.rows import CONTACT, encode
from shared.state.tables import Delete, Put, Table, Tables
from shared.state.waiting_lines import InLine
from shared.telemetry import Telemetry
from shared.vocabulary.identity import contact_id_of, conversation_id_of, ulid
from shared.vocabulary.time import Clock
from shared.vocabulary.words import ConversationStatus, Provider

LONG, SHORT, AGENTS = 10_000, 100, 1_000
_ROUNDS: Final = 3
_CAPACITY: Final = 30
_MOST_ROWS: Final = 1_000
_QUEUE: Final = "general"
_CHANNEL: Final = "11111111-1111-1111-1111-111111111111"
_FILE: Final = """
version: 1
channels: {one: {id: 11111111-1111-1111-1111-111111111111, workstream: support}}
workstreams: {support: {route_to_queue: {fallback: general}}}
queues: {general: {}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignments:
    """Assignments a second, by turns and by their Table calls made bare; the ratio is that of the median round."""

    app: float
    bare: float
    ratio: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Distributed:
    """What was measured.

    Attributes:
        match_cpu_ms: Of the processor, for 100 who wait and 1,000 agents.
        assignments: By how many wait.
    """

    match_cpu_ms: float
    assignments: Mapping[int, Assignments]


@dataclass(frozen=True, slots=True, kw_only=True)
class _RecordingPorts:
    """The ports of a worker whose Table calls are written down."""

    ports: Ports
    tables: Tables

    @property
    def sender(self) -> Sender:
        return self.ports.sender

    @property
    def topic(self) -> Topic | None:
        return self.ports.topic

    def channel_at(self, provider: Provider) -> Channel:
        return self.ports.channel_at(provider)

    @property
    def blobs(self) -> Blobs | None:
        return self.ports.blobs

    @property
    def web(self) -> Web:
        return self.ports.web

    @property
    def openid(self) -> OpenId:
        return self.ports.openid

    @property
    def clock(self) -> Clock:
        return self.ports.clock

    @property
    def telemetry(self) -> Telemetry:
        return self.ports.telemetry


async def compare_distribution(
    ports: Ports, bare: BareTables, settings: Settings, folder: Path, messages: int, advance: Callable[[int], None]
) -> Distributed:
    """Measure with as many who wait and agents as so many messages a step are worth; with 200, all.

    Raises:
        BenchError: A turn did not do what it had to.
    """
    share = min(messages / 200, 1)
    agents = max(round(AGENTS * share), 1)
    file = folder / "distribution.yaml"
    file.write_text(_FILE, encoding="utf-8")
    centre_of = _Centres(ports=ports, settings=settings, file=file)
    found: dict[int, Assignments] = {}
    for waiting in (LONG, SHORT):
        team = _Team(ports.tables, waiting=max(round(waiting * share), 1), agents=agents)
        found[waiting] = await _turns(centre_of, bare, team)
        advance(1)
    return Distributed(match_cpu_ms=match_alone(file), assignments=found)


def match_alone(file: Path) -> float:
    """Milliseconds of the processor for 100 who wait and 1,000 agents, in ten classes."""
    configuration = read_configuration(file)
    now = datetime.now(UTC)
    agents = [_agent(number, skill=number % 10) for number in range(AGENTS)]
    rows = [
        LineRow(conversation_id=f"c{number}", version=1, workstream="support", skills=_needs(number % 10))
        for number in range(SHORT)
    ]
    waiting = (InLine(queue=_QUEUE, key=f"line:2:{number:013d}:c{number}", row=row) for number, row in enumerate(rows))
    lines = {_QUEUE: Line(waiting=tuple(waiting))}
    times = []
    for _ in range(9):
        started = time.process_time()
        given = match(lines, agents, configuration, now).given
        times.append((time.process_time() - started) * 1000)
        if len(given) != SHORT:
            raise BenchError(f"the match gave {len(given)} of {SHORT}")
    return statistics.median(times)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Centres:
    ports: Ports
    settings: Settings
    file: Path

    def __call__(self, tables: Tables) -> ContactCentre:
        ports = _RecordingPorts(ports=self.ports, tables=tables)
        return ContactCentre(ports, self.settings, read_configuration(self.file))


async def _turns(centre_of: _Centres, bare: BareTables, team: "_Team") -> Assignments:
    """Take turns with agents who are all free, and make the Table calls of each again without the app."""
    await team.join_the_line(team.waiting)
    app: list[float] = []
    bare_calls: list[float] = []
    for _ in range(_ROUNDS):
        await team.come_online()
        recording = RecordingTables(centre_of.ports.tables)
        centre = centre_of(recording)
        started = time.perf_counter()
        await centre.route(_turn())
        seconds = time.perf_counter() - started
        given = recording.committed_contacts
        if given != min(team.agents, team.waiting):
            raise BenchError(f"a turn gave {given} of {team.waiting} to {team.agents} agents")
        app.append(given / seconds)
        await bare.prepare(recording.chains)
        bare_calls.append(given / await bare.replay(recording.chains))
        await team.join_the_line(given)  # in place of those who left it
    await team.leave()
    ratio = statistics.median(one / other for one, other in zip(app, bare_calls, strict=True))
    return Assignments(app=statistics.median(app), bare=statistics.median(bare_calls), ratio=ratio)


def _turn() -> Arrival:
    turn = QueueMessage.of(Turn(due=int(time.time())), session_id=DISTRIBUTION, message_id="bench")
    return Arrival(
        subject=turn.subject.value,
        body=turn.encode(),
        session_id=turn.session_id,
        message_id=turn.message_id,
        delivery_count=1,
        enqueued_at=None,
    )


class _Team:
    """The rows of those who wait and of the agents, laid straight into the tables."""

    def __init__(self, tables: Tables, *, waiting: int, agents: int) -> None:
        self._tables = tables
        self._numbers = count()
        self.waiting = waiting
        self.agents = agents

    async def join_the_line(self, number: int) -> None:
        contacts = [_contact(next(self._numbers), self.waiting) for _ in range(number)]
        await each_of(contacts, lambda each: self._tables.commit(Table.CONTACTS, each.id, [Put(CONTACT, encode(each))]))
        rows = [put for each in contacts for put in _inbox_rows(each)]
        await self._put(Table.INBOX, _QUEUE, rows)

    async def come_online(self) -> None:
        """Every agent has room for one conversation."""
        by_partition: dict[str, list[Put]] = {}
        for agent in (_agent(number) for number in range(self.agents)):
            key = agent_key(agent.id)
            by_partition.setdefault(key[0], []).append(Put(key, encode(agent)))
        for partition, rows in by_partition.items():
            await self._put(Table.AGENTS, partition, rows)

    async def leave(self) -> None:
        """Nobody is in line any more, so that the next measurement begins with an empty one."""
        while rows := await self._tables.keys(Table.INBOX, _QUEUE, first="line:", last="line;", limit=_MOST_ROWS):
            await self._delete(rows)

    async def _put(self, table: Table, partition: str, rows: Sequence[Put]) -> None:
        await each_of(batched(rows, 100, strict=False), lambda some: self._tables.commit(table, partition, some))

    async def _delete(self, keys: Iterable[str]) -> None:
        await each_of(
            batched(keys, 100, strict=False),
            lambda some: self._tables.commit(Table.INBOX, _QUEUE, [Delete(key) for key in some]),
        )


def _agent(number: int, skill: int = 0) -> Agent:
    return Agent(
        id=f"agent{number}",
        name=f"Agent {number}",
        queues=(_QUEUE,),
        capacity=_CAPACITY,
        skills=(AgentSkill(name=f"skill{skill}", level=3),),
        presence=Presence.AVAILABLE,
    )


def _needs(skill: int) -> tuple[NeededSkill, ...]:
    return (NeededSkill(name=f"skill{skill}", level=3),)


def _contact(number: int, salt: int) -> Contact:
    """A customer who wrote a minute ago, with a timer under way, as `route` leaves one."""
    at = datetime.now(UTC) - timedelta(minutes=1) + timedelta(milliseconds=number)
    contact_id = contact_id_of(_CHANNEL, f"+336{number:08d}", f"{salt}/{number}")
    conversation = Conversation(
        id=conversation_id_of(contact_id, ulid(at, contact_id)),
        status=ConversationStatus.OPEN,
        workstream="support",
        queue=_QUEUE,
        created_at=at,
        last_message_at=at,
        queued_since=at,
        waiting_since=at,
        unread=1,
    )
    return Contact(
        id=contact_id,
        channel_id=_CHANNEL,
        session_id=contact_id,
        phone=f"+336{number:08d}",
        window_from=at,
        counter=1,
        version=1,
        revision=1,
        timer=Timer(generation=1, fires_at=datetime.now(UTC) + timedelta(minutes=1)),
        conversation=conversation,
    )


def _inbox_rows(contact: Contact) -> list[Put]:
    listed, waiting = list_row(contact), line_row(contact)
    if listed is None or waiting is None:
        raise BenchError("a contact of the bench does not wait")
    return [Put(listed.conversation_id, encode(listed)), Put(waiting[0], encode(waiting[1]))]
