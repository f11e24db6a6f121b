"""Who has which conversations open: a desk says so when that changes, and again before it is forgotten."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from shared.live.news import VIEWING_HOLDS
from shared.state.changes import ChangeKind, Changes, LoggedChange
from shared.vocabulary.time import Clock

_SAID_EVERY: Final = timedelta(seconds=20)

type MaySee = Callable[[str], Awaitable[bool]]
"""Tells whether the caller may see the conversation of an id."""


@dataclass(frozen=True, slots=True)
class _Said:
    asked: Sequence[str]
    sight: str
    seen: Sequence[str]
    at: datetime


class LookingOn:
    """Remembers what this worker's desks have open, as far as they may see it."""

    def __init__(self, changes: Changes, clock: Clock) -> None:
        self._changes = changes
        self._clock = clock
        self._said: dict[tuple[str, str], _Said] = {}

    async def say(
        self, caller_id: str, client: str, asked: Sequence[str], sight: str, may_see: MaySee
    ) -> Sequence[str]:
        """Say what a desk has open, unless that was said within the last seconds; what of it the caller may see.

        Args:
            sight: The hash of what the caller may see: with another one it is asked anew.

        Raises:
            Unavailable: Storage is away.
        """
        now, key = self._clock.now(), (caller_id.lower(), client)
        self._forget(now - VIEWING_HOLDS)
        before = self._said.get(key)
        if before is None and not asked:
            return ()
        is_same = before and (before.asked, before.sight) == (asked, sight)
        if before and is_same and (not asked or now - before.at < _SAID_EVERY):
            return before.seen
        seen = tuple([each for each in asked if await may_see(each)])
        if seen or (before and before.seen):
            change = LoggedChange(kind=ChangeKind.VIEWING, viewer=caller_id, client=client, open=seen)
            await self._changes.write(change)
        self._said[key] = _Said(asked, sight, seen, now)
        return seen

    def lose(self, caller_id: str, client: str, conversation_ids: Collection[str]) -> None:
        """Note that a caller may not see conversations any more."""
        key = (caller_id.lower(), client)
        if said := self._said.get(key):
            self._said[key] = replace(said, seen=tuple(each for each in said.seen if each not in conversation_ids))

    def _forget(self, before: datetime) -> None:
        self._said = {key: each for key, each in self._said.items() if each.at > before}
