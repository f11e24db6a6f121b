"""Automated messages: the texts that a workstream sends by itself, such as the greeting. Pure.

What keeps one from being said stands here, for all of them; when each is due is for the decision that it belongs to.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from shared.configuration import preferred_languages
from shared.configuration.document import Configuration
from shared.configuration.messages import Messages
from shared.configuration.workstreams import Workstream
from shared.lifecycle.system_lines import Line, add_system_line
from shared.replies.placeholder_values import placeholder_values
from shared.state import outbox
from shared.state.contact import Contact
from shared.state.conversation import Conversation
from shared.state.draft import Draft
from shared.state.outgoing import Outgoing
from shared.state.session_window import window_open
from shared.vocabulary.identity import ulid
from shared.vocabulary.message import Author, Content
from shared.vocabulary.words import AuthorType, MessageKind, MessageStatus, Trigger

SELDOM: Final = (Trigger.OVERFLOW_CLOSED, Trigger.OUT_OF_HOURS, Trigger.HOLIDAY)
"""Once in twelve hours a contact: five messages at night are not five answers."""
_SELDOM_IS: Final = timedelta(hours=12)


def add_automated_message(
    draft: Draft, trigger: Trigger, configuration: Configuration, agent_name: str | None = None
) -> None:
    """Say what the workstream says on a trigger, if it has a text for it: see `say`."""
    conversation = draft.contact.conversation
    workstream = configuration.workstreams.get(conversation.workstream) if conversation else None
    if conversation and workstream and (texts := workstream.automated_messages.get(trigger)):
        say(draft, trigger, texts, conversation, configuration, agent_name)


def say(
    draft: Draft,
    trigger: Trigger,
    texts: Messages,
    conversation: Conversation,
    configuration: Configuration,
    agent_name: str | None = None,
) -> None:
    """Add a text that the app says by itself to the unsent messages, in the contact's language.

    It is said once a conversation, alone in its decision, and while the window is open; else a system line says that it
    was not.

    Args:
        conversation: One of the contact's; it may be closed.
        agent_name: What `{agent.name}` stands for.
    """
    workstream = configuration.workstreams.get(conversation.workstream)
    if workstream is None or _was_said(draft, trigger, conversation) or draft.adds_message_of(AuthorType.AUTOMATED):
        return
    if not window_open(draft.contact, draft.now, workstream.replies.margin):
        add_system_line(draft, Line.NOT_SENT, workstream, by=trigger)
        return
    send_by_itself(draft, trigger, in_words(draft.contact, texts, workstream, configuration, agent_name), conversation)


def in_words(
    contact: Contact, texts: Messages, workstream: Workstream, configuration: Configuration, agent_name: str | None
) -> Content:
    """Return a text in the contact's language, else the workstream's, with its placeholders filled in."""
    language = preferred_languages(texts, contact.language, workstream)[0]
    values = placeholder_values(contact, configuration) | {"agent.name": agent_name or ""}
    return Content(kind=MessageKind.TEXT, text=texts[language].render(values))


def send_by_itself(draft: Draft, trigger: Trigger, content: Content, conversation: Conversation) -> None:
    """Add a message of the app's own to the unsent ones, and note that it was said.

    Its id depends on conversation, trigger and time alone, so that a decision which is made again names it alike.
    """
    message = Outgoing(
        id=ulid(draft.now, conversation.id, trigger),
        conversation_id=conversation.id,
        author=Author(type=AuthorType.AUTOMATED, id=trigger),
        content=content,
        status=MessageStatus.PENDING,
    )
    outbox.add_unsent(draft, message)
    current = draft.contact.conversation
    conversation = current if current and current.id == conversation.id else conversation
    if trigger not in conversation.said:
        draft.put_conversation(replace(conversation, said=(*conversation.said, trigger)))
    if trigger in SELDOM:
        draft.update(said_at={**draft.contact.said_at, trigger: draft.now})


def _was_said(draft: Draft, trigger: Trigger, conversation: Conversation) -> bool:
    if trigger is Trigger.INACTIVITY:  # its rules say when: each once a silence
        return False
    last = draft.contact.said_at.get(trigger) if trigger in SELDOM else None
    return trigger in conversation.said or (last is not None and draft.now - last < _SELDOM_IS)
