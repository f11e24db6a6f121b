"""A number that moves: both providers hear it, each under an id of its own, and both reach the same phone."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dev.stack.whatsapp.catalogue import Channel
from tests.contract.whatsapp.cloud import GUID, MOVED, SUPPORT, Cloud, at_meta
from tests.contract.whatsapp.sdk import AsyncSdk, text_from
from tests.contract.whatsapp.stand_in import NUMBER

NOT_YET = Channel(
    name="moved",
    id=MOVED.id,
    account=MOVED.account,
    number=MOVED.number,
    moved_from=(GUID,),
    moved_at=datetime.now(UTC) + timedelta(days=1),
)


async def heard(cloud: Cloud, message: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """A customer writes; what ACS and what Meta tell of messages then."""
    await cloud.write(channel="moved", text=message)
    await cloud.app.until(lambda: message in [each["text"]["body"] for each in cloud.app.items("messages")])
    await cloud.webhook.until(lambda: message in [each["content"] for each in cloud.webhook.data()])
    return cloud.webhook.data(), cloud.app.items("messages")


async def test_both_hear_a_message_each_under_an_id_of_its_own() -> None:
    async with at_meta(MOVED) as cloud:
        [at_acs], [at_meta_] = await heard(cloud, "Bonjour")

        assert (at_acs["to"], at_acs["from"], at_meta_["from"]) == (GUID, NUMBER, NUMBER)
        assert at_meta_["id"].startswith("wamid.")
        assert at_acs["messageId"] not in at_meta_["id"]
        assert cloud.app.values("messages")[0]["metadata"]["phone_number_id"] == MOVED.id


@pytest.mark.parametrize(("channel", "starts"), [(MOVED, True), (NOT_YET, False)])
async def test_a_message_is_known_by_the_id_of_whose_messages_count(channel: Channel, starts: bool) -> None:
    async with at_meta(channel) as cloud:
        assert (await cloud.write(text="Bonjour")).startswith("wamid.") == starts


async def test_both_send_to_the_same_phone_in_the_same_window() -> None:
    async with at_meta(MOVED) as cloud, AsyncSdk(cloud.address) as sdk:
        await cloud.write(text="Bonjour")
        await cloud.sent(MOVED.id)
        await sdk.send(text_from(GUID, "De l’autre côté"))

        outgoing = await cloud.outgoing()
        assert [each["text"] for each in outgoing] == ["Réponse", "De l’autre côté"]
        assert {each["channel"] for each in outgoing} == {MOVED.id}
        for each in outgoing:
            assert each["error"] is None


async def test_meta_tells_of_what_acs_sent_and_acs_knows_its_own_only() -> None:
    async with at_meta(MOVED) as cloud, AsyncSdk(cloud.address) as sdk:
        await cloud.write(text="Bonjour")
        by_acs = (await sdk.send(text_from(GUID, "Un"))).message_id
        by_meta = await cloud.sent(MOVED.id)

        await cloud.webhook.status(by_acs, "Delivered")
        await cloud.app.status(by_meta, "delivered")
        await cloud.app.until(
            lambda: len({each["id"] for each in cloud.app.items("statuses") if each["status"] == "delivered"}) == 2
        )

        updates = cloud.webhook.data("AdvancedMessageDeliveryStatusUpdated")
        assert {each["messageId"] for each in updates} == {by_acs}
        assert by_acs not in {each["id"] for each in cloud.app.items("statuses")}


async def test_a_reaction_names_the_message_as_each_of_them_does() -> None:
    async with at_meta(MOVED) as cloud:
        await cloud.write(text="Bonjour")
        message_id = await cloud.sent(MOVED.id)
        await cloud.write(reaction={"messageId": message_id, "emoji": "👍"})
        await cloud.app.until(lambda: len(cloud.app.items("messages")) == 2)
        await cloud.webhook.until(lambda: len(cloud.webhook.data()) == 2)

        at_acs = next(each for each in cloud.webhook.data() if each["messageType"] == "reaction")
        at_meta_ = next(each for each in cloud.app.items("messages") if each["type"] == "reaction")
        assert at_meta_["reaction"]["message_id"] == message_id
        assert len(at_acs["reaction"]["messageId"]) == 36


@pytest.mark.parametrize(
    ("providers", "acs", "meta"),
    [(["acs"], True, False), (["whatsapp_cloud"], False, True), ([], False, False)],
)
async def test_who_hears_the_number_can_be_said(providers: list[str], acs: bool, meta: bool) -> None:
    async with at_meta(MOVED) as cloud:
        status, answer = await cloud.call("PUT", f"/channels/{GUID}/providers", providers)
        assert (status, answer) == (200, providers)
        await cloud.write(text="Un")
        await cloud.call("PUT", "/channels/moved/providers", ["whatsapp_cloud", "acs"])

        at_acs, at_meta_ = await heard(cloud, "Deux")

        assert ("Un" in [each["content"] for each in at_acs]) == acs
        assert ("Un" in [each["text"]["body"] for each in at_meta_]) == meta


async def test_a_number_at_meta_is_none_of_acs_and_the_other_way_round() -> None:
    acs = Channel(name="acs", id="11111111-1111-1111-1111-111111111111")
    async with at_meta(SUPPORT, acs) as cloud:
        await cloud.write(channel="acs", text="Bonjour")
        await cloud.webhook.until(lambda: cloud.webhook.data())
        assert cloud.app.items("messages") == []
        assert (await cloud.send(acs.id))[1]["error"]["error_subcode"] == 33
        _, listed = await cloud.call("GET", "/channels")
        assert [each["provider"] for each in listed["channels"]] == ["whatsapp_cloud", "acs"]


async def test_a_number_moves_there_and_back_and_takes_all_along() -> None:
    before = Channel(name="moved", id=GUID, number=MOVED.number)
    there = {"id": MOVED.id, "account": MOVED.account, "moved_from": GUID}
    back = {"id": GUID, "moved_from": [MOVED.id], "moved_at": "2026-11-30T00:00:00Z"}
    async with at_meta(before) as cloud, AsyncSdk(cloud.address) as sdk:
        await cloud.write(text="Bonjour")
        await sdk.send(text_from(GUID, "Par ACS"))
        assert (await cloud.send(MOVED.id))[0] == 400

        assert await cloud.call("PUT", "/channels/moved", there) == (
            200,
            {"id": MOVED.id, "provider": "whatsapp_cloud"},
        )
        await cloud.sent(MOVED.id)
        _, templates = await cloud.graph("GET", f"{MOVED.account}/message_templates")
        assert (await cloud.call("PUT", "/channels/moved", back))[0] == 200
        await sdk.send(text_from(GUID, "De nouveau"))

        outgoing = await cloud.outgoing()
        assert [(each["text"], each["provider"]) for each in outgoing] == [
            ("Par ACS", "acs"),
            ("Réponse", "whatsapp_cloud"),
            ("De nouveau", "acs"),
        ]
        assert [each["error"] for each in outgoing] == [None] * 3
        assert {each["channel"] for each in outgoing} == {GUID}
        assert [each["name"] for each in templates["data"]] == ["follow_up"]


async def test_a_move_has_to_say_where_the_number_was() -> None:
    async with at_meta(MOVED) as cloud:
        status, answer = await cloud.call("PUT", "/channels/moved", {"id": "106540352242999"})
        assert status == 422
        assert GUID in answer["problems"][0]
