"""Texts at an agent's hand: of the file, put over the API, and filled in for a conversation."""

import json
from typing import Any

import pytest
import yaml

from tests.fakes.issuer import SETTINGS, bearer
from tests.fakes.sample import sample
from tests.fakes.world import World
from tests.unit.app.api.desk import ANA, BOB, NO_SUCH_CONVERSATION, SUE, Desk

THANKS = {"fr": "Merci {contact.name|à vous}, ici {agent.name}.", "en": "Thank you, {contact.name|dear customer}."}
CODE = {"fr": "Le code est {{ {var.code} }}."}


def two_workstreams() -> str:
    """One workstream leads to `general`, the other to `billing`; each has texts of its own."""
    document = yaml.safe_load(sample())
    support = document["workstreams"]["support"]
    support.pop("classification", None)
    support["route_to_queue"] = {"fallback": "general"}
    document["queues"] = {"general": {}, "billing": {}}
    document.pop("hours", None)
    support["quick_replies"] = [
        {"name": "thanks", "tags": ["end"], "text": THANKS},
        {"name": "code", "text": CODE},
    ]
    money = {
        "languages": ["en"],
        "route_to_queue": {"fallback": "billing"},
        "quick_replies": [{"name": "invoice", "text": {"en": "Your invoice is on its way."}}],
    }
    document["workstreams"] = {"support": support, "money": money}
    return json.dumps(document)


async def staffed() -> Desk:
    """A desk with Ana in `general` and Bob in `billing`."""
    desk = Desk(World(two_workstreams()))
    await desk.hire("ana", "general")
    await desk.hire("bob", "billing")
    return desk


async def texts(desk: Desk, query: str = "", caller: Any = ANA) -> dict[str, Any]:
    """The items by name."""
    answer = await desk.get(f"/quick-replies{query}", caller)
    assert answer.status == 200, answer.json
    return {item["name"]: item for item in answer.json["items"]}


async def test_agents_see_the_texts_of_the_workstreams_that_lead_to_their_queues() -> None:
    desk = await staffed()

    assert set(await texts(desk)) == {"thanks", "code"}
    assert set(await texts(desk, caller=BOB)) == {"invoice"}
    assert set(await texts(desk, caller=SUE)) == {"thanks", "code", "invoice"}
    assert set(await texts(desk, "?queue=billing", SUE)) == {"invoice"}
    assert set(await texts(desk, "?queue=billing", ANA)) == set()


async def test_without_a_conversation_a_text_is_shown_as_it_is_written() -> None:
    desk = await staffed()

    thanks = (await texts(desk))["thanks"]

    assert thanks == {
        "name": "thanks",
        "tags": ["end"],
        "text": THANKS["fr"],
        "unfilled": ["agent.name", "contact.name"],
    }
    assert (await texts(desk))["code"]["text"] == CODE["fr"]
    assert (await texts(desk, "?language=en"))["thanks"]["text"] == THANKS["en"]


async def test_for_a_conversation_it_is_filled_in_and_says_what_is_not_known() -> None:
    desk = await staffed()
    conversation_id = await desk.conversation()

    found = await texts(desk, f"?conversation={conversation_id}")

    assert (found["thanks"]["text"], found["thanks"]["unfilled"]) == ("Merci à vous, ici Ana.", [])
    assert (found["code"]["text"], found["code"]["unfilled"]) == ("Le code est { {var.code} }.", ["var.code"])
    await desk.change_contact(conversation_id, name="Zoé", language="en")
    await desk.change_conversation(conversation_id, variables={"code": 7})
    found = await texts(desk, f"?conversation={conversation_id}")
    assert found["thanks"]["text"] == "Thank you, Zoé."
    assert found["code"]["text"] == "Le code est { 7 }."
    assert (await desk.get(f"/quick-replies?conversation={conversation_id}", BOB)).refusal == (
        404,
        "conversation_not_found",
    )
    assert (await desk.get(f"/quick-replies?conversation={NO_SUCH_CONVERSATION}", SUE)).status == 404


@pytest.mark.parametrize(
    ("claims", "text", "unfilled"),
    [({"name": "Sue"}, "Merci à vous, ici Sue.", []), ({}, "Merci à vous, ici {agent.name}.", ["agent.name"])],
)
async def test_who_has_no_record_is_called_as_the_token_says(
    claims: dict[str, Any], text: str, unfilled: list[str]
) -> None:
    desk = Desk(World(two_workstreams(), **SETTINGS))
    conversation_id = await desk.conversation()

    token = bearer(desk.world.issuer.token(roles=["Supervisor"], **claims))

    found = await texts(desk, f"?conversation={conversation_id}", token)
    assert (found["thanks"]["text"], found["thanks"]["unfilled"]) == (text, unfilled)


async def test_a_text_that_was_put_stands_over_the_files_until_it_is_taken_away() -> None:
    desk = await staffed()

    answer = await desk.put(
        "/quick-replies/thanks", {"text": {"fr": "Merci bien, {contact.name|vous}."}, "tags": ["x"]}
    )

    put = {"name": "thanks", "tags": ["x"], "text": "Merci bien, {contact.name|vous}.", "unfilled": ["contact.name"]}
    assert (answer.status, answer.json) == (200, put)
    assert (await texts(desk))["thanks"] == put
    elsewhere = Desk(desk.world, centre=desk.world.worker())
    assert (await texts(elsewhere))["thanks"] == put
    assert (await desk.delete("/quick-replies/thanks", SUE)).status == 204
    assert (await texts(desk))["thanks"]["text"] == THANKS["fr"]
    desk.world.clock.step(11)
    assert (await texts(elsewhere))["thanks"]["text"] == THANKS["fr"]
    assert (await desk.delete("/quick-replies/thanks", SUE)).refusal == (404, "not_found")


async def test_a_text_may_be_for_every_language() -> None:
    desk = await staffed()

    assert (await desk.put("/quick-replies/ok", {"text": "OK {agent.name}"})).json["text"] == "OK {agent.name}"

    assert (await texts(desk, "?language=en"))["ok"]["text"] == "OK {agent.name}"
    assert (await texts(desk, caller={"X-Agent-Id": "carl", "X-Agent-Role": "Agent"}))["ok"]["tags"] == []


@pytest.mark.parametrize(
    ("path", "body", "paths"),
    [
        ("/quick-replies/a%20b", {"text": "x"}, {"name"}),
        ("/quick-replies/x", {}, {"text"}),
        ("/quick-replies/x", {"text": "x", "tags": [""], "name": "y"}, {"tags[0]", "name"}),
    ],
)
async def test_a_text_that_cannot_be_is_refused(path: str, body: object, paths: set[str]) -> None:
    answer = await (await staffed()).put(path, body)

    assert answer.refusal == (422, "invalid_request")
    assert answer.paths == paths


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("{nobody}", "text"),
        ("a { b", "text"),
        ("", "text"),
        (7, "text"),
        ({}, "text"),
        ({"fr": " "}, "text.fr"),
        ({"French!": "x"}, "text.French!"),
        ({"fr": "{contact.nam}"}, "text.fr"),
    ],
)
async def test_a_text_has_words_and_placeholders_that_are_known(text: object, path: str) -> None:
    answer = await (await staffed()).put("/quick-replies/x", {"text": text})

    assert answer.refusal == (422, "invalid_request")
    assert [error["path"] for error in answer.json["errors"]] == [path]
