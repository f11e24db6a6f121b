"""Looks at the stack, one a thing that a story waits for.

A look is a function that returns what it saw, or raises NotYetError with what is to be seen instead.
"""

from collections.abc import Awaitable, Callable, Sequence

from dev.stack.story.api import ContactCentre, Conversation, HistoryMessage, Listed
from dev.stack.story.calls import File
from dev.stack.story.errors import NotYetError
from dev.stack.story.phones import PhoneMessage, Phones

type Look[T] = Callable[[], Awaitable[T]]


def taken(phones: Phones, number: str, message_id: str) -> Look[PhoneMessage]:
    """The message that a customer wrote left the phone: the app took its event."""
    return _on_phone(phones, number, lambda message: message.message_id == message_id and message.is_delivered)


def received(phones: Phones, number: str, text: str | None = None) -> Look[PhoneMessage]:
    """A message reached the phone, if given one with this text."""
    return _on_phone(
        phones, number, lambda message: message.incoming and message.is_delivered and text in (None, message.text)
    )


def only_a_template(phones: Phones, number: str) -> Look[PhoneMessage]:
    """A template reached the phone; nothing else was ever sent there."""

    async def look() -> PhoneMessage:
        messages = await phones.messages(number)
        sent = [message for message in messages if message.incoming]
        if len(sent) == 1 and sent[0].template and sent[0].is_delivered:
            return sent[0]
        raise NotYetError(_told(messages))

    return look


def once_and_in_order(phones: Phones, number: str, texts: Sequence[str]) -> Look[None]:
    """These texts reached the phone, each once, in this order."""

    async def look() -> None:
        messages = await phones.messages(number)
        arrived = [message for message in messages if message.incoming and message.text in texts]
        if [message.text for message in arrived] != texts or not all(message.is_delivered for message in arrived):
            raise NotYetError(_told(messages))

    return look


def listed(supervisor: ContactCentre, number: str, *, status: str, agent: str | None) -> Look[Listed]:
    """The customer's conversation is in the list, in this status and with this agent."""

    async def look() -> Listed:
        of_customer = [each for each in await supervisor.conversations() if each.phone == number]
        for conversation in of_customer:
            if (conversation.status, conversation.agent) == (status, agent):
                return conversation
        raise NotYetError(f"conversations of {number} in the list: {of_customer or 'none'}")

    return look


def in_history(supervisor: ContactCentre, conversation_id: str, text: str, status: str) -> Look[HistoryMessage]:
    """The conversation's history has the text with this delivery status."""

    async def look() -> HistoryMessage:
        history = await supervisor.history(conversation_id)
        for message in history:
            if (message.text, message.status) == (text, status):
                return message
        raise NotYetError("in the history: " + "; ".join(f"“{each.text}” {each.status}" for each in history))

    return look


def failed(agent: ContactCentre, conversation_id: str, text: str) -> Look[HistoryMessage]:
    """The history says that the text failed, and that it may be sent again."""

    async def look() -> HistoryMessage:
        history = await agent.history(conversation_id)
        for message in history:
            if (message.text, message.status) == (text, "failed") and message.retryable:
                return message
        raise NotYetError("in the history: " + "; ".join(f"“{each.text}” {each.status}" for each in history))

    return look


def file_of(agent: ContactCentre, conversation_id: str, message_id: str, content: bytes) -> Look[File]:
    """The API gives the file of a message, as it was sent."""

    async def look() -> File:
        file = await agent.file(conversation_id, message_id)
        if file.content != content:
            raise NotYetError(f"{len(file.content)} other bytes than the {len(content)} that were sent")
        return file

    return look


def picture_on(phones: Phones, number: str, content: bytes) -> Look[PhoneMessage]:
    """A picture of the business is on the phone, as it was sent."""

    async def look() -> PhoneMessage:
        messages = await phones.messages(number)
        for message in messages:
            shown = message.incoming and message.kind == "image" and message.is_delivered
            if shown and message.file_id and (await phones.file(message.file_id)).content == content:
                return message
        raise NotYetError(_told(messages))

    return look


def is_with(agent: ContactCentre, conversation_id: str, *, status: str, agent_id: str) -> Look[Conversation]:
    """The conversation has this status, and is this agent's."""
    return _conversation(
        agent, conversation_id, lambda conversation: (conversation.status, conversation.agent) == (status, agent_id)
    )


def waits_because(supervisor: ContactCentre, conversation_id: str, reason: str) -> Look[Conversation]:
    """The conversation says that it waits for an agent, and why."""
    return _conversation(supervisor, conversation_id, lambda conversation: conversation.wait_reason == reason)


def surveyed(supervisor: ContactCentre, conversation_id: str, *, score: int) -> Look[Conversation]:
    """The conversation is closed, and its customer answered the survey."""
    return _conversation(
        supervisor,
        conversation_id,
        lambda conversation: conversation.status == "closed" and conversation.score == score,
    )


def _conversation(
    supervisor: ContactCentre, conversation_id: str, wanted: Callable[[Conversation], bool]
) -> Look[Conversation]:
    async def look() -> Conversation:
        conversation = await supervisor.conversation(conversation_id)
        if wanted(conversation):
            return conversation
        raise NotYetError(str(conversation))

    return look


def _on_phone(phones: Phones, number: str, wanted: Callable[[PhoneMessage], bool]) -> Look[PhoneMessage]:
    async def look() -> PhoneMessage:
        messages = await phones.messages(number)
        for message in messages:
            if wanted(message):
                return message
        raise NotYetError(_told(messages))

    return look


def _told(messages: Sequence[PhoneMessage]) -> str:
    """What is on a phone, in words."""
    shown = [f"{'received' if each.incoming else 'wrote'} “{each.text}” {each.status}" for each in messages]
    return "on the phone: " + ("; ".join(shown) or "nothing")
