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
from collections.abc import Callable, Coroutine, Iterator, Sequence
from itertools import chain, groupby, repeat
from typing import Any, Self

import aiohttp

from dev.stack.whatsapp.graph_events import Change
from dev.stack.whatsapp.webhook_orders import WebhookOrders

_STEPS = (0.5, 1.0, 2.0, 5.0)
_LAST_STEP = 10.0
_KEEPS_TRYING = 600.0
_HANDSHAKE_PAUSE = 0.5
_ANSWER_WITHIN = aiohttp.ClientTimeout(total=20)

_LOG = logging.getLogger("webhooks")

type Accepted = Callable[[], None] | None


class Webhooks:
    """The webhook of one app at Meta, as an asynchronous context manager; its end drops what is under way."""

    def __init__(self, address: str, *, app_secret: str, verify_token: str, step_scale: float = 1.0) -> None:
        self._address = address
        self._secret = app_secret.encode()
        self._verify_token = verify_token
        self._step_scale = step_scale
        self._tasks: set[asyncio.Task[None]] = set()
        self._due: list[tuple[Change, Accepted]] = []
        self._session: aiohttp.ClientSession | None = None
        self.orders = WebhookOrders(self._send_later)

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(timeout=_ANSWER_WITHIN)
        return self

    async def __aexit__(self, *_: object) -> None:
        session, self._session = self._session, None
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if session:
            await session.close()

    def verify(self) -> None:
        """Starts to ask the app whether the webhook is its own, as Meta does when the address is entered."""
        if self._session:
            self._start(self._verify(self._session))

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
        if self._session:
            self._start(self._deliver(self._session, [change for change, _ in due], [each for _, each in due]))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(
        self, session: aiohttp.ClientSession, changes: Sequence[Change], accepted: Sequence[Accepted]
    ) -> None:
        body, tried_for = envelope_of(changes, int(time.time())), 0.0
        for step in self._steps():
            outcome = await self._try(session, body)
            if outcome == 200:
                for each in accepted:
                    if each:
                        each()
                return
            if tried_for >= _KEEPS_TRYING:
                _tell(logging.ERROR, changes, f"LOST: given up after {tried_for:.0f} s, the last answer was {outcome}")
                return
            if tried_for == 0:
                again = f"the app answered {outcome}; trying again for {_KEEPS_TRYING / 60:.0f} minutes"
                _tell(logging.WARNING, changes, again)
            await asyncio.sleep(step * self._step_scale)
            tried_for += step

    async def _try(self, session: aiohttp.ClientSession, body: bytes) -> int | str:
        """One try: the status, or what went wrong on the way."""
        headers = {"Content-Type": "application/json", "X-Hub-Signature-256": signature_of(body, self._secret)}
        try:
            async with session.post(self._address, data=body, headers=headers, allow_redirects=False) as answer:
                return answer.status
        except (aiohttp.ClientError, TimeoutError) as error:
            return f"nothing ({type(error).__name__})"

    async def _verify(self, session: aiohttp.ClientSession) -> None:
        """Asks until the app gives the challenge back; an app that isn't up yet is no news."""
        told = None
        while (outcome := await self._handshake(session)) != "verified":
            if outcome != told and not outcome.startswith("nothing"):
                _LOG.warning("the app did not verify its webhook: it answered %s", outcome)
                told = outcome
            await asyncio.sleep(_HANDSHAKE_PAUSE * self._step_scale)
        _LOG.info("the app verified its webhook")

    async def _handshake(self, session: aiohttp.ClientSession) -> str:
        challenge = str(secrets.randbelow(10**10))
        query = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": self._verify_token}
        try:
            async with session.get(self._address, params=query, allow_redirects=False) as answer:
                right = answer.status == 200 and await answer.text() == challenge
                return "verified" if right else f"{answer.status}, not the challenge"
        except (aiohttp.ClientError, TimeoutError, UnicodeDecodeError) as error:
            return f"nothing ({type(error).__name__})"

    @staticmethod
    def _steps() -> Iterator[float]:
        return chain(_STEPS, repeat(_LAST_STEP))


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
