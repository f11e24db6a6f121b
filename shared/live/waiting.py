"""A desk waits for what changes: one long poll."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from shared.live.cursor import Cursor, decode_cursor, hash_of
from shared.live.lateness import Lateness
from shared.live.looking_on import LookingOn, MaySee
from shared.live.news import News, ThreadChange, news_of, viewers_of
from shared.live.places import Place, Places
from shared.live.reader import LogReader
from shared.live.sight import Sight
from shared.state.changes import LOOK_BACK, Changes
from shared.state.list_row import ListRow
from shared.telemetry import Metric, Telemetry
from shared.vocabulary.time import Clock

_MOST_ROWS: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A poll.

    Attributes:
        client: One browser of the caller's; empty for a caller who has but one.
        cursor: As it was given last; None: there is none yet.
        opened: The conversations that are open there.
        until: When it is answered at the latest.
        sight: Says what the caller may see now.
    """

    caller_id: str
    client: str
    cursor: str | None
    opened: Sequence[str]
    until: datetime
    sight: Callable[[], Awaitable[Sight]]
    may_see: MaySee


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The answer to a poll.

    Attributes:
        resync: Whether the lists have to be read anew, since not everything can be told.
        poll_later: Whether there was no place to wait.
    """

    cursor: Cursor
    rows: Sequence[ListRow] = ()
    gone: Mapping[str, int] = field(default_factory=dict)
    threads: Mapping[str, ThreadChange] = field(default_factory=dict)
    viewers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    resync: bool = False
    poll_later: bool = False


class Outcome(StrEnum):
    """How a poll ended."""

    TOLD = "told"
    NOTHING_NEW = "nothing_new"
    RESYNC = "resync"
    LATER = "later"


class Live:
    """Answers polls as soon as there is something to say."""

    def __init__(self, changes: Changes, clock: Clock, telemetry: Telemetry) -> None:
        self._reader = LogReader(changes, clock, Lateness(telemetry))
        self._looking_on = LookingOn(changes, clock)
        self._places = Places()
        self._clock = clock
        self._telemetry = telemetry

    async def poll(self, asked: Asked) -> Told:
        """Wait until something changes for the caller.

        Raises:
            Unavailable: Storage is away.
        """
        with self._places.take(asked.caller_id, asked.client) as place:
            if place.refusal:
                self._telemetry.record(Metric.DESKS_TURNED_AWAY.of(reason=place.refusal))
            self._telemetry.record(Metric.DESKS_WAITING.of(self._places.taken))
            told = await _Poll(self._reader, self._looking_on, self._clock, asked, place).answer()
            self._telemetry.record(Metric.DESK_CALLS.of(outcome=_outcome(told)))
            return told


class _Poll:
    """One poll under way."""

    def __init__(self, reader: LogReader, looking_on: LookingOn, clock: Clock, asked: Asked, place: Place) -> None:
        self._reader = reader
        self._looking_on = looking_on
        self._clock = clock
        self._asked = asked
        self._place = place
        self._until = min(asked.until, clock.now() + place.longest)
        self._opened: Sequence[str] = ()
        self._viewers: Mapping[str, Sequence[str]] = {}
        # Others have the log read on while this one asks what it may see: its cursor goes no further than it looked.
        self._at = clock.now()

    async def answer(self) -> Told:
        """Return the answer once there is one."""
        sight = await self._asked.sight()
        await self._look(sight)
        await self._reader.refresh()
        self._at = self._reader.position
        cursor = decode_cursor(self._asked.cursor) if self._asked.cursor is not None else None
        if cursor is None or not cursor.good_for(sight.hash, self._clock.now()):
            return self._begin(sight, resync=self._asked.cursor is not None)
        found, given = self._reader.found, frozenset(cursor.given)
        logged = await self._reader.since(cursor.reads_from)
        if logged is None:
            return self._begin(sight, resync=True)
        while True:
            news = news_of(logged, sight, self._opened, given)
            if len(news.rows) + len(news.gone) > _MOST_ROWS:
                return self._begin(sight, resync=True)
            self._lose(news.gone)
            self._see_viewers()
            changed = bool(news.given) or self._viewers_hash() != cursor.viewers
            if changed or self._place.ended.is_set() or self._clock.now() >= self._until:
                return self._tell(news, sight, cursor)
            await self._reader.next_read(self._place.ended, self._until)
            await self._look(sight)
            logged, found, self._at = self._reader.found_after(found), self._reader.found, self._reader.position
            if logged:
                now_sees = await self._asked.sight()
                if now_sees.hash != sight.hash:
                    await self._look(now_sees)
                    return self._begin(now_sees, resync=True)

    async def _look(self, sight: Sight) -> None:
        """Say what is open here; the newer call of a client does that for an older one."""
        asked = self._asked
        if not self._place.ended.is_set():
            self._opened = await self._looking_on.say(
                asked.caller_id, asked.client, asked.opened, sight.hash, asked.may_see
            )

    def _lose(self, gone: Mapping[str, int]) -> None:
        if gone:
            self._opened = tuple(each for each in self._opened if each not in gone)
            self._looking_on.lose(self._asked.caller_id, self._asked.client, gone)

    def _see_viewers(self) -> None:
        self._viewers = viewers_of(self._reader.window.viewing, self._opened, self._asked.caller_id, self._clock.now())

    def _viewers_hash(self) -> str:
        return hash_of(*(f"{each}:{agent}" for each, agents in sorted(self._viewers.items()) for agent in agents))

    def _begin(self, sight: Sight, *, resync: bool) -> Told:
        """Return the cursor of now: what was logged by now stands in the lists that are read after it."""
        news = news_of(self._reader.window.since(self._at - LOOK_BACK), sight, self._opened, ())
        self._see_viewers()
        return replace(self._tell(News(given=news.given), sight, None), resync=resync)

    def _tell(self, news: News, sight: Sight, before: Cursor | None) -> Told:
        given = {*(before.given if before else ()), *(each.short for each in news.given)}
        # Another worker, whose clock is ahead, may have read further: its rows are not to be told again.
        at = max(self._at, before.at) if before else self._at
        cursor = Cursor(
            at=at,
            sight=sight.hash,
            viewers=self._viewers_hash(),
            given=tuple(each.short for each in self._reader.window.since(at - LOOK_BACK) if each.short in given),
        )
        return Told(
            cursor=cursor,
            rows=news.rows,
            gone=news.gone,
            threads=news.threads,
            viewers=self._viewers,
            poll_later=self._place.refusal is not None,
        )


def _outcome(told: Told) -> Outcome:
    if told.poll_later:
        return Outcome.LATER
    if told.resync:
        return Outcome.RESYNC
    return Outcome.TOLD if told.rows or told.gone or told.threads else Outcome.NOTHING_NEW
