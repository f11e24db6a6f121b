"""What a request may hold, and how an answer looks, whatever the route."""

import json
import logging
from typing import Any

import pytest

from shared.api.exchange import Request
from shared.api.routes import ROUTES
from shared.vocabulary.errors import Unavailable
from tests.fakes.faults import Faults
from tests.fakes.world import PHONE
from tests.unit.app.api.desk import ADA, ANA, SUE, Desk

HTTPS = "https://a.example/b"
ROUTES_OF = {
    (verb, f"/{route.path}"): method.operation
    for route in ROUTES.values()
    for verb, method in route.methods.items()
    if method.role
}


async def refused(body: object) -> tuple[tuple[int, str | None], set[str]]:
    """What a reply's body is answered with: (status, code), and the paths."""
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()
    answer = await desk.post(f"/conversations/{conversation_id}/replies", body)
    return answer.refusal, answer.paths


@pytest.mark.parametrize(
    ("body", "paths"),
    [
        ({}, {"kind"}),
        ({"kind": "sticker"}, {"kind"}),
        ({"kind": "text"}, {"text"}),
        ({"kind": "text", "text": ""}, {"text"}),
        ({"kind": "text", "text": 7}, {"text"}),
        ({"kind": "text", "text": None}, {"text"}),
        ({"kind": "text", "text": "a\x00b"}, {"text"}),
        ({"kind": "text", "text": "x", "txet": "y", "when_window_closed": "hold"}, {"txet", "when_window_closed"}),
        ({"kind": "text", "text": "x", "whenWindowClosed": "maybe"}, {"whenWindowClosed"}),
        ({"kind": "text", "text": "x", "mediaUri": HTTPS}, {"mediaUri"}),
        ({"kind": "text", "text": " \t\n\u00a0\u2003"}, {"text"}),
        ({"kind": "text", "text": "\x07\x1b"}, {"text"}),
        ({"kind": "text", "text": "\u200b\u200d\ufeff\u2060\u00ad"}, {"text"}),
        ({"kind": "text", "text": "\ufe0f\u3164\u2800"}, {"text"}),
        ({"kind": "image"}, {"mediaUri"}),
        ({"kind": "image", "mediaUri": "https://a.example/b c"}, {"mediaUri"}),
        ({"kind": "image", "mediaUri": HTTPS + "b" * 2048}, {"mediaUri"}),
        ({"kind": "image", "mediaUri": HTTPS, "fileName": "b.jpg"}, {"fileName"}),
        ({"kind": "audio", "mediaUri": HTTPS, "caption": "x"}, {"caption"}),
        ({"kind": "template"}, {"template"}),
        ({"kind": "template", "template": "t", "parameters": "x"}, {"parameters"}),
        ({"kind": "template", "template": "t", "parameters": ["x", 1, "y\x00"]}, {"parameters[1]", "parameters[2]"}),
        ({"kind": "text", "text": "x" * 4097, "no": 1}, {"text", "no"}),
        ([], {""}),
        (b"", {"kind"}),
        (b"{", {""}),
        (b"[" * 100_000, {""}),
        (b'{"kind": "text", "text": "\xff"}', {""}),
        (b'{"kind": "text", "text": "\\ud800"}', {""}),
        (b'{"kind": "text", "text": NaN}', {"text"}),
    ],
)
async def test_a_bad_body_is_refused_with_every_path(body: object, paths: set[str]) -> None:
    assert await refused(body) == ((422, "invalid_request"), paths)


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"kind": "text", "text": "x" * 4097}, "text"),
        ({"kind": "text", "text": "👍" * 2049}, "text"),
        ({"kind": "image", "mediaUri": HTTPS, "caption": "x" * 1025}, "caption"),
    ],
)
async def test_a_text_that_whatsapp_would_not_take_is_too_long(body: object, path: str) -> None:
    assert await refused(body) == ((422, "text_too_long"), {path})


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "text", "text": "é" * 4096},
        {"kind": "text", "text": "👍" * 2048},
        {"kind": "image", "mediaUri": HTTPS, "caption": "x" * 1024},
        {"kind": "text", "text": "x", "whenWindowClosed": None},
    ],
)
async def test_the_longest_text_is_taken(body: dict[str, Any]) -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()

    assert (await desk.post(f"/conversations/{conversation_id}/replies", body)).status == 201


async def test_a_byte_order_mark_before_a_body_is_skipped() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()
    path = f"/conversations/{conversation_id}/replies"
    body = b'{"kind": "text", "text": "Voici"}'

    marked = await desk.post(path, b"\xef\xbb\xbf" + body, key="k")
    plain = await desk.post(path, body, key="k")

    assert (marked.status, plain.status) == (201, 201)
    assert marked.json["replyId"] == plain.json["replyId"]
    assert (await desk.post(path, b"\xef\xbb\xbf")).paths == {"kind"}
    assert (await desk.post(path, b" \xef\xbb\xbf" + body)).paths == {""}
    assert (await desk.post(path, b"\xef\xbb\xbf\xef\xbb\xbf" + body)).paths == {""}


