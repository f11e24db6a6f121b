"""Sending through Meta: what is taken, and what is refused with which code."""

from datetime import timedelta
from typing import Any

import pytest

from tests.contract.whatsapp.cloud import PHONE_NUMBER_ID, Cloud, error_of
from tests.contract.whatsapp.stand_in import NUMBER


def template(*parameters: dict[str, Any], **changed: Any) -> dict[str, Any]:
    body = {"type": "body", "parameters": list(parameters)}
    use = {"name": "follow_up", "language": {"code": "fr"}, "components": [body]} | changed
    return {"type": "template", "template": use}


def text(value: str, **more: str) -> dict[str, Any]:
    return {"type": "text", "text": value, **more}


async def define(cloud: Cloud, *components: dict[str, Any]) -> None:
    """Gives the number one template, `t` in French."""
    listed = [{"name": "t", "language": "fr", "status": "APPROVED", "components": components}]
    status, _ = await cloud.call("PUT", "/channels/support/templates", listed)
    assert status == 200


async def test_a_text_reaches_the_phone_and_is_answered_with_its_id(cloud: Cloud) -> None:
    await cloud.write(text="Bonjour")

    status, answer = await cloud.send()

    [message] = await cloud.outgoing()
    assert (status, message["text"], message["channel"]) == (200, "Réponse", PHONE_NUMBER_ID)
    assert answer["messaging_product"] == "whatsapp"
    assert answer["contacts"] == [{"input": f"+{NUMBER}", "wa_id": NUMBER}]
    assert answer["messages"] == [{"id": message["messageId"], "message_status": "accepted"}]
    assert message["messageId"].startswith("wamid.")
    assert {"/", "+", "="} < set(message["messageId"])


async def test_each_call_sends_again(cloud: Cloud) -> None:
    await cloud.write(text="Bonjour")

    sent = [await cloud.sent(biz_opaque_callback_data="attempt-1") for _ in range(3)]

    assert len(set(sent)) == 3
    assert len(await cloud.outgoing()) == 3
    assert [(each["repeatabilityId"], each["calls"]) for each in await cloud.sends()] == [("attempt-1", 3)] * 3


async def test_somebody_is_reached_by_a_user_id_alone(cloud: Cloud) -> None:
    await cloud.write(number="FR.1349", text="Bonjour")

    status, answer = await cloud.send(to=None, recipient="FR.1349")

    assert status == 200
    assert answer["contacts"] == [{"input": "FR.1349", "user_id": "FR.1349"}]
    assert [each["text"] for each in await cloud.outgoing("FR.1349")] == ["Réponse"]


async def test_of_number_and_user_id_the_number_counts(cloud: Cloud) -> None:
    await cloud.write(text="Bonjour")
    await cloud.sent(recipient="FR.9")
    assert len(await cloud.outgoing()) == 1


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"to": NUMBER}, "to:"),
        ({"to": None}, "to or recipient is needed"),
        ({"to": None, "recipient": "fr.1"}, "recipient:"),
        ({"type": "hologram"}, "type:"),
        ({"text": None}, "text is needed"),
        ({"text": {"body": "x" * 4097}}, "text.body:"),
        ({"type": "image", "image": {"caption": "x"}}, "give either id or link"),
        ({"messaging_product": "sms"}, "messaging_product:"),
        ({"biz_opaque_callback_data": "x" * 513}, "biz_opaque_callback_data:"),
        ({"type": "image", "image": {"id": "404"}}, "404 is not a valid media attachment id"),
    ],
)
async def test_a_body_that_means_nothing_is_error_100(cloud: Cloud, changed: dict[str, Any], problem: str) -> None:
    status, answer = await cloud.send(**changed)

    code, details = error_of(answer)
    assert (status, code) == (400, 100)
    assert problem in details
    assert await cloud.messages() == []


@pytest.mark.parametrize("token", ["", "another", "token-of-a-tesT"])
async def test_without_the_token_everything_is_error_190(cloud: Cloud, token: str) -> None:
    for method, path in [("POST", f"{PHONE_NUMBER_ID}/messages"), ("GET", PHONE_NUMBER_ID), ("GET", "nowhere")]:
        status, answer = await cloud.graph(method, path, token=token)
        assert (status, answer["error"]["code"], answer["error"]["type"]) == (401, 190, "OAuthException")
        assert answer["error"]["fbtrace_id"]


async def test_an_unknown_number_is_error_100_with_subcode_33(cloud: Cloud) -> None:
    status, answer = await cloud.send("999")
    assert (status, answer["error"]["code"], answer["error"]["error_subcode"]) == (400, 100, 33)


async def test_any_version_will_do(cloud: Cloud) -> None:
    for version, found in (("v19.0", True), ("v31.0", True), ("27.0", False)):
        async with cloud.session.get(
            f"{cloud.address}/{version}/{PHONE_NUMBER_ID}", headers={"Authorization": "Bearer token-of-a-test"}
        ) as answer:
            assert (answer.status == 200) == found


