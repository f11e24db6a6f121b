"""What Meta's Cloud API carries beyond ACS, as the API shows it."""

from shared.vocabulary.words import MessageKind
from tests.unit.app.api.cloud import team_at_meta, writes

PLACE = {"latitude": 48.8584, "longitude": 2.2945, "name": "Tour Eiffel"}


async def test_a_place_can_be_read_in_the_list_and_in_the_history() -> None:
    desk = await team_at_meta()
    conversation_id = await writes(
        desk.world, "wamid.1", None, kind=MessageKind.UNSUPPORTED, original_kind="location", data=PLACE
    )

    listed = (await desk.get("/conversations")).json["items"][0]["lastMessage"]
    line = (await desk.get(f"/conversations/{conversation_id}/messages")).json["items"][0]

    assert (listed["kind"], listed["preview"]) == ("unsupported", "📍 Tour Eiffel (48.8584, 2.2945)")
    assert (line["kind"], line["originalKind"], line["data"]) == ("unsupported", "location", PLACE)
    assert line["text"] == "📍 Tour Eiffel (48.8584, 2.2945)"


async def test_rules_do_not_match_the_words_found_for_it() -> None:
    desk = await team_at_meta()
    place = PLACE | {"name": "facture"}
    await writes(desk.world, "wamid.1", None, kind=MessageKind.UNSUPPORTED, original_kind="location", data=place)
    assert desk.world.conversation.variables == {}


async def test_the_profiles_name_is_the_customers_until_the_team_has_one() -> None:
    desk = await team_at_meta(greeting="Bonjour {contact.name|à vous} !")
    await writes(desk.world, "wamid.1", profile_name="Ana")
    path = f"/contacts/{desk.world.contact.id}"

    assert desk.world.phone == ["Bonjour Ana !"]
    assert (await desk.get("/conversations")).json["items"][0]["contact"]["name"] == "Ana"

    assert (await desk.patch(path, {"name": "Mme Lima"})).json["name"] == "Mme Lima"
    await writes(desk.world, "wamid.2", profile_name="Ana L.")
    assert (await desk.get("/conversations")).json["items"][0]["contact"]["name"] == "Mme Lima"
    assert (await desk.patch(path, {"name": None})).json["name"] == "Ana L."


async def test_a_new_name_in_the_profile_reaches_the_lists() -> None:
    desk = await team_at_meta()
    for message_id, name in (("wamid.1", "Ana"), ("wamid.2", "Ana Lima")):
        await writes(desk.world, message_id, profile_name=name)
    assert (await desk.get("/conversations")).json["items"][0]["contact"]["name"] == "Ana Lima"
