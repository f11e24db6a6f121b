"""What the team sends: the message itself, its place among those that have to be sent or are held, and its statuses."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Self

from shared.vocabulary.message import Attempt, Author, Content, Failure, PassedOver
from shared.vocabulary.words import Delivery, HeldStatus, MessageStatus

MOST_ATTEMPTS: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A message of the team's: what was written, and what became of it.

    Attributes:
        id: The `replyId` of an agent's reply.
        when_closed: What the caller asked for when the window is closed; None leaves it to the workstream.
        ping_id: The template that went out in place of these words.
        held: What became of the words, if they were held back.
        taken: Whether the channel has ever taken it, whatever became of it then.
        in_place_of: The words for which a template goes out, where they are not held beside it.
        fell_back: A template took the place of words since the window was closed, or of a template that failed; it does
            so once in each round.
        retries: How often somebody has had it sent again after it had failed.
        attempts: The tries that failed, the newest ten, the oldest first.
        passed_over: Templates that were looked at first and could not go out.
        parts: The ids of the other parts of a long text, in order; only at the first part, which has the reply's id.
        traceparent: The trace of the decision that wrote it; whenever it is sent, it is sent in that trace.
    """

    id: str
    conversation_id: str
    author: Author
    content: Content
    status: MessageStatus
    when_closed: str | None = None
    message_id: str | None = None
    error: Failure | None = None
    ping_id: str | None = None
    held: HeldStatus | None = None
    expires_at: datetime | None = None
    taken: bool = False
    in_place_of: Content | None = None
    fell_back: bool = False
    retries: int = 0
    attempts: tuple[Attempt, ...] = ()
    passed_over: tuple[PassedOver, ...] = ()
    parts: tuple[str, ...] = ()
    traceparent: str | None = None

    @property
    def delivery(self) -> Delivery:
        """How a reply goes out; held words beside a template are a template."""
        if self.content.template or self.ping_id:
            return Delivery.TEMPLATE
        return Delivery.HELD if self.held else Delivery.MESSAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsent:
    """The place of an outgoing message among those that have to be sent now, in their order.

    Attributes:
        message_key, at: Its line in the history, and that line's time.
        to: The address of this attempt, the same for all its repetitions.
        file_uri, file_until: The signed address of an uploaded file in this attempt, and how long it opens the file.
        called_at: When a sender made it its own, just before the call, since the channel does not know a repetition
            again. Nobody else makes the call; it goes as soon as the attempt has ended in a way that leaves no doubt.
        called_by: A name that the sender made up for this call, to know it as its own if the commit's answer is lost.
        doubts: How many attempts before this one ended without anybody knowing whether they had arrived.
        retry, attempt: Name the `Repeatability-Request-ID`: which retry of a person's it belongs to, and a number that
            rises only after a refusal.
        first_sent: `Repeatability-First-Sent`, the same for all repetitions of an attempt; a new one has its own. It
            also tells whose the attempt is, where the number moves.
        since: When it could have been sent first; after 15 minutes it is given up.
        tries: How often the attempt was made without an end.
        in_doubt: Whether one of these tries may have arrived: then nothing but this attempt may be made.
        not_before: A time that the channel gave; nobody tries earlier. Of an attempt in doubt that may not be repeated,
            until when a status may tell what became of it.
        next_check: When a check will try again, so that no second one is needed.
    """

    id: str
    message_key: str
    at: datetime
    to: str
    first_sent: datetime
    since: datetime
    retry: int = 0
    attempt: int = 0
    tries: int = 0
    in_doubt: bool = False
    not_before: datetime | None = None
    next_check: datetime | None = None
    file_uri: str | None = None
    file_until: datetime | None = None
    called_at: datetime | None = None
    called_by: str | None = None
    doubts: int = 0

    @property
    def may_have_arrived(self) -> bool:
        """Whether the customer may have it: then nothing else may be made of it."""
        return self.in_doubt or self.called_at is not None or self.doubts > 0

    @property
    def attempt_id(self) -> tuple[str, int, int]:
        """Which attempt at which message this is."""
        return self.id, self.retry, self.attempt

    def next_attempt(self, now: datetime) -> Self:
        """Return the place of another attempt, under a request id of its own: nobody has tried it yet."""
        return replace(
            self,
            attempt=self.attempt + 1,
            tries=0,
            in_doubt=False,
            called_at=None,
            called_by=None,
            first_sent=now,
        )

    @property
    def without_address(self) -> Self:
        """The attempt once it has ended: where it led to is of no use any more."""
        return replace(self, to="", file_uri=None, file_until=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An outgoing message that waits for the customer, and its line in the history; `attempt` is the one to come.

    Attributes:
        draft: Whether it waits for a person instead: the customer has written in another conversation since.
    """

    id: str
    message_key: str
    at: datetime
    expires_at: datetime
    attempt: int = 0
    draft: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusRecord:
    """The best delivery status known for one message id of the channel.

    Without `outgoing_id` the status came before the send was recorded. `sent_as` is the line in the history and the
    attempt, which has no address any more. `request_id` names the attempt where a status that came before did.

    An attempt whose end nobody knew has one as well, pending, under its request id for as long as it has no other.
    """

    message_id: str
    status: MessageStatus
    error: Failure | None = None
    outgoing_id: str | None = None
    sent_as: Unsent | None = None
    request_id: str | None = None


def with_attempt(outgoing: Outgoing, failure: Failure, at: datetime) -> Outgoing:
    """Return a message with one more try that failed."""
    attempt = Attempt(at=at, code=failure.code, message=failure.message)
    return replace(outgoing, attempts=(*outgoing.attempts, attempt)[-MOST_ATTEMPTS:])


def released(outgoing: Outgoing) -> Outgoing:
    """Return a held message as it is once its contact lists it as unsent.

    The message's own row is not written before it was sent, so it may still say `held`.
    """
    return replace(outgoing, status=MessageStatus.PENDING, held=HeldStatus.RELEASED)
