"""An agent's reply: sent, read again, taken back."""

from http import HTTPStatus
from typing import Final

from pydantic import AwareDatetime

from shared.api.call import Call
from shared.api.endpoints.conversation_views import WindowView, window_of
from shared.api.endpoints.reply_bodies import ABOUT_CONTENT, ReplyBody
from shared.api.models import View, absent
from shared.api.operations import Operation
from shared.api.preconditions import KEY, KEY_HEADER, check_headers
from shared.commands.reply_state import ReplyState
from shared.state.session_window import window_closes_at
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Refused
from shared.vocabulary.identity import is_ulid
from shared.vocabulary.message import Failure, PassedOver, TemplateUse
from shared.vocabulary.words import Delivery, HeldStatus, MessageStatus


class TemplateView(View):
    """A template as it went out; the parameters fill {{1}}, {{2}} … in order."""

    name: str
    language: str
    parameters: tuple[str, ...]


class PassedOverView(View):
    """A template that was looked at first and could not go out, and why, in words."""

    name: str
    language: str
    reason: str


class ReplyTemplateView(View):
    """The template that went out for a reply, and those that could not; these alone where none could."""

    name: str | None = absent()
    language: str | None = absent()
    parameters: tuple[str, ...] | None = absent()
    passed_over: tuple[PassedOverView, ...] | None = absent()


class FailureView(View):
    """Why a message did not arrive, and what to do."""

    code: str
    message: str
    retryable: bool
    hint: str


class HeldReplyView(View):
    """What became of words that were held back."""

    status: HeldStatus
    expires_at: AwareDatetime | None


class ReplyView(View):
    """A reply as it stands. `messageId` is null until the channel has given one."""

    reply_id: str
    conversation_id: str
    delivery: Delivery
    status: MessageStatus
    message_id: str | None
    window: WindowView
    template: ReplyTemplateView | None = absent()
    held_reply: HeldReplyView | None = absent()
    error: FailureView | None = absent()


async def create(call: Call) -> ReplyView:
    """Send a reply, or hold it."""
    key = call.request.header(KEY)
    actor, visibility = await call.standing()
    conversation_id = call.request.params["conversationId"]
    request = call.body.request()
    state = await call.services.replies.reply(conversation_id, request, actor, visibility.sees, call.until, key)
    return view_of(call, state)


async def read(call: Call) -> ReplyView:
    """Read a reply as it stands now."""
    visibility = await call.visibility()
    state = await call.services.replies.get(call.request.params["conversationId"], _reply_id(call), visibility.sees)
    return view_of(call, state)


async def cancel(call: Call) -> ReplyView:
    """Take a held reply back."""
    actor, visibility = await call.standing()
    conversation_id, reply_id = call.request.params["conversationId"], _reply_id(call)
    state = await call.services.replies.cancel(conversation_id, reply_id, actor, visibility.sees, call.until)
    return view_of(call, state)


def view_of(call: Call, state: ReplyState) -> ReplyView:
    """Return a reply as the API shows it."""
    outgoing, words, acting = state.outgoing, state.words, state.acting
    return ReplyView(
        reply_id=outgoing.id,
        conversation_id=outgoing.conversation_id,
        delivery=state.delivery,
        status=acting.status,
        message_id=acting.message_id,
        window=window_of(window_closes_at(state.contact), call.clock.now()),
        template=_template_of((state.ping or outgoing).content.template, outgoing.passed_over),
        held_reply=HeldReplyView(status=words.held, expires_at=words.expires_at) if words.held else None,
        error=failure_view(acting.error or (state.ping.error if state.ping else None)),
    )


def _template_of(use: TemplateUse | None, passed_over: tuple[PassedOver, ...]) -> ReplyTemplateView | None:
    if use is None and not passed_over:
        return None
    others = tuple(PassedOverView(name=each.name, language=each.language, reason=each.reason) for each in passed_over)
    if use is None:
        return ReplyTemplateView(passed_over=others)
    return ReplyTemplateView(
        name=use.name, language=use.language, parameters=use.parameters, passed_over=others or None
    )


def template_view(use: TemplateUse | None) -> TemplateView | None:
    """Return a template's use as the API shows it."""
    return TemplateView(name=use.name, language=use.language, parameters=use.parameters) if use else None


def failure_view(failure: Failure | None) -> FailureView | None:
    """Return a failure as the API shows it."""
    if failure is None:
        return None
    return FailureView(code=failure.code, message=failure.message, retryable=failure.retryable, hint=failure.hint)


def _reply_id(call: Call) -> str:
    reply_id = call.request.params["replyId"]
    if not is_ulid(reply_id):
        raise Refused(Code.NOT_FOUND, "There is no such reply.")
    return reply_id


CREATE: Final = Operation(
    endpoint=create,
    body=ReplyBody,
    check=check_headers,
    headers=KEY_HEADER,
    answer=ReplyView,
    status=HTTPStatus.CREATED,
    codes=(
        Code.CONVERSATION_NOT_FOUND,
        Code.CONVERSATION_CLOSED,
        Code.WINDOW_CLOSED,
        Code.NOT_ASSIGNED_TO_YOU,
        Code.AGENT_FULL,
        Code.CHANNEL_REMOVED,
        Code.OPTED_OUT,
        Code.TOO_MANY_HELD,
        Code.REPLY_ALREADY_SENT,
        Code.IDEMPOTENCY_KEY_REUSED,
        *ABOUT_CONTENT,
        Code.TEXT_TOO_LONG,
        Code.RECIPIENT_RATE_LIMITED,
        Code.CHANNEL_REJECTED,
        Code.CHANNEL_UNAVAILABLE,
    ),
)
READ: Final = Operation(endpoint=read, answer=ReplyView, codes=(Code.NOT_FOUND, Code.CONVERSATION_NOT_FOUND))
CANCEL: Final = Operation(
    endpoint=cancel,
    answer=ReplyView,
    codes=(Code.NOT_FOUND, Code.CONVERSATION_NOT_FOUND, Code.NOT_ASSIGNED_TO_YOU, Code.REPLY_ALREADY_SENT),
)
