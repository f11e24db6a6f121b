"""The edge of a webhook: whatever happens, the provider gets an answer and the log a line."""

import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from shared.api.exchange import Request, Response
from shared.api.problems import problem_response, refusal_of
from shared.logs import log
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Unavailable
from shared.vocabulary.time import Clock, milliseconds


async def answered(
    step: str, request: Request, answer: Callable[[Request, dict[str, Any]], Awaitable[Response]], clock: Clock
) -> Response:
    """Answer a request; raises nothing.

    Args:
        step: What the log calls it.
        answer: Answers, and adds to what the log says of it.
    """
    started = clock.now()
    said: dict[str, Any] = {}
    try:
        response = await answer(request, said)
    except Exception as error:  # noqa: BLE001 - the edge: the provider gets an answer, whatever happened
        refused = refusal_of(error)
        if refused.code is Code.INTERNAL_ERROR:
            log(f"{step}.failed", level=logging.ERROR, error=error)
        if isinstance(error, Unavailable):
            said["reason"] = str(error)
        said["code"] = refused.code
        response = problem_response(refused)
    level = logging.INFO if response.status == HTTPStatus.OK else logging.WARNING
    duration = milliseconds(started, clock.now())
    log(step, level=level, method=request.method, status=int(response.status), duration_ms=duration, **said)
    return response
