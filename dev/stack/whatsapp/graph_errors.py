"""Meta's errors: what an answer of the Graph API says when something is wrong. Callers go by `code`.

Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes
"""

from collections.abc import Mapping
from uuid import uuid4

from aiohttp import web

from dev.stack.whatsapp.rules import refusal

_STATUSES: Mapping[int, int] = {0: 401, 190: 401, 1: 500, 2: 503, 3: 500, 10: 403, 131000: 500, 131016: 503}
_TEXTS: Mapping[int, str] = {
    10: "Application does not have permission for this action",
    33: "Unsupported request. Object does not exist, cannot be loaded due to missing permissions, or does not support "
    "this operation",
    190: "Invalid OAuth access token - Cannot parse access token",
    2500: "Unknown path components",
}
_TURNED_AWAY: Mapping[int, int] = {400: 100, 401: 190, 403: 10, 404: 100}
_TRANSIENT = (2, 131016)
RATE_LIMIT = 130429


def graph_error(
    code: int,
    details: str = "",
    *,
    status: int | None = None,
    subcode: int | None = None,
    retry_after: int | None = None,
) -> web.Response:
    """An error in Meta's JSON, with the HTTP status that Meta has for the code unless another one is given."""
    text = _TEXTS.get(subcode or code) or refusal(str(code)).message
    error: dict[str, object] = {
        "message": f"(#{code}) {text}",
        "type": "OAuthException",
        "code": code,
        "fbtrace_id": f"A{uuid4().hex[:22]}",
    }
    if details:
        error["error_data"] = {"messaging_product": "whatsapp", "details": details}
    if subcode:
        error["error_subcode"] = subcode
    if code in _TRANSIENT:
        error["is_transient"] = True
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return web.json_response({"error": error}, status=status or _STATUSES.get(code, 400), headers=headers)


def unknown_object(what: str) -> web.Response:
    """There is no such object, or the token does not reach it."""
    return graph_error(100, what, subcode=33)


def turned_away(status: int, retry_after: int | None) -> web.Response:
    """An ordered HTTP status: the call was turned away before anything was done."""
    code = _TURNED_AWAY.get(status, RATE_LIMIT)
    return graph_error(code, "This answer was ordered from the stand-in.", status=status, retry_after=retry_after)
