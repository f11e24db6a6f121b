"""A bad configuration file is deployed: intake goes on, messages wait, and are handled once the file is mended."""

from functools import partial

import pytest

from tests.flow.centre import GREETING, Centre
from tests.flow.customer import Customer
from tests.flow.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")

BAD = "version: 1\nchannels: {}\n"


async def test_messages_wait_for_a_good_configuration(centre: Centre, customer: Customer) -> None:
    """Every other route checks who calls and says 503 `misconfigured`; health answers; no delivery is used up."""
    async with centre.another_configuration(BAD):
        ids = [await customer.writes_and_is_heard(text) for text in ("1", "2")]

        refused = await centre.call("GET", "/conversations")
        assert (refused.status, refused.body["code"]) == (503, "misconfigured")
        assert (await centre.call("GET", "/conversations", role="")).status == 401
        assert (await centre.call("GET", "/health")).status == 200
        ready = await centre.call("GET", "/health/ready")
        assert (ready.status, ready.body["code"]) == (503, "misconfigured")
        assert any("queues: required" in problem["message"] for problem in ready.body["errors"])
        assert [await centre.routed(message_id) for message_id in ids] == [[], []]

    await eventually(customer.received, [GREETING])
    await eventually(customer.wrote, ["1", "2"])
    for message_id in ids:
        await eventually(partial(centre.routed, message_id), [1])
