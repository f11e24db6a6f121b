"""Templates over the API: both sides, whether a template can be sent, and every mismatch in words."""

import json
from typing import Any

import yaml

from shared.vocabulary.templates import Button, Definition, Header, ListedTemplate
from tests.fakes.sample import sample
from tests.fakes.world import CHANNEL, HOURS, World
from tests.unit.app.api.desk import Desk

FRENCH = "Bonjour {{1}}, votre commande {{2}} est en route."
TRACK = Button(type="URL", text="Suivre", url="https://shop.example/{{1}}")
YES = Button(type="QUICK_REPLY", text="Oui")
LONG_FORM = {
    "text": FRENCH,
    "header": "image",
    "footer": "Boutique",
    "buttons": [{"quick_reply": "Oui"}, {"url": "https://shop.example/{{1}}"}],
}


def listed(name: str, language: str, status: str = "approved", definition: Definition | None = None) -> ListedTemplate:
    return ListedTemplate(name=name, language=language, status=status, definition=definition)


def with_long_form() -> str:
    """The sample, in which `order_update` is described whole."""
    document = yaml.safe_load(sample())
    document["templates"]["order_update"] = {"languages": {"fr": LONG_FORM}}
    return json.dumps(document)


async def languages_of(desk: Desk, name: str, query: str = "") -> Any:
    """A template's languages."""
    answer = await desk.get(f"/templates{query}")
    assert answer.status == 200, answer.json
    return next(item for item in answer.json["items"] if item["name"] == name)["languages"]


async def test_while_the_channel_could_not_be_asked_the_file_alone_is_shown() -> None:
    desk = Desk(World(with_long_form()))
    answer = await desk.get("/templates")
    assert (answer.json["listedAt"], answer.json["nextCursor"]) == (None, None)
    assert [item["name"] for item in answer.json["items"]] == ["follow_up", "order_update"]
    (french,) = (await languages_of(desk, "order_update")).values()
    assert french == {
        "text": FRENCH,
        "header": "image",
        "footer": "Boutique",
        "buttons": [
            {"kind": "quick_reply", "quickReply": "Oui"},
            {"kind": "url", "url": "https://shop.example/{{1}}"},
        ],
        "parameters": 2,
        "others": [],
        "status": "unknown",
        "usable": True,
        "problems": [],
        "channelLanguage": None,
        "channel": None,
    }


async def test_no_answer_waits_for_the_channel_which_is_asked_in_the_background() -> None:
    desk = Desk(World(sample()))
    desk.world.channel.listed[CHANNEL] = [listed("follow_up", "fr", "PAUSED")]
    assert (await languages_of(desk, "follow_up"))["fr"]["status"] == "unknown"
    await desk.world.background()
    french = (await languages_of(desk, "follow_up"))["fr"]
    assert (french["status"], french["usable"]) == ("paused", False)
    assert french["problems"] == ["is paused, not approved"]


async def test_every_mismatch_is_said_in_words_beside_what_the_channel_has() -> None:
    desk = Desk(World(with_long_form()))
    there = Definition(
        body="Salut {{1}}",
        header=Header(format="TEXT", text="N° {{1}}"),
        buttons=(TRACK, YES, Button(type="PHONE_NUMBER", text="Appeler")),
        category="marketing",
    )
    await desk.world.lists(
        listed("order_update", "fr_FR", definition=Definition(body="Bonjour")),
        listed("order_update", "FR", definition=there),
        listed("welcome", "fr", definition=Definition(body="Bienvenue", category="utility")),
    )
    languages = await languages_of(desk, "order_update", f"?channel={CHANNEL}")
    french = languages["fr"]
    assert french["problems"] == [
        "has 1 parameter at WhatsApp instead of 2",
        "has a header with {{1}} at WhatsApp instead of a header of the kind image",
        "has the buttons url with {{1}}, quick_reply, phone_number at WhatsApp instead of the buttons quick_reply,"
        " url with {{1}}",
        "has another text at WhatsApp",
        "has the category marketing at WhatsApp instead of utility",
    ]
    assert (french["text"], french["header"], french["channelLanguage"]) == (FRENCH, "image", "FR")
    assert french["channel"]["text"] == "Salut {{1}}"
    assert french["channel"]["header"] == "N° {{1}}"
    assert [button["kind"] for button in french["channel"]["buttons"]] == ["url", "quick_reply", "phone_number"]
    assert languages["fr_FR"]["problems"] == ["is not in the configuration"]
    items = (await desk.get("/templates?channel=support_fr")).json["items"]
    assert {item["name"]: item["configured"] for item in items} == {
        "follow_up": True,
        "order_update": True,
        "welcome": False,
    }


