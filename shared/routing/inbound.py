"""What a customer's message does: identity, window, conversation, history, held replies, first words. Pure."""

from dataclasses import dataclass
from datetime import datetime

from shared.configuration.channels import Channel
from shared.configuration.document import Configuration
from shared.intake.events import InboundMessage
from shared.intake.identification import FormerHolder
from shared.lifecycle.affinity import customer_came_back, give_back_to, give_to_former_agent, returning_needs
from shared.lifecycle.takeover import takeover_needs
from shared.replies.drafts import hand_over_held
from shared.routing.contact_identity import with_identity
from shared.routing.history_line import append_line
from shared.routing.opening import (
    end_by_overflow,
    new_conversation_id,
    open_conversation,
    opening_needs,
    say_at_opening,
)
from shared.routing.opt_out_and_survey import take_opt_out_or_answer
from shared.routing.taking_over import starts_anew, take_over
from shared.rules import Rules
from shared.state import counts, outbox
from shared.state.contact import Contact, NoticeKind
from shared.state.contact_store import StoredContact
from shared.state.conversation import Conversation
from shared.state.draft import Draft
from shared.state.session_window import window_open, with_window_opened
from shared.state.silence import customer_broke_silence
from shared.state.team import Team, TeamNeeds
from shared.vocabulary.message import says_nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Reception:
    """A customer's message that came over a channel, and whose it is.

    Attributes:
        contact_id: The customer's contact.
        stored: None for a contact that was never committed.
        former: Who had the customer's number before, if that was another contact.
    """

    event: InboundMessage
    channel: Channel
    contact_id: str
    stored: StoredContact | None = None
    former: FormerHolder | None = None

    @property
    def before(self) -> Contact | None:
        """The contact before the message."""
        return self.stored.contact if self.stored else None

    def contact(self, at: datetime) -> Contact:
        """Return the contact as the message shows who it is."""
        return with_identity(self.before, self.event, self.contact_id, self.former, at)

    @property
    def joined(self) -> Conversation | None:
        """The conversation that is under way with the same person under another name, as this message shows."""
        former = self.former
        if former is None or former.contact is None or former.kind is not NoticeKind.MERGED:
            return None
        known = self.before is not None and former.contact_id in self.before.merged_from
        joined = former.contact.conversation
        return None if known or joined is None or joined.closed or self.event.customer.phone is None else joined


def inbound_needs(reception: Reception, configuration: Configuration, rules: Rules, now: datetime) -> TeamNeeds:
    """Return what `decide_inbound` has to know of the team, asked at the same time."""
    event, contact = reception.event, reception.contact(now)
    if joined := reception.joined:
        return takeover_needs(joined).with_those_of(returning_needs(contact))
    if only_a_line(event):
        return TeamNeeds()
    if starts_anew(contact):
        return opening_needs(event, contact, reception.channel, configuration, rules, now)
    return returning_needs(contact)


def decide_inbound(
    reception: Reception, configuration: Configuration, rules: Rules, team: Team, now: datetime
) -> Draft:
    """Return the contact after a message of the customer's.

    It opens the window, and starts a conversation if none is open. A reaction, a message that is taken back, and what
    WhatsApp itself says of the customer, are only lines of the last conversation.
    """
    event, channel, stored = reception.event, reception.channel, reception.stored
    at = min(event.at or now, now)  # a time ahead of ours would keep the window open for longer than WhatsApp does
    contact = reception.contact(at)
    outgoing, surveyed = (stored.outgoing, stored.surveyed) if stored else ({}, None)
    draft = Draft(reception.before, contact, outgoing, now, surveyed)
    if joined := reception.joined:
        take_over(draft, joined, new_conversation_id(event, draft.contact, draft.now), at, configuration)
        give_back_to(draft, team.agent(joined.agent), configuration)
    if only_a_line(event):
        _append(draft, event, at)
        return draft
    draft.contact = with_window_opened(draft.contact, at)
    workstream = configuration.workstreams[channel.workstream]
    if take_opt_out_or_answer(draft, event, at, workstream, configuration):
        return draft
    starts = starts_anew(draft.contact)
    overflow = open_conversation(draft, event, channel, configuration, rules, team, at) if starts else None
    if starts:
        hand_over_held(draft, contact.conversation, configuration)
    _append(draft, event, at)
    if not starts:
        customer_came_back(draft, configuration, team, at)
    if window_open(draft.contact, now, workstream.replies.margin):
        outbox.release_held(draft)
    if starts and not _answers_the_team(reception.before):
        say_at_opening(draft, overflow, configuration, team)
    end_by_overflow(draft, overflow, configuration)
    if starts:
        give_to_former_agent(draft, contact.conversation, configuration, team)
    return draft


def _append(draft: Draft, event: InboundMessage, at: datetime) -> None:
    """Add the message to the current conversation, and count it where somebody has to answer it."""
    conversation = draft.contact.conversation
    if conversation is None:
        return
    append_line(draft, event, at, conversation.id)
    if not only_a_line(event):
        # A conversation that the team began has its place in the line from the customer's first word on.
        queued_since = conversation.queued_since or at
        draft.update_conversation(last_message_at=max(conversation.last_message_at, at), queued_since=queued_since)
        counts.customer_wrote(draft, at)
        customer_broke_silence(draft, at)


def only_a_line(event: InboundMessage) -> bool:
    """Tell whether it is a line of the history and no more: it says nothing, or WhatsApp says it of the customer."""
    return event.by_system or says_nothing(event.kind, event.original_kind)


def _answers_the_team(before: Contact | None) -> bool:
    """Tell whether the team has asked the customer to write, so that no automated words answer."""
    return before is not None and bool(before.ping or before.held)
