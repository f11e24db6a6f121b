"""The table of routes: what is served, and who may call it. `function_app.py` makes a function of each.

Of two routes that match a path, Azure calls the one whose name comes first in the alphabet: that has to be the more
specific one.
"""

from functools import cache
from typing import Final

from shared.api.call import Call
from shared.api.endpoints import (
    agents,
    assignment,
    bulk,
    changes,
    closing,
    contacts,
    conversations,
    desk,
    erasure,
    health,
    labels,
    media,
    messages,
    notes,
    presence,
    quarantine,
    queues,
    quick_replies,
    replies,
    reports,
    retries,
    starts,
    templates,
    uploads,
    workstreams,
)
from shared.api.examples import read_examples
from shared.api.openapi import Document, document_of
from shared.api.operations import Method, Operation, Route
from shared.settings import AuthMode
from shared.vocabulary.words import Role

_ANYONE: Final = None
_AGENT, _SUPERVISOR, _ADMIN = Role.AGENT, Role.SUPERVISOR, Role.ADMIN


@cache
def _document(mode: AuthMode | None) -> Document:
    return document_of(_TABLE, mode, read_examples())


async def _describe(call: Call) -> Document:
    """Describe the API."""
    return _document(call.services.settings.auth_mode)


_OPENAPI: Final = Operation(endpoint=_describe, answer=Document)
_LIVE: Final = Method(_ANYONE, health.LIVE)