async def test_another_category_alone_keeps_nobody_from_sending() -> None:
    desk = Desk(World(sample()))
    await desk.world.lists(listed("order_update", "fr", definition=Definition(body=FRENCH, category="marketing")))
    french = (await languages_of(desk, "order_update"))["fr"]
    assert (french["usable"], french["status"]) == (True, "approved")
    assert french["problems"] == ["has the category marketing at WhatsApp instead of utility"]


async def test_what_the_short_form_leaves_open_is_shown_as_the_channel_has_it() -> None:
    desk = Desk(World(sample()))
    there = Definition(body=FRENCH, header=Header(format="LOCATION"), buttons=(TRACK,))
    await desk.world.lists(listed("order_update", "fr", definition=there))
    french = (await languages_of(desk, "order_update"))["fr"]
    assert (french["usable"], french["header"]) == (True, "location")
    assert french["buttons"] == [{"kind": "url", "url": "https://shop.example/{{1}}", "text": "Suivre"}]


async def test_a_channel_that_the_file_does_not_have_is_named() -> None:
    answer = await Desk(World(sample())).get("/templates?channel=support_de")
    assert (answer.refusal, answer.paths) == ((422, "invalid_request"), {"channel"})


async def test_what_the_next_reply_would_do_goes_by_what_is_stored_meanwhile() -> None:
    """Another worker heard that nothing can stand in for a reply; this one has had no reason to look since."""
    desk = Desk(World(sample()))
    await desk.hire("ana", "general")
    conversation_id = await desk.conversation()
    await desk.world.pass_time(25 * HOURS)
    assert (await desk.get(f"/conversations/{conversation_id}")).json["nextReply"]["delivery"] == "template"
    await desk.world.background()
    await desk.world.lists(
        *(listed("follow_up", language, "paused") for language in ("fr", "en")), by=desk.world.worker()
    )
    desk.world.clock.step(10)
    assert (await desk.get(f"/conversations/{conversation_id}")).json["nextReply"]["delivery"] == "held"


async def test_the_answer_to_a_reply_names_what_was_passed_over() -> None:
    desk = Desk(World(sample()))
    await desk.hire("ana", "general")
    conversation_id = await desk.conversation()
    await desk.world.pass_time(25 * HOURS)
    paused = [
        {"name": "follow_up", "language": language, "reason": "is paused, not approved"} for language in ("fr", "en")
    ]
    await desk.world.lists(*(listed("follow_up", language, "paused") for language in ("fr", "en")))
    held = (await desk.post(f"/conversations/{conversation_id}/replies", {"kind": "text", "text": "Un"})).json
    assert (held["delivery"], held["template"]) == ("held", {"passedOver": paused})
    assert (await desk.get(f"/conversations/{conversation_id}/replies/{held['replyId']}")).json == held
    await desk.world.lists(listed("follow_up", "fr", "paused"), listed("follow_up", "en"))
    sent = (await desk.post(f"/conversations/{conversation_id}/replies", {"kind": "text", "text": "Deux"})).json
    assert (sent["delivery"], sent["template"]["language"], sent["template"]["passedOver"]) == (
        "template",
        "en",
        paused[:1],
    )
