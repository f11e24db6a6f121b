"""The ten pains that users of other systems report most, each as they meet it: here it does not hurt."""

import asyncio
from datetime import timedelta

import pytest

from tests.flow.centre import GREETING, Centre, Json
from tests.flow.customer import Customer
from tests.flow.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")

LONG_AGO = timedelta(hours=25)
TEMPLATE = "Bonjour client, nous avons une réponse pour vous : "


async def line(centre: Centre, customer: Customer, text: str) -> Json:
    """A line of the customer's history, by its text; empty while there is none."""
    history = await centre.history(await customer.conversation_id())
    return next((each for each in history if each.get("text") == text), {})


async def test_1_an_agent_writes_after_24_hours_and_the_customer_hears_of_it(
    centre: Centre, customer: Customer
) -> None:
    """The answer to the agent says what became of the words: a template went out, they are held."""
    await customer.writes("Bonjour", ago=LONG_AGO)

    answer = await customer.is_sent("Votre colis est là.")

    assert (answer.body["delivery"], answer.body["heldReply"]["status"]) == ("template", "held")
    await eventually(customer.received, [f"{TEMPLATE}Votre colis est là."])
    assert (await line(centre, customer, "Votre colis est là."))["status"] == "held"


async def test_2_with_a_closed_window_there_is_a_way_on(centre: Centre, customer: Customer) -> None:
    """A refusal lists the templates that could go out; what is held goes out when the customer writes."""
    await customer.writes("Bonjour", ago=LONG_AGO)
    path = f"/conversations/{await customer.conversation_id()}/replies"

    refused = await centre.call("POST", path, {"kind": "text", "text": "Non", "whenWindowClosed": "reject"})
    held = await centre.call("POST", path, {"kind": "text", "text": "Voici.", "whenWindowClosed": "hold"})
    await customer.writes("Oui ?")

    assert (refused.status, refused.body["code"]) == (409, "window_closed")
    assert {each["name"] for each in refused.body["templates"]} >= {"follow_up", "order_update"}
    assert held.body["delivery"] == "held"
    await eventually(customer.received, ["Voici."])


async def test_3_no_message_of_many_is_lost_though_the_worker_dies(centre: Centre, customer: Customer) -> None:
    """Twenty numbered messages, and a crash in their middle; those of one second come in the order of arrival."""
    numbered = [str(number) for number in range(1, 21)]
    for text in numbered:
        await customer.writes(text)
        if text == "10":
            await centre.kill_worker()
    await centre.next_worker()

    async def counted() -> list[str]:
        return sorted(await customer.wrote(), key=int)

    await eventually(counted, numbered)


async def test_4_a_blip_after_the_message_was_seen_loses_nothing(centre: Centre, customer: Customer) -> None:
    """The worker dies with the message in its hands, more than once: the message is its own mark."""
    await customer.is_greeted()
    for _ in range(2):
        await customer.writes("Vous êtes là ?")
        await centre.kill_worker()
    await centre.next_worker()

    await eventually(customer.wrote, ["Bonjour", "Vous êtes là ?", "Vous êtes là ?"])
    await eventually(customer.received, [GREETING])


async def test_5_nothing_is_there_twice(centre: Centre, customer: Customer) -> None:
    """Neither an event that comes three times, nor a reply that is clicked five times."""
    event = await customer.event("Bonjour")
    await eventually(customer.received, [GREETING])
    await centre.advance(31 * 60)
    assert await centre.events.takes(event, event)
    await asyncio.gather(*(customer.is_sent("Voici.", key="click") for _ in range(5)))
    await centre.is_idle()

    assert await customer.wrote() == ["Bonjour"]
    await eventually(customer.received, [GREETING, "Voici."])


async def test_6_a_burst_is_one_conversation(centre: Centre, customer: Customer) -> None:
    """Ten messages at the same moment, of somebody who has never written."""
    await asyncio.gather(*(customer.writes(f"Photo {number}") for number in range(10)))

    async def written() -> int:
        return len(await customer.wrote())

    await eventually(written, 10)
    assert len(await customer.conversations()) == 1
    await eventually(customer.received, [GREETING])


async def test_7_a_status_never_runs_backwards(centre: Centre, customer: Customer) -> None:
    """Read, and then the delivery that came late."""
    await customer.is_greeted()
    sent = await customer.is_sent("Voici.")
    message_id = sent.body["messageId"]
    delivered = await centre.events.event(message_id, "delivered")
    await customer.reads()

    async def status() -> object:
        return (await line(centre, customer, "Voici.")).get("status")

    await eventually(status, "read")
    await centre.advance(31 * 60)
    assert await centre.events.takes(delivered)
    await centre.is_idle()

    assert await status() == "read"


async def test_8_a_failure_is_seen_and_explained(centre: Centre, customer: Customer) -> None:
    """It comes later than the answer: the list counts it, the message says why, and what to do."""
    await customer.is_greeted()
    await centre.channel_fault("failed:131026")
    sent = await customer.is_sent("Voici.")
    assert sent.status == 201

    async def failed() -> object:
        return (await customer.conversation())["failed"]

    await eventually(failed, 1)
    error = (await line(centre, customer, "Voici."))["error"]
    assert (error["code"], error["retryable"]) == ("131026", False)
    assert error["message"]
    assert error["hint"]
    listed = await centre.items("/conversations?failed=true")
    assert await customer.conversation_id() in {each["conversationId"] for each in listed}


async def test_9_a_retry_sends_again(centre: Centre, customer: Customer) -> None:
    """And the history keeps what was tried before."""
    await customer.is_greeted()
    await centre.channel_fault("failed:131053")
    reply_id = (await customer.is_sent("Voici.")).body["replyId"]

    async def status() -> object:
        return (await line(centre, customer, "Voici.")).get("status")

    await eventually(status, "failed")
    path = f"/conversations/{await customer.conversation_id()}/messages/{reply_id}/retry"

    retried = await centre.call("POST", path, key="again")

    assert retried.status == 200
    await eventually(status, "delivered")
    assert await customer.received() == [GREETING, "Voici."]
    assert [each["code"] for each in (await line(centre, customer, "Voici."))["attempts"]] == ["131053"]


@pytest.mark.wherever
@pytest.mark.parametrize(
    ("parameters", "paths"),
    [(["Ana"], {"parameters"}), (["Ana", " \u200b "], {"parameters[1]"})],
    ids=["too few", "an empty one"],
)
async def test_10_template_parameters_are_refused_before_whatsapp_does(
    centre: Centre, customer: Customer, parameters: list[str], paths: set[str]
) -> None:
    """Each by its path; nothing was sent."""
    await customer.is_greeted()
    path = f"/conversations/{await customer.conversation_id()}/replies"
    body = {"kind": "template", "template": "order_update", "language": "fr", "parameters": parameters}

    refused = await centre.call("POST", path, body)

    assert (refused.status, refused.body["code"]) == (422, "template_parameters")
    assert {each["path"] for each in refused.body["errors"]} == paths
    assert len(await centre.sends(customer.number)) == 1
