"""The channel in memory: takes messages, remembers what it answered, and fails when told to."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from shared.sending.channel import Accepted, NothingDone, Outcome, Postponed, Refusal, Shipment
from shared.vocabulary.errors import NotKnown, Unavailable
from shared.vocabulary.templates import ListedTemplate
from shared.vocabulary.words import Provider

_LOST = Postponed(code="no_answer", message="the connection broke")


class FakeChannel:
    """Each request id is carried out once; a repetition gets the same answer.

    Attributes:
        sent: What it took, in order, each request once.
        attempts: Every call, in order.
        listed: The templates by channel.
        files: What customers sent, by the id of the file.
        downloads: The ids of the files that were asked for, in order.
        marked_read: What customers were shown as read, by channel and message.
        hides_files: Whether it says of a file that it does not show only that it does not know it.
        repeatable: Whether it knows a request again; else each call is carried out.
    """

    def __init__(self) -> None:
        self.sent: list[Shipment] = []
        self.attempts: list[Shipment] = []
        self.listed: dict[str, Sequence[ListedTemplate]] = {}
        self.files: dict[str, bytes] = {}
        self.downloads: list[str] = []
        self.marked_read: list[tuple[str, str]] = []
        self.repeatable = True
        self.hides_files = False
        self._broken_downloads = 0
        self._answers: dict[str, tuple[Shipment, Outcome]] = {}
        self._planned: deque[Outcome | None] = deque()

    def answer_next(self, *outcomes: Outcome) -> None:
        """What the next sends end in; nothing is taken."""
        self._planned.extend(outcomes)

    def answer_after(self, taken: int, *outcomes: Refusal | NothingDone | Postponed) -> None:
        """What the sends end in that follow so many which are taken."""
        self._planned.extend([None] * taken)
        self._planned.extend(outcomes)

    def answer_again(self) -> None:
        """Whatever was planned is over: the next sends are taken."""
        self._planned.clear()

    def lose_next_answer(self) -> None:
        """The next send is taken, but its answer does not arrive."""
        self._planned.append(_LOST)

    def message_id(self, shipment: Shipment) -> str:
        """The id of a message that it took."""
        return self.id_of(self.sent.index(shipment))

    def id_of(self, number: int) -> str:
        """The id of a message by its place in `sent`."""
        return f"00000000-0000-0000-0000-{number:012}"

    def repeats_harmlessly(self, _shipment: Shipment) -> bool:
        """As `Channel.repeats_harmlessly`."""
        return self.repeatable

    def same_provider(self, _channel_id: str, _then: datetime, _now: datetime) -> bool:
        """As `Channel.same_provider`."""
        return True

    async def mark_read(self, channel_id: str, message_id: str) -> None:
        """As `Channel.mark_read`."""
        await asyncio.sleep(0)
        self.marked_read.append((channel_id, message_id))

    async def send(self, shipment: Shipment) -> Outcome:
        """As `Channel.send`."""
        await asyncio.sleep(0)
        self.attempts.append(shipment)
        planned = self._planned.popleft() if self._planned else None
        if planned is None:
            return self._answer(shipment)
        if isinstance(planned, Refusal):
            return self._answer(shipment, planned)
        if planned is _LOST:
            self._answer(shipment)
        return planned

    async def templates(self, channel_id: str) -> Sequence[ListedTemplate]:
        """As `Channel.templates`."""
        await asyncio.sleep(0)
        if channel_id not in self.listed:
            raise Unavailable("no such channel")
        return self.listed[channel_id]

    def break_next_downloads(self, number: int = 1) -> None:
        """The next files that are read end in the middle."""
        self._broken_downloads = number

    @asynccontextmanager
    async def media(self, _provider: Provider, media_id: str) -> AsyncIterator[AsyncIterator[bytes] | None]:
        """As `Channel.media`."""
        await asyncio.sleep(0)
        self.downloads.append(media_id)
        content = self.files.get(media_id)
        if content is None and self.hides_files:
            raise NotKnown("the channel does not know the file")
        yield None if content is None else self._pieces(content)

    async def _pieces(self, content: bytes) -> AsyncIterator[bytes]:
        half = len(content) // 2
        yield content[:half]
        if self._broken_downloads:
            self._broken_downloads -= 1
            raise Unavailable("the connection broke")
        yield content[half:]

    def _answer(self, shipment: Shipment, refusal: Refusal | None = None) -> Outcome:
        """The answer of the first time; another message under a known id is not carried out."""
        if self.repeatable and shipment.request_id in self._answers:
            known, answer = self._answers[shipment.request_id]
            return answer if known == shipment else NothingDone()
        if refusal is None:
            self.sent.append(shipment)
        answer = refusal or Accepted(message_id=self.id_of(len(self.sent) - 1))
        self._answers[shipment.request_id] = (shipment, answer)
        return answer
