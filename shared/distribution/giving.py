"""Carries out what a match found: many pairs at once, step by step.

        read the contacts ── announce all pairs ── reserve, one write an agent ── commit ── settle
                                  └─ 60 s ───────────────────────────────────────▶ reservations are mended

A pair that fails is left out, and the others go on.
"""

import logging
from collections.abc import Awaitable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from shared.at_once import each_of
from shared.committing.committer import COMES_LATER, Committer
from shared.committing.reserving import COMMIT_WITHIN
from shared.configuration.document import Configuration
from shared.distribution.match import Given
from shared.distribution.quiet_settling import QuietSettling
from shared.distribution.reservations import SettleReservations
from shared.distribution.turn_assignment import assign, still_waits
from shared.logs import log
from shared.queue.messages import Buried, Check, Pair
from shared.state.agent import Agent, LoadEntry, LoadKind
from shared.state.agents import Agents
from shared.state.contact_store import Stale, StoredContact
from shared.state.conversation_lists import TOMBSTONE_STANDS, ConversationLists
from shared.state.draft import Draft, Room
from shared.state.holding import holding_of
from shared.state.revise_row import MOST_TRIES
from shared.state.shown import Listed
from shared.vocabulary.errors import Unavailable
from shared.vocabulary.identity import contact_id_in, same_agent
from shared.vocabulary.time import Clock

_BURIED_FOR: Final = TOMBSTONE_STANDS + COMES_LATER


class Fate(StrEnum):
    """What became of a pair.

    `put_right`: the line said something that the contact contradicts, and does not any more. `no_room`: the agent is
    not as the match saw it any more. `later`: a dependency is away. `failed`: nobody knows how to handle it.
    """

    GIVEN = "given"
    PUT_RIGHT = "put_right"
    NO_ROOM = "no_room"
    LATER = "later"
    FAILED = "failed"


