"""The table of routes. The names are those of the functions in function_app.py."""

from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from typing import Final

from shared.api.call import Call
from shared.api.endpoints import agents, contacts, conversations, health, messages, quarantine, replies
from shared.api.openapi import Document, document_of
from shared.api.operations import Operation, Route
from shared.settings import AuthMode
from shared.vocabulary.codes import Code
from shared.vocabulary.words import Role

_OF_A_CONVERSATION: Final = (Code.CONVERSATION_NOT_FOUND,)
_REPLY_CODES: Final = (
    *_OF_A_CONVERSATION,
    Code.CONVERSATION_CLOSED,
    Code.WINDOW_CLOSED,
    Code.NOT_ASSIGNED_TO_YOU,
    Code.OPTED_OUT,
    Code.TOO_MANY_HELD,
    Code.IDEMPOTENCY_KEY_REUSED,
    Code.TEMPLATE_PARAMETERS,
    Code.TEMPLATE_NOT_APPROVED,
    Code.TEXT_TOO_LONG,
    Code.RECIPIENT_RATE_LIMITED,
    Code.CHANNEL_REJECTED,
    Code.CHANNEL_UNAVAILABLE,
)
_IDEMPOTENCY: Final = {replies.KEY: "1 to 64 printable characters; the same key and body give the same reply again."}

_REPLY: Final = Operation(
    endpoint=replies.create,
    role=Role.AGENT,
    body=replies.ReplyBody,
    check=replies.check_key,
    headers=_IDEMPOTENCY,
    answer=replies.ReplyView,
    status=HTTPStatus.CREATED,
    codes=_REPLY_CODES,
)
_READ_REPLY: Final = Operation(
    endpoint=replies.read, role=Role.AGENT, answer=replies.ReplyView, codes=(Code.NOT_FOUND, *_OF_A_CONVERSATION)
)
_CANCEL_REPLY: Final = Operation(
    endpoint=replies.cancel,
    role=Role.AGENT,
    answer=replies.ReplyView,
    codes=(Code.NOT_FOUND, *_OF_A_CONVERSATION, Code.NOT_ASSIGNED_TO_YOU, Code.REPLY_ALREADY_SENT),
)
_CONVERSATIONS: Final = Operation(
    endpoint=conversations.find,
    role=Role.AGENT,
    query=conversations.ConversationQuery,
    check=conversations.check_queues,
    answer=conversations.Conversations,
)
_CONVERSATION: Final = Operation(
    endpoint=conversations.read, role=Role.AGENT, answer=conversations.ConversationView, codes=_OF_A_CONVERSATION
)
_MESSAGES: Final = Operation(
    endpoint=messages.find,
    role=Role.AGENT,
    query=messages.MessagesQuery,
    answer=messages.Messages,
    codes=_OF_A_CONVERSATION,
)
_CONTACT: Final = Operation(
    endpoint=contacts.read, role=Role.AGENT, answer=contacts.ContactView, codes=(Code.NOT_FOUND,)
)
_CHANGE_CONTACT: Final = Operation(
    endpoint=contacts.update,
    role=Role.AGENT,
    body=contacts.ContactBody,
    answer=contacts.ContactView,
    codes=(Code.NOT_FOUND,),
)
_CONTACT_CONVERSATIONS: Final = Operation(
    endpoint=contacts.find_conversations,
    role=Role.AGENT,
    query=contacts.ContactConversationsQuery,
    answer=contacts.ContactConversations,
    codes=(Code.NOT_FOUND,),
)
_AGENTS: Final = Operation(endpoint=agents.find, role=Role.AGENT, query=agents.AgentQuery, answer=agents.AgentsView)
_AGENT: Final = Operation(endpoint=agents.read, role=Role.SUPERVISOR, answer=agents.AgentView, codes=(Code.NOT_FOUND,))
_WRITE_AGENT: Final = Operation(
    endpoint=agents.write,
    role=Role.SUPERVISOR,
    body=agents.AgentBody,
    check=agents.check_id,
    answer=agents.AgentView,
)
_QUARANTINE: Final = Operation(
    endpoint=quarantine.find,
    role=Role.ADMIN,
    query=quarantine.QuarantineQuery,
    answer=quarantine.QuarantinePage,
)
_REPLAY: Final = Operation(
    endpoint=quarantine.replay,
    role=Role.ADMIN,
    answer=quarantine.QuarantinedView,
    codes=(Code.NOT_FOUND,),
)
_FORGET: Final = Operation(
    endpoint=quarantine.delete, role=Role.ADMIN, answer=None, status=HTTPStatus.NO_CONTENT, codes=(Code.NOT_FOUND,)
)
_LIVE: Final = Operation(endpoint=health.live, role=None, answer=health.HealthView, works_misconfigured=True)
_READY: Final = Operation(
    endpoint=health.ready, role=Role.SUPERVISOR, answer=health.ReadyView, works_misconfigured=True
)


@cache
def _document(mode: AuthMode | None) -> Document:
    return document_of(ROUTES, mode)


async def _describe(call: Call) -> Document:
    """This document."""
    return _document(call.services.settings.auth_mode)


_OPENAPI: Final = Operation(endpoint=_describe, role=None, answer=Document)

ROUTES: Final[Mapping[str, Route]] = {
    "reply": Route(path="conversations/{conversationId}/replies", operations={"POST": _REPLY}),
    "replies": Route(
        path="conversations/{conversationId}/replies/{replyId}",
        operations={"GET": _READ_REPLY, "DELETE": _CANCEL_REPLY},
    ),
    "conversations": Route(path="conversations", operations={"GET": _CONVERSATIONS}),
    "conversation": Route(path="conversations/{conversationId}", operations={"GET": _CONVERSATION}),
    "messages": Route(path="conversations/{conversationId}/messages", operations={"GET": _MESSAGES}),
    "contact": Route(path="contacts/{contactId}", operations={"GET": _CONTACT, "PATCH": _CHANGE_CONTACT}),
    "contact_conversations": Route(
        path="contacts/{contactId}/conversations", operations={"GET": _CONTACT_CONVERSATIONS}
    ),
    "agents": Route(path="agents", operations={"GET": _AGENTS}),
    "agent": Route(path="agents/{agentId}", operations={"GET": _AGENT, "PUT": _WRITE_AGENT}),
    "quarantine": Route(path="quarantine", operations={"GET": _QUARANTINE}),
    "quarantine_replay": Route(path="quarantine/{itemId}/replay", operations={"POST": _REPLAY}),
    "quarantine_item": Route(path="quarantine/{itemId}", operations={"DELETE": _FORGET}),
    "health": Route(path="health", operations={"GET": _LIVE}),
    "ready": Route(path="health/ready", operations={"GET": _READY}),
    "openapi": Route(path="openapi.json", operations={"GET": _OPENAPI}),
}
