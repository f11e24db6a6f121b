"""Webhooks reach the app as Meta sends them: signed, tried again until 200, and without what is not known."""

import json
from typing import Any

import pytest

from tests.contract.whatsapp.cloud import ACCOUNT, PHONE_NUMBER_ID, VERIFY_TOKEN, App, Cloud, at_meta, signature
from tests.contract.whatsapp.stand_in import NUMBER


async def message(cloud: Cloud, **body: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """A customer writes: what came of it, and the value that it stood in."""
    message_id = await cloud.write(**body)
    await cloud.app.until(lambda: message_id in [each["id"] for each in cloud.app.items("messages")])
    value = next(each for each in cloud.app.values("messages") if each["messages"][0]["id"] == message_id)
    return value["messages"][0], value


async def test_the_app_is_asked_once_whether_the_webhook_is_its_own(cloud: Cloud) -> None:
    await cloud.app.until(lambda: cloud.app.verified)
    await message(cloud, text="Bonjour")

    assert cloud.app.verified == [VERIFY_TOKEN]


async def test_a_call_is_signed_over_the_bytes_that_meta_writes(cloud: Cloud) -> None:
    await message(cloud, text="Größe/taille é 👍 @")

    [body], [headers] = cloud.app.bodies, cloud.app.headers
    assert headers["X-Hub-Signature-256"] == signature(body)
    assert headers["Content-Type"] == "application/json"
    assert rb"Gr\u00f6\u00dfe\/taille \u00e9 \ud83d\udc4d @" in body
    assert body.isascii()
    assert signature(json.dumps(json.loads(body)).encode()) != signature(body)


async def test_an_envelope_names_the_account_and_the_number(cloud: Cloud) -> None:
    await message(cloud, text="Bonjour", name="Ana")

    envelope = json.loads(cloud.app.bodies[0])
    [entry] = envelope["entry"]
    [change] = entry["changes"]
    assert (envelope["object"], entry["id"], change["field"]) == ("whatsapp_business_account", ACCOUNT, "messages")
    assert isinstance(entry["time"], int)
    assert change["value"]["metadata"] == {"display_phone_number": "33123456789", "phone_number_id": PHONE_NUMBER_ID}
    assert change["value"]["contacts"] == [{"profile": {"name": "Ana"}, "wa_id": NUMBER}]


@pytest.mark.parametrize("status", [201, 202, 204, 302, 400, 401, 403, 404, 429, 500, 503])
async def test_anything_but_200_brings_the_same_call_again(status: int) -> None:
    async with at_meta(app=App(answers=[status, status])) as cloud:
        await message(cloud, text="Bonjour")

        assert len(cloud.app.bodies) == 3
        assert len(set(cloud.app.bodies)) == 1


async def test_who_is_known_by_a_user_id_alone_has_no_number(cloud: Cloud) -> None:
    item, value = await message(cloud, text="Bonjour", bsuid="FR.1349", hidePhone=True)

    assert "from" not in item
    assert item["from_user_id"] == "FR.1349"
    assert value["contacts"] == [{"user_id": "FR.1349"}]


@pytest.mark.parametrize(
    ("written", "content"),
    [
        ({"text": "é"}, {"type": "text", "text": {"body": "é"}}),
        (
            {"button": {"text": "Oui", "payload": "yes"}},
            {"type": "button", "button": {"text": "Oui", "payload": "yes"}},
        ),
        (
            {"button": {"id": "yes", "title": "Oui"}},
            {
                "type": "interactive",
                "interactive": {"type": "button_reply", "button_reply": {"id": "yes", "title": "Oui"}},
            },
        ),
        (
            {"list": {"id": "a", "title": "A", "description": "d"}},
            {
                "type": "interactive",
                "interactive": {"type": "list_reply", "list_reply": {"id": "a", "title": "A", "description": "d"}},
            },
        ),
        (
            {"reaction": {"messageId": "wamid.x", "emoji": "👍"}},
            {"type": "reaction", "reaction": {"message_id": "wamid.x", "emoji": "👍"}},
        ),
        (
            {"reaction": {"messageId": "wamid.x", "emoji": None}},
            {"type": "reaction", "reaction": {"message_id": "wamid.x"}},
        ),
        (
            {"location": {"latitude": 48.85, "longitude": 2.35, "name": "Ici"}},
            {"type": "location", "location": {"latitude": 48.85, "longitude": 2.35, "name": "Ici"}},
        ),
        (
            {"contacts": [{"name": "Ana B", "phones": ["+33611111111"]}]},
            {
                "type": "contacts",
                "contacts": [
                    {
                        "name": {"formatted_name": "Ana B"},
                        "phones": [{"phone": "+33611111111", "wa_id": "33611111111", "type": "CELL"}],
                    }
                ],
            },
        ),
        ({"raw": {"type": "order", "order": {"text": ""}}}, {"type": "order", "order": {"text": ""}}),
    ],
)
async def test_what_a_customer_does_has_metas_shape(
    cloud: Cloud, written: dict[str, object], content: dict[str, object]
) -> None:
    item, _ = await message(cloud, **written)

    assert item.pop("id").startswith("wamid.")
    assert item.pop("timestamp").isdecimal()
    assert item == {"from": NUMBER, **content}


async def test_a_file_is_told_by_its_id_and_hash(cloud: Cloud) -> None:
    media = {"mimeType": "application/pdf", "fileName": "a.pdf", "caption": "Voici", "content": "YQ=="}
    item, _ = await message(cloud, media=media)

    digits = item["document"].pop("id")
    assert digits.isdecimal()
    assert item["document"] == {
        "mime_type": "application/pdf",
        "sha256": "ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs=",
        "caption": "Voici",
        "filename": "a.pdf",
    }


async def test_statuses_follow_a_send_with_its_callback_data(cloud: Cloud) -> None:
    await cloud.write(text="Bonjour", bsuid="FR.1349", name="Ana")
    message_id = await cloud.sent(biz_opaque_callback_data="attempt-1")

    delivered = await cloud.app.status(message_id, "delivered")
    await cloud.call("POST", f"/phones/{NUMBER}/read")
    await cloud.app.status(message_id, "read")

    assert set(cloud.app.statuses(message_id)) == {"sent", "delivered", "read"}
    assert delivered.pop("timestamp").isdecimal()
    assert delivered == {
        "id": message_id,
        "status": "delivered",
        "recipient_id": NUMBER,
        "recipient_user_id": "FR.1349",
        "biz_opaque_callback_data": "attempt-1",
        "pricing": {"billable": True, "pricing_model": "PMP", "type": "regular", "category": "service"},
    }


async def test_a_failed_status_has_the_error_and_no_contacts(cloud: Cloud) -> None:
    message_id = await cloud.sent(biz_opaque_callback_data="attempt-1")

    failed = await cloud.app.status(message_id, "failed")

    assert failed["errors"][0]["code"] == 131047
    assert failed["biz_opaque_callback_data"] == "attempt-1"
    assert "pricing" not in failed
    assert ["contacts" in value for value in cloud.app.values("statuses")] == [False]


async def test_what_is_due_at_the_same_moment_comes_in_one_call(cloud: Cloud) -> None:
    await cloud.write(text="Bonjour")
    sent = [await cloud.sent() for _ in range(3)]
    for each in sent:
        await cloud.app.status(each, "delivered")
    before = len(cloud.app.bodies)

    await cloud.call("POST", f"/phones/{NUMBER}/read")
    for each in sent:
        await cloud.app.status(each, "read")

    assert len(cloud.app.bodies) == before + 1


async def test_anything_else_can_be_told_as_it_stands(cloud: Cloud) -> None:
    told = {"field": "user_preferences", "value": {"user_preferences": [{"wa_id": NUMBER, "value": "stop"}]}}
    status, _ = await cloud.call("POST", "/channels/support/webhooks", told)
    await cloud.app.until(lambda: cloud.app.events)

    assert status == 202
    assert cloud.app.events == [told]


async def test_a_template_that_is_paused_is_told(cloud: Cloud) -> None:
    await cloud.call("PUT", "/channels/support/templates/follow_up/fr", {"status": "paused"})
    await cloud.app.until(lambda: cloud.app.events)

    [event] = cloud.app.events
    assert event["field"] == "message_template_status_update"
    assert (event["value"]["event"], event["value"]["message_template_name"]) == ("PAUSED", "follow_up")
