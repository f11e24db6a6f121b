"""Who may call what: identity and role come before body and existence."""

from collections.abc import Mapping

import pytest

from shared.api.routes import ROUTES
from shared.settings import AuthMode
from shared.vocabulary.words import Role
from tests.fakes.issuer import ANA as TOKENS_ANA
from tests.fakes.issuer import SETTINGS, bearer
from tests.fakes.world import World
from tests.unit.app.api.desk import ADA, ANA, NO_SUCH_CONVERSATION, SUE, Desk

HEADERS = {Role.AGENT: ANA, Role.SUPERVISOR: SUE, Role.ADMIN: ADA}
OPERATIONS = [
    (verb, f"/{route.path}", method.role) for route in ROUTES.values() for verb, method in route.methods.items()
]
GUARDED = [(method, path, role) for method, path, role in OPERATIONS if role]


def test_roles_are_as_the_contract_says() -> None:
    assert {(method, path) for method, path, role in OPERATIONS if role is Role.ADMIN} == {
        ("GET", "/quarantine"),
        ("POST", "/quarantine/{itemId}/replay"),
        ("DELETE", "/quarantine/{itemId}"),
        ("POST", "/queues/{name}/drain"),
        ("DELETE", "/contacts/{contactId}"),
        ("GET", "/contacts/{contactId}/export"),
    }
    assert {(method, path) for method, path, role in OPERATIONS if role is Role.SUPERVISOR} == {
        ("PUT", "/agents/{agentId}"),
        ("PUT", "/agents/{agentId}/presence"),
        ("POST", "/agents/{agentId}/recompute"),
        ("POST", "/agents/{agentId}/release-all"),
        ("GET", "/conversations/{conversationId}/explain"),
        ("PUT", "/queues/{name}/closed-until"),
        ("PUT", "/quick-replies/{name}"),
        ("DELETE", "/quick-replies/{name}"),
        ("POST", "/workstreams/{name}/explain"),
        ("GET", "/health/ready"),
        ("POST", "/conversations/bulk"),
        ("GET", "/reports"),
    }
    assert {(method, path) for method, path, role in OPERATIONS if role is None} == {
        ("GET", "/health"),
        ("HEAD", "/health"),
        ("GET", "/openapi.json"),
        ("GET", "/desk"),
        ("GET", "/desk/config"),
        ("GET", "/desk/{version}/{*path}"),
    }


@pytest.mark.parametrize(("method", "path"), [(method, path) for method, path, _ in GUARDED])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Agent-Id": "ana"},
        {"X-Agent-Role": "Admin"},
        {"X-Agent-Id": "ana", "X-Agent-Role": "agent"},
        {"X-Agent-Id": "ana", "X-Agent-Role": "Owner"},
        {"X-Agent-Id": " ", "X-Agent-Role": "Admin"},
        {"X-Agent-Id": "a\x07", "X-Agent-Role": "Admin"},
        {"X-Agent-Id": "éve", "X-Agent-Role": "Admin"},
        {"X-Agent-Id": "a" * 129, "X-Agent-Role": "Admin"},
        {"X-Agent-Id": "none", "X-Agent-Role": "Admin"},
        {"X-Agent-Id": "Me", "X-Agent-Role": "Admin"},
        {"X-Agent-Id": ".", "X-Agent-Role": "Admin"},
        {"X-Agent-Id": "..", "X-Agent-Role": "Admin"},
        {"X-MS-CLIENT-PRINCIPAL": "ana", "Authorization": "Bearer x"},
    ],
)
async def test_nobody_is_let_in_without_an_identity_and_a_known_role(
    method: str, path: str, headers: Mapping[str, str]
) -> None:
    answer = await Desk().call(method, path, b"{" * 300_000, headers)

    assert answer.refusal == (401, "unauthenticated")


@pytest.mark.parametrize(("method", "path"), [(method, path) for method, path, _ in GUARDED])
async def test_where_tokens_are_taken_no_header_lets_anybody_in(method: str, path: str) -> None:
    answer = await Desk(World(**SETTINGS)).call(method, path, b"{" * 300_000, ADA)

    assert answer.refusal == (401, "unauthenticated")


def signed_in(mode: AuthMode, held: Role) -> tuple[Desk, str, Mapping[str, str]]:
    """A desk of that mode, the id of a caller of that role, and what stands in the header of each call."""
    if mode is AuthMode.KEY:
        return Desk(), HEADERS[held]["X-Agent-Id"], HEADERS[held]
    desk = Desk(World(**SETTINGS))
    return desk, TOKENS_ANA, bearer(desk.world.issuer.token(roles=[held]))


@pytest.mark.parametrize("mode", AuthMode)
@pytest.mark.parametrize(
    ("method", "path", "held"),
    [(method, path, held) for method, path, role in GUARDED for held in Role if not held.includes(role)],
)
async def test_a_lower_role_is_refused_before_body_and_existence(
    method: str, path: str, held: Role, mode: AuthMode
) -> None:
    desk, _, headers = signed_in(mode, held)

    assert (await desk.call(method, path, b"{" * 300_000, headers)).refusal == (403, "forbidden")


@pytest.mark.parametrize("mode", AuthMode)
@pytest.mark.parametrize(
    ("method", "path", "held"),
    [(method, path, held) for method, path, role in GUARDED for held in Role if held.includes(role)],
)
async def test_the_role_and_every_higher_one_are_let_in(method: str, path: str, held: Role, mode: AuthMode) -> None:
    desk, caller_id, headers = signed_in(mode, held)
    own = path.replace("{agentId}", caller_id)  # agents read their own record, nobody else's

    assert (await desk.call(method, own, {}, headers)).status not in (401, 403, 500)


async def test_headers_are_known_in_any_case() -> None:
    desk = await Desk.staffed()

    assert (await desk.get("/conversations", {"x-agent-id": "ana", "x-AGENT-role": "Agent"})).status == 200


async def test_anyone_may_ask_whether_the_app_lives_and_what_its_api_is() -> None:
    desk = Desk()

    assert (await desk.get("/health", {})).json == {"status": "ok"}
    assert (await desk.get("/openapi.json", {})).status == 200


async def test_a_body_is_judged_before_existence() -> None:
    answer = await Desk().post(f"/conversations/{NO_SUCH_CONVERSATION}/replies", {}, SUE)

    assert answer.refusal == (422, "invalid_request")
