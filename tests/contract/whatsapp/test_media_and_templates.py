"""What else the client asks ACS for: files that customers sent, and templates."""

import base64

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError

from tests.contract.whatsapp.sdk import Sdk, template
from tests.contract.whatsapp.stand_in import CHANNEL, StandIn

TEMPLATES = f"/channels/{CHANNEL}/templates"


async def test_a_file_of_a_customer_is_downloaded(stand_in: StandIn, sdk: Sdk) -> None:
    content = bytes(range(256)) * 400
    await stand_in.write(media={"mimeType": "image/jpeg", "content": base64.b64encode(content).decode()})
    await stand_in.webhook.until(stand_in.webhook.data)

    [event] = stand_in.webhook.data()

    assert await sdk.download(event["media"]["id"]) == content


async def test_an_unknown_file_is_404(sdk: Sdk) -> None:
    with pytest.raises(ResourceNotFoundError):
        await sdk.download("22222222-2222-2222-2222-222222222222")


@pytest.mark.parametrize("page_size", [None, 1, 2])
async def test_templates_are_listed_over_all_pages(sdk: Sdk, page_size: int | None) -> None:
    listed = await sdk.templates(CHANNEL, page_size)

    assert [(item.name, item.language, item.status) for item in listed] == [
        ("follow_up", "fr", "approved"),
        ("follow_up", "en_US", "approved"),
    ]
    assert listed[0].kind == "whatsApp"
    assert listed[0]["content"] == [{"type": "BODY", "text": "Bonjour {{1}}, nous avons une réponse : {{2}}"}]


async def test_templates_of_an_unknown_channel_are_404(sdk: Sdk) -> None:
    with pytest.raises(ResourceNotFoundError, match="support"):
        await sdk.templates("99999999-9999-9999-9999-999999999999")


async def test_a_page_of_nothing_is_400(sdk: Sdk) -> None:
    with pytest.raises(HttpResponseError, match="maxpagesize"):
        await sdk.templates(CHANNEL, 0)


@pytest.mark.parametrize(
    ("status", "code"),
    [("paused", "132015"), ("disabled", "132016"), ("rejected", "132001"), ("pending", "132001")],
)
async def test_a_template_that_lost_its_approval_fails_later(
    stand_in: StandIn, sdk: Sdk, status: str, code: str
) -> None:
    await stand_in.call("PUT", f"{TEMPLATES}/follow_up/fr", {"status": status})

    sent = await sdk.send(template("follow_up", "fr", "a", "b"))

    failed = await stand_in.webhook.status(sent.message_id, "Failed")
    assert failed["error"]["channelCode"] == code
    assert [item.status for item in await sdk.templates(CHANNEL)] == [status, "approved"]


async def test_a_template_is_read_and_changed_by_channel_name_too(stand_in: StandIn) -> None:
    changed = {"status": "approved", "text": "Bonjour {{1}}"}

    assert await stand_in.call("PUT", "/channels/support/templates/follow_up/fr", changed) == (200, changed)
    assert await stand_in.call("GET", f"{TEMPLATES}/follow_up/fr") == (200, changed)


@pytest.mark.parametrize("language", ["EN-us", "en_us"])
async def test_a_person_may_spell_the_language_in_another_way_and_whatsapp_may_not(
    stand_in: StandIn, sdk: Sdk, language: str
) -> None:
    await stand_in.call("PUT", f"{TEMPLATES}/follow_up/{language}", {"status": "approved", "text": "Hi {{1}}"})
    await stand_in.call("PUT", f"{TEMPLATES}/new/pt-br", {"status": "approved", "text": "Oi"})

    listed = [(item.name, item.language) for item in await sdk.templates(CHANNEL)]
    assert listed == [("follow_up", "fr"), ("follow_up", "en_US"), ("new", "pt_BR")]
    sent = await sdk.send(template("follow_up", language, "a"))
    failed = await stand_in.webhook.status(sent.message_id, "Failed")
    assert failed["error"]["channelCode"] == "132001"


async def test_a_channels_list_is_replaced_by_definitions_as_whatsapp_has_them(stand_in: StandIn, sdk: Sdk) -> None:
    components = [
        {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["https://files.example/a.jpg"]}},
        {"type": "BODY", "text": "Bonjour {{1}}"},
        {"type": "BUTTONS", "buttons": [{"type": "URL", "text": "Suivre", "url": "https://shop.example/{{1}}"}]},
    ]
    definition = {"name": "news", "language": "fr", "status": "APPROVED", "id": "1", "components": components}

    assert await stand_in.call("PUT", TEMPLATES, [definition]) == (200, {"templates": 1})

    [listed] = await sdk.templates(CHANNEL)
    assert (listed.name, listed.language, listed.status) == ("news", "fr", "approved")
    assert listed["content"] == components
    sent = await sdk.send(template("news", "fr", "a"))
    failed = await stand_in.webhook.status(sent.message_id, "Failed")
    assert failed["error"]["channelCode"] == "132012"


async def test_a_definition_without_components_is_refused_with_its_place(stand_in: StandIn) -> None:
    status, answer = await stand_in.call("PUT", TEMPLATES, [{"name": "news", "language": "fr", "status": "odd"}])
    assert status == 422
    assert {problem.partition(":")[0] for problem in answer["problems"]} == {"[0].status", "[0].components"}


@pytest.mark.parametrize("buttons", ["Suivre", ["Suivre"], {"type": "URL"}])
async def test_buttons_that_are_none_are_refused_with_their_place(stand_in: StandIn, buttons: object) -> None:
    definition = {"name": "news", "language": "fr", "components": [{"type": "BUTTONS", "buttons": buttons}]}
    status, answer = await stand_in.call("PUT", TEMPLATES, [definition])
    assert status == 422
    assert answer["problems"] == ["[0].components[0]: buttons must be a list of objects"]


async def test_a_new_template_needs_a_text_with_numbered_parameters(stand_in: StandIn) -> None:
    assert (await stand_in.call("PUT", f"{TEMPLATES}/new/fr", {"status": "approved"}))[0] == 422
    assert (await stand_in.call("PUT", f"{TEMPLATES}/new/fr", {"status": "approved", "text": "{{name}}"}))[0] == 422
    assert (await stand_in.call("PUT", f"{TEMPLATES}/new/fr", {"status": "approved", "text": "{{1}}"}))[0] == 200


async def test_an_unknown_template_is_404(stand_in: StandIn) -> None:
    status, answer = await stand_in.call("GET", f"{TEMPLATES}/nothing/fr")
    assert status == 404
    assert "nothing" in answer["problems"][0]
