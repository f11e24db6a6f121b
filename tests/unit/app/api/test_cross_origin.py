"""Pages of other origins: those that the setting names may call from a browser, nobody else."""

from collections.abc import Mapping

import pytest

from shared.api.exchange import Request
from shared.settings import AuthMode
from tests.fakes.issuer import SETTINGS as ENTRA
from tests.fakes.world import World
from tests.unit.app.api.desk import ANA, SUE, Answer, Desk

CRM = "https://crm.example"
OTHERS = [None, "null", "https://evil.example", "https://crm.example.evil.example", "https://crm.example:8443", "*"]


def desk(*origins: str) -> Desk:
    """A desk of an app that names these origins."""
    return Desk(World(allowed_origins=frozenset(origins)))


def of(origin: str | None, **headers: str) -> Mapping[str, str]:
    """Headers of a request from a page of that origin."""
    return headers | ({"Origin": origin} if origin else {})


def given(answer: Answer) -> set[str]:
    """The headers of the protocol in an answer."""
    return {name for name in answer.headers if name.startswith("Access-Control-")}


async def preflight(desk: Desk, origin: str | None, path: str = "/conversations/x/replies") -> Answer:
    """What a browser asks before a reply."""
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,idempotency-key"}
    return await desk.call("OPTIONS", path, None, of(origin, **asked))


async def test_a_page_that_is_named_may_read_answers_and_problems() -> None:
    crm = desk(CRM, "https://other.example")

    for answer in (await crm.get("/queues", of(CRM, **SUE)), await crm.get("/queues", of(CRM))):
        assert answer.headers["Access-Control-Allow-Origin"] == CRM
        assert answer.headers["Vary"] == "Origin"
        readable = set(answer.headers["Access-Control-Expose-Headers"].split(", "))
        assert {"ETag", "Retry-After", "Date", "X-Request-Id"} <= readable
        assert "Access-Control-Allow-Credentials" not in answer.headers


async def test_what_a_browser_asks_before_is_answered_without_identity() -> None:
    answer = await preflight(desk(CRM), CRM)

    assert (answer.status, answer.json) == (204, None)
    assert answer.headers["Access-Control-Allow-Origin"] == CRM
    assert answer.headers["Access-Control-Allow-Methods"] == "POST"
    assert answer.headers["Access-Control-Allow-Headers"] == "authorization,idempotency-key"
    assert int(answer.headers["Access-Control-Max-Age"]) > 0


async def test_so_it_is_while_the_settings_of_sign_in_are_wrong() -> None:
    broken = Desk(World(allowed_origins=frozenset({CRM}), auth_mode=AuthMode.ENTRA, problems=("ENTRA_AUDIENCE",)))

    assert (await preflight(broken, CRM)).status == 204
    assert "Access-Control-Allow-Origin" in (await broken.get("/queues", of(CRM))).headers


@pytest.mark.parametrize("origin", OTHERS)
async def test_nobody_else_is_given_a_header(origin: str | None) -> None:
    for app in (desk(), desk(CRM)):
        asked, called = await preflight(app, origin), await app.get("/queues", of(origin, **ANA))

        assert asked.refusal == (405, "method_not_allowed")
        assert called.status == 200
        assert given(asked) | given(called) == set()


async def test_a_request_for_the_options_of_a_path_is_no_preflight() -> None:
    assert (await desk(CRM).call("OPTIONS", "/queues", None, of(CRM))).refusal == (405, "method_not_allowed")


async def test_what_differs_by_origin_says_so_beside_what_else_it_differs_by() -> None:
    centre = World(allowed_origins=frozenset({CRM}), **ENTRA).centre

    page = await centre.api("desk", Request(method="GET"))

    assert page.headers["Vary"] == "Accept-Encoding, Origin"