type Fates = MutableMapping[str, Fate]
"""By conversation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    """A pair whose contact was read.

    Attributes:
        reserved_at: From then on, for 30 seconds, its commit may begin.
    """

    given: Given
    stored: StoredContact
    reserved_at: datetime | None = None

    @property
    def id(self) -> str:
        return self.given.row.conversation_id

    @property
    def agent(self) -> str:
        return self.given.agent.id

    def is_there(self, agent: Agent) -> bool:
        """Tell whether the agent is there as the match saw it: who has gone since is given nothing."""
        seen = self.given.agent
        return (agent.active, agent.presence, agent.queues) == (seen.active, seen.presence, seen.queues)

    @property
    def version(self) -> int:
        """The version that the contact will have; the reservation carries it."""
        return self.stored.contact.version + 1


class Giving:
    """Gives conversations to agents, for a turn."""

    def __init__(
        self,
        *,
        committer: Committer,
        agents: Agents,
        conversation_lists: ConversationLists,
        quiet_settling: QuietSettling,
        reservations: SettleReservations,
        configuration: Configuration,
        clock: Clock,
    ) -> None:
        self._committer = committer
        self._agents = agents
        self._conversation_lists = conversation_lists
        self._quiet_settling = quiet_settling
        self._reservations = reservations
        self._configuration = configuration
        self._clock = clock

    async def give(self, given: Sequence[Given]) -> Mapping[str, Fate]:
        """Give what a match found; what became of each, by conversation.

        Raises:
            Unavailable: The queue did not take the announcement; nothing was reserved.
        """
        fates: Fates = {}
        read = await each_of(given, lambda one: _note(fates, one.row.conversation_id, self._read(one)))
        pairs = [pair for pair in read if pair]
        # All are announced before the first is reserved: what a crash leaves behind is mended in a minute.
        await self._reservations.announce([Pair(conversation_id=each.id, agent=each.agent) for each in pairs])
        reserved = await each_of(_by_agent(pairs), lambda some: self._reserve(fates, some))
        ready = [pair for some in reserved for pair in some]
        committed = await each_of(ready, lambda pair: _note(fates, pair.id, self._commit(pair)))
        await each_of(_by_agent([pair for pair in committed if pair]), lambda some: self._take_back(fates, some))
        return fates

    async def _read(self, given: Given) -> _Pair | Fate:
        contact_id = contact_id_in(given.row.conversation_id)
        stored = await self._committer.contacts.load(contact_id)
        if stored and still_waits(stored.contact, given):
            return _Pair(given=given, stored=stored if stored.listed else replace(stored, listed=_listed(given)))
        await self._put_right(given, contact_id, stored)
        return Fate.PUT_RIGHT

    async def _put_right(self, given: Given, contact_id: str, stored: StoredContact | None) -> None:
        """Let the line say what the contact says: it was not settled yet, or its row should not be there at all."""
        contact = (await self._quiet_settling.settle(stored)).contact if stored else None
        queue, conversation_id = given.waiting.queue, given.row.conversation_id
        if await self._conversation_lists.mend(queue, conversation_id, given.waiting.key, contact):
            check = Check(contact_id=contact_id, buried=Buried(queue=queue, conversation_id=conversation_id))
            session_id = contact.session_id if contact else contact_id
            await self._committer.send_to_session(check, session_id, self._clock.now() + _BURIED_FOR)

    async def _reserve(self, fates: Fates, pairs: Sequence[_Pair]) -> Sequence[_Pair]:
        """Reserve all that one agent is to have, in one write; those that could be."""
        now = self._clock.now()
        entries = {pair.id: _entry(pair, now + timedelta(microseconds=n)) for n, pair in enumerate(pairs)}
        try:
            reservation = await self._agents.reserve(pairs[0].agent, entries, Room.CAPACITY, pairs[0].is_there)
        except Exception as error:  # noqa: BLE001 - in doubt, which the announcement makes up for; the others go on
            log("turn.later", what="reserve", level=logging.WARNING, error=error, conversations=len(pairs))
            fates.update({pair.id: Fate.LATER for pair in pairs})
            return []
        taken = reservation.taken
        fates.update({pair.id: Fate.NO_ROOM for pair in pairs if pair.id not in taken})
        return [replace(pair, reserved_at=now) for pair in pairs if pair.id in taken]

    async def _commit(self, pair: _Pair) -> _Pair | Fate:
        """Commit what was reserved; the pair, if that is to be taken back."""
        stored = pair.stored
        for _ in range(MOST_TRIES):
            now = self._clock.now()
            if pair.reserved_at is None or now - pair.reserved_at > COMMIT_WITHIN:
                return Fate.LATER  # the announcement may take it back any time
            draft = Draft.of(stored, now)
            assign(draft, pair.given, self._configuration)
            try:
                committed = await self._committer.commit(stored, draft, reserved=True)
            except Stale:
                current = await self._committer.contacts.load(stored.contact.id)
                if current is None or not _as_reserved(current, pair):
                    return Fate.PUT_RIGHT if _has_it(current, pair) else pair
                stored = current
            else:
                await self._settle(committed)
                return Fate.GIVEN
        return Fate.LATER

    async def _settle(self, committed: StoredContact) -> None:
        try:
            await self._quiet_settling.settle(committed)
        except Unavailable as error:  # it is the agent's; the announcement settles the rest
            log(
                "turn.later",
                what="settle",
                level=logging.WARNING,
                error=error,
                conversation_id=committed.conversation_id,
            )

    async def _take_back(self, fates: Fates, pairs: Sequence[_Pair]) -> None:
        """Take back, in one write, what one agent does not get: somebody else was first."""
        fates.update({pair.id: Fate.PUT_RIGHT for pair in pairs})
        try:
            await self._agents.remove(pairs[0].agent, {pair.id: pair.version for pair in pairs})
        except Exception as error:  # noqa: BLE001 - the announcement does it
            log("turn.later", what="take_back", level=logging.WARNING, error=error, conversations=len(pairs))


async def _note(fates: Fates, conversation_id: str, work: Awaitable[_Pair | Fate]) -> _Pair | None:
    """Do the work for a pair that goes on; else note its fate. What fails ends nothing but this pair."""
    try:
        found = await work
    except Exception as error:  # noqa: BLE001 - whatever it is, the other pairs go on
        away = isinstance(error, Unavailable)
        level = logging.WARNING if away else logging.ERROR
        log("turn.pair_failed", level=level, error=error, conversation_id=conversation_id)
        found = Fate.LATER if away else Fate.FAILED
    if isinstance(found, _Pair):
        return found
    fates[conversation_id] = found
    return None


def _entry(pair: _Pair, at: datetime) -> LoadEntry:
    queue = pair.given.waiting.queue
    return LoadEntry(kind=LoadKind.HELD, version=pair.version, queue=queue, at=at, units=pair.given.units)


def _listed(given: Given) -> Listed:
    """Return what the row in the line says of the list's: its read is spared."""
    row, waiting = given.row, given.waiting
    return Listed(
        queue=waiting.queue,
        conversation_id=row.conversation_id,
        version=row.version,
        etag=None,
        line=waiting.key,
        line_etag=waiting.etag,
        skills=row.skills,
    )


def _by_agent(pairs: Sequence[_Pair]) -> Sequence[Sequence[_Pair]]:
    groups: dict[str, list[_Pair]] = {}
    for pair in pairs:
        groups.setdefault(pair.agent, []).append(pair)
    return list(groups.values())


def _as_reserved(stored: StoredContact, pair: _Pair) -> bool:
    """Tell whether the commit for which the agent was reserved may be made on the contact as it is now.

    Under a later version the entry would be one that whoever settles the contact in between may take away.
    """
    return stored.contact.version + 1 == pair.version and still_waits(stored.contact, pair.given)


def _has_it(stored: StoredContact | None, pair: _Pair) -> bool:
    """Tell whether the agent has the conversation all the same: by taking it, for one."""
    holding = holding_of(stored.contact.conversation) if stored else None
    return holding is not None and holding.conversation_id == pair.id and same_agent(holding.agent, pair.agent)
