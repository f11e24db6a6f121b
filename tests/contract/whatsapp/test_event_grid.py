"""Events reach the webhook as Event Grid sends them: at least once, and tried again until they are taken."""

import asyncio
import socket

import pytest

from dev.stack.whatsapp.event_grid import EventGrid
from tests.contract.whatsapp.stand_in import StandIn, Webhook, listening

EVENT = {"id": "1", "eventType": "Microsoft.Communication.AdvancedMessageReceived", "data": {"content": "secret"}}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def test_an_event_is_a_notification_with_one_event_in_the_event_grid_schema(stand_in: StandIn) -> None:
    await stand_in.write(text="Bonjour")
    await stand_in.webhook.until(lambda: stand_in.webhook.events)

    [event] = stand_in.webhook.events
    [headers] = stand_in.webhook.headers
    assert headers["aeg-event-type"] == "Notification"
    assert sorted(event) == [
        "data",
        "dataVersion",
        "eventTime",
        "eventType",
        "id",
        "metadataVersion",
        "subject",
        "topic",
    ]


@pytest.mark.parametrize("status", [404, 429, 500, 503, 302])
async def test_an_event_that_was_not_taken_comes_again_with_the_same_id(stand_in: StandIn, status: int) -> None:
    stand_in.webhook.answers = [status, status]

    await stand_in.write(text="Bonjour")
    await stand_in.webhook.until(lambda: stand_in.webhook.events)

    assert len(stand_in.webhook.tries) == 3
    assert len({event["id"] for event in stand_in.webhook.tries}) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 413])
async def test_an_event_that_was_refused_for_good_is_lost_and_said_so(
    stand_in: StandIn, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    stand_in.webhook.answers = [status]

    await stand_in.write(text="perdu")
    await stand_in.webhook.until(lambda: stand_in.webhook.tries)
    await stand_in.write(text="reçu")
    await stand_in.webhook.until(lambda: stand_in.webhook.events)

    assert [event["content"] for event in stand_in.webhook.data()] == ["reçu"]
    assert len(stand_in.webhook.tries) == 2
    said = caplog.text
    assert f"LOST: the webhook answered {status}" in said
    assert "perdu" not in said
    assert "33612345678" not in said


async def test_the_filter_of_the_subscription_keeps_the_status_sent_away() -> None:
    webhook, all_taken = Webhook(), asyncio.Event()
    statuses = [{**EVENT, "id": status, "data": {"status": status}} for status in ("Sent", "Delivered", "Read")]
    async with listening(webhook) as url, EventGrid(url, without_sent=True) as event_grid, asyncio.timeout(5):
        for event in statuses:
            event_grid.publish(event)
        event_grid.publish(EVENT, all_taken.set)
        await all_taken.wait()
        await webhook.until(lambda: len(webhook.events) == 3)
    assert {event["id"] for event in webhook.events} == {"Delivered", "Read", EVENT["id"]}


async def test_a_customer_sees_one_tick_until_the_event_was_taken(stand_in: StandIn) -> None:
    stand_in.webhook.answers = [503] * 3
    await stand_in.write(text="Bonjour")
    assert [message["status"] for message in await stand_in.messages()] == ["sent"]

    await stand_in.webhook.until(lambda: stand_in.webhook.events)
    second = await stand_in.write(text="Encore")
    await stand_in.webhook.until(lambda: len(stand_in.webhook.events) == 2)

    messages = await stand_in.messages()
    assert messages[0]["status"] == "delivered"
    assert messages[1]["messageId"] == second


async def test_a_webhook_may_come_up_later() -> None:
    webhook, port, taken = Webhook(), free_port(), asyncio.Event()
    async with EventGrid(f"http://127.0.0.1:{port}/events", step_scale=0.01) as event_grid:
        event_grid.publish(EVENT, taken.set)
        await asyncio.sleep(0)
        async with listening(webhook, port), asyncio.timeout(5):
            await taken.wait()
    assert webhook.events == [EVENT]


async def test_an_event_is_given_up_after_ten_minutes_of_trying(caplog: pytest.LogCaptureFixture) -> None:
    webhook = Webhook(answers=[503] * 100)
    said = ""
    async with listening(webhook) as url, EventGrid(url, step_scale=0) as event_grid, asyncio.timeout(5):
        event_grid.publish(EVENT)
        while "LOST" not in said:
            await asyncio.sleep(0.01)
            said = caplog.text

    assert "LOST: given up after 608 s" in said
    assert len(webhook.tries) == 65
    assert "secret" not in said
