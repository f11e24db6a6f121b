"""Errors as RFC 9457 `application/problem+json`: one status for each stable code."""

import json
import math
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from pydantic import AwareDatetime, Field

from shared.api.exchange import Response
from shared.api.models import View, absent
from shared.lifecycle.transitions import Action
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Refused, TooLarge, Unavailable
from shared.vocabulary.words import ConversationStatus, MessageStatus

STATUS_OF: Final[Mapping[Code, HTTPStatus]] = {
    Code.UNAUTHENTICATED: HTTPStatus.UNAUTHORIZED,
    Code.FORBIDDEN: HTTPStatus.FORBIDDEN,
    Code.NOT_FOUND: HTTPStatus.NOT_FOUND,
    Code.METHOD_NOT_ALLOWED: HTTPStatus.METHOD_NOT_ALLOWED,
    Code.CONVERSATION_NOT_FOUND: HTTPStatus.NOT_FOUND,
    Code.CONVERSATION_CLOSED: HTTPStatus.CONFLICT,
    Code.WINDOW_CLOSED: HTTPStatus.CONFLICT,
    Code.NOT_ASSIGNED_TO_YOU: HTTPStatus.CONFLICT,
    Code.AGENT_FULL: HTTPStatus.CONFLICT,
    Code.INVALID_TRANSITION: HTTPStatus.CONFLICT,
    Code.PICK_NOT_ALLOWED: HTTPStatus.CONFLICT,
    Code.OFFER_ENDED: HTTPStatus.CONFLICT,
    Code.QUEUE_CLOSED: HTTPStatus.CONFLICT,
    Code.AGENT_NOT_AVAILABLE: HTTPStatus.CONFLICT,
    Code.CHANNEL_REMOVED: HTTPStatus.CONFLICT,
    Code.CHANGED_MEANWHILE: HTTPStatus.PRECONDITION_FAILED,
    Code.OPTED_OUT: HTTPStatus.CONFLICT,
    Code.TOO_MANY_HELD: HTTPStatus.CONFLICT,
    Code.REPLY_ALREADY_SENT: HTTPStatus.CONFLICT,
    Code.TOO_LARGE: HTTPStatus.CONTENT_TOO_LARGE,
    Code.INVALID_REQUEST: HTTPStatus.UNPROCESSABLE_CONTENT,
    Code.IDEMPOTENCY_KEY_REUSED: HTTPStatus.UNPROCESSABLE_CONTENT,
    Code.WRAP_UP_CODE_REQUIRED: HTTPStatus.UNPROCESSABLE_CONTENT,
    Code.TEMPLATE_PARAMETERS: HTTPStatus.UNPROCESSABLE_CONTENT,
    Code.TEMPLATE_NOT_APPROVED: HTTPStatus.UNPROCESSABLE_CONTENT,
    Code.TEXT_TOO_LONG: HTTPStatus.UNPROCESSABLE_CONTENT,
    Code.MEDIA_NOT_ALLOWED: HTTPStatus.UNPROCESSABLE_CONTENT,
    Code.MEDIA_TOO_LARGE: HTTPStatus.UNPROCESSABLE_CONTENT,
    Code.MEDIA_TYPE_NOT_SUPPORTED: HTTPStatus.UNPROCESSABLE_CONTENT,
    Code.MEDIA_NOT_FOUND: HTTPStatus.UNPROCESSABLE_CONTENT,
    Code.MEDIA_NOT_AVAILABLE: HTTPStatus.CONFLICT,
    Code.MEDIA_BY_LINK: HTTPStatus.CONFLICT,
    Code.MEDIA_GONE: HTTPStatus.GONE,
    Code.LENGTH_REQUIRED: HTTPStatus.LENGTH_REQUIRED,
    Code.CONTACT_BUSY: HTTPStatus.CONFLICT,
    Code.NOT_RETRYABLE: HTTPStatus.CONFLICT,
    Code.TOO_MANY_REQUESTS: HTTPStatus.TOO_MANY_REQUESTS,
    Code.RECIPIENT_RATE_LIMITED: HTTPStatus.TOO_MANY_REQUESTS,
    Code.INTERNAL_ERROR: HTTPStatus.INTERNAL_SERVER_ERROR,
    Code.CHANNEL_REJECTED: HTTPStatus.BAD_GATEWAY,
    Code.CHANNEL_UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
    Code.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
    Code.MISCONFIGURED: HTTPStatus.SERVICE_UNAVAILABLE,
}

