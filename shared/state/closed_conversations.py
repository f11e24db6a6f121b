"""What is kept of each conversation that has ended (table `closed`): one row, in the partition of the day of its end.

Lists of closed conversations and reports read it. It names the contact, and holds no text and no number.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from shared.state.contact import Contact
from shared.state.conversation import Closure, Conversation, Survey, SurveyStatus
from shared.state.deleting import delete_rows
from shared.state.list_row import ListRow
from shared.state.revise_row import revise_row
from shared.state.rows import decode, encode
from shared.state.tables import Insert, Put, Row, Table, Tables
from shared.state.versions import HIGHEST_VERSION
from shared.vocabulary.message import Message
from shared.vocabulary.time import Clock
from shared.vocabulary.words import ConversationStatus, Direction, HeldStatus, MessageKind, MessageStatus, Priority

REPORT: Final = "report"
"""The key of a day's figures, beside the day's conversations (closed_days.py)."""
_LAST_KEY: Final = "g"
_TO_BE_COUNTED: Final = Put(REPORT, "{}")
_PAGE: Final = 1_000
_NEVER_WENT_OUT: Final = (MessageStatus.HELD, MessageStatus.CANCELLED, MessageStatus.EXPIRED)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageCounts:
    """How many messages a conversation had.

    Attributes:
        received, sent: The customer's, and the team's that went out, templates among them.
        failed: The team's that did not arrive.
        held, released: The team's that were held back, and those of them that went out as they were written.
    """

    received: int = 0
    sent: int = 0
    templates: int = 0
    failed: int = 0
    held: int = 0
    released: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedRow:
    """A conversation that has ended.

    Attributes:
        revision: The contact's; an older one never overwrites a newer one.
        agent: Who had it last.
        answered_at: When the channel took the first message of an agent.
        survey, score: What became of the survey.
        outbound: Whether the team began it.
        handled_seconds: How long agents had it, all in all; None: nobody had it, or it ended before this was kept.
        erased: Whether its customer was erased: it counts in reports, and can't be read any more.
    """

    revision: int
    conversation_id: str
    contact_id: str
    channel_id: str
    workstream: str
    queue: str
    closure: Closure
    created_at: datetime
    last_message_at: datetime
    version: int
    name: str | None = None
    agent: str | None = None
    priority: Priority = Priority.NORMAL
    assigned_at: datetime | None = None
    answered_at: datetime | None = None
    counts: MessageCounts = MessageCounts()
    failed: int = 0
    survey: SurveyStatus | None = None
    score: int | None = None
    wrap_up_code: str | None = None
    tags: tuple[str, ...] = ()
    erased: bool = False
    outbound: bool = False
    handled_seconds: int | None = None

    @property
    def answered(self) -> bool:
        """Whether an agent's message went out."""
        return self.answered_at is not None

    @property
    def abandoned(self) -> bool:
        """Whether its customer wrote, and no agent's message went out."""
        return not self.answered and self.counts.received > 0

    @property
    def first_response(self) -> int | None:
        """How many seconds its customer waited for an agent's first message; None where the team wrote first."""
        if self.answered_at is None or self.outbound:
            return None
        return _seconds(self.answered_at - self.created_at)

    @property
    def handling(self) -> int | None:
        """How many seconds agents had it."""
        if self.handled_seconds is not None or self.assigned_at is None:
            return self.handled_seconds
        return _seconds(self.closure.at - self.assigned_at)

    @property
    def listed(self) -> ListRow:
        """The conversation as a list shows it."""
        return ListRow(
            version=self.version,
            conversation_id=self.conversation_id,
            contact_id=self.contact_id,
            name=self.name,
            channel_id=self.channel_id,
            workstream=self.workstream,
            queue=self.queue,
            status=ConversationStatus.CLOSED,
            agent=self.agent,
            priority=self.priority,
            created_at=self.created_at,
            last_message_at=self.last_message_at,
            failed=self.failed,
            tags=self.tags,
            closure=self.closure,
        )


def counts_of(history: Iterable[Message]) -> MessageCounts:
    """Count the lines of a conversation's history."""
    lines = list(history)
    went_out = [line for line in lines if line.direction is Direction.OUT and line.status not in _NEVER_WENT_OUT]
    return MessageCounts(
        received=sum(line.by_customer for line in lines),
        sent=len(went_out),
        templates=sum(line.kind is MessageKind.TEMPLATE for line in went_out),
        failed=sum(line.status is MessageStatus.FAILED for line in went_out),
        held=sum(line.held is not None or line.status in _NEVER_WENT_OUT for line in lines),
        released=sum(line.held is HeldStatus.RELEASED for line in lines),
    )


