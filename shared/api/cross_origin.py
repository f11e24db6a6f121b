"""Which pages of other origins may call the API from a browser: those that `ALLOWED_ORIGINS` names, exactly. Pure.

Nobody else is given a header; cookies are never used, so credentials are never allowed. What is asked before a call
(the preflight) is answered without identity: the browser sends none with it.
https://fetch.spec.whatwg.org/#http-cors-protocol
"""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Final

from shared.api.exchange import Request, Response
from shared.api.problems import REQUEST_ID, RETRY_AFTER

_READABLE: Final = ("Content-Disposition", "Date", "ETag", RETRY_AFTER, REQUEST_ID)
_REMEMBERED: Final = "7200"
"""Seconds for which a browser asks no more; no browser takes more."""


def shared_with(request: Request, origins: frozenset[str]) -> Mapping[str, str]:
    """Return the headers by which a page of another origin may read an answer; none for who is not named."""
    if not origins:
        return {}
    origin = request.header("Origin")
    if origin not in origins:
        return {"Vary": "Origin"}
    return {
        "Vary": "Origin",
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Expose-Headers": ", ".join(_READABLE),
    }


def preflight(request: Request, origins: frozenset[str], methods: Iterable[str]) -> Response | None:
    """Return what a browser is told that asks whether a page may call; None for any other request."""
    asked = request.header("Access-Control-Request-Method")
    if request.method != "OPTIONS" or asked is None or request.header("Origin") not in origins:
        return None
    headers = {
        "Access-Control-Allow-Methods": ", ".join(sorted(methods)),
        "Access-Control-Max-Age": _REMEMBERED,
    }
    if wanted := request.header("Access-Control-Request-Headers"):
        headers["Access-Control-Allow-Headers"] = wanted
    return Response(status=HTTPStatus.NO_CONTENT, headers=headers)
