"""What customers and agents say, and their numbers, are in no log."""

import pytest

from tests.flow.centre import GREETING, Centre
from tests.flow.customer import Customer
from tests.flow.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")

SECRET = "zinnober"


async def test_no_words_and_no_numbers_are_logged(centre: Centre, customer: Customer) -> None:
    """Neither when all goes well, nor in errors: refused sends, storage that fails, unreadable events."""
    await customer.is_greeted()
    await customer.writes_and_is_heard(f"Alors, {SECRET} ?")
    await centre.is_idle()
    await centre.channel_fault(400)
    assert (await customer.is_sent(f"Encore {SECRET}.")).status == 502
    await centre.channel_fault(500, retryAfter=1)
    assert (await customer.is_sent(f"Toujours {SECRET}.")).status == 503
    centre.tables.fail(503, calls=3)
    await customer.writes_and_is_heard(f"Merci {SECRET}")
    await centre.is_idle()
    with centre.events.keeping():
        bad = centre.events.wire.broken(await customer.event(f"Et {SECRET} ?"))
    assert await centre.events.takes(bad.event)
    await eventually(customer.pending, [])
    await centre.is_idle()

    log = centre.log()
    assert '"step": "send"' in log
    assert SECRET not in log
    assert centre.logged_numbers() == []
    assert GREETING not in log
