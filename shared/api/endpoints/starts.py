"""Conversations that the team begins."""

from http import HTTPStatus
from typing import Annotated, ClassVar, Final

from pydantic import AfterValidator, Field, ValidationInfo

from shared.api.call import Call, Services
from shared.api.endpoints.conversation_answers import conversation_answer
from shared.api.endpoints.conversation_views import ConversationView
from shared.api.endpoints.recipients import ChannelId, Recipient
from shared.api.endpoints.replies import ReplyView, view_of
from shared.api.endpoints.reply_bodies import ABOUT_CONTENT, ReplyBody
from shared.api.exchange import WithHeaders
from shared.api.models import Body, View
from shared.api.operations import Operation
from shared.api.preconditions import ETAG_HEADER, KEY, KEY_HEADER, check_headers
from shared.commands.starts import StartRequest
from shared.configuration.channels import Channel
from shared.configuration.scalars import Name
from shared.state.agents import valid_agent_id
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Refused
from shared.vocabulary.identity import same_agent
from shared.vocabulary.words import Role


def _known_queue(name: str, info: ValidationInfo[Services]) -> str:
    if name not in info.context.configuration.queues:
        raise ValueError(f"there is no queue {name}")
    return name


def _agent_id(text: str) -> str:
    if not valid_agent_id(text):
        raise ValueError("expected the id of an agent")
    return text


class StartBody(Body):
    """A conversation to begin, with its first message.

    Where the contact has a conversation that goes on, the reply is one in that, and `queue` and `agent` are ignored.
    """

    VARIANTS: ClassVar = frozenset({"reply"})
    channel: ChannelId
    to: Recipient
    queue: Annotated[Name, AfterValidator(_known_queue)] | None = Field(
        default=None, description="Where the customer's answer arrives; else the workstream's fallback."
    )
    agent: Annotated[str, AfterValidator(_agent_id)] | None = Field(
        default=None, description="Whose the conversation is; else the caller's, if that is an agent."
    )
    reply: ReplyBody


class StartView(View):
    """The conversation, begun or joined, and the reply in it."""

    conversation: ConversationView
    reply: ReplyView


async def start(call: Call) -> WithHeaders:
    """Begin a conversation with a customer; 200 where one that goes on was joined."""
    body: StartBody = call.body
    channel = _channel(call, body)
    agent, (actor, visibility) = await call.agent(), await call.standing()
    asked = StartRequest(
        channel=channel,
        to=body.to.customer(channel, "to."),
        queue=_queue(call, body.queue, channel, agent.queues if agent and agent.active else ()),
        agent=_agent(body.agent, actor.id if actor.is_agent else None),
        reply=body.reply.request(),
        by=actor,
        may_see=visibility.sees,
        key=call.request.header(KEY),
    )
    try:
        started = await call.services.starts.start(asked, call.until)
    except Refused as refused:
        if refused.code in ABOUT_CONTENT:  # which stands in the body's `reply` here
            refused.errors = tuple((f"reply.{path}", message) for path, message in refused.errors)
        raise
    shown = await conversation_answer(call, actor, started.state.stored, started.conversation)
    view = StartView(conversation=shown.view, reply=view_of(call, started.state))
    return WithHeaders(view, shown.headers, status=HTTPStatus.OK if started.joined else HTTPStatus.CREATED)


def _channel(call: Call, body: StartBody) -> Channel:
    found = call.services.configuration.channel_by_id(body.channel)
    if found is None:
        raise ValueError("a channel that was there when the request was read")
    return found


def _queue(call: Call, asked: str | None, channel: Channel, own: tuple[str, ...]) -> str:
    """Return where the customer's answer arrives: an agent's is one of the agent's own.

    Raises:
        Refused: `forbidden`.
    """
    fallback = call.services.configuration.workstreams[channel.workstream].route_to_queue.fallback
    if call.known_caller.role.includes(Role.SUPERVISOR):
        return asked or fallback
    if asked in own:
        return asked
    if asked is not None or not own:
        raise Refused(Code.FORBIDDEN, "Agents begin conversations in their own queues.")
    return fallback if fallback in own else own[0]


def _agent(asked: str | None, caller: str | None) -> str | None:
    """Return whose the conversation is; `caller` is an agent who begins one.

    Raises:
        Refused: `forbidden`.
    """
    if caller is None:
        return asked
    if asked is not None and not same_agent(asked, caller):
        raise Refused(Code.FORBIDDEN, "Agents begin conversations for themselves.")
    return caller


START: Final = Operation(
    endpoint=start,
    body=StartBody,
    check=check_headers,
    headers=KEY_HEADER,
    answer_headers=ETAG_HEADER,
    answer=StartView,
    status=HTTPStatus.CREATED,
    other_status=HTTPStatus.OK,
    codes=(
        Code.CONTACT_BUSY,
        Code.WINDOW_CLOSED,
        Code.NOT_ASSIGNED_TO_YOU,
        Code.AGENT_FULL,
        Code.AGENT_NOT_AVAILABLE,
        Code.OPTED_OUT,
        Code.TOO_MANY_HELD,
        Code.IDEMPOTENCY_KEY_REUSED,
        *ABOUT_CONTENT,
        Code.TEXT_TOO_LONG,
        Code.RECIPIENT_RATE_LIMITED,
        Code.CHANNEL_REJECTED,
        Code.CHANNEL_UNAVAILABLE,
    ),
)