def closed_row(contact: Contact, conversation: Conversation, closure: Closure, counts: MessageCounts) -> ClosedRow:
    """Return what is kept of a conversation that has ended."""
    survey: Survey | None = conversation.survey
    return ClosedRow(
        revision=contact.revision,
        conversation_id=conversation.id,
        contact_id=contact.id,
        channel_id=contact.channel_id,
        workstream=conversation.workstream,
        queue=conversation.queue,
        closure=closure,
        created_at=conversation.created_at,
        last_message_at=conversation.last_message_at,
        version=contact.version,
        name=contact.shown_name,
        agent=conversation.agent or conversation.last_agent,
        priority=conversation.priority,
        assigned_at=conversation.assigned_at,
        answered_at=conversation.answered_at,
        counts=counts,
        failed=conversation.failed,
        survey=survey.status if survey else None,
        score=survey.score if survey else None,
        wrap_up_code=conversation.wrap_up_code,
        tags=conversation.tags,
        outbound=conversation.outbound,
        handled_seconds=_handled_seconds(conversation, closure),
    )


def _handled_seconds(conversation: Conversation, closure: Closure) -> int | None:
    with_agent = [(each.ended_at or closure.at) - each.started_at for each in conversation.segments if each.agent]
    return _seconds(sum(with_agent, timedelta())) if with_agent else None


def _seconds(duration: timedelta) -> int:
    """Return how long something took; by the clocks of two workers it may seem less than nothing."""
    return max(round(duration.total_seconds()), 0)


class ClosedConversations:
    """The conversations that have ended, on Table Storage.

    Once a day is over, whatever is written of it takes its figures away in the same transaction: they are counted anew.
    """

    def __init__(self, tables: Tables, clock: Clock) -> None:
        self._tables = tables
        self._clock = clock

    async def put(self, row: ClosedRow) -> None:
        """Write a row, unless a newer one is there."""
        key, body, day = row.conversation_id, encode(row), row.closure.at.astimezone(UTC).date()

        def unless_newer(there: Row | None) -> str | Row:
            return there if there and decode(ClosedRow, there.body).revision >= row.revision else body

        beside = (_TO_BE_COUNTED,) if day < self._clock.now().date() else ()
        first = Insert(key, body)
        await revise_row(self._tables, Table.CLOSED, _partition(day), key, unless_newer, first=first, beside=beside)

    async def find(self, closed_at: datetime, conversation_id: str) -> ClosedRow | None:
        """Return the row of a conversation."""
        day = _partition(closed_at.astimezone(UTC).date())
        row = await self._tables.get(Table.CLOSED, day, conversation_id)
        return decode(ClosedRow, row.body) if row else None

    async def erase(self, row: ClosedRow, *, unreported: bool) -> None:
        """Let the row of a conversation name nobody, however late a writer comes.

        Args:
            row: As it is now.
            unreported: Whether it is still to be written, or to be written again.
        """
        if unreported:
            await self.put(_nameless(row))
            return
        key, day = row.conversation_id, _partition(row.closure.at.astimezone(UTC).date())

        def nameless(there: Row | None) -> str | Row | None:
            found = decode(ClosedRow, there.body) if there else None
            return there if found is None or found.erased else encode(_nameless(found))

        await revise_row(self._tables, Table.CLOSED, day, key, nameless)  # the day's figures stay as they are

    async def delete(self, closed_at: datetime, conversation_id: str) -> None:
        """Remove the row of a conversation, if it is there."""
        day = _partition(closed_at.astimezone(UTC).date())
        await delete_rows(self._tables, Table.CLOSED, day, [conversation_id])

    async def page(self, day: date, after: str, limit: int) -> Sequence[ClosedRow]:
        """Return the next conversations that were closed on a day (UTC), by their ids; `after` is empty at first."""
        first = f"{after}\x20" if after else ""  # the first key that could follow
        rows = await self._tables.scan(Table.CLOSED, _partition(day), first=first, last=_LAST_KEY, limit=limit)
        return [decode(ClosedRow, row.body) for row in rows]

    async def rows(self, day: date) -> AsyncIterator[ClosedRow]:
        """Yield the conversations that were closed on a day (UTC), a thousand a call."""
        after: str | None = ""
        while after is not None:
            page = await self.page(day, after, _PAGE)
            for row in page:
                yield row
            after = page[-1].conversation_id if len(page) == _PAGE else None

    async def of_day(self, day: date) -> Sequence[ClosedRow]:
        """Return the conversations that were closed on a day (UTC), in no order."""
        rows = await self._tables.scan(Table.CLOSED, _partition(day), first="", last=_LAST_KEY)
        return [decode(ClosedRow, row.body) for row in rows]


def _nameless(row: ClosedRow) -> ClosedRow:
    return replace(row, revision=HIGHEST_VERSION, name=None, tags=(), erased=True)


def _partition(day: date) -> str:
    return day.isoformat()
