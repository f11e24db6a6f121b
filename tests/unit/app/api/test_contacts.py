"""Contacts over the API: who they are, what is noted of them, and all their conversations."""

import json
from typing import Any

import pytest
import yaml

from tests.fakes.sample import sample
from tests.fakes.world import World
from tests.unit.app.api.desk import ANA, BOB, SUE, Desk


async def test_a_contact_is_shown_to_those_who_may_see_a_conversation_of_it() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation(bsuid="FR.1")
    contact_id = desk.world.contact.id

    answer = await desk.get(f"/contacts/{contact_id}")

    assert answer.json == {
        "contactId": contact_id,
        "name": None,
        "phone": "+33612345678",
        "bsuid": "FR.1",
        "language": None,
        "channel": {"id": desk.world.contact.channel_id, "name": "support_fr"},
        "window": {"open": True, "closesAt": "2026-11-25T09:00:00Z"},
        "optedOut": False,
        "externalUrl": None,
        "conversationId": conversation_id,
        "mergedInto": None,
    }
    assert (await desk.get(f"/contacts/{contact_id}", SUE)).status == 200


@pytest.mark.parametrize("path", ["", "/conversations"])
async def test_a_contact_out_of_sight_or_that_never_was_is_not_found(path: str) -> None:
    desk = await Desk.staffed()
    await desk.conversation()

    assert (await desk.get(f"/contacts/{desk.world.contact.id}{path}", BOB)).refusal == (404, "not_found")
    for contact_id in ("0" * 32, "nonsense", "a%2Fb"):
        assert (await desk.get(f"/contacts/{contact_id}{path}", SUE)).refusal == (404, "not_found")


async def test_a_name_and_a_language_are_noted_and_reach_the_lists() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()
    path = f"/contacts/{desk.world.contact.id}"

    answer = await desk.patch(path, {"name": "Léa", "language": "fr"})

    assert (answer.status, answer.json["name"], answer.json["language"]) == (200, "Léa", "fr")
    listed = (await desk.get("/conversations")).json["items"][0]
    assert (listed["conversationId"], listed["contact"]["name"]) == (conversation_id, "Léa")


@pytest.mark.parametrize("written", ["pt-BR", "pt_br", "pt_BR"])
async def test_a_language_is_noted_as_whatsapp_spells_it(written: str) -> None:
    desk = await Desk.staffed()
    await desk.conversation()
    path = f"/contacts/{desk.world.contact.id}"

    assert (await desk.patch(path, {"language": written})).json["language"] == "pt_BR"
    assert (await desk.get(path)).json["language"] == "pt_BR"


async def test_only_what_is_given_changes_and_null_forgets() -> None:
    desk = await Desk.staffed()
    await desk.conversation()
    path = f"/contacts/{desk.world.contact.id}"
    await desk.patch(path, {"name": "Léa", "language": "fr"})

    unchanged, forgotten = await desk.patch(path, {}), await desk.patch(path, {"name": None})

    assert (unchanged.json["name"], unchanged.json["language"]) == ("Léa", "fr")
    assert (forgotten.json["name"], forgotten.json["language"]) == (None, "fr")


@pytest.mark.parametrize(
    ("body", "paths"),
    [({"name": "", "language": "French!"}, {"name", "language"}), ({"phone": "+33600000000"}, {"phone"})],
)
async def test_a_bad_change_is_refused(body: dict[str, Any], paths: set[str]) -> None:
    desk = await Desk.staffed()
    await desk.conversation()

    answer = await desk.patch(f"/contacts/{desk.world.contact.id}", body)

    assert answer.refusal == (422, "invalid_request")
    assert answer.paths == paths


async def test_the_person_in_the_teams_own_system_is_an_https_address() -> None:
    desk = await Desk.staffed()
    await desk.conversation()
    path = f"/contacts/{desk.world.contact.id}"

    assert (await desk.patch(path, {"externalUrl": "http://crm.example/7"})).paths == {"externalUrl"}
    assert (await desk.patch(path, {"externalUrl": "https://crm.example/7"})).json[
        "externalUrl"
    ] == "https://crm.example/7"
    assert (await desk.get(path)).json["externalUrl"] == "https://crm.example/7"


