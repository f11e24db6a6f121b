"""A bad configuration file is deployed: intake goes on, messages wait, and are handled once the file is mended."""

import pytest

from tests.flow.centre import GREETING, Centre, Customer
from tests.flow.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")

BAD = "version: 1\nchannels: {}\n"


async def test_messages_wait_for_a_good_configuration(centre: Centre, customer: Customer) -> None:
    """Every other route checks who calls and says 503 `misconfigured`; health answers; no delivery is used up."""
    with centre.another_configuration(BAD):
        await centre.restart_worker()
        await customer.writes_and_is_heard("1")
        await customer.writes_and_is_heard("2")

        refused = await centre.call("GET", "/conversations")
        assert (refused.status, refused.body["code"]) == (503, "misconfigured")
        assert (await centre.call("GET", "/conversations", role="")).status == 401
        assert (await centre.call("GET", "/health")).status == 200
        ready = await centre.call("GET", "/health/ready")
        assert (ready.status, ready.body["code"]) == (503, "misconfigured")
        assert any("workstreams" in problem["message"] for problem in ready.body["errors"])
        counts = (await centre.queues())["conversations"]
        assert (counts["active"] + counts["locked"], counts["deadLetter"]) == (2, 0)

    await centre.restart_worker()

    await eventually(customer.received, [GREETING])
    await eventually(customer.wrote, ["1", "2"])
    assert "delivery 3 of its message" not in centre.log()