_TABLE: Final = (
    Route(
        "conversations",
        "conversations",
        {"GET": Method(_AGENT, conversations.FIND), "POST": Method(_AGENT, starts.START)},
    ),
    Route("bulk", "conversations/bulk", {"POST": Method(_SUPERVISOR, bulk.CHANGE)}),
    Route(
        "conversation",
        "conversations/{conversationId}",
        {"GET": Method(_AGENT, conversations.READ), "PATCH": Method(_AGENT, labels.UPDATE)},
    ),
    Route("assign", "conversations/{conversationId}/assign", {"POST": Method(_AGENT, assignment.ASSIGN)}),
    Route("accept", "conversations/{conversationId}/accept", {"POST": Method(_AGENT, assignment.ACCEPT)}),
    Route("decline", "conversations/{conversationId}/decline", {"POST": Method(_AGENT, assignment.DECLINE)}),
    Route("transfer", "conversations/{conversationId}/transfer", {"POST": Method(_AGENT, assignment.TRANSFER)}),
    Route("release", "conversations/{conversationId}/release", {"POST": Method(_AGENT, assignment.RELEASE)}),
    Route("wait", "conversations/{conversationId}/wait", {"POST": Method(_AGENT, closing.WAIT)}),
    Route("wrap_up", "conversations/{conversationId}/wrap-up", {"POST": Method(_AGENT, closing.WRAP_UP)}),
    Route("close", "conversations/{conversationId}/close", {"POST": Method(_AGENT, closing.CLOSE)}),
    Route("notes", "conversations/{conversationId}/notes", {"POST": Method(_AGENT, notes.CREATE)}),
    Route("read", "conversations/{conversationId}/read", {"POST": Method(_AGENT, notes.READ)}),
    Route(
        "conversation_explain",
        "conversations/{conversationId}/explain",
        {"GET": Method(_SUPERVISOR, conversations.EXPLAIN)},
    ),
    Route("messages", "conversations/{conversationId}/messages", {"GET": Method(_AGENT, messages.FIND)}),
    Route("media", "conversations/{conversationId}/media/{messageId}", {"GET": Method(_AGENT, media.READ)}),
    Route("media_link", "conversations/{conversationId}/media/{messageId}/link", {"POST": Method(_AGENT, media.LINK)}),
    Route(
        "retry",
        "conversations/{conversationId}/messages/{messageId}/retry",
        {"POST": Method(_AGENT, retries.CREATE)},
    ),
    Route("upload", "conversations/{conversationId}/media", {"POST": Method(_AGENT, uploads.CREATE)}),
    Route("reply", "conversations/{conversationId}/replies", {"POST": Method(_AGENT, replies.CREATE)}),
    Route(
        "replies",
        "conversations/{conversationId}/replies/{replyId}",
        {"GET": Method(_AGENT, replies.READ), "DELETE": Method(_AGENT, replies.CANCEL)},
    ),
    Route("alias_lookup", "contacts/find", {"POST": Method(_AGENT, contacts.FIND)}),
    Route(
        "contact",
        "contacts/{contactId}",
        {
            "GET": Method(_AGENT, contacts.READ),
            "PATCH": Method(_AGENT, contacts.UPDATE),
            "DELETE": Method(_ADMIN, erasure.ERASE),
        },
    ),
    Route("contact_export", "contacts/{contactId}/export", {"GET": Method(_ADMIN, erasure.EXPORT)}),
    Route(
        "contact_conversations",
        "contacts/{contactId}/conversations",
        {"GET": Method(_AGENT, contacts.FIND_CONVERSATIONS)},
    ),
    Route("changes", "changes", {"GET": Method(_AGENT, changes.WATCH)}),
    Route("queues", "queues", {"GET": Method(_AGENT, queues.FIND)}),
    Route("queue_closed_until", "queues/{name}/closed-until", {"PUT": Method(_SUPERVISOR, queues.CLOSE_UNTIL)}),
    Route("queue_drain", "queues/{name}/drain", {"POST": Method(_ADMIN, queues.DRAIN)}),
    Route("quick_replies", "quick-replies", {"GET": Method(_AGENT, quick_replies.FIND)}),
    Route(
        "quick_reply",
        "quick-replies/{name}",
        {"PUT": Method(_SUPERVISOR, quick_replies.PUT), "DELETE": Method(_SUPERVISOR, quick_replies.DELETE)},
    ),
    Route("templates", "templates", {"GET": Method(_AGENT, templates.FIND)}),
    Route("agents", "agents", {"GET": Method(_AGENT, agents.FIND)}),
    Route("acting_agent", "agents/me", {"GET": Method(_AGENT, presence.ME)}),
    Route("my_presence", "agents/me/presence", {"PUT": Method(_AGENT, presence.SET_MINE)}),
    Route(
        "agent",
        "agents/{agentId}",
        {"GET": Method(_AGENT, agents.READ), "PUT": Method(_SUPERVISOR, agents.WRITE)},
    ),
    Route("presence", "agents/{agentId}/presence", {"PUT": Method(_SUPERVISOR, presence.SET_ANYBODYS)}),
    Route("recompute", "agents/{agentId}/recompute", {"POST": Method(_SUPERVISOR, presence.RECOMPUTE)}),
    Route("release_all", "agents/{agentId}/release-all", {"POST": Method(_SUPERVISOR, presence.RELEASE_ALL)}),
    Route("workstream_explain", "workstreams/{name}/explain", {"POST": Method(_SUPERVISOR, workstreams.EXPLAIN)}),
    Route("reports", "reports", {"GET": Method(_SUPERVISOR, reports.READ)}),
    Route("quarantine", "quarantine", {"GET": Method(_ADMIN, quarantine.FIND)}),
    Route("quarantine_replay", "quarantine/{itemId}/replay", {"POST": Method(_ADMIN, quarantine.REPLAY)}),
    Route("quarantine_item", "quarantine/{itemId}", {"DELETE": Method(_ADMIN, quarantine.DELETE)}),
    Route("health", "health", {"GET": _LIVE, "HEAD": _LIVE}),
    Route("ready", "health/ready", {"GET": Method(_SUPERVISOR, health.READY)}),
    Route("desk", "desk", {"GET": Method(_ANYONE, desk.PAGE)}),
    Route("desk_config", "desk/config", {"GET": Method(_ANYONE, desk.CONFIG)}),
    Route("desk_file", "desk/{version}/{*path}", {"GET": Method(_ANYONE, desk.FILE)}),
    Route("openapi", "openapi.json", {"GET": Method(_ANYONE, _OPENAPI)}),
)

ROUTES: Final = {route.name: route for route in _TABLE}
"""The routes by their names."""
