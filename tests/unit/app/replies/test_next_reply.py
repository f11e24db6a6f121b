"""What a conversation says of the next reply: what a reply then does, whoever asks, whatever is the case."""

from dataclasses import replace
from typing import Any

import pytest

from shared.configuration import WhenWindowClosed
from shared.state.agent import LoadEntry, LoadKind
from shared.vocabulary.templates import ListedTemplate
from tests.fakes.sample import sample
from tests.fakes.world import CHANNEL, HOURS
from tests.unit.app.api.desk import ANA, BOB, SUE, Desk

NO_HOLD = {"hold": {"enabled": False}}
TEMPLATE = {
    "name": "follow_up",
    "language": "fr",
    "text": "Bonjour client, nous avons une réponse pour vous : {reply}",
    "replyText": {"max": 200},
}


async def desk_after(hours: float, **replies: Any) -> Desk:
    """Ana has a conversation whose customer wrote so long ago."""
    desk = await Desk.staffed()
    desk.world.deploy(sample(**replies))
    desk.centre = desk.world.centre
    await desk.post(f"/conversations/{await desk.conversation()}/assign", {})
    desk.world.clock.step(hours * HOURS)
    return desk


async def announced(desk: Desk, caller: Any = ANA) -> Any:
    return (await desk.get(f"/conversations/{desk.world.conversation.id}", caller)).json["nextReply"]


@pytest.mark.parametrize(
    ("hours", "replies", "expected"),
    [
        (1, {}, {"delivery": "message", "holds": False, "validUntil": "2026-11-25T08:59:00Z"}),
        (25, {}, {"delivery": "template", "holds": True, "template": TEMPLATE, "validUntil": None}),
        (
            25,
            NO_HOLD,
            {
                "delivery": "template",
                "holds": False,
                "template": TEMPLATE,
                "media": {"delivery": "refused", "holds": False, "reason": "window_closed"},
                "validUntil": None,
            },
        ),
        (25, {"when_window_closed": "hold"}, {"delivery": "held", "holds": True, "validUntil": None}),
        (
            25,
            {"when_window_closed": "reject"},
            {"delivery": "refused", "holds": False, "reason": "window_closed", "validUntil": None},
        ),
    ],
    ids=["open", "a template and the words", "a template, no files", "held", "refused"],
)
async def test_it_is_what_the_workstream_wants_then(hours: float, replies: Any, expected: Any) -> None:
    assert await announced(await desk_after(hours, **replies)) == expected


@pytest.mark.parametrize("policy", list(WhenWindowClosed))
@pytest.mark.parametrize("hours", [1, 25])
@pytest.mark.parametrize("caller", [ANA, SUE])
@pytest.mark.parametrize("before", ["", "a reply before", "opted out", "closed", "forty are held", "not listed"])
async def test_what_it_says_is_what_a_reply_does(
    policy: WhenWindowClosed, hours: float, caller: Any, before: str
) -> None:
    desk = await desk_after(hours, when_window_closed=policy.value)
    conversation_id = desk.world.conversation.id
    match before:
        case "a reply before":
            await desk.reply(conversation_id)
        case "opted out":
            await desk.world.change(opted_out=True)
        case "closed":
            await desk.post(f"/conversations/{conversation_id}/close", {})
        case "forty are held":
            for number in range(40):
                await desk.reply(conversation_id, str(number), whenWindowClosed="hold")
        case "not listed":
            desk.world.channel.listed[CHANNEL] = [ListedTemplate(name="other", language="fr", status="approved")]
            await desk.centre.templates.refresh(CHANNEL)
    before_it = len(desk.world.channel.attempts)
    answer = await desk.get(f"/conversations/{conversation_id}", caller)
    assert len(desk.world.channel.attempts) == before_it
    said, replied = answer.json["nextReply"], await desk.reply(conversation_id, "Voici", caller)
    if replied.status == 201:
        assert replied.json["delivery"] == said["delivery"]
        assert ("heldReply" in replied.json) == said["holds"]
        if "template" in said:
            assert desk.world.phone[-1] == said["template"]["text"].replace("{reply}", "Voici")
    else:
        assert ("refused", replied.code) == (said["delivery"], said["reason"])


async def test_a_colleague_of_the_agents_would_be_refused() -> None:
    desk = await desk_after(1)
    await desk.hire("bob", "general")
    await desk.reply(desk.world.conversation.id)
    said = await announced(desk, BOB)
    assert (said["delivery"], said["reason"]) == ("refused", "not_assigned_to_you")


async def test_an_agent_with_two_hundred_in_hand_can_not_take_one_more() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()
    entry = LoadEntry(kind=LoadKind.HELD, version=1, queue="general", at=desk.world.clock.now())
    load = {f"{'0' * 32}-{number:026d}": entry for number in range(200)}
    await desk.centre.agents.revise("ana", lambda agent: replace(agent, load=load))
    assert (await announced(desk))["reason"] == "agent_full"
    assert (await desk.reply(conversation_id)).refusal == (409, "agent_full")
    assert (await announced(desk, SUE))["delivery"] == "message"


async def test_forty_that_are_held_are_fewer_once_the_first_expires() -> None:
    desk = await desk_after(25, when_window_closed="hold")
    for number in range(40):
        await desk.reply(desk.world.conversation.id, str(number))
    assert await announced(desk) == {
        "delivery": "refused",
        "holds": False,
        "reason": "too_many_held",
        "validUntil": "2026-12-02T10:00:00Z",
    }


async def test_it_takes_the_room_that_a_template_leaves() -> None:
    long = {"fr": f"{'x' * 900} {{{{1}}}} {{{{2}}}}", "en": "{{1}} {{2}}"}
    templates = {"follow_up": long}
    parameters = ["{contact.name|client}", "{reply.text|…}"]
    desk = await desk_after(25, templates=templates, fallback_template={"name": "follow_up", "parameters": parameters})
    room = (await announced(desk))["template"]["replyText"]["max"]
    assert room == 1024 - 900 - len(" client ")
    await desk.reply(desk.world.conversation.id, "a" * room)
    assert len(desk.world.phone[-1] or "") == 1024


async def test_after_131047_it_says_what_the_closed_window_means() -> None:
    desk = await desk_after(1)
    await desk.reply(desk.world.conversation.id, "Un")
    await desk.world.status(desk.world.channel_id_of("Un"), "Failed", code="131047")
    assert (await announced(desk))["delivery"] == "held"
