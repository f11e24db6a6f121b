"""A customer who waits for an agent that is gone comes back into the line."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.configuration import load_configuration
from shared.configuration.workstreams import Presence
from shared.deadlines.absence import absence_at, absence_needs, end_absence
from shared.state.agent import Agent
from shared.state.contact import Contact
from shared.state.draft import Draft
from shared.state.team import Team
from shared.vocabulary.words import ConversationStatus
from tests.unit.pure.contacts import CHANNEL, CONFIGURATION, NOW, ago, contact, conversation, stored

ACTIVE = ConversationStatus.ACTIVE
NEVER = load_configuration(
    f"""
    version: 1
    channels: {{support_fr: {{id: {CHANNEL}, workstream: support}}}}
    workstreams:
      support: {{distribution: {{return_after: never}}, route_to_queue: {{fallback: general}}}}
    queues: {{general: {{}}}}
    """
)


def waits(**fields: Any) -> Contact:
    usual = {"status": ACTIVE, "agent": "Ana", "waiting_since": ago(minutes=10), "queued_since": ago(hours=2)}
    return contact(conversation=conversation(**{**usual, **fields}))


@pytest.mark.parametrize(
    ("of", "at"),
    [
        (waits(), NOW + timedelta(minutes=5)),
        (waits(agent_seen_at=ago(minutes=1)), NOW + timedelta(minutes=14)),  # looked at again
        (waits(agent_seen_at=ago(hours=1)), NOW + timedelta(minutes=5)),
        (waits(assigned_at=ago(minutes=9)), NOW + timedelta(minutes=5)),
        (waits(waiting_since=ago(minutes=30), assigned_at=ago(minutes=1)), NOW + timedelta(minutes=14)),
        (waits(waiting_since=ago(minutes=30), assigned_at=ago(hours=1), accepted_at=NOW), NOW + timedelta(minutes=15)),
        (waits(waiting_since=None), None),
        (waits(status=ConversationStatus.OPEN, agent=None), None),
        (waits(status=ConversationStatus.WAITING), None),
        (waits(workstream="gone"), None),
        (contact(conversation=None), None),
    ],
)
def test_it_is_looked_at_as_long_as_the_customer_waits_for_an_agent(of: Contact, at: datetime | None) -> None:
    assert absence_at(of, CONFIGURATION) == at
    assert absence_at(of, NEVER) is None


@pytest.mark.parametrize(
    ("presence", "active", "back"),
    [
        (Presence.AVAILABLE, True, False),
        (Presence.DO_NOT_DISTURB, True, False),
        (Presence.AWAY, True, True),
        (Presence.OFFLINE, True, True),
        (Presence.AVAILABLE, False, True),
        (None, True, True),
    ],
)
def test_it_goes_back_if_the_agent_is_gone_and_is_looked_at_again_otherwise(
    presence: Presence | None, active: bool, back: bool
) -> None:
    before = waits(waiting_since=ago(minutes=15))
    assert absence_needs(before, CONFIGURATION).agents == {"Ana"}
    draft = Draft.of(stored(before), NOW)
    team = Team(agents={"ana": Agent(id="Ana", name="Ana", presence=presence, active=active)} if presence else {})
    end_absence(draft, CONFIGURATION, team)
    found = draft.contact.conversation
    assert found
    if back:
        assert (found.status, found.agent, found.last_agent) == (ConversationStatus.OPEN, None, "Ana")
        assert found.queued_since == ago(hours=2)
        assert absence_at(draft.contact, CONFIGURATION) is None
    else:
        assert found == replace(before.conversation, agent_seen_at=NOW)  # type: ignore[type-var]
        assert absence_at(draft.contact, CONFIGURATION) == NOW + timedelta(minutes=15)
