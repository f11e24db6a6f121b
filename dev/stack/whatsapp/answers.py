"""Answers over HTTP that several of the APIs give, and the one that is none."""

import asyncio

from aiohttp import web


def refuse(status: int, *problems: str) -> web.Response:
    """Says what is wrong with a call of the phone API."""
    return web.json_response({"problems": problems}, status=status)


async def hang_up(request: web.Request, seconds: float) -> web.Response:
    """Holds the connection and closes it without an answer."""
    await asyncio.sleep(seconds)
    if request.transport:
        request.transport.abort()
    return web.Response()
