"""The API with sign-in: who a token lets in, as whom, and what else a request may claim."""

import json
import logging
from dataclasses import replace
from typing import Any

import pytest

from shared.api.routes import ROUTES
from shared.composition import ContactCentre
from shared.settings import Tenant
from shared.vocabulary.words import Role
from tests.fakes.issuer import ANA, API, SETTINGS, WEBHOOK, Issuer, bearer
from tests.fakes.world import World
from tests.unit.app.api.desk import Desk

SUE = "eeeeeeee-0000-4000-8000-000000000006"
GUARDED = [
    (verb, f"/{route.path}", method.role)
    for route in ROUTES.values()
    for verb, method in route.methods.items()
    if method.role
]
HUGE = b"{" * 300_000


@pytest.fixture
def desk() -> Desk:
    """A desk whose callers sign in."""
    return Desk(World(**SETTINGS))


def token(desk: Desk, *roles: str, **claims: Any) -> dict[str, str]:
    """The header of a call with these roles."""
    return bearer(desk.world.issuer.token(roles=list(roles), **claims))


@pytest.mark.parametrize(("method", "path", "needed"), GUARDED)
async def test_identity_and_role_come_before_body_and_existence(
    desk: Desk, method: str, path: str, needed: Role
) -> None:
    assert (await desk.call(method, path, HUGE, {})).refusal == (401, "unauthenticated")
    assert (await desk.call(method, path, HUGE, token(desk))).refusal == (403, "forbidden")
    for role in Role:
        answer = await desk.call(method, path, HUGE, token(desk, role))
        assert (answer.status == 403) == (not role.includes(needed))
        assert answer.status not in (401, 500)


async def test_a_401_says_how_to_come_in_and_what_is_wrong(desk: Desk) -> None:
    answer = await desk.get("/conversations", token(desk, "Agent", aud=WEBHOOK))

    assert answer.refusal == (401, "unauthenticated")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json["detail"] == "The token is for another application."
    assert "WWW-Authenticate" not in (await desk.get("/quarantine", token(desk, "Agent"))).headers


@pytest.mark.parametrize(
    ("roles", "counts"),
    [
        (["Agent"], Role.AGENT),
        (["Agent", "Supervisor"], Role.SUPERVISOR),
        (["Admin", "Agent"], Role.ADMIN),
        (["Approver", "Supervisor"], Role.SUPERVISOR),
    ],
)
async def test_the_highest_role_counts(desk: Desk, roles: list[str], counts: Role) -> None:
    for method, path, needed in GUARDED:
        answer = await desk.call(method, path, HUGE, token(desk, *roles))
        assert (answer.status == 403) == (not counts.includes(needed))


@pytest.mark.parametrize("roles", [None, [], "Admin", {"Admin": True}, ["admin"], ["Approver"], [["Admin"]], [None]])
async def test_without_a_role_of_ours_a_caller_is_known_and_refused(desk: Desk, roles: object) -> None:
    answer = await desk.get("/conversations", bearer(desk.world.issuer.token(roles=roles)))

    assert answer.refusal == (403, "forbidden")
    assert "Agent, Supervisor, Admin" in answer.json["detail"]


@pytest.mark.parametrize("oid", [None, "", 7, ["ana"], "é", "a" * 129, "a\n"])
async def test_a_token_has_to_say_whom_it_was_issued_to(desk: Desk, oid: object) -> None:
    answer = await desk.get("/conversations", bearer(desk.world.issuer.token(oid=oid)))

    assert answer.refusal == (401, "unauthenticated")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_an_agent_is_whoever_the_token_was_issued_to(desk: Desk) -> None:
    supervisor = token(desk, "Supervisor", oid=SUE)
    body = {"name": "Ana", "queues": ["general"]}
    assert (await desk.put(f"/agents/{ANA}", body, supervisor)).status == 200
    conversation_id = await desk.conversation()

    assert (await desk.reply(conversation_id, "Voici", token(desk, "Agent"))).status == 201
    assert (await desk.reply(conversation_id, "Voici", token(desk, "Agent", oid=SUE))).refusal == (
        404,
        "conversation_not_found",
    )

    (listed,) = (await desk.get("/conversations?agent=me", token(desk, "Agent"))).json["items"]
    assert (listed["conversationId"], listed["agent"]) == (conversation_id, ANA)


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"name": "Ana Lima"}, "Ana Lima"),
        ({"name": "A" * 200}, "A" * 128),
        ({"name": "Ana\nAdmin"}, ANA),
        ({"name": "\u200b"}, ANA),
        ({"name": ["Ana"]}, ANA),
        ({}, ANA),
    ],
)
async def test_a_shift_without_a_record_begins_under_the_name_in_the_token(
    desk: Desk, claims: dict[str, Any], name: str
) -> None:
    answer = await desk.put("/agents/me/presence", {"presence": "available"}, token(desk, "Agent", **claims))

    assert (answer.json["agentId"], answer.json["name"], answer.json["queues"]) == (ANA, name, [])


