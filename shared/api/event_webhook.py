"""The function `events`: a webhook of Event Grid, protected by Microsoft Entra ID.

Event Grid's handshakes and batches come in, each with a token that was issued to Event Grid itself for this app; the
events go the way of `ingest`. What could pass later is answered with 503, so that Event Grid brings it again: 400, 401,
403 and 413 it never repeats. https://learn.microsoft.com/azure/event-grid/secure-webhook-delivery
"""

import json
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from shared.api.exchange import Request, Response
from shared.api.problems import unauthenticated
from shared.api.webhooks import answered
from shared.intake.batch import events_in, take_all, validation_code
from shared.intake.ingest import Ingest
from shared.logs import log
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Refused
from shared.vocabulary.time import Clock

if TYPE_CHECKING:
    from shared.api.tokens import Tokens

ROLE: Final = "AzureEventGridSecureWebhookSubscriber"
_EVENT_GRID: Final = "4962773b-9cdb-44cf-a8bf-237846a00ab7"
_EVENT_GRID_BY_AUTHORITY: Final[Mapping[str, str]] = {
    "https://login.microsoftonline.us": "54316b56-3481-47f9-8f30-0300f5542a7b",
}


def event_grid_of(authority: str) -> str:
    """Return the id of Event Grid's own application in the cloud of an authority."""
    return _EVENT_GRID_BY_AUTHORITY.get(authority, _EVENT_GRID)


class Events:
    """Answers Event Grid.

    Args:
        tokens: Checks tokens for the webhook's application; None when the settings for that are wrong.
        event_grid: The application that tokens have to be issued to.
    """

    def __init__(self, *, tokens: "Tokens | None", event_grid: str, ingest: Ingest, clock: Clock) -> None:
        self._tokens = tokens
        self._event_grid = event_grid
        self._ingest = ingest
        self._clock = clock

    async def __call__(self, request: Request) -> Response:
        """Answer a request; raises nothing."""
        done = await answered(request, self._answer, self._clock)
        if done.unexpected:
            log("events.failed", level=logging.ERROR, error=done.unexpected)
        log("events", level=done.level, method=request.method, **done.said)
        return done.response

    async def _answer(self, request: Request, said: dict[str, Any]) -> Response:
        await self._check_sender(request)
        if request.method == "OPTIONS":
            return _allowing(request.header("WebHook-Request-Origin"))
        if (request.header("aeg-event-type") or "").lower() == "unsubscribe":
            return Response(status=HTTPStatus.OK)
        events = events_in(request.body)
        if code := validation_code(events):
            return _json({"validationResponse": code})
        said["events"] = len(events)
        await take_all(events, self._ingest)
        return Response(status=HTTPStatus.OK)

    async def _check_sender(self, request: Request) -> None:
        """Refuse whoever is not Event Grid, subscribed by somebody who may.

        Raises:
            Refused: `unauthenticated`; `unavailable`; `misconfigured`.
        """
        if self._tokens is None:
            raise Refused(
                Code.MISCONFIGURED, "The settings of the webhook are wrong; the app's log names the problems."
            )
        claims = await self._tokens.claims(request)
        if claims.get("azp", claims.get("appid")) != self._event_grid:
            raise unauthenticated("The token was issued to another application than Event Grid.")
        roles = claims.get("roles")
        if not isinstance(roles, list) or ROLE not in roles:
            raise unauthenticated(f"The token does not have the role {ROLE}.")


def _allowing(origin: str | None) -> Response:
    """Answer the handshake of CloudEvents (HTTP Webhooks for Event Delivery 1.0, §4): deliver as you like."""
    allowed = {"WebHook-Allowed-Origin": origin, "WebHook-Allowed-Rate": "*"} if origin else {}
    return Response(status=HTTPStatus.OK, headers=allowed)


def _json(value: object) -> Response:
    body = json.dumps(value).encode()
    return Response(status=HTTPStatus.OK, headers={"Content-Type": "application/json"}, body=body)