async def test_a_byte_order_mark_alone_is_no_body() -> None:
    desk = await Desk.staffed()

    assert (await desk.call("GET", "/agents", b"\xef\xbb\xbf", SUE)).status == 200
    assert (await desk.call("GET", "/agents", b"\xef\xbb\xbf{}", SUE)).status == 200


@pytest.mark.parametrize("path", ["/conversations", "/agents", "/contacts/{contact}/conversations", "/quarantine"])
async def test_a_limit_without_a_number_is_refused_in_every_list(path: str) -> None:
    desk = await Desk.staffed()
    await desk.conversation()

    answer = await desk.get(path.format(contact=desk.world.contact.id) + "?limit=", ADA)

    assert (answer.refusal, answer.paths) == ((422, "invalid_request"), {"limit"})


@pytest.mark.parametrize("text", [".", "👍", "🇫🇷", "1️⃣", "\u200fم", "नी", "\U0001fae9", "\n—\n"])
async def test_one_visible_character_makes_a_text(text: str) -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()

    assert (await desk.reply(conversation_id, text)).status == 201
    assert desk.world.channel.sent[-1].content.text == text


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("https://a.example\\b", "backslashes"),
        ("https://a.example/b\n", "control characters"),
        ("https://a.example/b\x7f", "control characters"),
        ("https://a.example/b%00.jpg", "control characters"),
    ],
)
async def test_an_address_that_nobody_should_fetch_is_refused_with_the_reason(address: str, said: str) -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()
    body = {"kind": "image", "mediaUri": address}

    answer = await desk.post(f"/conversations/{conversation_id}/replies", body)

    assert answer.refusal == (422, "invalid_request")
    (error,) = answer.json["errors"]
    assert error["path"] == "mediaUri"
    assert said in error["message"]


@pytest.mark.parametrize(
    "address",
    [
        "https://a.example:443/b",
        "https://a.example/b%20c.jpg?sig=a%2Bb%3D&mail=x@y.example#top",
    ],
)
async def test_an_address_with_a_port_or_a_signature_goes_out_as_it_is(address: str) -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()

    await desk.post(f"/conversations/{conversation_id}/replies", {"kind": "image", "mediaUri": address})

    sent = desk.world.channel.sent[-1].content
    assert sent.media
    assert sent.media.uri == address


@pytest.mark.parametrize(
    ("method", "path"),
    ROUTES_OF,
)
async def test_what_no_route_knows_is_refused_before_existence(method: str, path: str) -> None:
    body = {"kind": "text", "action": "release", "foo": 1}
    answer = await Desk().call(method, f"{path}?x=1&code=key&clientId=c", body, ADA)

    takes_file = ROUTES_OF[method, path].raw_bytes is not None
    assert answer.refusal == (422, "invalid_request")
    assert ({"x"} if takes_file else {"x", "foo"}) <= answer.paths
    assert not answer.paths & {"code", "clientId"}


@pytest.mark.parametrize("path", ["/health", "/openapi.json"])
async def test_what_anyone_may_ask_is_answered_whatever_comes_with_it(path: str) -> None:
    assert (await Desk().call("GET", f"{path}?x=1", {"foo": 1}, {})).status == 200


async def test_a_body_over_256_kib_is_too_large_by_what_it_says_or_is() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()
    path = f"/conversations/{conversation_id}/replies"
    fitting = json.dumps({"kind": "text", "text": "x"}).encode().ljust(256 * 1024)

    assert (await desk.call("POST", path, fitting, ANA)).status == 201
    assert (await desk.call("POST", path, fitting + b" ", ANA)).refusal == (413, "too_large")
    for length in (str(256 * 1024 + 1), "9" * 5000):
        saying = {**ANA, "Content-Length": length}
        assert (await desk.call("POST", path, b"", saying)).refusal == (413, "too_large")


BOUNDED = {
    ("POST", "/conversations/{conversationId}/media"): 30,
    ("POST", "/contacts/find"): 30,
    ("POST", "/conversations/bulk"): 30,
    ("GET", "/reports"): 30,
    ("GET", "/conversations/{conversationId}/explain"): 60,
    ("POST", "/workstreams/{name}/explain"): 60,
}


def test_what_costs_much_is_bounded_and_nothing_else() -> None:
    assert {
        route: operation.most_a_minute for route, operation in ROUTES_OF.items() if operation.most_a_minute
    } == BOUNDED


