"""The edge of a webhook: whatever happens, the provider gets an answer, and the log can tell of it."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from shared.api.exchange import Request, Response
from shared.api.problems import problem_response, refusal_of
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Unavailable
from shared.vocabulary.time import Clock, milliseconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An answer, and what the log says of it.

    Attributes:
        unexpected: An error that nobody thought of.
    """

    response: Response
    level: int
    said: Mapping[str, Any]
    unexpected: Exception | None = None


async def answered(
    request: Request, answer: Callable[[Request, dict[str, Any]], Awaitable[Response]], clock: Clock
) -> Answered:
    """Answer a request; raises nothing.

    Args:
        answer: Answers, and adds to what the log says of it.
    """
    started = clock.now()
    said: dict[str, Any] = {}
    unexpected: Exception | None = None
    try:
        response = await answer(request, said)
    except Exception as error:  # noqa: BLE001 - the edge: the provider gets an answer, whatever happened
        refused = refusal_of(error)
        if refused.code is Code.INTERNAL_ERROR:
            unexpected = error
        if isinstance(error, Unavailable):
            said["reason"] = str(error)
        said["code"] = refused.code
        response = problem_response(refused)
    duration = milliseconds(started, clock.now())
    return Answered(
        response=response,
        level=logging.INFO if response.status == HTTPStatus.OK else logging.WARNING,
        said={"status": int(response.status), "duration_ms": duration, **said},
        unexpected=unexpected,
    )
