"""Conversations: listed by queue, and read one by one."""

import asyncio
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

from pydantic import AfterValidator, AwareDatetime, Field, PlainValidator, ValidationInfo

from shared.api.access import Visibility
from shared.api.call import Call, Services
from shared.api.exchange import Request
from shared.api.models import SEVERAL, View, fits, listed
from shared.api.operations import Operation
from shared.api.paging import Page, PageQuery, Place, Places, cut, decode_cursor
from shared.commands.finding import find_conversation
from shared.configuration.document import Configuration
from shared.configuration.scalars import Name
from shared.state.agents import ME, NOBODY
from shared.state.contact import Contact
from shared.state.conversation import Conversation
from shared.state.conversation_lists import ListRow, row_of
from shared.vocabulary.codes import Code
from shared.vocabulary.identity import same_agent
from shared.vocabulary.words import ClosureReason, ConversationStatus, Priority


class WindowView(View):
    """The session window; `closesAt` is null when the contact never wrote."""

    open: bool
    closes_at: AwareDatetime | None


class ChannelView(View):
    """A channel; the name is null when the configuration does not have it any more."""

    id: str
    name: str | None


class ContactSummary(View):
    """Who the customer is."""

    contact_id: str
    name: str | None
    phone: str | None
    bsuid: str | None
    language: str | None


class SkillView(View):
    """A skill that the agent should have; the level is null when any will do."""

    name: str
    level: int | None


class ClosureView(View):
    """Why and when it was closed."""

    reason: ClosureReason
    at: AwareDatetime


class ConversationSummary(View):
    """A conversation as lists show it."""

    conversation_id: str
    status: ConversationStatus
    channel: ChannelView
    workstream: str
    queue: str
    agent: str | None
    contact: ContactSummary
    priority: Priority
    created_at: AwareDatetime | None
    last_message_at: AwareDatetime | None
    unread: int
    window: WindowView


class ConversationView(ConversationSummary):
    """A conversation with all that is known of it."""

    skills: tuple[SkillView, ...]
    variables: dict[str, str | int | float | bool]
    previous_conversation_id: str | None
    closure: ClosureView | None


class Conversations(Page[ConversationSummary]):
    """Conversations that are not closed."""


class Sort(StrEnum):
    """The order of a list: the most urgent first, then the oldest; or the one with the newest message first."""

    PRIORITY = "priority"
    RECENT = "recent"


_PLACES: Final[Places] = {Sort.PRIORITY: (int, int, str), Sort.RECENT: (int, str)}


def _not_closed(status: ConversationStatus) -> ConversationStatus:
    if status is ConversationStatus.CLOSED:
        raise ValueError("closed ones are listed by contact: GET /contacts/{contactId}/conversations")
    return status


def _channel_id(channel: str, info: ValidationInfo[Services]) -> str:
    configuration = info.context.configuration
    found = configuration.channels.get(channel) or configuration.channel_by_id(channel)
    if found is None:
        raise ValueError("the configuration has no such channel")
    return found.id


def _place(cursor: str, info: ValidationInfo[Services]) -> Place:
    sort = info.data.get("sort")
    return decode_cursor(cursor, {sort: _PLACES[sort]} if sort else _PLACES)


class ConversationQuery(PageQuery):
    """Which conversations: without `queue`, of all queues that the caller may see. `channel` is a name or an id."""

    queue: Annotated[tuple[Name, ...], SEVERAL] = ()
    status: Annotated[ConversationStatus, AfterValidator(_not_closed)] | None = None
    agent: Annotated[
        str | None, Field(description=f"An agent's id, `{ME}` for the caller's, `{NOBODY}` for those without an agent.")
    ] = None
    channel: Annotated[str, AfterValidator(_channel_id)] | None = None
    sort: Sort = Sort.PRIORITY
    cursor: Annotated[Place, PlainValidator(_place, json_schema_input_type=str)] | None = None


async def check_queues(services: Services, request: Request) -> list[tuple[str, str]]:
    """Name the queues that are not there.

    One that the configuration has lost is there as long as conversations are in it.
    """
    asked = dict.fromkeys(listed(request.query.get("queue", "")))
    lost = [queue for queue in asked if queue not in services.configuration.queues and fits(Name, queue)]
    lists = await asyncio.gather(*(services.conversation_lists.list(queue) for queue in lost))
    return [("queue", f"there is no queue {queue}") for queue, rows in zip(lost, lists, strict=True) if not rows]


