"""Who may call what, on which conversations: route × role × scope. A route without a row here fails."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Any

import pytest

from shared.api.routes import ROUTES
from shared.state.conversation import Offer
from shared.vocabulary.words import ConversationStatus, Role
from tests.fakes.sample import sample
from tests.fakes.world import PHONE, World
from tests.unit.app.api.desk import ADA, ANA, SUE, Answer, Desk

AGENT, SUPERVISOR, ADMIN = Role.AGENT, Role.SUPERVISOR, Role.ADMIN


class Scope(Enum):
    """What a route is about, and so which of it an agent may see or change."""

    NOBODYS = "nothing that belongs to anybody"
    LISTED = "a list of what the caller may see"
    READ = "a conversation that the caller may see"
    CHANGED = "a conversation that the caller may see, and no other agent has"
    OFFERED = "a conversation that the caller may see, and is offered"
    COUNTED = "the unread messages of a conversation, which nobody but its own agent moves"
    CONTACT = "a contact with a conversation that the caller may see"
    OWN = "the caller's own record"
    AGENTS = "another agent's record"
    QUEUE = "a queue"


@dataclass(frozen=True)
class Right:
    """The lowest role that may call (None: anyone), what it is about, and a body that is as it has to be."""

    role: Role | None
    scope: Scope
    body: Any = None


CONVERSATION = "/conversations/{conversationId}"
RIGHTS: dict[tuple[str, str], Right] = {
    ("GET", "/conversations"): Right(AGENT, Scope.LISTED),
    ("POST", "/conversations/bulk"): Right(SUPERVISOR, Scope.NOBODYS),
    ("GET", CONVERSATION): Right(AGENT, Scope.READ),
    ("PATCH", CONVERSATION): Right(AGENT, Scope.CHANGED, {"tags": ["vip"]}),
    ("POST", f"{CONVERSATION}/assign"): Right(AGENT, Scope.CHANGED, {}),
    ("POST", f"{CONVERSATION}/accept"): Right(AGENT, Scope.OFFERED),
    ("POST", f"{CONVERSATION}/decline"): Right(AGENT, Scope.OFFERED),
    ("POST", f"{CONVERSATION}/transfer"): Right(AGENT, Scope.CHANGED, {"queue": "general"}),
    ("POST", f"{CONVERSATION}/release"): Right(AGENT, Scope.CHANGED),
    ("POST", f"{CONVERSATION}/wait"): Right(AGENT, Scope.CHANGED, {}),
    ("POST", f"{CONVERSATION}/wrap-up"): Right(AGENT, Scope.CHANGED),
    ("POST", f"{CONVERSATION}/close"): Right(AGENT, Scope.CHANGED, {}),
    ("POST", f"{CONVERSATION}/notes"): Right(AGENT, Scope.CHANGED, {"text": "Attention"}),
    ("POST", f"{CONVERSATION}/read"): Right(AGENT, Scope.COUNTED, {"upTo": "m"}),
    ("GET", f"{CONVERSATION}/explain"): Right(SUPERVISOR, Scope.READ),
    ("GET", f"{CONVERSATION}/messages"): Right(AGENT, Scope.READ),
    ("POST", f"{CONVERSATION}/media"): Right(AGENT, Scope.CHANGED, b"%PDF-1.7"),
    ("GET", f"{CONVERSATION}/media/{{messageId}}"): Right(AGENT, Scope.READ),
    ("POST", f"{CONVERSATION}/media/{{messageId}}/link"): Right(AGENT, Scope.READ),
    ("POST", f"{CONVERSATION}/messages/{{messageId}}/retry"): Right(AGENT, Scope.CHANGED),
    ("POST", f"{CONVERSATION}/replies"): Right(AGENT, Scope.CHANGED, {"kind": "text", "text": "Voici"}),
    ("GET", f"{CONVERSATION}/replies/{{replyId}}"): Right(AGENT, Scope.READ),
    ("DELETE", f"{CONVERSATION}/replies/{{replyId}}"): Right(AGENT, Scope.CHANGED),
    ("POST", "/conversations"): Right(AGENT, Scope.NOBODYS),
    ("POST", "/contacts/find"): Right(AGENT, Scope.LISTED, {"phone": f"+{PHONE}"}),
    ("GET", "/contacts/{contactId}"): Right(AGENT, Scope.CONTACT),
    ("PATCH", "/contacts/{contactId}"): Right(AGENT, Scope.CONTACT, {"name": "Zoé"}),
    ("DELETE", "/contacts/{contactId}"): Right(ADMIN, Scope.NOBODYS),
    ("GET", "/contacts/{contactId}/export"): Right(ADMIN, Scope.NOBODYS),
    ("GET", "/contacts/{contactId}/conversations"): Right(AGENT, Scope.CONTACT),
    ("GET", "/changes"): Right(AGENT, Scope.LISTED),
    ("GET", "/queues"): Right(AGENT, Scope.LISTED),
    ("PUT", "/queues/{name}/closed-until"): Right(SUPERVISOR, Scope.QUEUE),
    ("POST", "/queues/{name}/drain"): Right(ADMIN, Scope.QUEUE),
    ("GET", "/quick-replies"): Right(AGENT, Scope.LISTED),
    ("GET", "/templates"): Right(AGENT, Scope.NOBODYS),
    ("PUT", "/quick-replies/{name}"): Right(SUPERVISOR, Scope.NOBODYS),
    ("DELETE", "/quick-replies/{name}"): Right(SUPERVISOR, Scope.NOBODYS),
    ("GET", "/agents"): Right(AGENT, Scope.LISTED),
    ("GET", "/agents/me"): Right(AGENT, Scope.OWN),
    ("PUT", "/agents/me/presence"): Right(AGENT, Scope.OWN),
    ("GET", "/agents/{agentId}"): Right(AGENT, Scope.AGENTS),
    ("PUT", "/agents/{agentId}"): Right(SUPERVISOR, Scope.AGENTS),
    ("PUT", "/agents/{agentId}/presence"): Right(SUPERVISOR, Scope.AGENTS),
    ("POST", "/agents/{agentId}/release-all"): Right(SUPERVISOR, Scope.AGENTS),
    ("POST", "/agents/{agentId}/recompute"): Right(SUPERVISOR, Scope.AGENTS),
    ("POST", "/workstreams/{name}/explain"): Right(SUPERVISOR, Scope.NOBODYS),
    ("GET", "/reports"): Right(SUPERVISOR, Scope.NOBODYS),
    ("GET", "/quarantine"): Right(ADMIN, Scope.NOBODYS),
    ("POST", "/quarantine/{itemId}/replay"): Right(ADMIN, Scope.NOBODYS),
    ("DELETE", "/quarantine/{itemId}"): Right(ADMIN, Scope.NOBODYS),
    ("GET", "/health"): Right(None, Scope.NOBODYS),
    ("HEAD", "/health"): Right(None, Scope.NOBODYS),
    ("GET", "/health/ready"): Right(SUPERVISOR, Scope.NOBODYS),
    ("GET", "/openapi.json"): Right(None, Scope.NOBODYS),
    ("GET", "/desk"): Right(None, Scope.NOBODYS),
    ("GET", "/desk/config"): Right(None, Scope.NOBODYS),
    ("GET", "/desk/{version}/{*path}"): Right(None, Scope.NOBODYS),
}
ABOUT_A_CUSTOMER = (Scope.READ, Scope.CHANGED, Scope.OFFERED, Scope.CONTACT)
NOT_THERE, NOT_YOURS = (404, "conversation_not_found"), (409, "not_assigned_to_you")


class Situation(Enum):
    """How a conversation stands to Ana, an agent of the queue `general`."""

    IN_HER_QUEUE = "in her queue, nobody has it"
    ELSEWHERE = "in another queue"
    HERS_ELSEWHERE = "hers, in another queue"
    OFFERED_ELSEWHERE = "offered to her, in another queue"
    ANOTHERS = "in her queue, another agent has it"
    ANOTHERS_ELSEWHERE = "in another queue, another agent has it"


SEEN = {Situation.IN_HER_QUEUE, Situation.HERS_ELSEWHERE, Situation.OFFERED_ELSEWHERE, Situation.ANOTHERS}


async def standing(situation: Situation) -> tuple[Desk, str]:
    """A desk with a conversation that stands so."""
    desk = Desk(World(sample()))
    await desk.hire("ana", "general")
    await desk.hire("bob", "general", "billing")
    conversation_id, now = await desk.conversation(message_id="m"), desk.world.clock.now()
    active: dict[str, Any] = {"status": ConversationStatus.ACTIVE}
    offer: dict[str, Any] = {"offer": Offer(agent="ana", at=now, expires_at=now + timedelta(minutes=2))}
    fields = {
        Situation.IN_HER_QUEUE: {},
        Situation.ELSEWHERE: {"queue": "billing"},
        Situation.HERS_ELSEWHERE: {"queue": "billing", "agent": "ana", **active},
        Situation.OFFERED_ELSEWHERE: {"queue": "billing", **offer},
        Situation.ANOTHERS: {"agent": "bob", **active},
        Situation.ANOTHERS_ELSEWHERE: {"queue": "billing", "agent": "bob", **active},
    }[situation]
    if fields:
        await desk.change_conversation(conversation_id, **fields)
    return desk, conversation_id


async def call(desk: Desk, verb: str, path: str, conversation_id: str, caller: Mapping[str, str]) -> Answer:
    """A call of a route about the conversation, or its contact."""
    target = path.replace("{conversationId}", conversation_id).replace("{replyId}", "0" * 26)
    target = target.replace("{contactId}", conversation_id.partition("-")[0])
    return await desk.call(verb, target, RIGHTS[verb, path].body, caller)


def of(*scopes: Scope) -> list[tuple[str, str]]:
    """The routes for agents that are about that."""
    return [route for route, right in RIGHTS.items() if right.scope in scopes and right.role is AGENT]


def test_every_route_has_its_row_and_its_role() -> None:
    served = {
        (verb, f"/{route.path}"): method.role for route in ROUTES.values() for verb, method in route.methods.items()
    }
    assert served == {route: right.role for route, right in RIGHTS.items()}


@pytest.mark.parametrize("situation", Situation)
@pytest.mark.parametrize(("verb", "path"), of(Scope.READ))
async def test_an_agent_reads_what_is_in_its_queues_and_what_it_has_or_is_offered(
    verb: str, path: str, situation: Situation
) -> None:
    desk, conversation_id = await standing(situation)

    answer = await call(desk, verb, path, conversation_id, ANA)

    assert (answer.refusal == NOT_THERE) == (situation not in SEEN)
    assert answer.refusal != NOT_YOURS


@pytest.mark.parametrize("situation", Situation)
@pytest.mark.parametrize(("verb", "path"), of(Scope.CHANGED))
async def test_an_agent_changes_nothing_that_it_does_not_see_or_that_another_has(
    verb: str, path: str, situation: Situation
) -> None:
    desk, conversation_id = await standing(situation)

    answer = await call(desk, verb, path, conversation_id, ANA)

    assert (answer.refusal == NOT_THERE) == (situation not in SEEN)
    assert (answer.refusal == NOT_YOURS) == (situation is Situation.ANOTHERS)


@pytest.mark.parametrize("situation", Situation)
@pytest.mark.parametrize(("verb", "path"), of(Scope.OFFERED))
async def test_an_agent_answers_only_what_it_is_offered(verb: str, path: str, situation: Situation) -> None:
    desk, conversation_id = await standing(situation)

    answer = await call(desk, verb, path, conversation_id, ANA)

    accepted_before = path.endswith("/accept") and situation is Situation.HERS_ELSEWHERE
    if situation is Situation.OFFERED_ELSEWHERE or accepted_before:
        assert answer.status == 200
    else:
        assert answer.refusal == ((409, "offer_ended") if situation in SEEN else NOT_THERE)


@pytest.mark.parametrize("situation", Situation)
@pytest.mark.parametrize(("verb", "path"), of(Scope.COUNTED))
async def test_only_its_own_agent_moves_what_is_unread(verb: str, path: str, situation: Situation) -> None:
    desk, conversation_id = await standing(situation)

    answer = await call(desk, verb, path, conversation_id, ANA)

    if situation is Situation.HERS_ELSEWHERE:
        assert answer.status == 200
    else:
        assert answer.refusal == (NOT_YOURS if situation in SEEN else NOT_THERE)


@pytest.mark.parametrize("situation", Situation)
@pytest.mark.parametrize(("verb", "path"), of(Scope.CONTACT))
async def test_an_agent_sees_the_contacts_of_the_conversations_that_it_sees(
    verb: str, path: str, situation: Situation
) -> None:
    desk, conversation_id = await standing(situation)

    answer = await call(desk, verb, path, conversation_id, ANA)

    assert answer.status == (200 if situation in SEEN else 404)


@pytest.mark.parametrize("caller", [SUE, ADA], ids=["supervisor", "admin"])
@pytest.mark.parametrize("situation", Situation)
@pytest.mark.parametrize(
    ("verb", "path"),
    [
        route
        for route, right in RIGHTS.items()
        if right.scope in (Scope.READ, Scope.CHANGED, Scope.OFFERED, Scope.CONTACT)
    ],
)
async def test_a_supervisor_sees_and_changes_all(
    verb: str, path: str, situation: Situation, caller: Mapping[str, str]
) -> None:
    desk, conversation_id = await standing(situation)

    answer = await call(desk, verb, path, conversation_id, caller)

    assert answer.refusal not in (NOT_THERE, NOT_YOURS)
    assert answer.status not in (401, 403, 500)
