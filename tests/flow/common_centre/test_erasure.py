"""A customer is forgotten, and comes back as somebody new."""

from datetime import timedelta

import pytest

from tests.flow.centre import GREETING, Centre
from tests.flow.customer import Customer
from tests.flow.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_an_erased_customer_is_gone_and_is_a_new_one_when_writing_again(
    centre: Centre, customer: Customer
) -> None:
    """What was written before comes to nothing, although it arrives afterwards."""
    await customer.is_greeted()
    with centre.events.keeping():
        late = await customer.event("Encore une chose", ago=timedelta(seconds=2))
    contact = f"/contacts/{(await customer.conversation())['contact']['contactId']}"
    exported = await centre.items(f"{contact}/export", role="Admin")
    assert {"Bonjour", GREETING} <= {each["value"].get("text") for each in exported}

    assert (await centre.call("DELETE", contact, role="Admin")).status == 202

    assert (await centre.call("GET", contact)).status == 404
    await centre.is_idle()
    assert await customer.conversations() == []
    assert await centre.events.takes(late)
    await centre.is_idle()
    assert await customer.conversations() == []
    # WhatsApp's times are whole seconds: what is written within the erasure's counts as before.
    await customer.writes("Me revoilà", ago=timedelta(seconds=-2))
    await eventually(customer.lines, [("in", "Me revoilà", None), ("out", GREETING, "delivered")])
    assert f"/contacts/{(await customer.conversation())['contact']['contactId']}" != contact
    await centre.is_idle()
