"""A function runs in a span of its own: in the trace of what called it, else in a new one."""

import pytest

from tests.contract.host.running_host import KEY, RunningHost

pytestmark = pytest.mark.asyncio(loop_scope="session")

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = f"00-{TRACE}-b7ad6b7169203331-01"


async def trace_of_a_call(host: RunningHost, headers: dict[str, str]) -> list[str]:
    async with host.http.get(f"{host.api}/api/trace", headers=headers) as response:
        return (await response.text()).split("-")


async def test_a_call_is_part_of_its_callers_trace(host: RunningHost) -> None:
    version, trace, span, flags = await trace_of_a_call(host, {"traceparent": PARENT})
    assert (version, trace, flags) == ("00", TRACE, "01")
    assert len(span) == 16
    assert span != "b7ad6b7169203331"


@pytest.mark.parametrize("given", [None, "nonsense", f"00-{'0' * 32}-b7ad6b7169203331-01"])
async def test_a_call_without_a_trace_gets_one(host: RunningHost, given: str | None) -> None:
    headers = {"traceparent": given} if given else {}
    (_, first, _, flags), (_, second, _, _) = [await trace_of_a_call(host, headers) for _ in range(2)]
    assert (len(first), flags) == (32, "01")
    assert len({first, second, "0" * 32, TRACE}) == 4


async def test_an_event_is_part_of_the_trace_of_its_delivery(host: RunningHost) -> None:
    event = {"id": "traced", "eventType": "Test", "subject": "s", "topic": "t", "dataVersion": "1", "data": {}}
    async with host.http.post(
        f"{host.api}/runtime/webhooks/EventGrid?functionName=take&code={KEY}",
        json=[event | {"eventTime": "2026-11-24T12:00:00Z"}],
        headers={"aeg-event-type": "Notification", "traceparent": PARENT},
    ) as response:
        assert response.status == 202
    (seen,) = host.recorded(event="traced")
    assert TRACE in seen["trace"]


async def test_a_message_is_handled_in_the_trace_in_which_it_was_sent(host: RunningHost) -> None:
    await host.send("traced-session", "traced", traceparent=PARENT)
    (seen,) = await host.wait_recorded(message="traced")
    assert TRACE in seen["trace"]
