"""Since when nobody has written in a conversation, and after whom: what inactivity rules and auto-close count from.

Only messages of the customer's and of agents break a silence; what the app says by itself does not. Pure.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from shared.state.conversation import Silence
from shared.state.draft import Draft
from shared.vocabulary.words import AuthorType


def customer_broke_silence(draft: Draft, at: datetime) -> None:
    """Note a message of the customer's; one that came late leaves the clock where it is."""
    conversation = draft.contact.conversation
    before = conversation.silence if conversation else None
    since = max(at, before.since) if before else at
    draft.update_conversation(silence=Silence(after=AuthorType.CUSTOMER, since=since))


def agent_broke_silence(draft: Draft, *, by_template: bool) -> None:
    """Note a message of an agent's, whether it goes out now or is held."""
    conversation = draft.contact.conversation
    before = conversation.silence if conversation else None
    asked_before = before.template_at if before and before.after is AuthorType.AGENT else None
    draft.update_conversation(
        silence=Silence(after=AuthorType.AGENT, since=draft.now, template_at=draft.now if by_template else asked_before)
    )


def note_rules(draft: Draft, acted: Iterable[timedelta]) -> None:
    """Note the times of the inactivity rules that act in this silence now."""
    conversation = draft.contact.conversation
    if conversation and (silence := conversation.silence):
        seconds = (*silence.acted, *(int(after.total_seconds()) for after in acted))
        draft.update_conversation(silence=replace(silence, acted=seconds))


def pass_over_customers_silence(draft: Draft) -> None:
    """Pass over what a customer's silence would have led to while it could lead to nothing."""
    conversation = draft.contact.conversation
    if conversation and (silence := conversation.silence) and silence.after is AuthorType.AGENT:
        draft.update_conversation(silence=replace(silence, passed_until=draft.now))
