"""Automated messages: the texts that a workstream sends by itself, such as the greeting. Pure."""

from shared.configuration import preferred_languages
from shared.configuration.document import Configuration
from shared.replies.placeholder_values import placeholder_values
from shared.state import outbox
from shared.state.draft import Draft
from shared.state.outgoing import Outgoing
from shared.vocabulary.identity import ulid
from shared.vocabulary.message import Author, Content
from shared.vocabulary.words import AuthorType, MessageKind, MessageStatus, Trigger


def add_automated_message(draft: Draft, trigger: Trigger, configuration: Configuration) -> None:
    """Add the message of a trigger to the unsent ones, in the contact's language, if the workstream has one.

    Its id depends on conversation, trigger and time alone, so that a decision which is made again names it alike.
    """
    conversation = draft.contact.conversation
    workstream = configuration.workstreams.get(conversation.workstream) if conversation else None
    if conversation is None or workstream is None or trigger not in workstream.automated_messages:
        return
    texts = workstream.automated_messages[trigger]
    language = preferred_languages(texts, draft.contact.language, workstream)[0]
    message = Outgoing(
        id=ulid(draft.now, conversation.id, trigger),
        conversation_id=conversation.id,
        author=Author(type=AuthorType.AUTOMATED, id=trigger),
        content=Content(
            kind=MessageKind.TEXT,
            text=texts[language].render(placeholder_values(draft.contact, configuration)),
        ),
        status=MessageStatus.PENDING,
    )
    outbox.add_unsent(draft, message)
