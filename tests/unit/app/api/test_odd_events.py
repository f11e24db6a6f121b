"""Whatever stands in the optional parts of an event, the team reads what the customer wrote."""

import json
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from shared.intake.envelope import normal_form
from tests.fakes.world import CHANNEL, PHONE
from tests.unit.app.api.desk import SUE, Desk
from tests.unit.pure.intake.strategies import json_values

PARTS = {
    "messageType": "text",
    "context": {"from": "33123456789", "id": "c"},
    "media": {"mimeType": "image/jpeg", "id": "m", "fileName": "a.jpg", "caption": "là", "animated": False},
    "button": {"text": "Oui", "payload": "yes"},
    "interactive": {"type": "listReply", "listReply": {"id": "1", "title": "Un", "description": "…"}},
    "reaction": {"messageId": "m", "emoji": "👍"},
    "error": {"channelCode": "131051", "channelMessage": "unsupported"},
    "channelType": "whatsapp",
    "order": {"items": []},
}


@st.composite
def parts(draw: st.DrawFn) -> dict[str, Any]:
    """Optional parts of a message, whole or with something else in a place or two."""
    found: dict[str, Any] = {}
    for name in draw(st.lists(st.sampled_from(sorted(PARTS)), min_size=1, unique=True)):
        part = json.loads(json.dumps(PARTS[name]))
        if isinstance(part, dict) and draw(st.booleans()):
            part[draw(st.sampled_from(sorted(part)))] = draw(json_values)
            found[name] = part
        else:
            found[name] = draw(json_values)
    return found


@settings(max_examples=100)
@given(parts())
async def test_the_text_of_a_message_is_read_over_the_api(odd: dict[str, Any]) -> None:
    desk = Desk()
    await desk.world.event(normal_form(desk.world.inbound("Bonjour", message_id="m1", **odd)))

    (item,) = (await desk.get("/conversations", SUE)).json["items"]
    answer = await desk.get(f"/conversations/{item['conversationId']}/messages", SUE)

    (line,) = [each for each in answer.json["items"] if each["direction"] == "in"]
    assert (line["messageId"], line["text"]) == ("m1", "Bonjour")
    assert len(json.dumps(line.get("data"))) <= 4096
    assert item["window"]["open"] is not (line["kind"] == "reaction")


@settings(max_examples=60)
@example("\ud800", "error")
@given(json_values, st.sampled_from(["error", "error.channelCode", "error.channelMessage", "toBSUID", "channelType"]))
async def test_a_status_is_taken_without_its_odd_parts(odd: Any, place: str) -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()
    reply = (await desk.reply(conversation_id)).json
    data: dict[str, Any] = {
        "messageId": reply["messageId"],
        "status": "Delivered",
        "from": CHANNEL,
        "to": PHONE,
    }
    name, _, field = place.partition(".")
    data[name] = {field: odd} if field else odd
    kind = "Microsoft.Communication.AdvancedMessageDeliveryStatusUpdated"

    await desk.world.event(normal_form({"id": "e", "type": kind, "subject": None, "time": None, "data": data}))

    status = (await desk.get(f"/conversations/{conversation_id}/replies/{reply['replyId']}")).json["status"]
    assert status == "delivered"
