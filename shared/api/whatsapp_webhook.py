"""The function `whatsapp`: the webhook of Meta's Cloud API.

Meta asks once whether the address is ours (GET), then brings messages and statuses (POST), each call signed with the
app's secret over its bytes. Whatever is not answered with 200 comes again, as a whole, for a week: so only what is safe
is answered with it, and also what no repetition would mend.
https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/create-webhook-endpoint
"""

import hashlib
import hmac
import logging
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, Final

from shared.api.exchange import Request, Response
from shared.api.webhooks import answered
from shared.intake.batch import take_in_turn
from shared.intake.ingest import Ingest
from shared.intake.whatsapp_batch import items_in
from shared.logs import log
from shared.settings import WhatsAppCloud
from shared.telemetry import Metric, Telemetry
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Refused
from shared.vocabulary.time import Clock

MAX_BODY: Final = 4 * 1024 * 1024
"""Bytes; Meta sends 3 MB at most."""
_SIGNATURE: Final = "X-Hub-Signature-256"
_PREFIX: Final = "sha256="
_PLAIN: Final = {"Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff"}


def signature_of(body: bytes, secret: str) -> str:
    """Return what Meta writes into the header `X-Hub-Signature-256` of a call with this body."""
    return f"{_PREFIX}{hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"


class WhatsAppWebhook:
    """Answers Meta.

    Args:
        app: The app at Meta: its secrets, and what Meta says when it asks whose the address is.
    """

    def __init__(self, *, app: WhatsAppCloud, ingest: Ingest, clock: Clock, telemetry: Telemetry) -> None:
        self._app = app
        self._ingest = ingest
        self._clock = clock
        self._telemetry = telemetry

    async def __call__(self, request: Request) -> Response:
        """Answer a request; raises nothing. Neither body nor signature go into the log."""
        done = await answered(request, self._answer, self._clock)
        if done.unexpected:
            log("whatsapp.failed", level=logging.ERROR, error=done.unexpected)
        log("whatsapp", level=done.level, method=request.method, **done.said)
        return done.response

    async def _answer(self, request: Request, said: dict[str, Any]) -> Response:
        return self._verify(request, said) if request.method == "GET" else await self._take(request, said)

    def _verify(self, request: Request, said: dict[str, Any]) -> Response:
        """Answer whether the address is ours: with what Meta says must be answered, if it knows our word for it."""
        token, query = self._app.verify_token, request.query
        known = token is not None and _same(query.get("hub.verify_token", ""), (token,))
        challenge = query.get("hub.challenge", "")
        if query.get("hub.mode") == "subscribe" and known and challenge:
            return Response(status=HTTPStatus.OK, headers=_PLAIN, body=challenge.encode())
        return self._refuse("token", HTTPStatus.FORBIDDEN, said)

    async def _take(self, request: Request, said: dict[str, Any]) -> Response:
        length = request.header("Content-Length") or ""
        announced = float(length) if length.isascii() and length.isdecimal() else 0
        if max(len(request.body), announced) > MAX_BODY:
            return Response(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        if not self._app.app_secrets:
            raise Refused(Code.MISCONFIGURED, "No secret of the webhook is known; the app's log names the problems.")
        signatures = [signature_of(request.body, secret) for secret in self._app.app_secrets]
        if not _same((request.header(_SIGNATURE) or "").lower(), signatures):
            return self._refuse("signature", HTTPStatus.UNAUTHORIZED, said)
        events = items_in(request.body)
        said["events"] = len(events)
        await take_in_turn(events, self._ingest)
        return Response(status=HTTPStatus.OK)

    def _refuse(self, reason: str, status: HTTPStatus, said: dict[str, Any]) -> Response:
        said["reason"] = reason
        self._telemetry.record(Metric.WEBHOOKS_REFUSED.of(reason=reason))
        return Response(status=status)


def _same(given: str, expected: Iterable[str]) -> bool:
    """Tell whether a text is one of those expected, in a time that tells nothing of them."""
    found = [hmac.compare_digest(given.encode(errors="replace"), each.encode()) for each in expected]
    return any(found)
