"""The tenant's keys: fetched once, kept for a day, fetched again for a key that is not known, at most once a minute."""

import asyncio
import logging

import pytest

from shared.api.openid import Published
from shared.api.signing_keys import Keys
from shared.vocabulary.errors import Unavailable
from tests.fakes.clock import FakeClock
from tests.fakes.issuer import Issuer

DAY = 24 * 3600


class Tenant:
    """A tenant, and its keys as a worker keeps them."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.issuer = Issuer(self.clock)
        self.keys = Keys(self.issuer, self.clock)

    async def knows(self, key_id: str) -> bool:
        """Whether a key of that id is published, as far as the worker knows."""
        return await self.keys.find(key_id) is not None


@pytest.fixture
def tenant() -> Tenant:
    return Tenant()


async def test_the_keys_are_fetched_once_however_many_need_them(tenant: Tenant) -> None:
    assert all(await asyncio.gather(*(tenant.knows("key-1") for _ in range(50))))
    tenant.clock.step(DAY - 1)
    assert await tenant.knows("key-1")

    assert tenant.issuer.fetches == 1


async def test_an_unknown_key_has_them_fetched_again_once_a_minute(tenant: Tenant) -> None:
    assert await tenant.knows("key-1")
    for seconds, fetches in ((59, 1), (1, 2), (59, 2), (1, 3)):
        tenant.clock.step(seconds)
        assert not any(await asyncio.gather(*(tenant.knows(f"odd-{each}") for each in range(20))))
        assert tenant.issuer.fetches == fetches


async def test_a_new_key_is_found_at_once_and_an_old_one_serves_until_it_is_withdrawn(tenant: Tenant) -> None:
    assert await tenant.knows("key-1")
    tenant.clock.step(60)

    tenant.issuer.keys = ["key-1", "key-2"]
    assert await tenant.knows("key-2")
    assert await tenant.knows("key-1")

    tenant.issuer.keys = ["key-2"]
    assert await tenant.knows("key-1")
    tenant.clock.step(DAY)
    assert not await tenant.knows("key-1")
    assert await tenant.knows("key-2")
    assert tenant.issuer.fetches == 3


async def test_a_day_later_they_are_fetched_anew_and_nobody_waits_for_it_but_one(tenant: Tenant) -> None:
    assert await tenant.knows("key-1")
    tenant.clock.step(DAY)

    first = asyncio.create_task(tenant.knows("key-1"))
    await asyncio.sleep(0)
    assert await tenant.knows("key-1")
    assert not first.done()
    assert await first

    assert tenant.issuer.fetches == 2


async def test_an_outage_does_not_matter_for_known_keys(tenant: Tenant) -> None:
    assert await tenant.knows("key-1")
    tenant.issuer.away = True

    for _ in range(10):
        tenant.clock.step(DAY)
        assert await tenant.knows("key-1")
        with pytest.raises(Unavailable) as caught:
            await tenant.knows("key-2")
        assert caught.value.retry_after == 60
    assert tenant.issuer.fetches == 11


async def test_after_an_outage_a_key_can_be_unknown_again(tenant: Tenant) -> None:
    assert await tenant.knows("key-1")
    tenant.issuer.away = True
    tenant.clock.step(60)
    with pytest.raises(Unavailable):
        await tenant.knows("key-2")
    tenant.issuer.away = False

    tenant.clock.step(60)
    assert not await tenant.knows("key-2")


async def test_without_any_key_the_tenant_is_asked_again_after_seconds(
    tenant: Tenant, caplog: pytest.LogCaptureFixture
) -> None:
    tenant.issuer.away = True
    with caplog.at_level(logging.WARNING):
        failed = await asyncio.gather(*(tenant.knows("key-1") for _ in range(20)), return_exceptions=True)
    assert {type(each) for each in failed} == {Unavailable}
    assert [getattr(each, "retry_after", None) for each in failed] == [5] * 20
    assert tenant.issuer.fetches == 1
    assert len([line for line in caplog.messages if '"step": "keys", "outcome": "unavailable"' in line]) == 1

    tenant.issuer.away = False
    tenant.clock.step(5)
    assert await tenant.knows("key-1")
    assert tenant.issuer.fetches == 2


async def test_a_call_that_is_cut_off_leaves_the_fetch_to_the_next(tenant: Tenant) -> None:
    first, second = (asyncio.create_task(tenant.knows("key-1")) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()

    assert await second
    assert first.cancelled()
    assert tenant.issuer.fetches == 2


async def test_keys_of_another_kind_are_not_used(tenant: Tenant) -> None:
    good, other = ({**key} for key in [*tenant.issuer.public_keys, *tenant.issuer.public_keys])
    odd = [
        {**other, "kid": "encrypts", "use": "enc"},
        {**other, "kid": "secret", "kty": "oct", "k": "c2VjcmV0"},
        {**other, "kid": "elliptic", "kty": "EC"},
        {**other, "kid": "broken", "n": "!"},
        {**other, "kid": 7},
        {},
    ]
    keys = Keys(Publishing([*odd, good]), tenant.clock)

    assert await keys.find("key-1")
    for key in odd:
        assert await keys.find(str(key.get("kid"))) is None


async def test_a_tenant_without_a_usable_key_counts_as_away(tenant: Tenant) -> None:
    keys = Keys(Publishing([]), tenant.clock)

    with pytest.raises(Unavailable):
        await keys.find("key-1")


class Publishing:
    """A tenant that publishes these keys."""

    def __init__(self, keys: list[dict[str, object]]) -> None:
        self._keys = keys

    async def published(self) -> Published:
        """As `OpenId.published`."""
        return Published(issuer="https://issuer.example", keys=self._keys)
