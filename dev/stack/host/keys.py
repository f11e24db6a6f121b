"""The host's key: one local key that stands for Azure's function, master and Event Grid system keys alike."""

import hmac

from aiohttp import web


def carries_key(request: web.Request, key: str) -> bool:
    """Whether the request gives the key, as header `x-functions-key` or as `?code=`."""
    given = request.headers.get("x-functions-key", request.query.get("code", ""))
    return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), key.encode())