async def find(call: Call) -> Conversations:
    """Return those that are not closed, out of one or more queues."""
    query: ConversationQuery = call.query
    configuration = call.services.configuration
    caller_id = call.known_caller.id
    rows = [
        row
        for row in await _rows_of(call, query.queue, await call.visibility())
        if query.status in (None, row.status)
        and (query.agent is None or _is_agent(row.agent, query.agent, caller_id))
        and query.channel in (None, row.channel_id)
    ]
    place_of = _by_priority if query.sort is Sort.PRIORITY else _by_time
    page, cursor = cut(rows, place_of, query.sort, query.limit, query.cursor)
    now = call.clock.now()
    return Conversations(items=tuple(_summary(row, configuration, now) for row in page), next_cursor=cursor)


async def read(call: Call) -> ConversationView:
    """Return one conversation, open or closed."""
    visibility, conversation_id = await call.visibility(), call.request.params["conversationId"]
    stored, conversation = await find_conversation(call.services.contacts, conversation_id, visibility.sees)
    return conversation_view(stored.contact, conversation, call.services.configuration, call.clock.now())


def window_of(closes_at: datetime | None, now: datetime) -> WindowView:
    """Return the window as the API shows it."""
    return WindowView(open=closes_at is not None and now < closes_at, closes_at=closes_at)


def contact_summary(contact: Contact | ListRow) -> ContactSummary:
    """Return a contact as conversations show it."""
    return ContactSummary(
        contact_id=contact.contact_id if isinstance(contact, ListRow) else contact.id,
        name=contact.name,
        phone=contact.phone,
        bsuid=contact.bsuid,
        language=contact.language,
    )


def channel_view(channel_id: str, configuration: Configuration) -> ChannelView:
    """Return a channel as the API shows it."""
    channel = configuration.channel_by_id(channel_id)
    return ChannelView(id=channel_id, name=channel.name if channel else None)


def conversation_view(
    contact: Contact, conversation: Conversation, configuration: Configuration, now: datetime
) -> ConversationView:
    """Return a conversation as the API shows it."""
    closure = conversation.closure
    return ConversationView(
        **dict(_summary(row_of(contact, conversation), configuration, now)),
        skills=tuple(SkillView(name=skill.name, level=skill.level) for skill in conversation.skills),
        variables=dict(conversation.variables),
        previous_conversation_id=conversation.previous_id,
        closure=ClosureView(reason=closure.reason, at=closure.at) if closure else None,
    )


def _summary(row: ListRow, configuration: Configuration, now: datetime) -> ConversationSummary:
    return ConversationSummary(
        conversation_id=row.conversation_id,
        status=row.status,
        channel=channel_view(row.channel_id, configuration),
        workstream=row.workstream,
        queue=row.queue,
        agent=row.agent,
        contact=contact_summary(row),
        priority=row.priority,
        created_at=row.created_at,
        last_message_at=row.last_message_at,
        unread=row.unread,
        window=window_of(row.window_closes_at, now),
    )


async def _rows_of(call: Call, asked: tuple[str, ...], visibility: Visibility) -> list[ListRow]:
    """Return the rows of the queues that were asked for, as far as the caller may see them."""
    everything = call.services.configuration.queues.keys() if visibility.queues is None else visibility.queues
    queues = [
        queue for queue in dict.fromkeys(asked or everything) if visibility.queues is None or queue in visibility.queues
    ]
    lists = await asyncio.gather(*(call.services.conversation_lists.list(queue) for queue in queues))
    return [row for rows in lists for row in rows]


def _is_agent(agent: str | None, asked: str, caller_id: str) -> bool:
    """Tell whether a conversation's agent is the one that was asked for."""
    if same_agent(asked, NOBODY):
        return agent is None
    return same_agent(agent, caller_id if same_agent(asked, ME) else asked)


def _by_priority(row: ListRow) -> Place:
    return -list(Priority).index(row.priority), _microseconds(row.created_at), row.conversation_id


def _by_time(row: ListRow) -> Place:
    return -_microseconds(row.last_message_at), row.conversation_id


def _microseconds(at: datetime | None) -> int:
    return round(at.timestamp() * 1_000_000) if at else 0


FIND: Final = Operation(endpoint=find, query=ConversationQuery, check=check_queues, answer=Conversations)
READ: Final = Operation(endpoint=read, answer=ConversationView, codes=(Code.CONVERSATION_NOT_FOUND,))
