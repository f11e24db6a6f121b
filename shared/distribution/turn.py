"""A turn: lines are read as far as there is capacity, matched with the agents, and what was found is carried out."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from shared.at_once import each_of
from shared.configuration.document import Configuration
from shared.configuration.workstreams import Mode
from shared.distribution.giving import Fate, Giving
from shared.distribution.match import Line, Matched, match
from shared.distribution.turn_report import TurnReport, with_given
from shared.logs import log
from shared.queue.messages import Turn
from shared.queue.turn_requests import TurnRequests
from shared.state.agent import Agent
from shared.state.agents import Agents
from shared.state.waiting_lines import InLine, LinePage, WaitingLines
from shared.vocabulary.time import Clock

_OUT_OF_DATE: Final = timedelta(seconds=5)
_MOST_READ: Final = 1_000
"""Rows of one line; a further message goes on after them."""
_READS_FOR: Final = timedelta(seconds=30)
_MOST_ROUNDS: Final = 5

type Lines = Mapping[str, Line]


class TakeTurn:
    """Matches those who wait with those who are free."""

    def __init__(
        self,
        *,
        lines: WaitingLines,
        agents: Agents,
        turns: TurnRequests,
        giving: Giving,
        report: TurnReport,
        configuration: Configuration,
        clock: Clock,
    ) -> None:
        self._waiting_lines = lines
        self._agents = agents
        self._turns = turns
        self._giving = giving
        self._report = report
        self._configuration = configuration
        self._clock = clock
        self._last_began: datetime | None = None

    async def __call__(self, message: Turn) -> str | None:
        """See `Handler`."""
        began = self._clock.now()
        # One that goes on looks at rows that no other turn of its time has seen, and not at the first of a line.
        goes_on = bool(message.after)
        if not goes_on and self._last_began and message.due <= (self._last_began - _OUT_OF_DATE).timestamp():
            return None  # that turn saw whatever this one was asked for
        lines = await self._heads(message.after)
        if any(line.waiting for line in lines.values()):
            # Before anything can go wrong: no list of triggers is ever complete, and no customer must depend on one.
            await self._turns.ask_for_repair(message.due)
            await self._take(lines, began)
        if not goes_on:
            self._last_began = began
        return None

    async def _heads(self, after: Mapping[str, str]) -> Lines:
        """Return the first of all lines; where the turn before this one stopped reading, the next."""
        workstreams = self._configuration.workstreams.values()
        if not any(each.distribution.mode is Mode.PUSH for each in workstreams):
            return {}
        # All queues: a transfer may bring a conversation into any of them, whatever the rules say.
        queues = list(self._configuration.queues)
        pages = await each_of(queues, lambda queue: self._waiting_lines.read(queue, after.get(queue)))
        return {queue: self._with_page(Line(), page) for queue, page in zip(queues, pages, strict=True)}

    def _with_page(self, line: Line, page: LinePage) -> Line:
        for one in page.waiting:
            if one.row is None:
                log("turn.unreadable_row", level=logging.ERROR, queue=one.queue, key=one.key)
        return Line(waiting=line.waiting + page.waiting, after=page.after)

    async def _take(self, lines: Lines, began: datetime) -> None:
        fates: dict[str, Fate] = {}
        for rounds_left in reversed(range(_MOST_ROUNDS)):
            agents = await self._agents.list()
            lines, matched = await self._match(lines, agents, began)
            became = await self._giving.give(matched.given)
            fates |= became
            lines = {queue: _without(line, fates) for queue, line in lines.items()}
            # What was not given leaves capacity: without it, others may have a chance in this turn already.
            if rounds_left == 0 or all(fate is Fate.GIVEN for fate in became.values()):
                await self._ask_for_more(lines, matched, fates)
                await self._report(lines, fates, with_given(agents, matched), began)
                return

    async def _ask_for_more(self, lines: Lines, matched: Matched, fates: Mapping[str, Fate]) -> None:
        rest = {queue: after for queue in matched.short if (after := lines[queue].after)}
        if rest:
            await self._turns.go_on(rest)
        # What can't be done now is left to the repair: a turn that finds only that would come back for ever.
        if any(fate not in (Fate.FAILED, Fate.LATER) for fate in fates.values()):
            await self._turns.ask()

    async def _match(self, lines: Lines, agents: Sequence[Agent], began: datetime) -> tuple[Lines, Matched]:
        """Match, reading on as long as capacity is left; the lines as far as they were read, and what was found."""
        while True:
            matched = match(lines, agents, self._configuration, self._clock.now())
            short = [queue for queue in matched.short if len(lines[queue].waiting) < _MOST_READ]
            if not short or self._clock.now() - began >= _READS_FOR:
                return lines, matched
            lines = {**lines, **await self._longer({queue: lines[queue] for queue in short})}

    async def _longer(self, lines: Lines) -> Lines:
        """Return lines with one page more of each."""
        pages = await each_of(lines.items(), lambda each: self._waiting_lines.read(each[0], each[1].after))
        return {queue: self._with_page(line, page) for (queue, line), page in zip(lines.items(), pages, strict=True)}


def _without(line: Line, fates: Mapping[str, Fate]) -> Line:
    def is_left(one: InLine) -> bool:
        return one.row is None or one.row.conversation_id not in fates

    return replace(line, waiting=tuple(one for one in line.waiting if is_left(one)))
