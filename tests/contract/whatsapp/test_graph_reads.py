"""What Meta tells of numbers, accounts and templates: all that a doctor and a list of templates need."""

import pytest

from tests.contract.whatsapp.cloud import ACCOUNT, PHONE_NUMBER_ID, TOKEN, Cloud


async def put_templates(cloud: Cloud, *names: str) -> None:
    """Gives the number these templates and no others."""
    listed = [
        {"name": name, "language": "fr", "status": "PAUSED", "components": [{"type": "BODY", "text": "{{who}}"}]}
        for name in names
    ]
    await cloud.call("PUT", "/channels/support/templates", listed)


async def test_templates_come_page_by_page(cloud: Cloud) -> None:
    await put_templates(cloud, "a", "b", "c")
    names, address, pages = [], f"{cloud.address}/v27.0/{ACCOUNT}/message_templates?limit=2&fields=name", 0
    while address:
        async with cloud.session.get(address, headers={"Authorization": f"Bearer {TOKEN}"}) as answer:
            page = await answer.json()
        names += [each["name"] for each in page["data"]]
        address, pages = page["paging"].get("next", ""), pages + 1
        assert TOKEN not in address

    assert (names, pages) == (["a", "b", "c"], 2)


async def test_the_cursor_leads_on_as_well(cloud: Cloud) -> None:
    await put_templates(cloud, "a", "b", "c")
    _, first = await cloud.graph("GET", f"{ACCOUNT}/message_templates", limit="2")
    after = first["paging"]["cursors"]["after"]

    _, second = await cloud.graph("GET", f"{ACCOUNT}/message_templates", limit="2", after=after)
    _, past = await cloud.graph(
        "GET", f"{ACCOUNT}/message_templates", limit="2", after=second["paging"]["cursors"]["after"]
    )

    assert [each["name"] for each in second["data"]] == ["c"]
    assert past == {"data": []}


async def test_a_template_is_described_as_meta_does(cloud: Cloud) -> None:
    await put_templates(cloud, "a")
    _, answer = await cloud.graph("GET", f"{ACCOUNT}/message_templates")

    [template] = answer["data"]
    assert template.pop("id").isdecimal()
    assert template == {
        "name": "a",
        "language": "fr",
        "status": "PAUSED",
        "category": "UTILITY",
        "parameter_format": "NAMED",
        "components": [{"type": "BODY", "text": "{{who}}"}],
        "quality_score": {"score": "GREEN"},
        "rejected_reason": "NONE",
    }


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "x"}, {"after": "é"}, {"after": "bm9uZQ=="}])
async def test_a_page_that_cannot_be_is_error_100(cloud: Cloud, query: dict[str, str]) -> None:
    status, answer = await cloud.graph("GET", f"{ACCOUNT}/message_templates", **query)
    assert (status, answer["error"]["code"]) == (400, 100)


async def test_only_the_fields_that_are_asked_for_come(cloud: Cloud) -> None:
    _, number = await cloud.graph("GET", PHONE_NUMBER_ID, fields="display_phone_number,quality_rating,throughput")
    _, account = await cloud.graph("GET", ACCOUNT, fields="name,primary_funding_id")

    assert number == {
        "id": PHONE_NUMBER_ID,
        "display_phone_number": "+33123456789",
        "quality_rating": "GREEN",
        "throughput": {"level": "STANDARD"},
    }
    assert sorted(account) == ["id", "name", "primary_funding_id"]


async def test_a_doctor_finds_the_app_the_token_and_the_webhook(cloud: Cloud) -> None:
    _, apps = await cloud.graph("GET", f"{ACCOUNT}/subscribed_apps")
    _, token = await cloud.graph("GET", "debug_token", input_token=TOKEN)
    _, bad = await cloud.graph("GET", "debug_token", input_token="another")
    _, numbers = await cloud.graph("GET", f"{ACCOUNT}/phone_numbers")
    app_id = apps["data"][0]["whatsapp_business_api_data"]["id"]
    _, subscriptions = await cloud.graph("GET", f"{app_id}/subscriptions")

    assert (token["data"]["is_valid"], token["data"]["app_id"], token["data"]["expires_at"]) == (True, app_id, 0)
    assert "whatsapp_business_messaging" in token["data"]["scopes"]
    assert bad["data"]["is_valid"] is False
    assert [each["id"] for each in numbers["data"]] == [PHONE_NUMBER_ID]
    assert subscriptions["data"][0]["callback_url"].endswith("/api/whatsapp")


@pytest.mark.parametrize("path", ["999", "999/message_templates", "999/subscribed_apps", "999/phone_numbers"])
async def test_what_is_not_there_is_error_100_with_subcode_33(cloud: Cloud, path: str) -> None:
    status, answer = await cloud.graph("GET", path)
    assert (status, answer["error"]["code"], answer["error"]["error_subcode"]) == (400, 100, 33)


async def test_a_path_that_means_nothing_is_error_2500(cloud: Cloud) -> None:
    status, answer = await cloud.graph("GET", f"{PHONE_NUMBER_ID}/nothing")
    assert (status, answer["error"]["code"]) == (400, 2500)
