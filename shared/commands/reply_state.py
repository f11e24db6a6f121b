"""A reply as it stands, and what its caller is told where it did not go out: it is kept, or it has failed."""

from dataclasses import dataclass
from datetime import datetime

from shared.sending.failures import IN_DOUBT, PAIR_RATE
from shared.state.contact import Contact
from shared.state.contact_store import StoredContact
from shared.state.outgoing import Outgoing, Unsent
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Refused, Unavailable
from shared.vocabulary.message import Failure
from shared.vocabulary.words import Delivery, HeldStatus, MessageStatus

_GOES_OUT = "The channel takes no messages for now; the reply goes out by itself as soon as it does."
_IS_IN_DOUBT = (
    "Nobody knows yet whether WhatsApp took a message to this customer; the reply is kept until that is known."
)
_WORST_FIRST = (
    MessageStatus.FAILED,
    MessageStatus.EXPIRED,
    MessageStatus.CANCELLED,
    MessageStatus.HELD,
    MessageStatus.PENDING,
    MessageStatus.SENT,
    MessageStatus.DELIVERED,
    MessageStatus.READ,
)
_BUSY_CODES = (PAIR_RATE, "429")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyState:
    """A reply as it stands: its message, the template that went out for it, and its contact's window.

    Attributes:
        outgoing: The message that has the reply's id.
        parts: That one, and the others of a long text.
        waits: The place of what has still to go out, if anything has.
        obstacle: What kept the contact's first message in line from going out, if anything did.
    """

    stored: StoredContact
    outgoing: Outgoing
    parts: tuple[Outgoing, ...]
    ping: Outgoing | None
    waits: Unsent | None
    obstacle: Failure | None

    @property
    def contact(self) -> Contact:
        """Its contact."""
        return self.stored.contact

    @property
    def words(self) -> Outgoing:
        """What was written, in the part that has come the least far."""
        return min(self.parts, key=lambda part: _WORST_FIRST.index(part.status))

    @property
    def acting(self) -> Outgoing:
        """The message that stands for the reply now: the template, as long as the words are not on their way.

        Where the template failed, the words do, if they are held all the same.
        """
        words = self.words
        if self.ping is None or words.held is HeldStatus.RELEASED or (self._ping_failed and words.held):
            return words
        return self.ping

    @property
    def delivery(self) -> Delivery:
        """How it goes out."""
        if self.ping and self._ping_failed and self.words.held:
            return Delivery.HELD
        return Delivery.TEMPLATE if self.ping else self.words.delivery

    @property
    def _ping_failed(self) -> bool:
        return self.ping is not None and self.ping.status is MessageStatus.FAILED

    @property
    def taken_back(self) -> bool:
        """Whether what was held of it is cancelled."""
        ends = {part.held for part in self.parts}
        return HeldStatus.CANCELLED in ends and HeldStatus.HELD not in ends


def kept(reply_id: str, contact: Contact, error: Unavailable) -> Refused:
    """Return the answer for a reply that is committed, while the rest could not be done in time."""
    held = any(each.id == reply_id for each in contact.held)
    extra = {"replyId": reply_id, "replyStatus": MessageStatus.HELD if held else MessageStatus.PENDING}
    if held:
        return Refused(Code.UNAVAILABLE, "The reply is held; storage or queue are away.", extra=extra)
    detail = "The reply is kept, and goes out by itself."
    return Refused(Code.CHANNEL_UNAVAILABLE, detail, extra=extra, retry_after=error.retry_after)


def raise_for(state: ReplyState, now: datetime, *, repeated: bool) -> None:
    """Say what kept a reply from going out; it is kept, and the answer says which it is.

    To a repetition, what became of it once the channel or the team had taken it is no refusal.

    Raises:
        Refused: `channel_rejected`; while it is kept, `recipient_rate_limited` and `channel_unavailable`.
    """
    outgoing = state.acting
    extra = {"replyId": state.outgoing.id, "replyStatus": outgoing.status}
    if outgoing.status is MessageStatus.FAILED and outgoing.held is None and not (repeated and outgoing.message_id):
        why = outgoing.error.message if outgoing.error else "The channel refused the message"
        raise Refused(Code.CHANNEL_REJECTED, f"{why.rstrip('.')}.", extra=extra)
    if outgoing.status is not MessageStatus.PENDING or state.waits is None:
        return
    first = state.contact.unsent[0]
    next_try = first.not_before or first.next_check
    seconds = max((next_try - now).total_seconds(), 1.0) if next_try else None
    if state.obstacle and state.obstacle.code in _BUSY_CODES:
        detail = "The channel takes no more messages to this customer for now; the reply goes out by itself."
        raise Refused(Code.RECIPIENT_RATE_LIMITED, detail, extra=extra, retry_after=seconds)
    detail = _IS_IN_DOUBT if state.obstacle and state.obstacle.code == IN_DOUBT else _GOES_OUT
    raise Refused(Code.CHANNEL_UNAVAILABLE, detail, extra=extra, retry_after=seconds)
