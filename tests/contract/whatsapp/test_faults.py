"""Faults on demand, as Microsoft's client meets them."""

from typing import Any
from uuid import uuid4

import pytest
from azure.core.exceptions import HttpResponseError, ServiceRequestError, ServiceResponseError

from tests.contract.whatsapp.sdk import Sdk, text
from tests.contract.whatsapp.stand_in import StandIn

HEADERS = {"Repeatability-First-Sent": "Sun, 22 Nov 2026 16:21:29 GMT"}
BROKEN = (ServiceResponseError, ServiceRequestError)


def repeatable() -> dict[str, str]:
    return HEADERS | {"Repeatability-Request-ID": str(uuid4())}


async def outgoing(stand_in: StandIn) -> int:
    return len([message for message in await stand_in.messages() if message["direction"] == "out"])


@pytest.mark.parametrize("status", [408, 429, 500, 503])
async def test_a_status_is_answered_for_the_next_sends_and_nothing_is_sent(
    stand_in: StandIn, sdk: Sdk, status: int
) -> None:
    await stand_in.write(text="Bonjour")
    await stand_in.fault(next=2, status=status)
    headers = repeatable()

    for _ in range(2):
        with pytest.raises(HttpResponseError) as caught:
            await sdk.send(text(), headers)
        assert caught.value.status_code == status
    assert await outgoing(stand_in) == 0

    sent = await sdk.send(text(), headers)

    assert sent.result == "accepted"
    assert [send["calls"] for send in await stand_in.sends()] == [3]


async def test_retry_after_is_told(stand_in: StandIn, sdk: Sdk) -> None:
    await stand_in.fault(status=429, retryAfter=7)

    with pytest.raises(HttpResponseError) as caught:
        await sdk.send(text())

    response: Any = caught.value.response
    assert response.headers["Retry-After"] == "7"


async def test_a_time_out_sends_nothing(stand_in: StandIn, sdk: Sdk) -> None:
    await stand_in.write(text="Bonjour")
    await stand_in.fault(status="timeout", seconds=0.05)

    with pytest.raises(BROKEN):
        await sdk.send(text())

    assert await outgoing(stand_in) == 0


async def test_a_time_out_after_the_send_is_healed_by_repeating(stand_in: StandIn, sdk: Sdk) -> None:
    await stand_in.write(text="Bonjour")
    await stand_in.fault(status="timeout-after-send", seconds=0.05)
    headers = repeatable()

    with pytest.raises(BROKEN):
        await sdk.send(text(), headers)
    assert await outgoing(stand_in) == 1
    repeated = await sdk.send(text(), headers)

    [send] = await stand_in.sends()
    assert (send["messageId"], send["calls"]) == (repeated.message_id, 2)
    assert await outgoing(stand_in) == 1


async def test_a_code_of_meta_fails_later(stand_in: StandIn, sdk: Sdk) -> None:
    await stand_in.write(text="Bonjour")
    await stand_in.fault(status="failed:131049")

    sent = await sdk.send(text())

    failed = await stand_in.webhook.status(sent.message_id, "Failed")
    assert failed["error"]["channelCode"] == "131049"


async def test_rejected_does_nothing_and_a_repetition_is_sent(stand_in: StandIn, sdk: Sdk) -> None:
    await stand_in.write(text="Bonjour")
    await stand_in.fault(status="rejected")

    rejected, accepted = await sdk.send(text()), await sdk.send(text())

    assert (rejected.result, accepted.result) == ("rejected", "accepted")
    assert await outgoing(stand_in) == 1


async def test_faults_queue_up_and_can_be_forgotten(stand_in: StandIn, sdk: Sdk) -> None:
    await stand_in.write(text="Bonjour")
    await stand_in.fault(status=500)
    status, answer = await stand_in.call("POST", "/faults", {"next": 2, "status": 503})
    assert (status, answer) == (201, {"waiting": 3})

    await stand_in.call("DELETE", "/faults")

    assert (await sdk.send(text())).result == "accepted"


async def test_a_fault_that_cannot_be_is_named(stand_in: StandIn) -> None:
    status, answer = await stand_in.call("POST", "/faults", {"next": 0, "status": "slow"})

    assert status == 422
    assert [problem.partition(":")[0] for problem in answer["problems"]] == ["next", "status"]