async def test_outside_the_window_a_text_is_taken_and_fails(cloud: Cloud) -> None:
    await cloud.write(text="Bonjour")
    cloud.clock.ahead = timedelta(hours=25)

    message_id = await cloud.sent()

    failed = await cloud.app.status(message_id, "failed")
    assert failed["errors"][0]["code"] == 131047
    assert [each["status"] for each in await cloud.outgoing()] == ["failed"]


async def test_the_pair_rate_is_answered_at_once_and_nothing_is_told(cloud: Cloud) -> None:
    await cloud.write(text="Bonjour")
    for _ in range(45):
        await cloud.sent()

    status, answer = await cloud.send()

    assert (status, answer["error"]["code"]) == (400, 131056)
    assert len(await cloud.sends()) == 45
    assert [each["status"] for each in await cloud.outgoing()].count("failed") == 1


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        (template(text("Ana")), 132000),
        (template(text("Ana"), text("")), 131008),
        (template(text("Ana"), text("oui"), name="none"), 132001),
        (template(text("Ana"), text("oui"), language={"code": "fr_FR"}), 132001),
        (template(text("Ana", parameter_name="a"), text("oui", parameter_name="b")), 100),
    ],
)
async def test_a_template_that_does_not_fit_is_refused_at_once(
    cloud: Cloud, changed: dict[str, Any], code: int
) -> None:
    status, answer = await cloud.send(**changed)

    assert (status, answer["error"]["code"]) == (400, code)
    assert [(each["status"], each["error"]["code"]) for each in await cloud.outgoing()] == [("failed", str(code))]


async def test_a_template_is_filled_by_position(cloud: Cloud) -> None:
    message_id = await cloud.sent(**template(text("Ana"), text("oui")))

    delivered = await cloud.app.status(message_id, "delivered")
    assert delivered["pricing"]["category"] == "utility"
    [message] = await cloud.outgoing()
    assert message["text"] == "Bonjour Ana, nous avons une réponse : oui"


async def test_a_template_is_filled_by_name_in_any_order(cloud: Cloud) -> None:
    await define(cloud, {"type": "BODY", "text": "{{first_name}}, commande {{order}}"})
    named = [text("A-17", parameter_name="order"), text("Ana", parameter_name="first_name")]

    await cloud.sent(**template(*named, name="t"))
    _, refused = await cloud.send(**template(text("Ana"), text("A-17"), name="t"))

    assert (await cloud.outgoing())[0]["text"] == "Ana, commande A-17"
    assert refused["error"]["code"] == 100


async def test_buttons_get_their_values_by_their_index(cloud: Cloud) -> None:
    buttons = [
        {"type": "PHONE_NUMBER", "text": "Appeler", "phone_number": "+33123456789"},
        {"type": "QUICK_REPLY", "text": "Oui"},
        {"type": "URL", "text": "Suivre", "url": "https://shop.example/{{1}}"},
    ]
    await define(cloud, {"type": "BODY", "text": "Bonjour"}, {"type": "BUTTONS", "buttons": buttons})
    link = {"type": "button", "sub_type": "url", "index": "2", "parameters": [text("A-17")]}
    reply = {
        "type": "button",
        "sub_type": "quick_reply",
        "index": "1",
        "parameters": [{"type": "payload", "payload": "yes"}],
    }

    await cloud.sent(**template(name="t", components=[link, reply]))
    _, misplaced = await cloud.send(**template(name="t", components=[{**link, "index": "1"}, reply]))

    [message, _] = await cloud.outgoing()
    assert [(each.get("payload"), each.get("url")) for each in message["template"]["buttons"]] == [
        (None, None),
        ("yes", None),
        (None, "https://shop.example/A-17"),
    ]
    assert misplaced["error"]["code"] == 131008


async def test_what_was_read_has_its_ticks_on_the_phone(cloud: Cloud) -> None:
    read = [await cloud.write(text="Un"), await cloud.write(text="Deux")]
    later = await cloud.write(text="Trois")
    seen = {"messaging_product": "whatsapp", "status": "read", "typing_indicator": {"type": "text"}}

    status, answer = await cloud.graph("POST", f"{PHONE_NUMBER_ID}/messages", {**seen, "message_id": read[1]})
    unknown = await cloud.graph("POST", f"{PHONE_NUMBER_ID}/messages", {**seen, "message_id": "wamid.x"})

    assert (status, answer) == (200, {"success": True})
    assert (unknown[0], unknown[1]["error"]["code"]) == (400, 131009)
    await cloud.app.until(lambda: len(cloud.app.items("messages")) == 3)
    statuses = {each["messageId"]: each["status"] for each in await cloud.messages()}
    assert [statuses[each] for each in read] == ["read", "read"]
    assert statuses[later] != "read"
