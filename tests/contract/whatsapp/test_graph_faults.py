"""Faults on demand, as an app meets them at Meta; and webhooks that are held back, lost or said twice."""

import asyncio
import time

import aiohttp
import pytest

from tests.contract.whatsapp.cloud import ACCOUNT, PHONE_NUMBER_ID, SUPPORT, Cloud, at_meta
from tests.contract.whatsapp.stand_in import NUMBER

CALLBACK = {"biz_opaque_callback_data": "attempt-1"}
OTHER = type(SUPPORT)(name="other", id="106540352242999", account=ACCOUNT, number="+3221234567")


@pytest.mark.parametrize(
    ("status", "code"),
    [(400, 100), (401, 190), (403, 10), (404, 100), (408, 130429), (429, 130429), (500, 130429), (503, 130429)],
)
async def test_a_status_turns_the_next_sends_away(cloud: Cloud, status: int, code: int) -> None:
    await cloud.write(text="Bonjour")
    await cloud.fault(status=status, next=2)

    for _ in range(2):
        answered, answer = await cloud.send()
        assert (answered, answer["error"]["code"]) == (status, code)
    await cloud.sent()

    assert len(await cloud.outgoing()) == 1


async def test_a_time_out_sends_nothing(cloud: Cloud) -> None:
    await cloud.write(text="Bonjour")
    await cloud.fault(status="timeout", seconds=0.05)

    with pytest.raises(aiohttp.ClientError):
        await cloud.send(**CALLBACK)

    assert await cloud.outgoing() == []


async def test_after_a_lost_answer_a_status_tells_of_the_attempt(cloud: Cloud) -> None:
    await cloud.write(text="Bonjour")
    await cloud.fault(status="timeout-after-send", seconds=0.05)

    with pytest.raises(aiohttp.ClientError):
        await cloud.send(**CALLBACK)

    [message] = await cloud.outgoing()
    delivered = await cloud.app.status(message["messageId"], "delivered")
    assert delivered["biz_opaque_callback_data"] == "attempt-1"


async def test_a_status_can_come_before_the_answer(cloud: Cloud) -> None:
    await cloud.write(text="Bonjour")
    await cloud.fault(status="late-answer", seconds=0.3)

    began = time.monotonic()
    message_id = await cloud.sent(**CALLBACK)

    assert time.monotonic() - began >= 0.3
    assert cloud.app.statuses(message_id)


async def test_an_error_by_its_code_sends_nothing(cloud: Cloud) -> None:
    await cloud.write(text="Bonjour")
    await cloud.fault(status="error:131000")

    status, answer = await cloud.send()

    assert (status, answer["error"]["code"]) == (500, 131000)
    assert await cloud.outgoing() == []


async def test_an_error_that_passes_says_so(cloud: Cloud) -> None:
    await cloud.fault(status="error:2")
    status, answer = await cloud.send()
    assert (status, answer["error"]["code"], answer["error"]["is_transient"]) == (503, 2, True)


async def test_an_error_can_be_answered_to_what_was_sent(cloud: Cloud) -> None:
    await cloud.write(text="Bonjour")
    await cloud.fault(status="error-after-send:131000")

    status, answer = await cloud.send(**CALLBACK)

    assert (status, answer["error"]["code"]) == (500, 131000)
    [message] = await cloud.outgoing()
    assert (await cloud.app.status(message["messageId"], "sent"))["biz_opaque_callback_data"] == "attempt-1"


async def test_a_limit_of_the_account_says_when_it_ends(cloud: Cloud) -> None:
    await cloud.fault(status="error:80007", retryAfter=90)
    body = {"messaging_product": "whatsapp", "to": f"+{NUMBER}", "text": {"body": "x"}}
    headers = {"Authorization": "Bearer token-of-a-test"}
    address = f"{cloud.address}/v27.0/{PHONE_NUMBER_ID}/messages"

    async with cloud.session.post(address, json=body, headers=headers) as answer:
        usage = answer.headers["X-Business-Use-Case-Usage"]

    assert '"estimated_time_to_regain_access":2' in usage
    assert f'"{ACCOUNT}"' in usage


async def test_a_code_of_meta_fails_later(cloud: Cloud) -> None:
    await cloud.write(text="Bonjour")
    await cloud.fault(status="failed:131049")

    failed = await cloud.app.status(await cloud.sent(**CALLBACK), "failed")

    assert failed["errors"][0]["code"] == 131049


async def order(cloud: Cloud, webhooks: str, **more: str) -> None:
    status, answer = await cloud.call("POST", "/faults", {"webhooks": webhooks, **more})
    assert status == 201, answer


async def test_webhooks_of_a_number_are_held_until_they_are_released() -> None:
    async with at_meta(SUPPORT, OTHER) as cloud:
        await order(cloud, "hold", channel="support")
        held = [await cloud.write(channel="support", text=each) for each in ("Un", "Deux")]
        passed = await cloud.write(channel="other", text="Trois")
        await cloud.app.until(lambda: cloud.app.items("messages"))
        assert [each["id"] for each in cloud.app.items("messages")] == [passed]

        await order(cloud, "release", channel="support")
        await cloud.app.until(lambda: len(cloud.app.items("messages")) == 3)

        assert [each["id"] for each in cloud.app.items("messages")] == [passed, *held]


async def test_statuses_alone_can_be_dead_and_come_in_the_wrong_order(cloud: Cloud) -> None:
    await order(cloud, "hold", of="statuses")
    await cloud.write(text="Bonjour")
    message_id = await cloud.sent()
    await cloud.app.until(lambda: cloud.app.items("messages"))
    async with asyncio.timeout(5):
        while (await cloud.outgoing())[0]["status"] != "delivered":
            pass
    assert cloud.app.items("statuses") == []

    await order(cloud, "reverse")

    await cloud.app.until(lambda: len(cloud.app.statuses(message_id)) == 2)
    assert cloud.app.statuses(message_id) == ["delivered", "sent"]


async def test_webhooks_can_be_lost_and_said_twice(cloud: Cloud) -> None:
    await order(cloud, "drop")
    await cloud.write(text="Perdu")
    await cloud.call("DELETE", "/faults")
    await order(cloud, "twice", of="messages")

    message_id = await cloud.write(text="Deux fois")

    await cloud.app.until(lambda: len(cloud.app.items("messages")) == 2)
    assert [each["id"] for each in cloud.app.items("messages")] == [message_id, message_id]


async def test_an_order_that_cannot_be_is_named(cloud: Cloud) -> None:
    status, answer = await cloud.call("POST", "/faults", {"webhooks": "burn", "of": "dreams"})

    assert status == 422
    assert [problem.partition(":")[0] for problem in answer["problems"]] == ["webhooks", "of"]
