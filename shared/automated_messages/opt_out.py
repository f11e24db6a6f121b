"""Opting out: the words by which a customer ends messages, and takes them up again. Pure."""

from shared.automated_messages.saying import say
from shared.configuration.document import Configuration
from shared.configuration.keywords import LONGEST, keyword
from shared.configuration.messages import Messages
from shared.configuration.workstreams import Workstream
from shared.intake.events import InboundMessage
from shared.lifecycle.system_lines import Line, add_system_line
from shared.state import outbox
from shared.state.draft import Draft
from shared.vocabulary.words import MessageKind, Trigger


def asks_to_opt_out(event: InboundMessage, workstream: Workstream) -> bool:
    """Tell whether a message as a whole is one of the words that end messages."""
    return _is_one_of(event, workstream.opt_out.ends)


def asks_to_resume(event: InboundMessage, workstream: Workstream) -> bool:
    """Tell whether a message as a whole is one of the words that take an opt-out back."""
    return _is_one_of(event, workstream.opt_out.resumes)


def opt_out(draft: Draft, workstream: Workstream, configuration: Configuration) -> None:
    """Mark the contact as the customer asks, take back what is held, and confirm it in the current conversation."""
    mark_opted_out(draft, workstream)
    take_held_back(draft)
    _say(draft, Trigger.OPT_OUT_CONFIRM, workstream.opt_out.confirm, configuration)


def resume(draft: Draft, workstream: Workstream, configuration: Configuration) -> None:
    """Let the customer have messages again, as the customer asks, and say so in the current conversation."""
    lift_opt_out(draft, workstream)
    _say(draft, Trigger.OPT_OUT_RESUMED, workstream.opt_out.resumed, configuration)


def take_held_back(draft: Draft) -> None:
    """Cancel what is held for a customer who wants no more messages."""
    for held in draft.contact.held:
        outbox.cancel_held(draft, held)


def mark_opted_out(draft: Draft, workstream: Workstream | None, code: str | None = None) -> None:
    """Note that the customer wants no more messages; `code` is WhatsApp's, where it is WhatsApp that says so.

    Who has said so in words, too, has to take that back in words.
    """
    if not draft.contact.opted_out:
        draft.update(opted_out=True, opted_out_code=code)
        add_system_line(draft, Line.OPTED_OUT, workstream)
    elif code is None and draft.contact.opted_out_code:
        draft.update(opted_out_code=None)


def lift_opt_out(draft: Draft, workstream: Workstream | None) -> None:
    """Note that the customer takes messages again."""
    if draft.contact.opted_out:
        draft.update(opted_out=False, opted_out_code=None)
        add_system_line(draft, Line.RESUMED, workstream)


def _say(draft: Draft, trigger: Trigger, texts: Messages | None, configuration: Configuration) -> None:
    conversation = draft.contact.conversation
    if texts and conversation:
        say(draft, trigger, texts, conversation, configuration)


def _is_one_of(event: InboundMessage, words: frozenset[str]) -> bool:
    """Tell whether what the customer wrote or tapped is one of the words, folded."""
    if event.kind not in (MessageKind.TEXT, MessageKind.BUTTON, MessageKind.LIST):
        return False
    choice = event.choice
    said = (event.text, choice.title if choice else None, choice.payload if choice else None)
    return any(keyword(text) in words for text in said if text and len(text) <= LONGEST)
