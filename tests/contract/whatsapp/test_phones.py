"""The simulated phones over HTTP."""

from datetime import UTC, datetime, timedelta

import pytest
from yarl import URL

from dev.stack.whatsapp.catalogue import Channel
from tests.contract.whatsapp.sdk import AsyncSdk, text
from tests.contract.whatsapp.stand_in import CHANNEL, NUMBER, StandIn, running


@pytest.mark.parametrize("path", ["33612345678", "+33612345678", "%2B33612345678"])
async def test_the_plus_of_a_number_may_be_left_out_or_escaped(stand_in: StandIn, path: str) -> None:
    await stand_in.write(path, text="Bonjour")

    assert [message["text"] for message in await stand_in.messages(NUMBER)] == ["Bonjour"]


async def test_messages_have_the_promised_shape_and_the_oldest_is_first(stand_in: StandIn) -> None:
    yesterday = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
    newer = await stand_in.write(channel="support", text="Bonjour")
    older = await stand_in.write(channel=CHANNEL, text="Avant", at=yesterday.isoformat())

    messages = await stand_in.messages()

    assert [message["messageId"] for message in messages] == [older, newer]
    first = {key: messages[0][key] for key in ("direction", "channel", "kind", "text", "template", "messageId", "at")}
    assert first == {
        "direction": "in",
        "channel": CHANNEL,
        "kind": "text",
        "text": "Avant",
        "template": None,
        "messageId": older,
        "at": "2026-11-21T09:00:00+00:00",
    }


async def test_an_unknown_phone_is_an_empty_list(stand_in: StandIn) -> None:
    assert await stand_in.messages("33600000000") == []


async def test_a_phone_of_which_only_the_bsuid_is_known(stand_in: StandIn) -> None:
    await stand_in.write("FR.1349", text="Bonjour")
    await stand_in.webhook.until(stand_in.webhook.data)

    [event] = stand_in.webhook.data()

    assert (event["from"], event["fromBSUID"]) == ("", "FR.1349")
    assert [message["text"] for message in await stand_in.messages("FR.1349")] == ["Bonjour"]


async def test_a_clock_that_moves_on_closes_the_window_and_dates_what_is_written_next(stand_in: StandIn) -> None:
    first = await stand_in.write(text="Bonjour")
    status, moved = await stand_in.call("POST", f"/phones/{NUMBER}/clock", {"forward": "25h"})
    assert status == 200
    assert datetime.fromisoformat(moved["now"]) - datetime.now(UTC) > timedelta(hours=24, minutes=59)

    async with AsyncSdk(stand_in.address) as sdk:
        late = await sdk.send(text())
        refused = await stand_in.webhook.status(late.message_id, "Failed")
        second = await stand_in.write(text="Encore")
        answered = await sdk.send(text())
        await stand_in.webhook.status(answered.message_id, "Delivered")

    assert refused["error"]["channelCode"] == "131047"
    at = {message["messageId"]: datetime.fromisoformat(message["at"]) for message in await stand_in.messages()}
    assert list(at) == [first, late.message_id, second, answered.message_id]
    assert at[second] - at[first] > timedelta(hours=25)
    events = {data["messageId"]: data for data in stand_in.webhook.data()}
    assert datetime.fromisoformat(events[second]["receivedTimestamp"]) - at[first] > timedelta(hours=24, minutes=59)


async def test_a_clock_moves_on_from_where_it_is_and_on_one_phone_only(stand_in: StandIn) -> None:
    moves = [await stand_in.call("POST", f"/phones/{NUMBER}/clock", {"forward": each}) for each in ("90m", "1d", "30s")]
    _, moved = moves[-1]
    ahead = datetime.fromisoformat(moved["now"]) - datetime.now(UTC)
    assert timedelta(hours=25, minutes=30) < ahead <= timedelta(hours=25, minutes=30, seconds=30)

    await stand_in.write("33600000001", text="Bonjour")
    (message,) = await stand_in.messages("33600000001")
    assert datetime.fromisoformat(message["at"]) <= datetime.now(UTC)


@pytest.mark.parametrize("body", [{}, {"forward": 25}, {"forward": "25"}, {"forward": "-1h"}, {"forward": "0h"}])
async def test_a_clock_is_not_moved_by_what_is_no_duration(stand_in: StandIn, body: dict[str, object]) -> None:
    status, answer = await stand_in.call("POST", f"/phones/{NUMBER}/clock", body)
    assert status == 422
    assert answer["problems"][0].startswith("forward: ")


async def test_reading_tells_the_business_once(stand_in: StandIn) -> None:
    await stand_in.write(text="Bonjour")
    async with AsyncSdk(stand_in.address) as sdk:
        sent = await sdk.send(text())
    await stand_in.webhook.status(sent.message_id, "Delivered")

    assert await stand_in.call("POST", f"/phones/{NUMBER}/read") == (200, {"read": [sent.message_id]})
    await stand_in.webhook.status(sent.message_id, "Read")

    assert await stand_in.call("POST", f"/phones/{NUMBER}/read") == (200, {"read": []})
    assert (await stand_in.messages())[-1]["status"] == "read"


