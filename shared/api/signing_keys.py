"""The public keys by which a tenant of Microsoft Entra ID signs its tokens, kept for a day.

A key id that is not known has them fetched again, at most once a minute; however many calls need them, one fetch is
under way. Once there are keys, those that are known serve on, however long the tenant can't be reached.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from jwt import PyJWK, PyJWTError

from shared.api.openid import OpenId
from shared.logs import log
from shared.vocabulary.errors import Unavailable
from shared.vocabulary.time import Clock

ALGORITHM: Final = "RS256"
"""The only algorithm that is taken, whatever a token or a key says of itself."""

FRESH: Final = timedelta(days=1)
PAUSE: Final = timedelta(minutes=1)
FIRST_PAUSE: Final = timedelta(seconds=5)
"""After a fetch that failed, as long as there are no keys at all."""


class Keys:
    """The keys of one tenant."""

    def __init__(self, openid: OpenId, clock: Clock) -> None:
        self._openid = openid
        self._clock = clock
        self._keys: Mapping[str, PyJWK] = {}
        self._fetched_at: datetime | None = None
        self._tried_at: datetime | None = None
        self._failure: Unavailable | None = None
        self._fetching = asyncio.Lock()
        self.issuer: str | None = None

    async def find(self, key_id: str) -> PyJWK | None:
        """Return the key of an id, None when the tenant publishes none of that id.

        Raises:
            Unavailable: The keys could not be fetched, and none of that id is known.
        """
        if key_id not in self._keys or (self._are_old() and not self._fetching.locked()):
            async with self._fetching:
                if self._wait() <= timedelta(0):
                    await self._fetch()
        if key_id not in self._keys and self._failure:
            wait = max(self._wait().total_seconds(), 1)
            raise Unavailable("the tenant's keys could not be fetched", retry_after=wait) from self._failure
        return self._keys.get(key_id)

    def _are_old(self) -> bool:
        return self._fetched_at is None or self._clock.now() - self._fetched_at >= FRESH

    def _wait(self) -> timedelta:
        """Return how long it is until the next fetch may be made; not positive, if it may be made now."""
        if self._tried_at is None:
            return timedelta(0)
        return self._tried_at + (PAUSE if self._keys else FIRST_PAUSE) - self._clock.now()

    async def _fetch(self) -> None:
        try:
            published = await self._openid.published()
            keys = _signing_keys(published.keys)
        except Unavailable as failure:
            self._failure = failure
            log("keys", level=logging.WARNING, outcome="unavailable", reason=str(failure))
        else:
            self._failure = None
            self._fetched_at = self._clock.now()
            self._keys, self.issuer = keys, published.issuer
            log("keys", outcome="fetched", keys=len(keys))
        self._tried_at = self._clock.now()


def _signing_keys(published: Sequence[Mapping[str, Any]]) -> Mapping[str, PyJWK]:
    """Return the keys that can be used, by id; raises Unavailable when there is none, which can't be meant."""
    keys = dict(filter(None, map(_signing_key, published)))
    if not keys:
        raise Unavailable("the tenant publishes no key that can be used")
    return keys


def _signing_key(key: Mapping[str, Any]) -> tuple[str, PyJWK] | None:
    """Return an RSA key for signatures with its id; None for any other, and for one that can't be read."""
    key_id = key.get("kid")
    if not isinstance(key_id, str) or key.get("use", "sig") != "sig":
        return None
    try:
        return key_id, PyJWK(dict(key), ALGORITHM)
    except PyJWTError:
        return None
