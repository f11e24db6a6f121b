"""What a workstream says by itself: in the contact's language, once, and the same however often it is decided."""

from datetime import timedelta
from typing import Any

import pytest

from shared.automated_messages.saying import add_automated_message
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
        automated_messages:
          greeting: {{fr: "Bonjour {{contact.name|client}}.", en: "Hello."}}
          agent_assigned: {{fr: "{{agent.name|Un collègue}} de {{queue.name}} vous répond, dossier {{var.file|–}}."}}
          out_of_hours: {{fr: "Fermé."}}
          holiday: {{fr: "Férié."}}
          overflow_closed: {{fr: "Trop de monde."}}
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


def test_it_is_said_once_a_conversation() -> None:
    once = added()
    assert once.contact.conversation
    assert once.contact.conversation.said == ("greeting",)
    assert added(conversation=once.contact.conversation).outgoing == ()


def test_one_decision_says_one_thing() -> None:
    draft = Draft.of(stored(contact()), NOW)
    for trigger in (Trigger.HOLIDAY, Trigger.OUT_OF_HOURS, Trigger.GREETING):
        add_automated_message(draft, trigger, CONFIGURATION)
    assert [each.content.text for each in draft.written] == ["Férié."]


def test_what_was_to_be_sent_before_keeps_nothing_from_being_said() -> None:
    before = added()
    draft = Draft(before.contact, before.contact, {each.id: each for each in before.outgoing}, NOW)
    draft.write(before.outgoing[0])
    add_automated_message(draft, Trigger.OUT_OF_HOURS, CONFIGURATION)
    assert len(draft.contact.unsent) == 2


@pytest.mark.parametrize("trigger", [Trigger.OUT_OF_HOURS, Trigger.HOLIDAY, Trigger.OVERFLOW_CLOSED])
@pytest.mark.parametrize(("since", "says"), [(timedelta(hours=11, minutes=59), False), (timedelta(hours=12), True)])
def test_that_nobody_is_there_is_said_at_most_once_in_twelve_hours(
    trigger: Trigger, since: timedelta, says: bool
) -> None:
    change = added(trigger, said_at={trigger: NOW - since})
    assert bool(change.outgoing) is says
    assert change.contact.said_at[trigger] == (NOW if says else NOW - since)


def test_other_things_are_said_again_in_the_next_conversation() -> None:
    assert "greeting" not in added().contact.said_at


@pytest.mark.parametrize("seconds_left", [-1, 0, 60])
def test_outside_the_window_a_line_says_that_it_was_not_sent(seconds_left: int) -> None:
    """The margin is a minute."""
    change = added(window_from=NOW - timedelta(hours=24) + timedelta(seconds=seconds_left))
    (line,) = change.messages.values()
    assert (change.outgoing, line.text) == (
        (),
        "Le message automatique greeting n’a pas été envoyé : la fenêtre de 24 heures est fermée.",
    )
    assert change.contact.conversation
    assert change.contact.conversation.said == ()


def test_it_may_name_agent_queue_and_variables() -> None:
    draft = Draft.of(stored(contact(conversation=conversation(variables={"file": 17}))), NOW)
    add_automated_message(draft, Trigger.AGENT_ASSIGNED, CONFIGURATION, "Ana")
    assert [each.content.text for each in draft.written] == ["Ana de general vous répond, dossier 17."]
    assert [each.content.text for each in added(Trigger.AGENT_ASSIGNED).outgoing] == [
        "Un collègue de general vous répond, dossier –."
    ]
