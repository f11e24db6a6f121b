"""The Event Grid webhook answers as Azure's extension does."""

import itertools
from typing import Any

import pytest

from tests.contract.host.running_host import KEY, RunningHost

pytestmark = pytest.mark.asyncio(loop_scope="session")

_ids = itertools.count(1)
NOTIFICATION = {"aeg-event-type": "Notification"}
CLOUD_EVENT = {"Content-Type": "application/cloudevents+json"}


def event(order: str = "") -> dict[str, Any]:
    return {
        "id": f"event-{next(_ids)}",
        "topic": "topic",
        "subject": "subject",
        "eventType": "Test",
        "eventTime": "2026-11-24T12:00:00.1234567Z",
        "dataVersion": "1.0",
        "data": {"order": order},
    }


def cloud_event() -> dict[str, Any]:
    return {
        "id": f"event-{next(_ids)}",
        "source": "source",
        "type": "Test",
        "specversion": "1.0",
        "time": "2026-11-24T12:00:00Z",
        "data": {},
    }


async def post(
    host: RunningHost, body: Any, headers: dict[str, str], *, function: str = "take", key: str = KEY
) -> tuple[int, str]:
    url = f"{host.api}/runtime/webhooks/EventGrid"
    parameters = {"functionName": function, "code": key}
    async with host.http.post(url, params=parameters, json=body, headers=headers) as response:
        return response.status, await response.text()


async def test_the_handshake_of_event_grid_schema_returns_the_code(host: RunningHost) -> None:
    handshake = event() | {
        "eventType": "Microsoft.EventGrid.SubscriptionValidationEvent",
        "data": {"validationCode": "code-1"},
    }
    answer = await post(host, [handshake], {"aeg-event-type": "SubscriptionValidation"})
    assert answer == (200, '{"validationResponse": "code-1"}')


@pytest.mark.parametrize("data", [{}, None, [], {"validationCode": 7}])
async def test_a_handshake_without_its_code_is_400(host: RunningHost, data: Any) -> None:
    answer = await post(host, [event() | {"data": data}], {"aeg-event-type": "SubscriptionValidation"})
    assert answer == (400, "the event has no data.validationCode")


async def test_the_handshake_of_cloud_events_allows_the_origin(host: RunningHost) -> None:
    url = f"{host.api}/runtime/webhooks/EventGrid?functionName=take&code={KEY}"
    async with host.http.options(url, headers={"WebHook-Request-Origin": "eventgrid.azure.net"}) as response:
        assert response.status == 200
        assert response.headers["WebHook-Allowed-Origin"] == "eventgrid.azure.net"


async def test_every_event_of_a_request_reaches_the_function(host: RunningHost) -> None:
    events = [event(), event(), event()]
    assert (await post(host, events, NOTIFICATION))[0] == 202
    assert all(len(host.recorded(event=each["id"])) == 1 for each in events)


async def test_one_failed_event_makes_the_whole_request_500_and_the_others_run(host: RunningHost) -> None:
    good, bad, other = event(), event("fail"), event()
    assert (await post(host, [good, bad, other], NOTIFICATION))[0] == 500
    assert [len(host.recorded(event=each["id"])) for each in (good, bad, other)] == [1, 1, 1]


async def test_cloud_events_come_alone_or_in_an_array(host: RunningHost) -> None:
    alone, first, second = cloud_event(), cloud_event(), cloud_event()
    assert (await post(host, alone, CLOUD_EVENT))[0] == 202
    assert (await post(host, [first, second], CLOUD_EVENT))[0] == 202
    assert (await post(host, alone, NOTIFICATION))[0] == 202
    assert [len(host.recorded(event=each["id"])) for each in (alone, first, second)] == [2, 1, 1]


async def test_a_request_without_its_type_is_400_and_calls_nothing(host: RunningHost) -> None:
    one = event()
    assert (await post(host, [one], {}))[0] == 400
    assert host.recorded(event=one["id"]) == []


@pytest.mark.parametrize("odd", ["text", 7, None, []])
async def test_what_is_no_event_fails_alone_and_the_others_run(host: RunningHost, odd: Any) -> None:
    good, other = event(), event()
    assert (await post(host, [good, odd, other], NOTIFICATION))[0] == 500
    assert [len(host.recorded(event=each["id"])) for each in (good, other)] == [1, 1]


@pytest.mark.parametrize("body", ["text", 7, None, []])
async def test_a_body_without_events_is_400(host: RunningHost, body: Any) -> None:
    assert (await post(host, body, NOTIFICATION))[0] == 400


async def test_a_handshake_that_is_no_event_is_400(host: RunningHost) -> None:
    assert (await post(host, ["text"], {"aeg-event-type": "SubscriptionValidation"}))[0] == 400


@pytest.mark.parametrize("body", ["[" * 100_000, '{"data":' * 100_000, "[{"], ids=["arrays", "objects", "unfinished"])
async def test_a_body_that_cannot_be_read_is_400(host: RunningHost, body: str) -> None:
    url = f"{host.api}/runtime/webhooks/EventGrid?functionName=take&code={KEY}"
    async with host.http.post(url, data=body, headers=NOTIFICATION) as response:
        assert response.status == 400


async def test_an_unknown_function_is_404(host: RunningHost) -> None:
    assert await post(host, [event()], NOTIFICATION, function="nobody") == (404, "cannot find function: 'nobody'")


async def test_a_wrong_key_is_401(host: RunningHost) -> None:
    assert (await post(host, [event()], NOTIFICATION, key="wrong"))[0] == 401


async def test_an_unsubscription_is_202(host: RunningHost) -> None:
    assert (await post(host, [], {"aeg-event-type": "Unsubscribe"}))[0] == 202