async def test_a_supervisor_takes_an_opt_out_back_and_the_customer_hears_of_it() -> None:
    desk = Desk(World(with_opt_out()))
    await desk.hire("ana", "general")
    await desk.conversation()
    path = f"/contacts/{desk.world.contact.id}"
    assert (await desk.patch(path, {"optedOut": True})).json["optedOut"] is True

    refused, lifted = await desk.patch(path, {"optedOut": False}), await desk.patch(path, {"optedOut": False}, SUE)

    assert refused.refusal == (403, "forbidden")
    assert (lifted.status, lifted.json["optedOut"]) == (200, False)
    assert desk.world.phone == ["C'est fini.", "De retour."]
    assert (await desk.patch(path, {"optedOut": False}, SUE)).status == 200
    assert len(desk.world.phone) == 2


async def test_what_is_no_truth_value_is_refused() -> None:
    desk = await Desk.staffed()
    await desk.conversation()
    path = f"/contacts/{desk.world.contact.id}"

    assert (await desk.patch(path, {"optedOut": None}, SUE)).paths == {"optedOut"}
    assert (await desk.patch(path, {"optedOut": "no"}, SUE)).paths == {"optedOut"}


def with_opt_out() -> str:
    """The sample with words for opting out and back."""
    document = yaml.safe_load(sample())
    words = {
        "keywords": ["STOP"],
        "confirm": {"fr": "C'est fini."},
        "resume": ["START"],
        "resumed": {"fr": "De retour."},
    }
    document["workstreams"]["support"]["opt_out"] = words
    return json.dumps(document)


async def test_a_message_says_what_was_expected_without_a_librarys_prefix() -> None:
    desk = await Desk.staffed()
    await desk.conversation()

    answer = await desk.patch(f"/contacts/{desk.world.contact.id}", {"language": "French!"})

    (error,) = answer.json["errors"]
    assert error["message"].startswith("expected a language")


async def test_a_list_of_a_contacts_conversations_that_cannot_be_made_is_refused_with_every_reason() -> None:
    desk = await Desk.staffed()
    await desk.conversation()

    answer = await desk.get(f"/contacts/{desk.world.contact.id}/conversations?limit=abc&cursor=x")

    assert answer.refusal == (422, "invalid_request")
    assert answer.paths == {"limit", "cursor"}


async def test_a_contact_out_of_sight_is_not_changed() -> None:
    desk = await Desk.staffed()
    await desk.conversation()

    assert (await desk.patch(f"/contacts/{desk.world.contact.id}", {"name": "x"}, BOB)).refusal == (404, "not_found")
    assert desk.world.contact.name is None


async def test_all_conversations_of_a_contact_newest_first() -> None:
    desk = await Desk.staffed()
    ids = []
    for _ in range(3):
        ids.append(await desk.conversation())
        await desk.close(ids[-1])
        desk.world.clock.step(60)
    ids.append(await desk.conversation())
    path = f"/contacts/{desk.world.contact.id}/conversations"

    page = (await desk.get(f"{path}?limit=3")).json
    rest = (await desk.get(f"{path}?limit=3&cursor={page['nextCursor']}")).json

    assert [item["conversationId"] for item in page["items"] + rest["items"]] == ids[::-1]
    assert [item["status"] for item in page["items"]] == ["open", "closed", "closed"]
    assert rest["nextCursor"] is None


async def test_of_a_contacts_conversations_an_agent_sees_those_of_its_queues() -> None:
    desk = await Desk.staffed()
    general = await desk.conversation()
    await desk.close(general)
    desk.world.clock.step(60)
    billing = await desk.conversation("Ma facture")
    path = f"/contacts/{desk.world.contact.id}/conversations"

    assert [item["conversationId"] for item in (await desk.get(path, ANA)).json["items"]] == [general]
    assert [item["conversationId"] for item in (await desk.get(path, BOB)).json["items"]] == [billing]
    assert len((await desk.get(path, SUE)).json["items"]) == 2


async def test_a_contact_that_took_anothers_place_has_its_conversations_too() -> None:
    desk = await Desk.staffed()
    by_bsuid = await desk.conversation(phone="", bsuid="FR.1")
    desk.world.clock.step(60)
    by_phone = await desk.conversation()
    await desk.world.customer("c'est moi", bsuid="FR.1")
    await desk.world.drain()
    stays, goes = by_bsuid.partition("-")[0], by_phone.partition("-")[0]

    listed = (await desk.get(f"/contacts/{stays}/conversations", SUE)).json["items"]

    assert {item["conversationId"] for item in listed} == {by_bsuid, by_phone}
    assert (await desk.get(f"/contacts/{goes}", SUE)).json["mergedInto"] == stays
    merged = (await desk.get(f"/conversations/{by_phone}", SUE)).json
    assert (merged["status"], merged["closure"]["reason"]) == ("closed", "merged")
