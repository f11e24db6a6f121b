"""Delivers changes to the app as Meta does: signed, in batches, at least once, and in no promised order.

Only 200 counts: of anything else the whole call comes again. Meta tries for seven days; here the pauses and the end are
shortened. Problems are logged, by field and account only.
Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/create-webhook-endpoint
"""

import asyncio
import hmac
import json
import logging
import secrets
import time
from collections.abc import Callable, Sequence
from itertools import groupby

from aiohttp import ClientError, ClientSession

from dev.stack.whatsapp.deliveries import Deliveries, nothing, outcome_of
from dev.stack.whatsapp.graph_events import Change
from dev.stack.whatsapp.webhook_orders import WebhookOrders

_ACCEPTED = (200,)
_HANDSHAKE_PAUSE = 0.5
_ANSWER_WITHIN = 20.0

_LOG = logging.getLogger("webhooks")

type Accepted = Callable[[], None] | None


class Webhooks(Deliveries):
    """The webhook of one app at Meta, as an asynchronous context manager; its end drops what is under way."""

    def __init__(self, address: str, *, app_secret: str, verify_token: str, step_scale: float = 1.0) -> None:
        super().__init__(answer_within=_ANSWER_WITHIN, step_scale=step_scale)
        self._address = address
        self._secret = app_secret.encode()
        self._verify_token = verify_token
        self._due: list[tuple[Change, Accepted]] = []
        self.orders = WebhookOrders(self._send_later)

    def verify(self) -> None:
        """Starts to ask the app whether the webhook is its own, as Meta does when the address is entered."""
        if self.session:
            self.start(self._verify(self.session))

    def post(self, change: Change, accepted: Accepted = None) -> None:
        """Starts to deliver a change and returns at once; `accepted` is called when the app took it."""
        self.orders.post(change, accepted)

    def _send_later(self, change: Change, accepted: Accepted) -> None:
        """All that is due at the same moment goes in one call."""
        if not self._due:
            asyncio.get_running_loop().call_soon(self._send_due)
        self._due.append((change, accepted))

    def _send_due(self) -> None:
        due, self._due = self._due, []
        if self.session:
            self.start(self._deliver(self.session, [change for change, _ in due], [each for _, each in due]))

    async def _deliver(self, session: ClientSession, changes: Sequence[Change], accepted: Sequence[Accepted]) -> None:
        body = envelope_of(changes, int(time.time()))
        headers = {"Content-Type": "application/json", "X-Hub-Signature-256": signature_of(body, self._secret)}
        taken = await self.keep_trying(
            lambda: outcome_of(session.post(self._address, data=body, headers=headers, allow_redirects=False)),
            lambda level, what: _tell(level, changes, what),
            taken=_ACCEPTED,
        )
        for each in accepted:
            if taken and each:
                each()

    async def _verify(self, session: ClientSession) -> None:
        """Asks until the app gives the challenge back; an app that isn't up yet is no news."""
        told = None
        while (outcome := await self._handshake(session)) != "verified":
            if outcome != told and not outcome.startswith("nothing"):
                _LOG.warning("the app did not verify its webhook: it answered %s", outcome)
                told = outcome
            await self.pause(_HANDSHAKE_PAUSE)
        _LOG.info("the app verified its webhook")

    async def _handshake(self, session: ClientSession) -> str:
        challenge = str(secrets.randbelow(10**10))
        query = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": self._verify_token}
        try:
            async with session.get(self._address, params=query, allow_redirects=False) as answer:
                right = answer.status == 200 and await answer.text() == challenge
                return "verified" if right else f"{answer.status}, not the challenge"
        except (ClientError, TimeoutError, UnicodeDecodeError) as error:
            return nothing(error)


def envelope_of(changes: Sequence[Change], seconds: int) -> bytes:
    """One call with these changes, as Meta writes it: an entry an account, `\\u00e4` for ä and `\\/` for /."""
    entries = [
        {
            "id": account,
            "time": seconds,
            "changes": [{"field": each.field, "value": each.value} for each in of_account],
        }
        for account, of_account in groupby(changes, key=lambda change: change.account)
    ]
    text = json.dumps({"object": "whatsapp_business_account", "entry": entries}, separators=(",", ":"))
    return text.replace("/", "\\/").encode("ascii")


def signature_of(body: bytes, app_secret: bytes) -> str:
    """The value of `X-Hub-Signature-256`."""
    return f"sha256={hmac.digest(app_secret, body, 'sha256').hex()}"


def _tell(level: int, changes: Sequence[Change], what: str) -> None:
    fields = ", ".join(sorted({f"{each.kind} of {each.account}" for each in changes}))
    _LOG.log(level, "%s: %s", fields, what)
