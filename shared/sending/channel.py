"""The port to the channel (ACS Advanced Messaging): what is sent, and the ways in which that can end."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared.vocabulary.message import Content
from shared.vocabulary.templates import ListedTemplate


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment:
    """One attempt at one message.

    Attributes:
        to: `+` and digits, or a whole BSUID.
        request_id: `Repeatability-Request-ID`: a UUID, identical on every repetition of this attempt.
        first_sent: `Repeatability-First-Sent`: likewise.
        file_uri: Where the channel fetches the uploaded file of this attempt, if there is one.
    """

    channel_id: str
    to: str
    content: Content
    request_id: str
    first_sent: datetime
    file_uri: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The channel took the message and named it. It is not delivered yet: a status tells."""

    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """The channel will not do this attempt: a 4xx other than 401, 403, 408 and 429.

    `code` is WhatsApp's where the answer holds one, else the service's or the HTTP status.
    """

    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingDone:
    """`Repeatability-Result: rejected`: a 202 that did nothing; another attempt is needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Postponed:
    """It was not done, or nobody knows: 401, 403, 408, 429, 5xx, a time-out, a broken connection. Repeat the attempt.

    Attributes:
        code: As in `Refusal`.
        retry_after: Seconds, when the service gave a time.
        in_doubt: Whether it may have been done. The service turns away what it answers with 401, 403, 429 or 503.
    """

    code: str
    message: str
    retry_after: float | None = None
    in_doubt: bool = True


type Outcome = Accepted | Refusal | NothingDone | Postponed


class Channel(Protocol):
    """Sends to customers, and has their files. Every method makes one call."""

    async def send(self, shipment: Shipment) -> Outcome:
        """Try once; never raises for what the service or the network does."""

    async def templates(self, channel_id: str) -> Sequence[ListedTemplate]:
        """Return all templates of a channel.

        Raises:
            Unavailable: The list could not be had.
        """

    def media(self, media_id: str) -> AbstractAsyncContextManager[AsyncIterator[bytes] | None]:
        """Open a customer's file, to be read in pieces; None when the channel does not have it, or not any more.

        Raises:
            Unavailable: It could not be had, or not to its end; also while it is read.
        """
