"""What a customer's message does: the window, the conversation, what is held, the greeting."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.configuration import Workstream
from shared.intake.events import CustomerIdentity, InboundMessage
from shared.intake.identification import FormerHolder
from shared.routing.inbound import Reception, decide_inbound
from shared.rules import Rules, WorkstreamRules, compile_rules
from shared.state.contact import Contact, NoticeKind
from shared.state.draft import Draft
from shared.state.session_window import window_open
from shared.state.team import NOBODY_ASKED
from shared.vocabulary.words import AuthorType, ConversationStatus, Direction, MessageKind
from tests.unit.pure.contacts import (
    CHANNEL,
    CONFIGURATION,
    CONTACT,
    CONVERSATION,
    NOW,
    ago,
    ahead,
    contact,
    conversation,
    held,
    outgoing,
    stored,
)

RULES = compile_rules(CONFIGURATION)
PHONE, BSUID = "+33612345678", "US.1"
CLOSED = conversation(status=ConversationStatus.CLOSED)
TEXT, REACTION = MessageKind.TEXT, MessageKind.REACTION


def event(at: datetime | None = NOW, kind: MessageKind = TEXT, **fields: Any) -> InboundMessage:
    customer = CustomerIdentity(channel_id=CHANNEL, phone=fields.pop("phone", PHONE), bsuid=fields.pop("bsuid", None))
    said = {"original_kind": kind.value, "text": "Bonjour"} | fields
    return InboundMessage(event_id="e1", message_id="m1", customer=customer, kind=kind, at=at, **said)


def decided(
    said: InboundMessage, before: Contact | None = None, former: FormerHolder | None = None, rules: Rules = RULES
) -> Draft:
    known = stored(before, *(outgoing(each.id) for each in before.held)) if before else None
    channel = CONFIGURATION.channels["support_fr"]
    reception = Reception(event=said, channel=channel, contact_id=CONTACT, stored=known, former=former)
    return decide_inbound(reception, CONFIGURATION, rules, NOBODY_ASKED, NOW)


@pytest.mark.parametrize(
    ("said", "before", "window_from"),
    [
        (event(ago(minutes=1)), None, ago(minutes=1)),
        (event(ago(minutes=1)), ago(hours=1), ago(minutes=1)),
        (event(ago(hours=2)), ago(hours=1), ago(hours=1)),
        (event(ahead(hours=1)), ago(hours=1), NOW),
        (event(None), ago(hours=1), NOW),
        (event(ago(minutes=1), REACTION), ago(hours=1), ago(hours=1)),
        (event(ago(minutes=1), original_kind="system"), ago(hours=1), ago(hours=1)),
    ],
    ids=[
        "the first message",
        "a later one",
        "one that came late",
        "one from the future",
        "one without a time",
        "a reaction",
        "what WhatsApp itself says",
    ],
)
def test_the_window_moves_forward_with_what_the_customer_writes(
    said: InboundMessage, before: datetime | None, window_from: datetime
) -> None:
    assert decided(said, contact(window_from=before)).contact.window_from == window_from


@pytest.mark.parametrize(
    ("at", "opens"),
    [(NOW, True), (ago(minutes=5, seconds=59), True), (ago(minutes=6, seconds=1), False)],
    ids=["after the refusal", "clocks differ by less than a minute", "before the refusal"],
)
def test_what_came_late_opens_no_window_that_whatsapp_has_called_closed(at: datetime, opens: bool) -> None:
    refused = contact(window_from=ago(hours=2), window_refused_at=ago(minutes=5))
    assert not window_open(refused, NOW)
    assert window_open(decided(event(at), refused).contact, NOW) is opens


@pytest.mark.parametrize(
    ("at", "pinged_at", "ping"),
    [
        (NOW, ago(minutes=5), None),
        (ago(minutes=5, seconds=59), ago(minutes=5), None),
        (ago(minutes=6, seconds=1), ago(minutes=5), "r0"),
    ],
    ids=["after the ping", "clocks differ by less than a minute", "before the ping"],
)
def test_a_new_ping_is_allowed_once_the_customer_wrote_after_the_last(
    at: datetime, pinged_at: datetime, ping: str | None
) -> None:
    silent = contact(window_from=ago(hours=30), ping="r0", pinged_at=pinged_at)
    assert decided(event(at), silent).contact.ping == ping


@pytest.mark.parametrize(
    ("before", "said", "is_new", "greetings"),
    [
        (None, event(), True, 1),
        (contact(conversation=CLOSED), event(), True, 1),
        (contact(conversation=CLOSED), event(ago(hours=25)), True, 1),
        (contact(conversation=CLOSED, window_from=ago(hours=30)), event(ago(hours=25)), True, 0),
        (contact(conversation=None, window_from=None), event(kind=REACTION), False, 0),
        (contact(conversation=CLOSED), event(kind=REACTION), False, 0),
        (contact(conversation=CLOSED, ping="r0"), event(), True, 0),
        (contact(conversation=CLOSED, held=(held("r1", ahead(hours=1)),)), event(), True, 1),
        (contact(), event(), False, 0),
        (contact(conversation=CLOSED), event(original_kind="system"), False, 0),
        (None, event(original_kind="system"), False, 0),
        (contact(conversation=CLOSED), event(kind=MessageKind.UNSUPPORTED, original_kind="revoke"), False, 0),
    ],
    ids=[
        "a new contact",
        "after a conversation",
        "late, inside a window",
        "too late for a greeting",
        "a reaction",
        "a reaction after a conversation",
        "an answer to the team's template",
        "an answer to what is held, which goes out",
        "in a conversation",
        "what WhatsApp says later",
        "what WhatsApp says first",
        "a message that is taken back later",
    ],
)
def test_a_conversation_starts_where_none_is_open_and_is_greeted_inside_the_window(
    before: Contact | None, said: InboundMessage, is_new: bool, greetings: int
) -> None:
    draft = decided(said, before)
    after = draft.contact.conversation
    earlier = before.conversation if before else None
    assert (after != earlier and after is not None and after.id != CONVERSATION) is is_new
    assert len(draft.contact.unsent) == greetings
    if is_new and after:
        assert (after.status, after.workstream, after.queue) == (ConversationStatus.OPEN, "support", "general")
        assert (after.unread, after.previous_id) == (int(said.kind is not REACTION), earlier.id if earlier else None)


@pytest.mark.parametrize(
    ("at", "expires_at", "unsent"),
    [(NOW, ahead(hours=1), ["r1"]), (ago(hours=25), ahead(hours=1), []), (NOW, ago(seconds=1), [])],
    ids=["the customer answers", "the answer is old", "the time is over"],
)
def test_what_is_held_goes_out_when_the_window_opens(at: datetime, expires_at: datetime, unsent: list[str]) -> None:
    silent = contact(window_from=ago(hours=30), held=(held("r1", expires_at),))
    draft = decided(event(at), silent)
    assert [each.id for each in draft.contact.unsent] == unsent
    assert len(draft.contact.held) == 1 - len(unsent)


class Cursed(str):
    """A text that no rule can look at."""

    def __str__(self) -> str:
        raise KeyError(self)


def test_rules_that_fail_bring_the_conversation_to_the_fallback_queue_with_a_note(
    caplog: pytest.LogCaptureFixture,
) -> None:
    asking = [{"when": {"message.text": {"contains": "x"}}, "set": {"seen": True}}]
    workstream = Workstream.model_validate(
        {
            "classification": [{"rules": [{"set": {"topic": 1}}]}, {"rules": asking}],
            "route_to_queue": {"fallback": "general"},
        }
    )
    draft = decided(event(text=Cursed("secret")), rules={"support": WorkstreamRules(workstream, UTC)})
    conversation = draft.contact.conversation
    assert conversation
    assert (conversation.queue, conversation.variables, conversation.unread) == ("general", {}, 1)
    said = [(line.kind, line.direction, line.author.type, line.text) for line in draft.change().messages.values()]
    assert (MessageKind.TEXT, Direction.IN, AuthorType.CUSTOMER, "secret") in said
    note = "Les règles ont échoué (KeyError) : la file de repli a pris ceci."
    assert (MessageKind.NOTE, Direction.INTERNAL, AuthorType.SYSTEM, note) in said
    (line,) = caplog.messages
    assert json.loads(line)["step"] == "rules.failed"
    assert "secret" not in line
    assert len(draft.contact.unsent) == 1, "the greeting"


def test_a_skill_that_two_rulesets_set_is_told_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    rulesets = [
        {"rules": [{"skills": ["billing", "french"]}]},
        {"rules": [{"skills": [{"name": "billing", "level": 3}]}]},
    ]
    workstream = Workstream.model_validate({"classification": rulesets, "route_to_queue": {"fallback": "general"}})
    caplog.set_level("INFO")
    conversation = decided(event(), rules={"support": WorkstreamRules(workstream, UTC)}).contact.conversation
    assert conversation
    assert [(skill.name, skill.level) for skill in conversation.skills] == [("billing", 3), ("french", None)]
    (line,) = [line for line in map(json.loads, caplog.messages) if line["step"].startswith("rules.")]
    assert line == {"step": "rules.skills_set_again", "skills": ["billing"], "workstream": "support"}


def test_a_message_that_comes_late_takes_no_time_of_the_conversation_back() -> None:
    after = decided(event(ago(hours=3)), contact(conversation=conversation(unread=2))).contact.conversation
    assert after
    assert (after.unread, after.last_message_at) == (3, ago(hours=1))


@pytest.mark.parametrize(
    ("said", "phone", "bsuid"),
    [
        (event(), PHONE, BSUID),
        (event(phone=None, bsuid=BSUID), PHONE, BSUID),
        (event(phone="+33700000000"), "+33700000000", BSUID),
    ],
    ids=["the number alone", "the BSUID alone", "another number"],
)
def test_a_name_that_a_message_does_not_show_stays(said: InboundMessage, phone: str, bsuid: str) -> None:
    after = decided(said, contact(bsuid=BSUID)).contact
    assert (after.phone, after.bsuid) == (phone, bsuid)


@pytest.mark.parametrize("kind", NoticeKind)
def test_the_former_holder_of_a_number_is_told_and_joins_if_it_is_the_same_person(kind: NoticeKind) -> None:
    other = contact(
        id="other",
        name="Camille",
        language="pt_BR",
        external_url="https://crm.example/7",
        opted_out=True,
        said_at={"out_of_hours": NOW, "holiday": ago(hours=2)},
        merged_from=("a third",),
    )
    former = FormerHolder(contact_id="other", session_id="s2", kind=kind, contact=other)
    after = decided(event(ago(minutes=1)), contact(bsuid=BSUID, said_at={"holiday": ago(hours=1)}), former).contact
    (notice,) = after.notices
    assert (notice.kind, notice.contact_id, notice.session_id) == (kind, "other", "s2")
    assert (notice.phone, notice.at) == (PHONE, ago(minutes=1))
    same = kind is NoticeKind.MERGED
    assert after.merged_from == (("other", "a third") if same else ())
    assert (after.name, after.language, after.external_url, after.opted_out) == (
        ("Camille", "pt_BR", "https://crm.example/7", True) if same else (None, None, None, False)
    )
    assert after.said_at == {"holiday": ago(hours=1)} | ({"out_of_hours": NOW} if same else {})


@pytest.mark.parametrize(
    ("known", "said", "shown"),
    [
        ({}, "Ana", "Ana"),
        ({"profile_name": "Ana"}, "Ana Lima", "Ana Lima"),
        ({"profile_name": "Ana"}, None, "Ana"),
        ({"profile_name": "Ana"}, " \u200b ", "Ana"),
        ({"name": "Mme Lima", "profile_name": "Ana"}, "Ana L.", "Mme Lima"),
        ({"name": "Ana", "profile_name": "Ana"}, "Zoé", "Ana"),
        ({}, "  Ana\n  Lima\u200e", "Ana Lima"),
        ({}, "n" * 300, "n" * 255 + "…"),
    ],
)
def test_a_customer_is_called_as_the_profile_says_until_the_team_says_otherwise(
    known: dict[str, Any], said: str | None, shown: str
) -> None:
    draft = decided(event(profile_name=said), contact(**known))
    assert draft.contact.shown_name == shown
    assert draft.contact.name == known.get("name")
    assert {line.author.name for line in draft.lines.values() if line.by_customer} == {shown}
