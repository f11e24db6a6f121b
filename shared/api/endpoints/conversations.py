"""Conversations: listed by queue, by agent or by the day on which they were closed, and read one by one."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated, Final

from pydantic import AfterValidator, Field, PlainValidator, ValidationInfo

from shared.api.call import Call, Services
from shared.api.endpoints.conversation_answers import conversation_answer, summaries, wait_reasons
from shared.api.endpoints.conversation_views import (
    ConversationSummary,
    ConversationView,
    SegmentView,
    segment_views,
)
from shared.api.exchange import Request, WithHeaders
from shared.api.listed_rows import closed_rows, failed_rows, is_agents, rows_of
from shared.api.models import FLAG, SEVERAL, View, fits, listed
from shared.api.operations import Operation
from shared.api.paging import Page, PageQuery, Place, Places, cursor_in, cut, decode_cursor
from shared.api.preconditions import ETAG_HEADER
from shared.api.texts import PLAIN_DATE
from shared.commands.finding import find_conversation
from shared.configuration.scalars import ChannelId, Name
from shared.distribution.wait_reasons import WaitReason
from shared.state.agents import ME, NOBODY
from shared.state.list_row import ListRow, row_of
from shared.vocabulary.codes import Code
from shared.vocabulary.time import microseconds
from shared.vocabulary.words import ConversationStatus, Priority


class Conversations(Page[ConversationSummary]):
    """Conversations that are not closed, those that were closed on a day, or those whose message failed."""


class ConversationExplanation(View):
    """Where a conversation has been, the rules that decided about it as they were then, and why it waits now."""

    segments: tuple[SegmentView, ...]
    matched: tuple[str, ...]
    wait_reason: WaitReason | None


class Sort(StrEnum):
    """The order of a list.

    waiting: whose customer has waited longest comes first; then, where nobody waits, the one with the newest message.
    priority: the most urgent first, then the first in line. recent: the one with the newest message first.
    """

    WAITING = "waiting"
    PRIORITY = "priority"
    RECENT = "recent"


_PLACES: Final[Places] = {
    Sort.WAITING: (int, int, str),
    Sort.PRIORITY: (int, int, str),
    Sort.RECENT: (int, str),
}


def _channel_id(channel: str, info: ValidationInfo[Services]) -> str:
    """Return the id of a channel by its name or id; the id of one that the file has lost is as good."""
    named = info.context.configuration.channels.get(channel)
    if named is None and not fits(ChannelId, channel):
        raise ValueError("the configuration has no such channel")
    return named.key if named else channel.lower()


def _of_closed_ones(day: date | None, info: ValidationInfo[Services]) -> date | None:
    closed = info.data.get("status") is ConversationStatus.CLOSED
    wanted = closed and not info.data.get("failed")
    if "status" in info.data and (day is None if wanted else day is not None and not closed):
        raise ValueError("expected with status=closed, and only there: the day of the end in UTC, as in 2026-11-29")
    return day


def _place(cursor: str, info: ValidationInfo[Services]) -> Place:
    sort = info.data.get("sort")
    return decode_cursor(cursor, {sort: _PLACES[sort]} if sort else _PLACES)


class ConversationQuery(PageQuery):
    """Which conversations: without `queue`, all that the caller may see. `channel` is a name or an id."""

    queue: Annotated[tuple[Name, ...], SEVERAL] = ()
    status: ConversationStatus | None = None
    failed: Annotated[bool | None, FLAG] = Field(
        default=None, description="Whether a message of the team's failed; if so, closed ones are among them."
    )
    day: Annotated[date | None, PLAIN_DATE, AfterValidator(_of_closed_ones)] = Field(
        default=None,
        validate_default=True,
        description="With status=closed, unless `failed` is asked for: the day of the end, in UTC.",
    )
    agent: Annotated[
        str | None, Field(description=f"An agent's id, `{ME}` for the caller's, `{NOBODY}` for those without an agent.")
    ] = None
    channel: Annotated[str, AfterValidator(_channel_id)] | None = None
    unanswered: Annotated[bool | None, FLAG] = Field(default=None, description="Whether the customer waits.")
    held: Annotated[bool | None, FLAG] = Field(default=None, description="Whether a reply is held.")
    sort: Sort = Sort.WAITING
    cursor: Annotated[Place, PlainValidator(_place, json_schema_input_type=cursor_in(_PLACES))] | None = None

    def takes(self, row: ListRow, caller_id: str) -> bool:
        """Tell whether a conversation is among those that were asked for."""
        return (
            (not self.queue or row.queue in self.queue)
            and self.status in (None, row.status)
            and (self.agent is None or is_agents(row, self.agent, caller_id))
            and self.channel in (None, row.channel_id)
            and self.unanswered in (None, row.waiting_since is not None)
            and self.failed in (None, row.failed > 0)
            and self.held in (None, row.held > 0)
        )


async def check_queues(services: Services, request: Request) -> list[tuple[str, str]]:
    """Name the queues that are not there; one that the configuration has lost is, if conversations were in it."""
    asked = dict.fromkeys(listed(request.query.get("queue", "")))
    unknown = [queue for queue in asked if queue not in services.configuration.queues and fits(Name, queue)]
    lost = await services.queue_names.known() if unknown else ()
    return [("queue", f"there is no queue {queue}") for queue in unknown if queue not in lost]


async def find(call: Call) -> Conversations:
    """Return conversations out of all that the caller may see."""
    query: ConversationQuery = call.query
    rows = [row for row in await _found(call, query) if query.takes(row, call.known_caller.id)]
    page, cursor = cut(rows, _PLACE_OF[query.sort], query.sort, query.limit, query.cursor)
    return Conversations(items=await summaries(call, page), next_cursor=cursor)


async def _found(call: Call, query: ConversationQuery) -> Sequence[ListRow]:
    """Return the rows among which are those that were asked for."""
    if query.day:
        return await closed_rows(call, query.day)
    found = await rows_of(call, query.queue, query.agent)
    return [*found, *await failed_rows(call, query.queue)] if query.failed else found


async def read(call: Call) -> WithHeaders:
    """Return one conversation, open or closed."""
    (actor, visibility), conversation_id = await call.standing(), call.request.params["conversationId"]
    stored, conversation = await find_conversation(call.services.contacts, conversation_id, visibility.sees)
    return await conversation_answer(call, actor, stored, conversation)


async def explain(call: Call) -> ConversationExplanation:
    """Say where a conversation has been and why, which rules decided about it, and why it waits."""
    visibility, conversation_id = await call.visibility(), call.request.params["conversationId"]
    stored, conversation = await find_conversation(call.services.contacts, conversation_id, visibility.sees)
    reasons = await wait_reasons(call, [row_of(stored.contact, conversation)])
    return ConversationExplanation(
        segments=segment_views(conversation), matched=conversation.matched, wait_reason=reasons.get(conversation.id)
    )


def _by_waiting(row: ListRow) -> Place:
    if row.waiting_since:
        return 0, microseconds(row.waiting_since), row.conversation_id
    return 1, -microseconds(row.last_message_at), row.conversation_id


def _by_priority(row: ListRow) -> Place:
    return -list(Priority).index(row.priority), microseconds(row.queued_since or row.created_at), row.conversation_id


def _by_time(row: ListRow) -> Place:
    return -microseconds(row.last_message_at), row.conversation_id


_PLACE_OF: Final = {Sort.WAITING: _by_waiting, Sort.PRIORITY: _by_priority, Sort.RECENT: _by_time}

FIND: Final = Operation(endpoint=find, query=ConversationQuery, check=check_queues, answer=Conversations)
READ: Final = Operation(
    endpoint=read,
    answer=ConversationView,
    answer_headers=ETAG_HEADER,
    codes=(Code.CONVERSATION_NOT_FOUND,),
)
EXPLAIN: Final = Operation(
    endpoint=explain, answer=ConversationExplanation, most_a_minute=60, codes=(Code.CONVERSATION_NOT_FOUND,)
)