@pytest.mark.parametrize("signed_in", [False, True])
async def test_nothing_else_in_a_request_says_who_calls(desk: Desk, signed_in: bool) -> None:
    forged = {
        "X-MS-CLIENT-PRINCIPAL": "eyJjbGFpbXMiOlt7InR5cCI6InJvbGVzIiwidmFsIjoiQWRtaW4ifV19",
        "X-MS-CLIENT-PRINCIPAL-ID": SUE,
        "X-MS-TOKEN-AAD-ACCESS-TOKEN": desk.world.issuer.token(roles=["Admin"]),
        "X-Agent-Id": SUE,
        "X-Agent-Role": "Admin",
        "x-functions-key": "master",
    }
    headers = forged | (token(desk, "Agent") if signed_in else {})

    for query in ("", "?code=master"):
        refused = (403, "forbidden") if signed_in else (401, "unauthenticated")
        assert (await desk.get(f"/quarantine{query}", headers)).refusal == refused


async def test_keys_that_cannot_be_had_are_503_and_never_401(desk: Desk) -> None:
    desk.world.issuer.away = True

    answer = await desk.get("/conversations", token(desk, "Agent"))

    assert answer.refusal == (503, "unavailable")
    assert answer.headers["Retry-After"] == "5"
    assert "keys" in answer.json["detail"]
    assert (await desk.get("/health", {})).status == 200
    desk.world.issuer.away = False
    desk.world.clock.step(5)
    assert (await desk.get("/conversations", token(desk, "Agent"))).status == 200


async def test_no_token_and_no_claim_is_logged(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    issuer = desk.world.issuer
    tokens = [
        issuer.token(oid=SUE, preferred_username="ana@example.com"),
        issuer.token(aud=WEBHOOK, tid=SUE, preferred_username="ana@example.com"),
        issuer.token(key="key-of-a-stranger"),
        issuer.token(roles=[]),
    ]
    with caplog.at_level(logging.DEBUG):
        for each in tokens:
            await desk.get("/conversations", bearer(each))
            await desk.get("/conversations", {"Authorization": each})

    assert len([line for line in caplog.messages if json.loads(line)["step"] == "api"]) == 8
    for secret in (
        SUE,
        ANA,
        WEBHOOK,
        API,
        "ana@example.com",
        "stranger",
        *(part for each in tokens for part in each.split(".")),
    ):
        assert secret not in caplog.text


@pytest.mark.parametrize("bad", [{"tenant": None}, {"audience": None}, {"auth_mode": None}])
async def test_with_bad_settings_of_sign_in_nobody_can_be_known(bad: dict[str, None]) -> None:
    world = World(**{**SETTINGS, **bad})
    centre = ContactCentre(world.centre.ports, world.settings, None, ("a setting is missing",))
    desk = Desk(world, centre=centre)

    for headers in ({}, token(desk, "Admin"), {"X-Agent-Id": "ana", "X-Agent-Role": "Admin"}):
        for path in ("/conversations", "/health/ready", "/openapi.json"):
            assert (await desk.get(path, headers)).refusal == (503, "misconfigured")
    assert (await desk.get("/health", {})).status == 200


async def test_with_a_bad_configuration_tokens_are_checked_first(desk: Desk) -> None:
    bad = Desk(desk.world, centre=ContactCentre(desk.world.centre.ports, desk.world.settings, None, ("it is bad",)))

    assert (await bad.get("/conversations", {})).refusal == (401, "unauthenticated")
    assert (await bad.get("/health/ready", token(desk, "Agent"))).refusal == (403, "forbidden")
    ready = await bad.get("/health/ready", token(desk, "Supervisor"))
    assert [error["message"] for error in ready.json["errors"]] == ["it is bad"]


async def test_another_cloud_has_issuers_of_its_own() -> None:
    authority = "https://login.microsoftonline.us"
    world = World(**{**SETTINGS, "tenant": replace(SETTINGS["tenant"], authority=authority)})
    world.issuer.authority = authority
    desk = Desk(world)

    assert (await desk.get("/conversations", token(desk, "Agent"))).status == 200
    stranger = Issuer(world.clock).token(roles=["Agent"])
    assert (await desk.get("/conversations", bearer(stranger))).refusal == (401, "unauthenticated")


def test_the_tenant_of_the_public_cloud_is_the_usual_one() -> None:
    assert Tenant(id="…").authority == "https://login.microsoftonline.com"