@pytest.mark.parametrize(("method", "path"), BOUNDED)
async def test_a_caller_who_asks_too_often_is_told_when_to_come_again_and_no_other_is(method: str, path: str) -> None:
    desk = Desk()
    for _ in range(BOUNDED[method, path]):
        assert (await desk.call(method, path, None, SUE)).code != "too_many_requests"
        desk.world.clock.step(0.5)

    refused = await desk.call(method, path, None, {**SUE, "X-Agent-Id": "SUE"})

    assert refused.refusal == (429, "too_many_requests")
    assert refused.headers["Retry-After"] == str(60 - BOUNDED[method, path] // 2)
    assert (await desk.call(method, path, None, ADA)).code != "too_many_requests"
    desk.world.clock.step(60 - BOUNDED[method, path] // 2)
    assert (await desk.call(method, path, None, SUE)).code != "too_many_requests"


async def test_every_answer_forbids_caching_and_sniffing() -> None:
    desk = await Desk.staffed()

    for answer in (await desk.get("/conversations"), await desk.get("/quarantine"), await desk.get("/health", {})):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_a_problem_has_the_members_of_rfc_9457_and_a_stable_code() -> None:
    answer = await Desk().get("/conversations", {})

    assert answer.headers["Content-Type"] == "application/problem+json"
    assert set(answer.json) == {"type", "title", "status", "detail", "code", "errors", "requestId"}
    assert (answer.json["type"], answer.json["title"], answer.json["status"]) == ("about:blank", "Unauthorized", 401)


async def test_a_request_is_named_alike_in_its_answer_and_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    desk = await Desk.staffed()

    with caplog.at_level(logging.INFO):
        caplog.clear()
        listed, refused, gone = (
            await desk.get("/conversations"),
            await desk.get("/conversations?limit=x"),
            await desk.delete("/quick-replies/none", SUE),
        )

    ids = [answer.headers["X-Request-Id"] for answer in (listed, refused, gone)]
    assert len(set(ids)) == 3
    assert [refused.json["requestId"], gone.json["requestId"]] == ids[1:]
    assert [json.loads(line)["request_id"] for line in caplog.messages if '"step": "api"' in line] == ids


async def test_storage_that_stays_away_is_unavailable_and_says_when_to_come_again() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()
    faults = Faults(call=1, error=Unavailable("away", retry_after=30), lasting=True)
    away = Desk(desk.world, centre=desk.world.worker(tables=faults.wrap(desk.world.tables)))

    for answer in (
        await away.get("/conversations"),
        await away.reply(conversation_id),
        await away.put("/agents/ana", {"name": "Ana", "queues": []}),
        await away.get(f"/conversations/{conversation_id}", SUE),
    ):
        assert answer.refusal == (503, "unavailable")
        assert answer.headers["Retry-After"] == "30"


async def test_a_blink_of_storage_goes_unnoticed() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()
    faults = Faults(call=1, error=Unavailable("away"))
    blinking = Desk(desk.world, centre=desk.world.worker(tables=faults.wrap(desk.world.tables)))

    assert (await blinking.reply(conversation_id)).status == 201


async def test_a_queue_that_stays_away_leaves_nothing_done() -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()
    faults = Faults(call=1, error=Unavailable("away"), lasting=True)
    away = Desk(desk.world, centre=desk.world.worker(sender=faults.wrap(desk.world.sender)))
    before = desk.world.texts()

    assert (await away.reply(conversation_id)).refusal == (503, "unavailable")

    assert desk.world.texts() == before


async def test_what_nobody_expected_is_an_internal_error_that_gives_nothing_away(
    caplog: pytest.LogCaptureFixture,
) -> None:
    desk = await Desk.staffed()
    await desk.conversation()
    faults = Faults(call=1, error=ValueError(f"bug about +{PHONE}"), lasting=True)
    broken = Desk(desk.world, centre=desk.world.worker(tables=faults.wrap(desk.world.tables)))

    with caplog.at_level(logging.INFO):
        answer = await broken.get("/conversations")

    assert answer.refusal == (500, "internal_error")
    (failure,) = [line for line in caplog.messages if "api.failed" in line]
    assert "ValueError" in failure
    assert "shared/api/endpoints/conversations.py" in failure
    assert PHONE not in caplog.text + json.dumps(answer.json)


async def test_a_request_leaves_one_line_without_texts_names_or_numbers(caplog: pytest.LogCaptureFixture) -> None:
    desk = await Desk.staffed()
    conversation_id = await desk.conversation()

    with caplog.at_level(logging.INFO):
        caplog.clear()
        answer = await desk.reply(conversation_id, "un secret")
        await desk.get("/conversations?agent=someone", {})

    replied, listed = (json.loads(line) for line in caplog.messages if '"step": "api"' in line)
    assert isinstance(replied.pop("duration_ms"), int)
    assert replied == {
        "step": "api",
        "route": "reply",
        "method": "POST",
        "status": 201,
        "role": "Agent",
        "conversation_id": conversation_id,
        "request_id": answer.headers["X-Request-Id"],
    }
    assert (listed["status"], listed["code"]) == (401, "unauthenticated")
    assert not any(secret in caplog.text for secret in ("un secret", PHONE, "someone", "Ana"))


@pytest.mark.parametrize("method", ["PUT", "OPTIONS", "TRACE", "LINK"])
async def test_a_method_that_a_path_does_not_have_is_refused_with_those_that_it_has(method: str) -> None:
    answer = await Desk().call(method, "/conversations/x", None, {})

    assert answer.refusal == (405, "method_not_allowed")
    assert answer.headers["Allow"] == "GET, PATCH"


async def test_the_frame_needs_no_more_than_a_method() -> None:
    response = await Desk().centre.api("health", Request(method="GET"))

    assert (response.status, response.body) == (200, b'{"status":"ok"}')
