"""A customer's message: one line of the history, a conversation, a window, a greeting."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shared.state.session_window import window_open
from shared.telemetry import Metric
from shared.vocabulary.time import rfc3339
from shared.vocabulary.words import AuthorType, ConversationStatus, MessageKind, Priority
from tests.fakes.faults import Faults, Killed
from tests.fakes.sample import sample
from tests.fakes.world import CHANNEL, HOURS, World

GREETING = {"fr": "Bonjour, nous vous répondons bientôt.", "en": "Hello, we will be with you shortly."}
REACTION: dict[str, Any] = {"messageType": "reaction", "reaction": {"messageId": "m", "emoji": "👍"}}
MEDIA: dict[str, Any] = {
    "media": {"mimeType": "image/jpeg", "id": "file-1", "caption": "Le plan", "fileName": "plan.jpg"}
}

# All but reactions, which are only lines.
KINDS: list[tuple[Mapping[str, Any], MessageKind]] = [
    ({"messageType": "text", "content": "Bonjour"}, MessageKind.TEXT),
    ({"messageType": "image", **MEDIA}, MessageKind.IMAGE),
    ({"messageType": "document", **MEDIA}, MessageKind.DOCUMENT),
    ({"messageType": "audio", **MEDIA}, MessageKind.AUDIO),
    ({"messageType": "video", **MEDIA}, MessageKind.VIDEO),
    ({"messageType": "sticker", **MEDIA}, MessageKind.STICKER),
    ({"messageType": "button", "button": {"text": "Oui", "payload": "YES"}}, MessageKind.BUTTON),
    (
        {
            "messageType": "interactive",
            "interactive": {"type": "buttonReply", "buttonReply": {"id": "a", "title": "A"}},
        },
        MessageKind.BUTTON,
    ),
    (
        {"messageType": "interactive", "interactive": {"type": "listReply", "listReply": {"id": "b", "title": "B"}}},
        MessageKind.LIST,
    ),
    ({"messageType": "location"}, MessageKind.UNSUPPORTED),
]


def kind_name(value: object) -> str:
    return str(value["messageType"]) if isinstance(value, dict) else str(value)


class TestKinds:
    @pytest.mark.parametrize(("event", "kind"), KINDS, ids=kind_name)
    async def test_every_kind_is_one_line_and_starts_a_conversation(
        self, event: Mapping[str, Any], kind: MessageKind
    ) -> None:
        world = World(sample())
        message_id = await world.customer(**event)
        (line,) = world.history()
        assert (line.kind, line.message_id, line.direction) == (kind, message_id, "in")
        assert world.conversation.status is ConversationStatus.OPEN
        assert (world.conversation.unread, len(world.listed())) == (1, 1)

    @pytest.mark.parametrize(("event", "kind"), KINDS, ids=kind_name)
    async def test_every_kind_opens_the_window(self, event: Mapping[str, Any], kind: MessageKind) -> None:
        world = World(sample())
        await world.customer(**event)
        assert window_open(world.contact, world.clock.now())

    async def test_a_reaction_that_was_removed_has_no_emoji(self) -> None:
        world = World(sample())
        await world.customer("Bonjour")
        await world.customer(messageType="reaction", reaction={"messageId": "m", "emoji": ""})
        line = world.history()[-1]
        assert line.reaction is not None
        assert (line.reaction.message_id, line.reaction.emoji) == ("m", None)

    async def test_what_the_message_holds_is_kept(self) -> None:
        world = World(sample())
        await world.customer(messageType="image", **MEDIA, context={"id": "replied-to"})
        (line,) = world.history()
        assert line.media is not None
        assert (line.media.id, line.media.caption, line.context_id) == ("file-1", "Le plan", "replied-to")

    async def test_an_unknown_kind_is_named(self) -> None:
        world = World(sample())
        await world.customer(messageType="location")
        assert world.history()[0].original_kind == "location"

    async def test_what_has_no_kind_of_ours_keeps_what_its_event_said(self) -> None:
        world = World(sample())
        await world.customer(messageType="location", location={"latitude": 48.85, "longitude": 2.35})
        assert world.history()[0].data == {"location": {"latitude": 48.85, "longitude": 2.35}}

    async def test_an_odd_part_is_kept_beside_the_text(self) -> None:
        world = World(sample())
        await world.customer("Bonjour", context={"id": 5}, media=[])
        (line,) = world.history()
        assert (line.kind, line.text, line.data) == (MessageKind.TEXT, "Bonjour", {"context": {"id": 5}, "media": []})


class TestReactions:
    async def test_it_is_a_line_of_the_conversation_and_changes_nothing_else(self) -> None:
        world = World(sample())
        await world.customer("Bonjour")
        before, version = world.conversation, world.contact.version
        world.clock.step(60)
        await world.customer(**REACTION)
        line = world.history()[-1]
        assert (line.kind, line.conversation_id) == (MessageKind.REACTION, before.id)
        assert (world.conversation, world.contact.version) == (before, version)

    async def test_it_is_a_line_of_the_last_conversation_where_none_is_open_and_opens_none(self) -> None:
        world = World(sample(greeting=True))
        await world.customer("Bonjour")
        await world.close()
        closed, said = world.conversation, world.phone
        await world.customer(**REACTION)
        assert (world.conversation, world.phone) == (closed, said)
        assert world.history()[-1].kind is MessageKind.REACTION

    async def test_where_there_was_no_conversation_it_is_only_counted(self) -> None:
        world = World(sample(greeting=True))
        await world.customer(**REACTION)
        assert (world.contacts, world.phone) == ([], [])
        assert world.telemetry.of(Metric.MESSAGES_IN) == [{"kind": "reaction", "channel": CHANNEL}]

    @pytest.mark.parametrize("status", [ConversationStatus.WAITING, ConversationStatus.WRAP_UP])
    async def test_it_changes_no_status(self, status: ConversationStatus) -> None:
        world = World(sample())
        await world.customer("Bonjour")
        await world.reply("Voici")
        await world.change(conversation=replace(world.conversation, status=status))
        await world.customer(**REACTION)
        assert world.conversation.status is status


SYSTEM: dict[str, Any] = {"messageType": "system", "system": {"type": "user_changed_number", "wa_id": "33600000002"}}


class TestWhatWhatsAppItselfSays:
    async def test_it_is_a_line_of_the_conversation_and_nothing_else_changes(self) -> None:
        world = World(sample())
        await world.customer("Bonjour")
        before, version = world.conversation, world.contact.version
        opened = world.contact.window_from
        world.clock.step(60)
        await world.customer("Ana changed her number", **SYSTEM)
        line = world.history()[-1]
        assert (line.kind, line.original_kind, line.direction) == (MessageKind.UNSUPPORTED, "system", "in")
        assert (line.author.type, line.text) == (AuthorType.SYSTEM, "Ana changed her number")
        assert line.data == {"system": SYSTEM["system"]}
        assert (world.conversation, world.contact.version, world.contact.window_from) == (before, version, opened)

    async def test_it_is_a_line_of_the_last_conversation_where_none_is_open(self) -> None:
        world = World(sample(greeting=True))
        await world.customer("Bonjour")
        await world.close()
        closed, said = world.conversation, len(world.phone)
        await world.customer(**SYSTEM)
        assert world.conversation == closed
        assert world.history()[-1].original_kind == "system"
        assert [row for row in world.listed() if not row.get("gone")] == []
        assert len(world.phone) == said

    async def test_it_opens_no_window_and_releases_nothing(self) -> None:
        world = World(sample())
        await world.customer("Bonjour")
        world.clock.step(25 * 3600)
        await world.customer(**SYSTEM)
        assert not window_open(world.contact, world.clock.now())

    async def test_it_makes_no_contact(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level("INFO", "contact_centre")
        world = World(sample(greeting=True))
        await world.customer(**SYSTEM)
        assert world.contacts == []
        assert "message.ignored" in caplog.text

    async def test_a_repetition_is_one_line(self) -> None:
        world = World(sample())
        await world.customer("Bonjour")
        event = world.inbound(**SYSTEM)
        await world.event(event)
        await world.event(event)
        assert len(world.history()) == 2

    async def test_a_customers_message_after_it_starts_a_conversation(self) -> None:
        world = World(sample())
        await world.customer("Bonjour")
        await world.close()
        world.clock.step(60)
        await world.customer(**SYSTEM)
        await world.customer("Me revoilà")
        assert world.conversation.status is ConversationStatus.OPEN
        assert world.history()[-1].conversation_id == world.conversation.id != world.history()[1].conversation_id


class TestWindow:
    async def test_it_moves_forward_only(self) -> None:
        world = World(sample())
        now = world.clock.now()
        await world.customer("Deux", at=now)
        await world.customer("Un", at=now - timedelta(hours=3))
        assert world.contact.window_from == now

    async def test_a_reaction_leaves_it_as_it_is(self) -> None:
        world = World(sample())
        await world.customer("Bonjour")
        opened = world.contact.window_from
        world.clock.step(60)
        await world.customer(**REACTION)
        assert world.contact.window_from == opened

    async def test_a_time_in_the_future_counts_as_the_arrival(self) -> None:
        world = World(sample())
        await world.customer("Bonjour", at=world.clock.now() + timedelta(days=400))
        assert world.contact.window_from == world.history()[0].at == world.clock.now()

    async def test_without_a_time_of_the_customers_the_events_counts(self) -> None:
        world = World(sample())
        at = world.clock.now() - timedelta(minutes=5)
        await world.customer("Bonjour", at=at, receivedTimestamp=None)
        assert world.history()[0].at == at

    async def test_without_any_time_the_arrival_counts(self) -> None:
        world = World(sample())
        await world.event({**world.inbound("Bonjour", receivedTimestamp="0001-01-01T00:00:00Z"), "time": None})
        assert world.contact.window_from == world.history()[0].at == world.clock.now()

    async def test_a_message_that_came_a_day_late_opens_nothing(self) -> None:
        world = World(sample(greeting=True))
        await world.customer("Vieux", at=world.clock.now() - timedelta(hours=25))
        assert not window_open(world.contact, world.clock.now())
        assert world.phone == []
        assert world.conversation.status is ConversationStatus.OPEN


class TestHistory:
    async def test_it_is_ordered_by_the_customers_time_and_then_by_arrival(self) -> None:
        world = World(sample())
        now = world.clock.now()
        for text, seconds in [("C", 2), ("A", 0), ("D", 2), ("B", 1), ("E", 2)]:
            await world.customer(text, at=now - timedelta(seconds=10 - seconds))
        assert [line.text for line in world.history()] == ["A", "B", "C", "D", "E"]

    async def test_ties_keep_the_arrival_also_beyond_nine(self) -> None:
        world = World(sample())
        texts = [f"{number}" for number in range(12)]
        for text in texts:
            await world.customer(text)
        assert [line.text for line in world.history()] == texts

    async def test_unread_counts_the_customers_messages_since_the_teams_last(self) -> None:
        world = World(sample(greeting=True))
        await world.customer("Un")
        await world.customer("Deux")
        assert world.conversation.unread == world.listed()[0]["unread"] == 2
        await world.reply("Me voici")
        assert world.conversation.unread == 0
        await world.customer("Trois")
        assert world.conversation.unread == world.listed()[0]["unread"] == 1


class TestGreeting:
    async def test_it_goes_out_once_a_conversation(self) -> None:
        world = World(sample(greeting=True))
        await world.customer("Un")
        world.restart()
        await world.customer("Deux")
        await world.pass_time(2 * HOURS)
        assert world.phone == [GREETING["fr"]]
        assert [line.author.type for line in world.history()] == ["customer", "automated", "customer"]

    async def test_it_speaks_the_language_that_the_classification_sets(self) -> None:
        text = sample(greeting=True).replace(
            '"name": "billing", "when": {"message.text"', '"name": "billing", "language": "en", "when": {"message.text"'
        )
        world = World(text)
        await world.customer("Ma facture")
        assert world.phone == [GREETING["en"]]
        assert (world.contact.language, world.conversation.queue) == ("en", "billing")

    async def test_the_rules_set_queue_skills_and_variables(self) -> None:
        world = World(sample())
        await world.customer("Ma FACTURE")
        conversation = world.conversation
        assert (conversation.queue, conversation.priority) == ("billing", Priority.NORMAL)
        assert conversation.variables == {"topic": "billing"}
        assert [skill.name for skill in conversation.skills] == ["billing"]
        assert [row["conversation_id"] for row in world.listed("billing")] == [conversation.id]


class TestConversations:
    async def test_after_a_closed_one_the_next_links_to_it(self) -> None:
        world = World(sample())
        await world.customer("Bonjour")
        first = world.conversation
        await world.close()
        await world.customer("Me revoilà")
        assert world.conversation.previous_id == first.id
        assert world.conversation.id != first.id
        assert world.conversation.status is ConversationStatus.OPEN
        closed = await world.centre.contacts.conversation(world.contact, first.id)
        assert closed is not None
        assert closed.status is ConversationStatus.CLOSED
        assert [(row["conversation_id"], row.get("gone", False)) for row in world.listed()] == sorted(
            [(first.id, True), (world.conversation.id, False)]
        )

    async def test_a_reply_to_a_closed_one_is_refused_and_to_the_new_one_goes_out(self) -> None:
        world = World(sample(greeting=True))
        await world.customer("Bonjour")
        await world.close()
        await world.customer("Me revoilà")
        await world.reply("Bon retour")
        assert world.phone == [GREETING["fr"], GREETING["fr"], "Bon retour"]

    async def test_it_is_listed_with_what_an_agent_needs_to_see(self) -> None:
        world = World(sample())
        await world.customer("Bonjour", bsuid="FR.1")
        (row,) = world.listed()
        assert (row["phone"], row["bsuid"], row["queue"]) == ("+33612345678", "FR.1", "general")
        assert row["last_message_at"] == rfc3339(world.clock.now())


async def test_what_the_team_noted_of_a_person_survives_a_merge() -> None:
    """Name and language were noted at the contact known by its number; the one with the BSUID stays."""
    world = World()
    await world.customer("Par numéro")
    await world.change(name="Zoé", language="en")
    await world.customer("Par nom", phone="", bsuid="FR.1")
    await world.customer("C'est moi", bsuid="FR.1")
    await world.drain()
    (stays,) = [contact for contact in world.contacts if not contact.merged_into]
    assert (stays.name, stays.language) == ("Zoé", "en")


async def test_a_first_message_with_its_greeting_makes_nine_calls() -> None:
    """Both names looked for and claimed, the commit, the list, the greeting and its fate, what desks are told.

    Which queues are closed is read at most every ten seconds, and a queue's name is noted once by each worker.
    """
    world = World(sample(greeting=True))
    faults = Faults(error=Killed())
    worker = world.worker(tables=faults.wrap(world.tables), channel=faults.wrap(world.channel))
    await world.customer("Un autre, et la file est connue", phone="33699999999", by=worker)
    faults.calls.clear()
    await world.customer("Bonjour", bsuid="FR.1", by=worker)
    read, write, send = "FakeTables.get", "FakeTables.commit", "FakeChannel.send"
    assert faults.calls == [read, read, write, write, write, write, send, write, write]


async def test_a_first_message_on_two_workers_at_once_is_one_message() -> None:
    """The session was lost, and its message came to another worker: both believe that the contact is new."""
    world = World(sample(greeting=True))
    event = world.inbound("Bonjour", bsuid="FR.1")
    await asyncio.gather(*(world.event(event, by=world.worker()) for _ in range(3)))
    assert len(world.contacts) == 1
    assert len([line for line in world.history() if line.text == "Bonjour"]) == 1
    assert len(world.phone) == 1
