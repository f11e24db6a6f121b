"""What a workstream says by itself: in the contact's language, once, and the same however often it is decided."""

from typing import Any

import pytest

from shared.automated_messages import add_automated_message
from shared.configuration import load_configuration
from shared.state.change import Change
from shared.state.draft import Draft
from shared.vocabulary.words import Trigger
from tests.unit.pure.contacts import CHANNEL, NOW, contact, conversation, stored

CONFIGURATION = load_configuration(
    f"""
    version: 1
    channels: {{support_fr: {{id: {CHANNEL}, number: "+33123456789", workstream: support}}}}
    workstreams:
      support:
        languages: [fr, en]
        route_to_queue: {{fallback: general}}
        automated_messages: {{greeting: {{fr: "Bonjour {{contact.name|client}}.", en: "Hello."}}}}
    queues: {{general: {{priority: 1}}}}
    """
)


def added(trigger: Trigger = Trigger.GREETING, **fields: Any) -> Change:
    draft = Draft.of(stored(contact(**fields)), NOW)
    add_automated_message(draft, trigger, CONFIGURATION)
    return draft.change()


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({}, "Bonjour client."),
        ({"name": "Zoé"}, "Bonjour Zoé."),
        ({"language": "en"}, "Hello."),
        ({"language": "en_GB"}, "Hello."),
        ({"language": "pt"}, "Bonjour client."),
    ],
)
def test_it_is_said_in_the_contacts_language_or_the_workstreams(fields: dict[str, Any], text: str) -> None:
    (message,) = added(**fields).outgoing
    assert (message.content.text, message.author.id) == (text, "greeting")


@pytest.mark.parametrize(
    ("trigger", "fields"),
    [
        (Trigger.TRANSFERRED, {}),
        (Trigger.GREETING, {"conversation": None}),
        (Trigger.GREETING, {"conversation": conversation(workstream="gone")}),
    ],
    ids=["no text", "no conversation", "another configuration"],
)
def test_where_there_is_nothing_to_say_nothing_is_said(trigger: Trigger, fields: dict[str, Any]) -> None:
    assert added(trigger, **fields).outgoing == ()


def test_deciding_twice_names_it_alike() -> None:
    """A commit that was stale is decided again; a second name would be a second message."""
    assert [each.id for each in added().outgoing] == [each.id for each in added().outgoing]