async def test_a_reaction_opens_no_window(stand_in: StandIn) -> None:
    long_ago = (datetime.now(UTC) - timedelta(hours=30)).isoformat()
    answered = await stand_in.write(text="Bonjour", at=long_ago)
    await stand_in.write(reaction={"messageId": answered, "emoji": "👍"})
    async with AsyncSdk(stand_in.address) as sdk:
        sent = await sdk.send(text())

    failed = await stand_in.webhook.status(sent.message_id, "Failed")

    assert failed["error"]["channelCode"] == "131047"


async def test_the_list_of_phones_has_name_newest_message_unread_and_window(stand_in: StandIn) -> None:
    await stand_in.write(text="Bonjour", name="Camille", at="2026-11-21T09:00:00Z")

    _, answer = await stand_in.call("GET", "/phones")

    [phone] = answer["phones"]
    assert (phone["number"], phone["name"], phone["last"]["text"], phone["unread"]) == (NUMBER, "Camille", "Bonjour", 0)
    assert phone["windows"] == {CHANNEL: "2026-11-22T09:00:00+00:00"}
    assert phone["ahead"] == 0


async def test_a_phone_is_named_before_anybody_used_it_and_again_later(stand_in: StandIn) -> None:
    added = await stand_in.call("PUT", f"/phones/%2B{NUMBER}", {"name": " Camille "})
    await stand_in.write(text="Bonjour")
    await stand_in.call("PUT", f"/phones/{NUMBER}", {"name": "Camille Dupont"})

    assert (added[0], added[1]["name"], added[1]["last"]) == (200, "Camille", None)
    _, answer = await stand_in.call("GET", "/phones")
    assert [(phone["number"], phone["name"]) for phone in answer["phones"]] == [(NUMBER, "Camille Dupont")]


@pytest.mark.parametrize(("number", "name"), [("0612345678", "Camille"), (NUMBER, "C" * 101), (NUMBER, None)])
async def test_what_is_no_phone_or_no_name_is_422(stand_in: StandIn, number: str, name: object) -> None:
    status, answer = await stand_in.call("PUT", f"/phones/{number}", {"name": name})

    assert (status, len(answer["problems"])) == (422, 1)
    assert await stand_in.call("GET", "/phones") == (200, {"phones": []})


async def test_a_reaction_says_what_it_is_about(stand_in: StandIn) -> None:
    about = await stand_in.write(text="Bonjour")
    await stand_in.write(reaction={"messageId": about, "emoji": "👍"})

    assert [(each["kind"], each["reactsTo"]) for each in await stand_in.messages()] == [
        ("text", None),
        ("reaction", about),
    ]


async def test_an_unknown_channel_is_404_and_names_the_known_ones(stand_in: StandIn) -> None:
    status, answer = await stand_in.call("POST", f"/phones/{NUMBER}/messages", {"channel": "sales", "text": "x"})

    assert (status, answer) == (404, {"problems": [f"no channel 'sales'; there are: support ({CHANNEL})"]})


async def test_of_several_channels_one_must_be_named() -> None:
    async with running(Channel(name="sales", id="22222222-2222-2222-2222-222222222222")) as stand_in:
        status, answer = await stand_in.call("POST", f"/phones/{NUMBER}/messages", {"text": "x"})

    assert status == 404
    assert "sales" in answer["problems"][0]


async def test_a_bad_body_names_all_its_problems(stand_in: StandIn) -> None:
    body = {"text": "x", "reaction": {"emoji": "👍"}, "at": "yesterday", "bsuid": "33", "nam": "Camille"}

    status, answer = await stand_in.call("POST", f"/phones/{NUMBER}/messages", body)

    assert status == 422
    named = {problem.partition(":")[0] for problem in answer["problems"]}
    assert named >= {"reaction.messageId", "at", "bsuid", "nam"}
    assert any("exactly one of" in problem for problem in answer["problems"])
    assert await stand_in.messages() == []


@pytest.mark.parametrize(
    ("number", "body", "problem"),
    [
        ("0612345678", {"text": "x"}, "number"),
        (NUMBER, {"text": "x", "hidePhone": True}, "hidePhone"),
        (NUMBER, [], "Input should be"),
    ],
)
async def test_what_cannot_be_sent_is_422(stand_in: StandIn, number: str, body: object, problem: str) -> None:
    status, answer = await stand_in.call("POST", f"/phones/{number}/messages", body)

    assert status == 422
    assert problem in answer["problems"][0]


async def test_the_page_may_load_nothing_from_elsewhere(stand_in: StandIn) -> None:
    async with stand_in.session.get(f"{stand_in.address}/") as answer:
        assert answer.status == 200
        policy = answer.headers["Content-Security-Policy"].split("; ")
    assert {"default-src 'none'", "script-src 'self'", "trusted-types 'none'", "frame-ancestors 'self'"} <= set(policy)
    assert not [source for source in policy if "unsafe" in source or "data:" in source]


@pytest.mark.parametrize("file", ["none.js", "..%2Fphones.py", "%2E%2E%2Fphones.py"])
async def test_a_file_that_is_not_of_the_page_is_404(stand_in: StandIn, file: str) -> None:
    async with stand_in.session.get(URL(f"{stand_in.address}/page/{file}", encoded=True)) as answer:
        assert answer.status == 404
