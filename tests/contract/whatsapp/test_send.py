"""Sending with Microsoft's client: what is accepted, what reaches the phone, what is refused."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from azure.communication.messages import models as acs
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError

from tests.contract.whatsapp.sdk import TO, AsyncSdk, Sdk, template, text
from tests.contract.whatsapp.stand_in import CHANNEL, NUMBER, StandIn

COMMON: dict[str, Any] = {"channel_registration_id": CHANNEL, "to": [TO]}
URI = "https://files.example/a"
OTHER_CHANNEL = "99999999-9999-9999-9999-999999999999"


async def test_a_text_in_the_window_is_accepted_sent_and_delivered(stand_in: StandIn, sdk: Sdk) -> None:
    await stand_in.write(text="Bonjour")

    sent = await sdk.send(text("Où en êtes-vous ? 🙏"))
    delivered = await stand_in.webhook.status(sent.message_id, "Delivered")
    await stand_in.webhook.status(sent.message_id, "Sent")

    message = (await stand_in.messages())[-1]
    assert (sent.to, sent.result) == (TO, "accepted")
    assert delivered["from"] == CHANNEL
    assert delivered["to"] == NUMBER
    assert message["messageId"] == sent.message_id
    assert (message["direction"], message["kind"], message["text"], message["status"]) == (
        "out",
        "text",
        "Où en êtes-vous ? 🙏",
        "delivered",
    )


@pytest.mark.parametrize(
    ("body", "kind", "caption"),
    [
        (acs.ImageNotificationContent(**COMMON, media_uri=f"{URI}.png", content="légende"), "image", "légende"),
        (acs.DocumentNotificationContent(**COMMON, media_uri=URI, caption="c", file_name="f.pdf"), "document", "c"),
        (acs.VideoNotificationContent(**COMMON, media_uri=f"{URI}.mp4", caption="c"), "video", "c"),
        (acs.AudioNotificationContent(**COMMON, media_uri=f"{URI}.ogg"), "audio", ""),
    ],
    ids=["image", "document", "video", "audio"],
)
async def test_media_of_each_kind_reach_the_phone(
    stand_in: StandIn, sdk: Sdk, body: Any, kind: str, caption: str
) -> None:
    await stand_in.write(text="Bonjour")

    sent = await sdk.send(body)
    await stand_in.webhook.status(sent.message_id, "Delivered")

    message = (await stand_in.messages())[-1]
    assert (message["kind"], message["text"], message["status"]) == (kind, caption, "delivered")


async def test_the_old_image_kind_is_an_image(stand_in: StandIn, sdk: Sdk) -> None:
    await stand_in.write(text="Bonjour")

    addressed = {"channelRegistrationId": CHANNEL, "to": [TO]}
    await sdk.send({"kind": "image_v0", **addressed, "mediaUri": f"{URI}.jpg", "content": "légende"})

    message = (await stand_in.messages())[-1]
    assert (message["kind"], message["text"]) == ("image", "légende")


async def test_a_template_is_rendered_on_a_phone_that_never_wrote(stand_in: StandIn, sdk: Sdk) -> None:
    sent = await sdk.send(template("follow_up", "fr", "Camille", "c’est payé"))
    await stand_in.webhook.status(sent.message_id, "Delivered")

    [message] = await stand_in.messages()
    assert message["text"] == "Bonjour Camille, nous avons une réponse : c’est payé"
    assert message["template"] == {"name": "follow_up", "language": "fr", "parameters": ["Camille", "c’est payé"]}


async def test_free_text_after_24_hours_is_accepted_and_then_fails(stand_in: StandIn, sdk: Sdk) -> None:
    await stand_in.write(text="Bonjour", at=(datetime.now(UTC) - timedelta(hours=25)).isoformat())

    sent = await sdk.send(text())
    failed = await stand_in.webhook.status(sent.message_id, "Failed")

    assert sent.result == "accepted"
    assert failed["error"]["channelCode"] == "131047"
    assert (await stand_in.messages())[-1]["status"] == "failed"
    assert stand_in.webhook.statuses(sent.message_id) == ["Failed"]


async def test_a_customer_is_reached_by_bsuid(stand_in: StandIn, sdk: Sdk) -> None:
    await stand_in.write(text="Bonjour", bsuid="FR.1349", hidePhone=True)

    sent = await sdk.send(text("Par identifiant", to="FR.1349"))
    delivered = await stand_in.webhook.status(sent.message_id, "Delivered")

    assert (delivered["to"], delivered["toBSUID"]) == ("", "FR.1349")
    assert (await stand_in.messages())[-1]["text"] == "Par identifiant"


async def test_a_bsuid_that_nobody_has_is_undeliverable(stand_in: StandIn, sdk: Sdk) -> None:
    sent = await sdk.send(text(to="FR.404"))
    failed = await stand_in.webhook.status(sent.message_id, "Failed")

    assert failed["error"]["channelCode"] == "131026"
    assert failed["toBSUID"] == "FR.404"


async def test_the_46th_message_at_once_breaks_the_pair_rate(stand_in: StandIn) -> None:
    await stand_in.write(text="Bonjour")
    async with AsyncSdk(stand_in.address) as sdk:
        sent = [await sdk.send(text(f"{number}")) for number in range(46)]

    failed = await stand_in.webhook.status(sent[-1].message_id, "Failed")

    assert failed["error"]["channelCode"] == "131056"
    assert [message["status"] for message in await stand_in.messages()].count("failed") == 1


async def test_a_wrong_body_is_400_and_names_every_problem(stand_in: StandIn, sdk: Sdk) -> None:
    body = {"kind": "text", "channelRegistrationId": "support", "to": ["0612345678", TO], "content": "x" * 4097}

    with pytest.raises(HttpResponseError) as caught:
        await sdk.send(body)

    error = caught.value.error
    assert error
    assert (caught.value.status_code, error.code) == (400, "BadRequest")
    details = " ".join(str(detail.message) for detail in error.details)
    assert all(part in details for part in ("channelRegistrationId", "to", "content"))


async def test_an_unknown_channel_is_404(stand_in: StandIn, sdk: Sdk) -> None:
    with pytest.raises(ResourceNotFoundError, match="channelRegistrationId"):
        await sdk.send({"kind": "text", "channelRegistrationId": OTHER_CHANNEL, "to": [TO], "content": "x"})
