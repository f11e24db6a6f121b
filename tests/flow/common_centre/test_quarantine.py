"""What the app can't process is kept, readable with every reason, and can be sent again."""

import json
from collections.abc import Mapping

import pytest
import yaml

from tests.flow.centre import Centre, Json
from tests.flow.customer import Customer
from tests.flow.waiting import eventually, until

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_an_unreadable_event_is_kept_with_every_reason(centre: Centre, customer: Customer) -> None:
    """The provider is told that the event was taken; administrators alone can read it, as it came."""
    with centre.events.keeping():
        bad = centre.events.wire.broken(await customer.event("Bonjour"))

    assert await centre.events.takes(bad.event)

    (item,) = await _kept(centre, bad.mark)
    assert item["source"] == "event"
    assert tuple(reason.split()[0] for reason in item["reasons"]) == bad.paths
    assert "yesterday" in item["body"]
    assert (await centre.call("GET", "/quarantine", role="Supervisor")).status == 403


async def test_an_event_of_an_unknown_channel_is_replayed_once_the_channel_is_there(
    centre: Centre, customer: Customer
) -> None:
    """The replay has an id of its own, so that the queue does not take it for the event that it saw before."""
    channel = centre.events.wire.new_channel()
    with centre.events.keeping():
        event = centre.events.wire.to(await customer.event("Bonjour"), channel["id"])
    assert await centre.events.takes(event)
    await centre.is_idle()
    (item,) = await _kept(centre, channel["id"])
    assert item["reasons"] == [f"the channel {channel['id']} is not in the configuration"]
    assert await customer.conversations() == []

    async with centre.another_configuration(_with_channel(centre.configuration.read_text(encoding="utf-8"), channel)):
        replayed = await centre.call("POST", f"/quarantine/{item['id']}/replay", role="Admin")
        assert (replayed.status, replayed.body["replayed"]) == (200, True)
        await eventually(customer.wrote, ["Bonjour"])
        await centre.is_idle()


async def _kept(centre: Centre, mark: str) -> list[Json]:
    """The items of the quarantine that have this in them."""

    async def found() -> list[Json]:
        return [each for each in await centre.items("/quarantine", role="Admin") if mark in each["body"]]

    return await until(found, "an item of the quarantine")


def _with_channel(configuration: str, channel: Mapping[str, str]) -> str:
    """A configuration with another channel, on which nothing goes out: the provider does not know it."""
    document = yaml.safe_load(configuration)
    document["channels"]["late"] = {**channel, "number": "+33199000002", "workstream": "silent"}
    document["workstreams"]["silent"] = {**document["workstreams"]["support"], "automated_messages": {}}
    return json.dumps(document, default=str)
