"""What Meta's Cloud API carries beyond ACS, as the API shows it."""

from typing import Any

from tests.unit.app.api.cloud import team_at_meta, writes

PLACE = {"latitude": 48.8584, "longitude": 2.2945, "name": "Tour Eiffel"}


async def test_a_place_can_be_read_in_the_list_and_in_the_history() -> None:
    desk = await team_at_meta()
    conversation_id = await writes(desk.world, "wamid.1", type="location", location=PLACE)

    listed = (await desk.get("/conversations")).json["items"][0]["lastMessage"]
    line = (await desk.get(f"/conversations/{conversation_id}/messages")).json["items"][0]

    assert (listed["kind"], listed["preview"]) == ("unsupported", "📍 Tour Eiffel (48.8584, 2.2945)")
    assert (line["kind"], line["originalKind"], line["data"]) == ("unsupported", "location", PLACE)
    assert line["text"] == "📍 Tour Eiffel (48.8584, 2.2945)"


async def test_rules_do_not_match_the_words_found_for_it() -> None:
    desk = await team_at_meta()
    place = PLACE | {"name": "facture"}
    await writes(desk.world, "wamid.1", type="location", location=place)
    assert desk.world.conversation.variables == {}


async def test_the_profiles_name_is_the_customers_until_the_team_has_one() -> None:
    desk = await team_at_meta(greeting="Bonjour {contact.name|à vous} !")
    await writes(desk.world, "wamid.1", name="Ana")
    path = f"/contacts/{desk.world.contact.id}"

    assert desk.world.phone == ["Bonjour Ana !"]
    assert (await desk.get("/conversations")).json["items"][0]["contact"]["name"] == "Ana"

    assert (await desk.patch(path, {"name": "Mme Lima"})).json["name"] == "Mme Lima"
    await writes(desk.world, "wamid.2", name="Ana L.")
    assert (await desk.get("/conversations")).json["items"][0]["contact"]["name"] == "Mme Lima"
    assert (await desk.patch(path, {"name": None})).json["name"] == "Ana L."


async def test_a_new_name_in_the_profile_reaches_the_lists() -> None:
    desk = await team_at_meta()
    for message_id, name in (("wamid.1", "Ana"), ("wamid.2", "Ana Lima")):
        await writes(desk.world, message_id, name=name)
    assert (await desk.get("/conversations")).json["items"][0]["contact"]["name"] == "Ana Lima"


async def test_new_words_for_a_message_are_a_message_and_name_it() -> None:
    desk = await team_at_meta()
    await writes(desk.world, "wamid.1", "À 14 h")
    new = {"original_message_id": "wamid.1", "message": {"type": "text", "text": {"body": "À 15 h, plutôt"}}}
    conversation_id = await writes(desk.world, "wamid.2", type="edit", edit=new)

    row = (await desk.get("/conversations")).json["items"][0]
    line = (await desk.get(f"/conversations/{conversation_id}/messages")).json["items"][0]

    assert (row["lastMessage"]["preview"], row["unread"]) == ("✏️ À 15 h, plutôt", 2)
    assert (line["originalKind"], line["text"], line["context"]) == (
        "edit",
        "À 15 h, plutôt",
        {"messageId": "wamid.1"},
    )


async def test_what_is_taken_back_stays_in_the_list_and_nobody_has_to_answer_that() -> None:
    desk = await team_at_meta()
    await writes(desk.world, "wamid.1", "À 14 h")
    conversation_id = await writes(desk.world, "wamid.2", type="revoke", revoke={"original_message_id": "wamid.1"})

    row = (await desk.get("/conversations")).json["items"][0]
    line = (await desk.get(f"/conversations/{conversation_id}/messages")).json["items"][0]

    assert (row["lastMessage"]["preview"], row["unread"]) == ("À 14 h", 1)
    assert (line["kind"], line["originalKind"], line["context"]) == ("unsupported", "revoke", {"messageId": "wamid.1"})


async def test_the_ad_stands_beside_the_words_that_it_led_to() -> None:
    desk = await team_at_meta()
    ad = {"headline": "Soldes", "body": "−50 %", "source_url": "https://fb.me/x", "source_type": "ad"}
    text: dict[str, Any] = {
        "type": "text",
        "text": {"body": "Encore en solde ?"},
        "referral": {**ad, "ctwa_clid": "x"},
    }
    conversation_id = await writes(desk.world, "wamid.1", **text)

    line = (await desk.get(f"/conversations/{conversation_id}/messages")).json["items"][0]

    assert (line["kind"], line["text"], line["data"]) == ("text", "Encore en solde ?", {"referral": ad})
