"""Who has a conversation again after its customer wrote, or a wait is over."""

from dataclasses import replace
from typing import Any

import pytest

from shared.configuration import Configuration, load_configuration
from shared.configuration.workstreams import Presence
from shared.lifecycle.affinity import customer_came_back, former_agent, give_to_former_agent
from shared.state.agent import Agent, LoadEntry, LoadKind
from shared.state.conversation import Closure, Conversation
from shared.state.draft import Draft, Room
from shared.state.team import Team
from shared.vocabulary.words import ClosureReason, ConversationStatus
from tests.unit.pure.contacts import CHANNEL, CONVERSATION, NOW, ago, contact, conversation, stored

OPEN, ACTIVE = ConversationStatus.OPEN, ConversationStatus.ACTIVE
WAITING, WRAP_UP = ConversationStatus.WAITING, ConversationStatus.WRAP_UP


def configured(**distribution: Any) -> Configuration:
    values = ", ".join(f"{key}: {value}" for key, value in {"capacity": 30, **distribution}.items())
    return load_configuration(
        f"""
        version: 1
        channels: {{support_fr: {{id: {CHANNEL}, workstream: support}}}}
        workstreams:
          support: {{distribution: {{{values}}}, route_to_queue: {{fallback: general}}}}
        queues: {{general: {{}}, billing: {{}}}}
        """
    )


def agent(**fields: Any) -> Agent:
    usual = Agent(id="Ana", name="Ana", queues=("general",), capacity=30, presence=Presence.AVAILABLE)
    return replace(usual, **fields)


def busy(units: int) -> dict[str, LoadEntry]:
    return {"other": LoadEntry(kind=LoadKind.HELD, version=1, queue="general", at=NOW, units=units)}


def aside(status: ConversationStatus = WAITING, **fields: Any) -> Conversation:
    usual = conversation(status=status, agent="ana", units=30, queued_since=ago(hours=3), waiting_since=ago(minutes=1))
    return replace(usual, **fields)


def after(before: Conversation, colleague: Agent | None, configuration: Configuration | None = None) -> Draft:
    draft = Draft.of(stored(contact(conversation=before)), NOW)
    team = Team(agents={"ana": colleague} if colleague else {})
    customer_came_back(draft, configuration or configured(), team, ago(seconds=5))
    return draft


def state(draft: Draft) -> tuple[ConversationStatus, str | None, str | None]:
    found = draft.contact.conversation
    assert found
    return found.status, found.agent, found.last_agent


@pytest.mark.parametrize(
    ("colleague", "returns"),
    [
        (agent(), True),
        (agent(presence=Presence.AWAY), True),  # affinity asks for nobody's presence but offline's
        (agent(presence=Presence.DO_NOT_DISTURB, load=busy(30)), True),  # up to twice the capacity
        (agent(load=busy(31)), False),
        (agent(presence=Presence.OFFLINE), False),
        (agent(queues=("billing",)), False),
        (agent(active=False), False),
        (None, False),
    ],
)
def test_a_waiting_conversation_returns_to_its_agent_or_joins_the_line(colleague: Agent | None, returns: bool) -> None:
    draft = after(aside(), colleague)
    assert state(draft) == ((ACTIVE, "ana", None) if returns else (OPEN, None, "ana"))
    assert draft.room is (Room.TWICE if returns else Room.ANY)
    found = draft.contact.conversation
    assert found
    assert found.queued_since == (ago(hours=3) if returns else ago(seconds=5))


def test_without_affinity_it_joins_the_line() -> None:
    assert state(after(aside(), agent(), configured(affinity="false"))) == (OPEN, None, "ana")


@pytest.mark.parametrize(
    ("colleague", "returns"),
    [
        (agent(load=busy(300)), True),  # its capacity was kept
        (agent(presence=Presence.OFFLINE), False),
        (None, False),
    ],
)
def test_a_message_while_wrapping_up_goes_back_to_the_agent_or_into_the_line(
    colleague: Agent | None, returns: bool
) -> None:
    for configuration in (configured(), configured(affinity="false")):
        draft = after(aside(WRAP_UP, wrap_up_until=NOW), colleague, configuration)
        assert state(draft) == ((ACTIVE, "ana", None) if returns else (OPEN, None, "ana"))
        assert draft.contact.conversation
        assert draft.contact.conversation.wrap_up_until is None


@pytest.mark.parametrize("status", [OPEN, ACTIVE])
def test_a_conversation_that_was_not_set_aside_stays_as_it_is(status: ConversationStatus) -> None:
    before = aside(status)
    assert after(before, agent()).contact.conversation == before


def test_what_takes_more_of_an_agent_now_takes_that_much_again() -> None:
    draft = after(aside(units=10), agent(capacity=60))
    assert draft.contact.conversation
    assert draft.contact.conversation.units == 30


def test_a_queue_that_is_gone_is_replaced_by_the_fallback() -> None:
    draft = after(aside(queue="gone"), None)
    assert draft.contact.conversation
    assert draft.contact.conversation.queue == "general"


@pytest.mark.parametrize(("after_close", "minutes", "prefers"), [("0s", 0, None), ("10m", 9, "ana"), ("10m", 10, None)])
def test_a_new_conversation_prefers_the_agent_of_one_that_closed_a_moment_ago(
    after_close: str, minutes: int, prefers: str | None
) -> None:
    closed = aside(
        ConversationStatus.CLOSED, closure=Closure(reason=ClosureReason.AGENT_CLOSED, at=ago(minutes=minutes))
    )
    configuration = configured(affinity_after_close=after_close)
    assert former_agent(closed, configuration, NOW) == prefers
    new = conversation(id=f"{CONVERSATION[:-1]}B")
    draft = Draft.of(stored(contact(conversation=new)), NOW)
    give_to_former_agent(draft, closed, configuration, Team(agents={"ana": agent()}))
    assert draft.contact.conversation
    assert draft.contact.conversation.agent == ("Ana" if prefers else None)
