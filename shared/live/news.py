"""What is new for one caller, out of what was logged. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from shared.live.sight import Sight
from shared.state.changes import ChangeKind, Logged, LoggedChange
from shared.state.list_row import ListRow
from shared.vocabulary.identity import same_agent

VIEWING_HOLDS: Final = timedelta(seconds=40)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadChange:
    """Lines of a conversation's history changed, the oldest of them at this time."""

    revision: int
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What a caller is told.

    Attributes:
        rows, gone: The newest of each conversation: as lists show it, or that the caller may not see it any more.
        threads: Of the open conversations, by id.
        given: What it was taken from.
    """

    rows: Sequence[ListRow] = ()
    gone: Mapping[str, int] = field(default_factory=dict)
    threads: Mapping[str, ThreadChange] = field(default_factory=dict)
    given: Sequence[Logged] = ()


def news_of(logged: Iterable[Logged], sight: Sight, opened: Collection[str], given: Collection[str]) -> News:
    """Return what is new for a caller.

    Args:
        opened: The conversations that the caller has open.
        given: The short hashes of what the caller was given before.
    """
    newest: dict[str, LoggedChange] = {}
    threads: dict[str, ThreadChange] = {}
    taken = []
    for each in sorted(logged, key=lambda one: one.key):
        change, is_open = each.change, each.change.conversation_id in opened
        sees = sight.sees(change)
        if each.short in given or change.kind is ChangeKind.VIEWING or not (sees or sight.saw(change)):
            continue
        if change.kind is ChangeKind.THREAD and not (sees and is_open):
            continue
        taken.append(each)
        if sees and is_open and change.lines_from:
            _add(threads, change, change.lines_from)
        known = newest.get(change.conversation_id)
        if change.kind is not ChangeKind.THREAD and (known is None or change.version >= known.version):
            newest[change.conversation_id] = change
    rows = [each.row for each in newest.values() if each.row and sight.sees(each)]
    gone = {each.conversation_id: each.version for each in newest.values() if not sight.sees(each)}
    seen = {each: threads[each] for each in threads if each not in gone}
    return News(rows=rows, gone=gone, threads=seen, given=taken)


def _add(threads: dict[str, ThreadChange], change: LoggedChange, since: datetime) -> None:
    known = threads.get(change.conversation_id)
    threads[change.conversation_id] = ThreadChange(
        revision=max(change.revision, known.revision if known else 0), since=min(since, known.since if known else since)
    )


def viewers_of(
    viewing: Iterable[Logged], opened: Iterable[str], agent: str, now: datetime
) -> Mapping[str, tuple[str, ...]]:
    """Return who else has conversations open, by id; nobody is named of one that nobody else looks at.

    Args:
        viewing: What each desk said last.
    """
    latest = (each.change for each in viewing if now - each.at <= VIEWING_HOLDS)
    others = [each for each in latest if not same_agent(each.viewer, agent)]
    found = {
        conversation_id: tuple(sorted({each.viewer for each in others if each.viewer and conversation_id in each.open}))
        for conversation_id in opened
    }
    return {conversation_id: agents for conversation_id, agents in found.items() if agents}
