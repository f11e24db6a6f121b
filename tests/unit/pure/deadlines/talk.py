"""A conversation as deadlines meet it: a workstream with all that time may do, who wrote last, and who is there."""

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

from shared.configuration import Configuration, Presence, load_configuration
from shared.deadlines.timer import decide_timer, next_deadline
from shared.state.agent import Agent
from shared.state.change import Change
from shared.state.contact import Contact, Timer
from shared.state.conversation import Conversation, Silence
from shared.state.outgoing import Outgoing
from shared.state.team import NOBODY_ASKED, Team
from shared.vocabulary.words import AuthorType
from tests.unit.pure.contacts import CHANNEL, NOW, stored

CUSTOMER, AGENT = AuthorType.CUSTOMER, AuthorType.AGENT


def workstream(**keys: Any) -> Configuration:
    """The configuration with a workstream that has these keys besides the least."""
    least = {"languages": ["fr", "en"], "route_to_queue": {"fallback": "general"}}
    document = {
        "version": 1,
        "channels": {"support_fr": {"id": CHANNEL, "number": "+33123456789", "workstream": "support"}},
        "workstreams": {"support": least | keys},
        "queues": {"general": {}, "billing": {"hours": "office"}},
        "hours": {"office": {"timezone": "UTC", "open": {"mon-fri": ["09:00-17:00"]}}},
        "templates": {"csat": {"languages": {"fr": "Votre avis ?", "en": "Your opinion?"}}},
    }
    return load_configuration(json.dumps(document, ensure_ascii=False))  # JSON is YAML


def quiet(after: AuthorType, since: datetime, **fields: Any) -> dict[str, Any]:
    """A silence, as a field of a conversation."""
    return {"silence": Silence(after=after, since=since, **fields), "last_message_at": since}


def ana(**fields: Any) -> Agent:
    """An agent of the queue who is there."""
    return Agent(id="ana", name="Ana", **{"queues": ("general",), "presence": Presence.AVAILABLE, **fields})


def team(*agents: Agent) -> Team:
    """A team of these."""
    return Team(agents={agent.id.lower(): agent for agent in agents})


def due(configuration: Configuration, of: Contact) -> datetime | None:
    """When the contact's timer fires."""
    return next_deadline(of, configuration)


def after_timer(
    configuration: Configuration,
    of: Contact,
    known: Team = NOBODY_ASKED,
    *,
    surveyed: Conversation | None = None,
    outgoing: tuple[Outgoing, ...] = (),
    now: datetime = NOW,
) -> Change:
    """The change after the contact's timer has fired."""
    fired = replace(of, timer=Timer(generation=1, fires_at=now))
    read = replace(stored(fired, *outgoing), surveyed=surveyed)
    draft = decide_timer(read, 1, configuration, known, now)
    assert draft
    return draft.change()


def lines(change: Change) -> list[str | None]:
    """The texts of the history's new lines."""
    return [message.text for message in change.messages.values()]
