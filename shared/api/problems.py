"""Errors as RFC 9457 `application/problem+json`: one status for each stable code."""

import json
import math
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from shared.api.exchange import Response
from shared.api.models import View
from shared.vocabulary.errors import Refused, TooLarge, Unavailable
from shared.vocabulary.words import MessageStatus

STATUS_OF: Final[Mapping[str, HTTPStatus]] = {
    "unauthenticated": HTTPStatus.UNAUTHORIZED,
    "forbidden": HTTPStatus.FORBIDDEN,
    "not_found": HTTPStatus.NOT_FOUND,
    "conversation_not_found": HTTPStatus.NOT_FOUND,
    "conversation_closed": HTTPStatus.CONFLICT,
    "window_closed": HTTPStatus.CONFLICT,
    "not_assigned_to_you": HTTPStatus.CONFLICT,
    "opted_out": HTTPStatus.CONFLICT,
    "too_many_held": HTTPStatus.CONFLICT,
    "reply_already_sent": HTTPStatus.CONFLICT,
    "too_large": HTTPStatus.CONTENT_TOO_LARGE,
    "invalid_request": HTTPStatus.UNPROCESSABLE_CONTENT,
    "idempotency_key_reused": HTTPStatus.UNPROCESSABLE_CONTENT,
    "template_parameters": HTTPStatus.UNPROCESSABLE_CONTENT,
    "template_not_approved": HTTPStatus.UNPROCESSABLE_CONTENT,
    "text_too_long": HTTPStatus.UNPROCESSABLE_CONTENT,
    "recipient_rate_limited": HTTPStatus.TOO_MANY_REQUESTS,
    "internal_error": HTTPStatus.INTERNAL_SERVER_ERROR,
    "channel_rejected": HTTPStatus.BAD_GATEWAY,
    "channel_unavailable": HTTPStatus.SERVICE_UNAVAILABLE,
    "unavailable": HTTPStatus.SERVICE_UNAVAILABLE,
    "misconfigured": HTTPStatus.SERVICE_UNAVAILABLE,
}


REPLY_KEPT: Final = ("recipient_rate_limited", "channel_rejected", "channel_unavailable")
"""The codes after which a reply is kept."""


class ProblemError(View):
    """What is wrong with one part of the request; the path is that of a field, a query parameter or a header."""

    path: str
    message: str


class Problem(View):
    """An error. `status` is the HTTP status."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: tuple[ProblemError, ...]


class ReplyProblem(Problem):
    """An error after which the reply is kept, under `replyId`. `replyStatus` is its own, `status` the HTTP status."""

    reply_id: str
    reply_status: MessageStatus


def unauthenticated(detail: str) -> Refused:
    """Refuse a caller whose token does not make it known."""
    return Refused("unauthenticated", detail, challenge="Bearer")


def refusal_of(error: Exception) -> Refused:
    """What a caller is told about an error; one that nobody expected says nothing of itself."""
    match error:
        case Refused():
            return error
        case Unavailable(retry_after=retry_after):
            detail = "Storage or queue are away. Send the request again, a reply with the same Idempotency-Key."
            return Refused("unavailable", detail, retry_after=retry_after)
        case TooLarge():
            return Refused("too_large", "The request does not fit into storage.")
        case _:
            return Refused("internal_error", "The app failed; its log says why.")


def problem_response(refused: Refused) -> Response:
    """The answer for a refusal."""
    status = STATUS_OF[refused.code]
    problem: dict[str, Any] = {
        **refused.extra,
        "type": "about:blank",
        "title": status.phrase,
        "status": status,
        "detail": refused.detail,
        "code": refused.code,
        "errors": [{"path": path, "message": message} for path, message in refused.errors],
    }
    headers = {"Content-Type": "application/problem+json"}
    if refused.retry_after is not None:
        headers["Retry-After"] = str(max(math.ceil(refused.retry_after), 1))
    if refused.challenge:
        headers["WWW-Authenticate"] = refused.challenge
    return Response(status=status, headers=headers, body=json.dumps(problem, ensure_ascii=False).encode())
