"""What the app can't process is kept, readable with every reason, and can be sent again."""

import json
from copy import deepcopy
from uuid import uuid4

import pytest

from tests.flow.centre import Centre, Json
from tests.flow.customer import Customer
from tests.flow.waiting import eventually, until

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_an_unreadable_event_is_kept_with_every_reason(centre: Centre, customer: Customer) -> None:
    """Event Grid is told that the event was taken; administrators alone can read it, as it came."""
    with centre.event_grid.keeping():
        event = deepcopy(await customer.event("Bonjour"))
    event["id"] = str(uuid4())
    event["subject"] = ""
    event["data"] |= {"to": None, "receivedTimestamp": "yesterday"}

    assert await centre.event_grid.post(event) == 202

    (item,) = await _kept(centre, event["id"])
    assert item["source"] == "event"
    assert [reason.split()[0] for reason in item["reasons"]] == ["data.to", "data.receivedTimestamp"]
    assert json.loads(item["body"])["data"]["receivedTimestamp"] == "yesterday"
    assert (await centre.call("GET", "/quarantine", role="Supervisor")).status == 403


async def test_an_event_of_an_unknown_channel_is_replayed_once_the_channel_is_there(
    centre: Centre, customer: Customer
) -> None:
    """The replay has an id of its own, so that the queue does not take it for the event that it saw before."""
    channel = str(uuid4())
    with centre.event_grid.keeping():
        event = deepcopy(await customer.event("Bonjour"))
    event["id"] = str(uuid4())
    event["data"]["to"] = channel
    assert await centre.event_grid.post(event) == 202
    await centre.is_idle()
    (item,) = await _kept(centre, event["id"])
    assert item["reasons"] == [f"the channel {channel} is not in the configuration"]
    assert await customer.conversations() == []

    async with centre.another_configuration(_with_channel(centre.configuration.read_text(encoding="utf-8"), channel)):
        replayed = await centre.call("POST", f"/quarantine/{item['id']}/replay", role="Admin")
        assert (replayed.status, replayed.body["replayed"]) == (200, True)
        await eventually(customer.wrote, ["Bonjour"])
        await centre.is_idle()
        await eventually(customer.pending, [])


async def _kept(centre: Centre, event_id: str) -> list[Json]:
    """The items of the quarantine that hold an event."""

    async def found() -> list[Json]:
        return [each for each in await centre.items("/quarantine", role="Admin") if event_id in each["body"]]

    return await until(found, "an item of the quarantine")


def _with_channel(configuration: str, channel: str) -> str:
    document = json.loads(configuration)
    document["channels"]["late"] = {"id": channel, "number": "+33199000002", "workstream": "support"}
    return json.dumps(document)