REQUEST_ID: Final = "X-Request-Id"
"""The header by which every answer has a name of its own, to be quoted by whoever asks about it."""
RETRY_AFTER: Final = "Retry-After"

REPLY_KEPT: Final = (Code.RECIPIENT_RATE_LIMITED, Code.CHANNEL_REJECTED, Code.CHANNEL_UNAVAILABLE)
"""The codes after which a reply is kept."""


class ProblemError(View):
    """What is wrong with one part of the request; the path is that of a field, a query parameter or a header."""

    path: str
    message: str


class Refusal(View):
    """What was not done, and why. `status` is the HTTP status."""

    type: str
    title: str
    status: int
    detail: str
    code: Code
    errors: tuple[ProblemError, ...]


class AnyProblem(Refusal, extra="allow"):
    """One error of several in an answer, with whatever members are its own."""


class Problem(Refusal):
    """An error. `requestId` is that of the header X-Request-Id: by it the app's log is searched."""

    request_id: str


class ReplyProblem(Problem):
    """An error after which the reply is kept, under `replyId`. `replyStatus` is its own, `status` the HTTP status."""

    reply_id: str
    reply_status: MessageStatus


class HolderProblem(Problem):
    """What is another agent's, or nobody's: then it names none. `agentName` is left out where nobody knows it."""

    agent: str | None = absent()
    agent_name: str | None = absent()


class NamedTemplate(View):
    """A template in one language."""

    name: str
    language: str


class WindowProblem(Problem):
    """A session window that is closed; the templates could go out all the same."""

    templates: tuple[NamedTemplate, ...]


class TransitionProblem(Problem):
    """A change that leads nowhere: where the conversation stands, and what the caller may do with it."""

    from_: ConversationStatus = Field(serialization_alias="from")
    allowed: tuple[Action, ...]


class ClosedQueueProblem(Problem):
    """A queue that takes nothing now; `opensAt` is left out where nobody knows it."""

    opens_at: AwareDatetime | None = absent()


MODEL_OF: Final[Mapping[Code, type[Problem]]] = {
    **dict.fromkeys(REPLY_KEPT, ReplyProblem),
    Code.NOT_ASSIGNED_TO_YOU: HolderProblem,
    Code.WINDOW_CLOSED: WindowProblem,
    Code.INVALID_TRANSITION: TransitionProblem,
    Code.QUEUE_CLOSED: ClosedQueueProblem,
}
"""The codes whose problems have members of their own."""


def unauthenticated(detail: str) -> Refused:
    """Refuse a caller whose token does not make it known."""
    return Refused(Code.UNAUTHENTICATED, detail, challenge="Bearer")


def refusal_of(error: Exception) -> Refused:
    """Return what a caller is told about an error; one that nobody expected says nothing of itself."""
    match error:
        case Refused():
            return error
        case Unavailable(retry_after=retry_after):
            detail = "Storage or queue are away. Send the request again, a reply with the same Idempotency-Key."
            return Refused(Code.UNAVAILABLE, detail, retry_after=retry_after)
        case TooLarge():
            return Refused(Code.TOO_LARGE, "The request does not fit into storage.")
        case _:
            return Refused(Code.INTERNAL_ERROR, "The app failed; its log says why.")


def problem_of(refused: Refused) -> dict[str, Any]:
    """Return a refusal as JSON knows it."""
    status = HTTPStatus(refused.status or STATUS_OF[refused.code])
    return {
        **refused.extra,
        "type": "about:blank",
        "title": status.phrase,
        "status": status,
        "detail": refused.detail,
        "code": refused.code,
        "errors": [{"path": path, "message": message} for path, message in refused.errors],
    }


def problem_response(refused: Refused, request_id: str | None = None) -> Response:
    """Return the answer for a refusal; a request without an id is one that no person asks about."""
    problem = problem_of(refused) | ({"requestId": request_id} if request_id else {})
    headers = {"Content-Type": "application/problem+json"}
    if refused.retry_after is not None:
        headers[RETRY_AFTER] = str(max(math.ceil(refused.retry_after), 1))
    if refused.challenge:
        headers["WWW-Authenticate"] = refused.challenge
    if refused.allow:
        headers["Allow"] = ", ".join(refused.allow)
    return Response(status=problem["status"], headers=headers, body=json.dumps(problem, ensure_ascii=False).encode())
