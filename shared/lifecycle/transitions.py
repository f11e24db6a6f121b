"""What may be done to a conversation, by its status and by who asks (docs/configuration.md). Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from shared.lifecycle.situation import Situation
from shared.state.contact import Contact
from shared.state.conversation import Conversation
from shared.state.draft import Draft
from shared.state.session_window import window_open
from shared.vocabulary.actor import Actor
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Refused
from shared.vocabulary.words import ConversationStatus


class Action(StrEnum):
    """What a person may ask of a conversation, as `allowed` names it."""

    REPLY = "reply"
    NOTE = "note"
    TAKE = "take"
    ASSIGN = "assign"
    ACCEPT = "accept"
    DECLINE = "decline"
    TRANSFER = "transfer"
    RELEASE = "release"
    WAIT = "wait"
    WRAP_UP = "wrapUp"
    CLOSE = "close"
    READ = "read"
    RETRY = "retry"
    UPLOAD = "upload"


_OPEN, _ACTIVE = ConversationStatus.OPEN, ConversationStatus.ACTIVE
_WAITING, _CLOSED = ConversationStatus.WAITING, ConversationStatus.CLOSED


@dataclass(frozen=True, slots=True)
class _Standing:
    """How somebody stands to a conversation."""

    status: ConversationStatus
    supervisor: bool
    mine: bool
    free: bool
    offered: bool
    offered_elsewhere: bool
    may_pick: bool
    may_write: bool
    takes_files: bool
    failed: bool

    @property
    def in_charge(self) -> bool:
        """Whether it is the caller's to decide on."""
        return self.mine or self.supervisor

    @property
    def in_reach(self) -> bool:
        """Whether an agent may take it from its queue's line."""
        return self.may_pick and not self.offered_elsewhere

    @property
    def may_answer(self) -> bool:
        """Whether a message of the caller's could go out in it."""
        to_be_taken = self.free and not self.offered_elsewhere
        return self.may_write and (self.in_charge or to_be_taken)


def _reply(of: _Standing) -> bool:
    return of.status is not _CLOSED and of.may_answer


def _take(of: _Standing) -> bool:
    if of.status is _OPEN:
        return of.supervisor or of.offered or of.in_reach
    if of.status is _WAITING:
        return of.in_charge or of.free
    return of.status is _ACTIVE and of.supervisor and not of.mine


def _transfer(of: _Standing) -> bool:
    if of.status is _OPEN:
        return of.supervisor or of.in_reach
    return of.status in (_ACTIVE, _WAITING) and of.in_charge


def _active_in_charge(of: _Standing) -> bool:
    return of.status is _ACTIVE and of.in_charge


def _answer_offer(of: _Standing) -> bool:
    return of.status is _OPEN and of.offered


_MAY: Final[Mapping[Action, Callable[[_Standing], bool]]] = {
    Action.REPLY: _reply,
    Action.NOTE: lambda _: True,
    Action.TAKE: _take,
    Action.ASSIGN: lambda of: of.supervisor and of.status in (_OPEN, _ACTIVE, _WAITING),
    Action.ACCEPT: _answer_offer,
    Action.DECLINE: _answer_offer,
    Action.TRANSFER: _transfer,
    Action.RELEASE: _active_in_charge,
    Action.WAIT: _active_in_charge,
    Action.WRAP_UP: _active_in_charge,
    Action.CLOSE: lambda of: of.status is not _CLOSED and (of.supervisor or (of.mine and of.status is not _OPEN)),
    Action.READ: lambda of: of.mine and (of.status is not _CLOSED or of.failed),
    Action.RETRY: lambda of: of.failed and of.may_answer,
    Action.UPLOAD: lambda of: of.takes_files and _reply(of),
}


def allowed(contact: Contact, conversation: Conversation, situation: Situation, now: datetime) -> tuple[Action, ...]:
    """Return what a person may do to a conversation of the contact now."""
    by = situation.by
    if not conversation.closed and _held_by_another(conversation, by):
        return ()
    standing = _Standing(
        status=conversation.status,
        supervisor=not by.is_agent,
        mine=by.same_as(conversation.agent),
        free=conversation.agent is None,
        offered=by.same_as(conversation.offer.agent) if conversation.offer else False,
        offered_elsewhere=offered_elsewhere(conversation, by),
        may_pick=situation.distribution_of(conversation).allow_pick,
        may_write=_may_write(contact, situation, now),
        takes_files=situation.takes_files,
        failed=conversation.failed > 0,
    )
    return tuple(action for action, may in _MAY.items() if may(standing))


def _may_write(contact: Contact, situation: Situation, now: datetime) -> bool:
    """Tell whether anything can go out: the number is still the team's, and the customer wants to hear from it."""
    if situation.configuration.channel_by_id(contact.channel_id) is None:
        return False
    return not contact.opted_out or window_open(contact, now)


def require(action: Action, draft: Draft, conversation: Conversation, situation: Situation) -> None:
    """Refuse what may not be done to the conversation, or not by this person.

    Raises:
        Refused: `not_assigned_to_you`, before `invalid_transition`.
    """
    if not conversation.closed:
        refuse_others(conversation, situation.by)
    if action not in allowed(draft.contact, conversation, situation, draft.now):
        raise invalid_transition(draft, conversation, situation)


def refuse_others(conversation: Conversation, by: Actor) -> None:
    """Keep agents from what another agent has in hand.

    Raises:
        Refused: `not_assigned_to_you`.
    """
    if _held_by_another(conversation, by):
        raise not_assigned_to_you(conversation.agent)


def refuse_offered_elsewhere(conversation: Conversation, by: Actor) -> None:
    """Keep agents from what is offered to another agent.

    Raises:
        Refused: `not_assigned_to_you`.
    """
    if by.is_agent and conversation.offer and offered_elsewhere(conversation, by):
        raise not_assigned_to_you(conversation.offer.agent)


def offered_elsewhere(conversation: Conversation, by: Actor) -> bool:
    """Tell whether somebody else is asked to take the conversation."""
    return conversation.offer is not None and not by.same_as(conversation.offer.agent)


def not_assigned_to_you(agent: str | None) -> Refused:
    """Return the answer for what is another agent's, or nobody's."""
    holder = {"agent": agent} if agent else {}
    return Refused(Code.NOT_ASSIGNED_TO_YOU, f"The conversation is {agent or 'nobody'}'s.", extra=holder)


def invalid_transition(draft: Draft, conversation: Conversation, situation: Situation) -> Refused:
    """Return the answer for what leads nowhere from where the conversation stands."""
    possible = allowed(draft.contact, conversation, situation, draft.now)
    return Refused(
        Code.INVALID_TRANSITION,
        f"The conversation is {conversation.status}, which does not allow this; `allowed` names what it does.",
        extra={"from": conversation.status, "allowed": possible},
    )


def in_charge(conversation: Conversation, by: Actor) -> bool:
    """Tell whether the conversation is somebody's to decide on: as its agent, or as a supervisor."""
    return not by.is_agent or by.same_as(conversation.agent)


def _held_by_another(conversation: Conversation, by: Actor) -> bool:
    return conversation.agent is not None and not in_charge(conversation, by)
