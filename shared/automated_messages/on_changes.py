"""What a workstream says when a conversation is given to an agent, passed on, or closed.

Whoever decides such a move need not think of it: it is found in the change itself, before that is committed.
"""

from collections.abc import Awaitable, Callable
from typing import Final

from shared.automated_messages.saying import add_automated_message
from shared.automated_messages.surveys import NEVER_AFTER, ask_survey
from shared.configuration.document import Configuration
from shared.replies.reply_context import ReplyContext
from shared.state.agent import Agent
from shared.state.conversation import Conversation
from shared.state.draft import Draft
from shared.vocabulary.identity import same_agent
from shared.vocabulary.words import AuthorType, SegmentEnd, Trigger

_TRANSFERS: Final = (SegmentEnd.TRANSFERRED_TO_AGENT, SegmentEnd.TRANSFERRED_TO_QUEUE)


class TellCustomer:
    """Adds what is to be said to a draft.

    Args:
        context: What is known of a channel's templates.
        find_agent: Reads an agent's record, for the name.
    """

    def __init__(
        self, context: Callable[[str], ReplyContext], find_agent: Callable[[str], Awaitable[Agent | None]]
    ) -> None:
        self._context = context
        self._find_agent = find_agent

    async def __call__(self, draft: Draft) -> None:
        """Say what the draft's change of its conversation means to the customer, if anything."""
        trigger = trigger_of(draft)
        conversation = draft.contact.conversation
        if trigger is None or conversation is None:
            return
        context = self._context(draft.contact.channel_id)
        agent = None
        if conversation.agent and _names_agent(trigger, conversation, context.configuration):
            agent = await self._find_agent(conversation.agent)
        tell(draft, trigger, context, agent.name if agent else None)


def trigger_of(draft: Draft) -> Trigger | None:
    """Return the trigger that a change of the conversation is; None for a change that is nothing to the customer."""
    before, after = draft.before.conversation if draft.before else None, draft.contact.conversation
    if after is None:
        return None
    was = before if before and before.id == after.id else None
    if after.closure:
        closes = not (was and was.closed) and after.closure.reason not in NEVER_AFTER
        return Trigger.CONVERSATION_CLOSED if closes else None
    if draft.adds_message_of(AuthorType.AGENT):
        return None  # it says itself what the customer has to know
    if _is_first_assignment(was, after):
        return Trigger.AGENT_ASSIGNED
    return Trigger.TRANSFERRED if was and _was_passed_on(was, after) else None


def tell(draft: Draft, trigger: Trigger, context: ReplyContext, agent_name: str | None) -> None:
    """Say what belongs to a trigger; a closing message yields to the survey."""
    if trigger is Trigger.CONVERSATION_CLOSED and ask_survey(draft, context, agent_name):
        return
    add_automated_message(draft, trigger, context.configuration, agent_name)


def _is_first_assignment(was: Conversation | None, after: Conversation) -> bool:
    """Tell whether an agent has it for the first time; not where it goes on for a contact that was merged."""
    assigned = after.assigned_at is not None and not (was and was.assigned_at)
    return assigned and not same_agent(after.agent, after.last_agent)


def _was_passed_on(was: Conversation, after: Conversation) -> bool:
    """Tell whether a person gave the conversation to somebody else, or to another queue."""
    if was.segments[-1:] == after.segments[-1:]:
        return False
    ended = after.segments[-2].reason if len(after.segments) > 1 else None
    to_another = was.agent is not None and after.agent is not None and not same_agent(was.agent, after.agent)
    return ended in _TRANSFERS or (ended is SegmentEnd.SUPERVISOR_ASSIGNED and to_another)


def _names_agent(trigger: Trigger, conversation: Conversation, configuration: Configuration) -> bool:
    """Tell whether a text that may be said mentions the agent's name."""
    workstream = configuration.workstreams.get(conversation.workstream)
    if workstream is None:
        return False
    texts = list(workstream.automated_messages.get(trigger, {}).values())
    if trigger is Trigger.CONVERSATION_CLOSED and workstream.survey and workstream.survey.question:
        texts += workstream.survey.question.values()
    return any("agent.name" in text.names for text in texts)
