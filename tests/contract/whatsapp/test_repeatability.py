"""The same request twice is one message and one answer."""

import asyncio
from uuid import uuid4

import pytest
from azure.core.exceptions import HttpResponseError

from tests.contract.whatsapp.sdk import TO, Sdk, text
from tests.contract.whatsapp.stand_in import CHANNEL, StandIn

FIRST_SENT = "Sun, 22 Nov 2026 16:21:29 GMT"


def repeatable(request_id: str, first_sent: str = FIRST_SENT) -> dict[str, str]:
    return {"Repeatability-Request-ID": request_id, "Repeatability-First-Sent": first_sent}


async def test_a_repetition_is_one_message_with_the_same_answer(stand_in: StandIn, sdk: Sdk) -> None:
    await stand_in.write(text="Bonjour")
    headers = repeatable(str(uuid4()))

    first, second = await sdk.send(text(), headers), await sdk.send(text(), headers)

    assert first == second
    assert len([message for message in await stand_in.messages() if message["direction"] == "out"]) == 1
    [send] = await stand_in.sends()
    assert (send["repeatabilityId"], send["firstSent"]) == (headers["Repeatability-Request-ID"], FIRST_SENT)
    assert (send["to"], send["kind"], send["calls"], send["messageId"]) == (TO, "text", 2, first.message_id)


async def test_repetitions_at_the_same_moment_are_one_message(stand_in: StandIn, sdk: Sdk) -> None:
    await stand_in.write(text="Bonjour")
    headers = repeatable(str(uuid4()))

    answers = await asyncio.gather(*(sdk.send(text(), headers) for _ in range(5)))

    assert len({answer.message_id for answer in answers}) == 1
    assert [send["calls"] for send in await stand_in.sends()] == [5]


@pytest.mark.parametrize(
    ("content", "first_sent"),
    [("autre chose", FIRST_SENT), ("Bonjour", "Sun, 22 Nov 2026 16:21:30 GMT")],
    ids=["another body", "another First-Sent"],
)
async def test_an_id_that_was_used_for_something_else_is_rejected(
    stand_in: StandIn, sdk: Sdk, content: str, first_sent: str
) -> None:
    await stand_in.write(text="Bonjour")
    request_id = str(uuid4())
    await sdk.send(text("Bonjour"), repeatable(request_id))

    second = await sdk.send(text(content), repeatable(request_id, first_sent))

    assert (second.result, second.message_id) == ("rejected", "")
    assert len(await stand_in.sends()) == 1


async def test_a_refusal_is_repeated_as_well(stand_in: StandIn, sdk: Sdk) -> None:
    headers = repeatable(str(uuid4()))
    wrong = {"kind": "text", "channelRegistrationId": CHANNEL, "to": ["0612345678"], "content": "x"}

    messages = []
    for _ in range(2):
        with pytest.raises(HttpResponseError) as caught:
            await sdk.send(wrong, headers)
        messages.append((caught.value.status_code, str(caught.value)))

    assert messages[0] == messages[1]
    assert messages[0][0] == 400


async def test_an_id_that_is_no_uuid_is_400(stand_in: StandIn, sdk: Sdk) -> None:
    with pytest.raises(HttpResponseError, match="UUID") as caught:
        await sdk.send(text(), repeatable("once"))
    assert caught.value.status_code == 400
