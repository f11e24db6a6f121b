"""The port to whoever brings messages to WhatsApp: what is sent, and the ways in which that can end."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared.vocabulary.message import Content
from shared.vocabulary.templates import ListedTemplate
from shared.vocabulary.words import Provider


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment:
    """One attempt at one message.

    Attributes:
        channel_id: The channel's key; which id it has at its provider is for the adapter to know.
        to: `+` and digits, or a whole BSUID.
        request_id: A UUID, identical on every repetition of this attempt (ACS: `Repeatability-Request-ID`), which comes
            back with its statuses where the provider hands it through.
        first_sent: When the attempt was due first (ACS: `Repeatability-First-Sent`): likewise. It also tells whose it
            is on a channel that has moved.
        contact_id: Comes back with the statuses, too: they may show the customer under a name that nobody knows yet.
        file_uri: Where the channel fetches the uploaded file of this attempt, if there is one.
    """

    channel_id: str
    to: str
    content: Content
    request_id: str
    first_sent: datetime
    contact_id: str = ""
    file_uri: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The channel took the message and named it. It is not delivered yet: a status tells."""

    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """The channel will not do this attempt: a 4xx other than 401, 403, 408 and 429.

    Attributes:
        code: WhatsApp's where the answer holds one, else the service's or the HTTP status.
        trace_id: By which the provider's support finds the answer, where it names one (Meta: `fbtrace_id`).
    """

    code: str
    message: str
    trace_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingDone:
    """`Repeatability-Result: rejected`: a 202 that did nothing; another attempt is needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Postponed:
    """It was not done, or nobody knows: 401, 403, 408, 429, 5xx, a time-out, a broken connection. Repeat the attempt.

    Attributes:
        code, trace_id: As in `Refusal`.
        retry_after: Seconds, when the service gave a time.
        in_doubt: Whether it may have been done. ACS turns away what it answers with 401, 403, 429 or 503.
    """

    code: str
    message: str
    retry_after: float | None = None
    in_doubt: bool = True
    trace_id: str | None = None


type Outcome = Accepted | Refusal | NothingDone | Postponed


class Channel(Protocol):
    """Sends to customers, and has their files."""

    def repeats_harmlessly(self, shipment: Shipment) -> bool:
        """Tell whether an attempt may be made again although nobody knows whether it was done.

        Where not, an attempt in doubt waits for a status that names its request id.
        """

    def same_provider(self, channel_id: str, then: datetime, now: datetime) -> bool:
        """Tell whether a number is where it was: what its provider said then may be past with it."""

    async def send(self, shipment: Shipment) -> Outcome:
        """Try once; never raises for what the service or the network does."""

    async def templates(self, channel_id: str) -> Sequence[ListedTemplate]:
        """Return all templates of a channel.

        Raises:
            Unavailable: The list could not be had.
        """

    def media(self, provider: Provider, media_id: str) -> AbstractAsyncContextManager[AsyncIterator[bytes] | None]:
        """Open a customer's file, to be read in pieces; None when its provider does not have it, or not any more.

        Args:
            provider: Who brought the message that it came with.

        Raises:
            NotKnown: It is gone, or hidden from us for a while.
            Unavailable: It could not be had, or not to its end; also while it is read.
        """

    async def mark_read(self, channel_id: str, message_id: str) -> None:
        """Show a customer that a message was read, where the provider can and is to do so.

        Raises:
            Unavailable: That could not be said.
        """
