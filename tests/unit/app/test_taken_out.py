"""What was taken out of the configuration while conversations hang on it: nothing is dropped, and nothing raises."""

import pytest

from tests.fakes.world import CHANNEL, World
from tests.unit.app.api.desk import ADA, SUE, Desk

WHOLE = f"""
version: 1
channels:
  support_fr: {{id: {CHANNEL}, workstream: sales}}
  support_be: {{id: 99999999-9999-9999-9999-999999999999, workstream: support}}
workstreams:
  support: {{languages: [fr], route_to_queue: {{fallback: general}}}}
  sales:
    languages: [fr]
    route_to_queue: {{fallback: shop}}
    distribution: {{accept: manual}}
    lifecycle: {{auto_close_open: 2h, auto_close_waiting: 2h, wrap_up: 1h}}
    automated_messages: {{greeting: {{fr: Bonjour}}, conversation_closed: {{fr: Adieu}}, transferred: {{fr: Ailleurs}}}}
    inactivity: [{{silent: customer, after: 10m, do: send, message: {{fr: "Là ?"}}}}]
    survey: {{question: {{fr: "De 1 à 5 ?"}}}}
queues:
  general: {{}}
  shop: {{hours: office, overflow: [{{when: {{waiting: 30m}}, do: {{transfer: general}}}}]}}
  other: {{}}
hours: {{office: {{open: {{mon-sun: ["00:00-24:00"]}}}}}}
"""
WITHOUT_CHANNEL = WHOLE.replace(f"  support_fr: {{id: {CHANNEL}, workstream: sales}}\n", "")
_SALES = WHOLE[WHOLE.index("  sales:\n") : WHOLE.index("queues:\n")]
WITHOUT_WORKSTREAM = WHOLE.replace(_SALES, "").replace("workstream: sales", "workstream: support")
_SHOP = next(line for line in WHOLE.splitlines() if line.startswith("  shop:"))
WITHOUT_QUEUE = WHOLE.replace(_SHOP + "\n", "").replace("fallback: shop", "fallback: general")
WITHOUT_ALL = WITHOUT_WORKSTREAM.replace(_SHOP + "\n", "").replace(
    f"  support_fr: {{id: {CHANNEL}, workstream: support}}\n", ""
)


async def begun(text: str, *moves: str) -> tuple[Desk, str]:
    """A desk with Ana, and a conversation of the shop; then something is taken out of the file."""
    desk = Desk(World(WHOLE))
    await desk.hire("ana", "shop", "general")
    conversation_id = await desk.conversation()
    for move in moves:
        body = {"agent": "ana"} if move == "assign" else {}
        assert (await desk.post(f"/conversations/{conversation_id}/{move}", body, SUE)).status == 200
    desk.world.deploy(text)
    return Desk(desk.world), conversation_id


TAKEN_OUT = pytest.mark.parametrize(
    "text",
    [WITHOUT_CHANNEL, WITHOUT_WORKSTREAM, WITHOUT_QUEUE, WITHOUT_ALL],
    ids=["channel", "workstream", "queue", "all"],
)


WHEREVER = pytest.mark.parametrize(
    "moves", [(), ("assign",), ("assign", "wait"), ("assign", "wrap-up")], ids=["open", "active", "waiting", "wrap_up"]
)


@WHEREVER
@TAKEN_OUT
async def test_its_conversations_can_be_read_and_closed(text: str, moves: tuple[str, ...]) -> None:
    desk, conversation_id = await begun(text, *moves)
    read = await desk.get(f"/conversations/{conversation_id}", SUE)
    assert (read.status, read.json["workstream"], read.json["queue"]) == (200, "sales", "shop")
    assert (await desk.get(f"/conversations/{conversation_id}/messages", SUE)).status == 200
    listed = await desk.get("/conversations", SUE)
    assert listed.status == 200
    closed = await desk.post(f"/conversations/{conversation_id}/close", {}, SUE)
    assert (closed.status, closed.json["status"]) == (200, "closed")


@pytest.mark.parametrize("moves", [(), ("assign",), ("assign", "wait")], ids=["open", "active", "waiting"])
@TAKEN_OUT
async def test_its_conversations_can_be_transferred(text: str, moves: tuple[str, ...]) -> None:
    desk, conversation_id = await begun(text, *moves)
    answer = await desk.post(f"/conversations/{conversation_id}/transfer", {"queue": "other"}, SUE)
    assert (answer.status, answer.json["queue"]) == (200, "other")


@WHEREVER
@TAKEN_OUT
async def test_time_passes_over_it(text: str, moves: tuple[str, ...]) -> None:
    """Whatever timers were set for it; the customer writes again, or does not."""
    desk, conversation_id = await begun(text, *moves)
    await desk.world.pass_time(3600)
    await desk.world.customer("Encore moi")
    await desk.world.pass_time(3 * 3600)
    assert (await desk.get(f"/conversations/{conversation_id}", SUE)).status == 200


@pytest.mark.parametrize("text", [WITHOUT_QUEUE, WITHOUT_ALL], ids=["queue", "all"])
async def test_a_queue_that_is_gone_shows_as_not_configured_and_can_be_drained(text: str) -> None:
    desk, conversation_id = await begun(text)
    queues = {queue["name"]: queue for queue in (await desk.get("/queues", SUE)).json["items"]}
    assert (queues["shop"]["configured"], queues["general"]["configured"]) == (False, True)
    drained = await desk.post("/queues/shop/drain", {"to": "general"}, ADA)
    assert (drained.status, drained.json["conversations"]) == (202, 1)
    await desk.world.pass_time(60)
    assert (await desk.get(f"/conversations/{conversation_id}", SUE)).json["queue"] == "general"


@pytest.mark.parametrize("text", [WITHOUT_CHANNEL, WITHOUT_ALL], ids=["channel", "all"])
async def test_a_channel_that_is_gone_takes_no_reply_and_loses_no_message(text: str) -> None:
    desk, conversation_id = await begun(text)
    assert (await desk.reply(conversation_id, caller=SUE)).refusal == (409, "channel_removed")
    shown = (await desk.get(f"/conversations/{conversation_id}", SUE)).json
    assert "reply" not in shown["allowed"]
    listed = (await desk.get(f"/conversations?channel={shown['channel']['id'].upper()}", SUE)).json["items"]
    assert [row["conversationId"] for row in listed] == [conversation_id]
    await desk.world.customer("Encore moi")
    (item,) = (await desk.get("/quarantine", ADA)).json["items"]
    desk.world.deploy(WHOLE)
    desk = Desk(desk.world)
    assert (await desk.post(f"/quarantine/{item['id']}/replay", None, ADA)).status in (200, 202)
    await desk.world.drain()
    history = (await desk.get(f"/conversations/{conversation_id}/messages", SUE)).json["items"]
    assert "Encore moi" in [message.get("text") for message in history]
