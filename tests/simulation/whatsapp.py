"""WhatsApp as it treats a busy number: it takes most messages, refuses some, and reports later what became of each."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final

from shared.sending.channel import NothingDone, Outcome, Postponed, Refusal, Shipment
from shared.vocabulary.templates import Definition, ListedTemplate
from tests.fakes.channel import FakeChannel
from tests.fakes.clock import FakeClock

DEFINITIONS: Final = {
    "follow_up": "Bonjour {{1}}, nous avons une réponse pour vous : {{2}}",
    "order_update": "Bonjour {{1}}, votre commande {{2}} est en route.",
}
_WINDOW: Final = timedelta(hours=24)
_LATEST_REPORT: Final = 60.0
_AT_ONCE: Final[Mapping[str, int]] = {"131056": 3, "130429": 2, "131000": 3, "131026": 2, "131047": 1, "131042": 1}
_LATER: Final[Mapping[str, int]] = {"131056": 3, "131000": 2, "131026": 4, "131047": 2, "131042": 1, "131053": 2}
_STATUSES: Final = ("Sent", "Delivered", "Read")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What becomes known of a message that was taken: its status so many seconds later, with a code if it failed."""

    shipment: Shipment
    message_id: str
    status: str
    code: str | None
    after: float


class WhatsApp(FakeChannel):
    """Takes messages by the rules that it has, and by chance.

    Attributes:
        calm: Whether nothing but the window keeps it from taking a message.
        lost: The ids of what it took, and reported as failed.
        since: When the customer had last written as a message was taken, by its id.
        report: Told of every status.
    """

    def __init__(self, random: Random, clock: FakeClock) -> None:
        super().__init__()
        self.calm = True
        self.lost: set[str] = set()
        self.since: dict[str, datetime | None] = {}
        self.report: Callable[[Report], None] = lambda _: None
        self._random = random
        self._clock = clock
        self._heard: dict[tuple[str, str], datetime] = {}
        self._stopped: dict[str, datetime] = {}
        self._paused: dict[str, datetime] = {}

    @property
    def arrived(self) -> list[tuple[str, Shipment]]:
        """What the phones have, with its id, in the order in which it was taken."""
        taken = [(self.message_id(each), each) for each in self.sent]
        return [(message_id, each) for message_id, each in taken if message_id not in self.lost]

    def hear(self, channel_id: str, *addresses: str | None) -> None:
        """A customer writes, by whatever name."""
        self._heard |= {(channel_id, address): self._clock.now() for address in addresses if address}

    async def templates(self, channel_id: str) -> list[ListedTemplate]:
        """As `Channel.templates`."""
        return [
            ListedTemplate(
                name=name,
                language="fr",
                status="paused" if self._is(self._paused, name) else "approved",
                definition=Definition(body=body, category="utility"),
            )
            for name, body in DEFINITIONS.items()
        ]

    async def send(self, shipment: Shipment) -> Outcome:
        """As `Channel.send`."""
        await asyncio.sleep(0)
        self.attempts.append(shipment)
        if self.repeatable and shipment.request_id in self._answers:
            return self._answer(shipment)
        code = self._broken_rule(shipment)
        if code and self._random.random() < 0.5:
            return self._answer(shipment, Refusal(code=code, message="refused"))
        if code or self.calm or self._random.random() < 0.75:
            return self._take(shipment, code or self._late_code(shipment))
        return self._fail(shipment)

    def _broken_rule(self, shipment: Shipment) -> str | None:
        use, now = shipment.content.template, self._clock.now()
        if self._is(self._stopped, shipment.channel_id):
            return "131042"
        if use:
            return "132015" if self._is(self._paused, use.name) else None
        heard = self._heard.get((shipment.channel_id, shipment.to))
        return "131047" if heard is None or now - heard > _WINDOW else None

    def _is(self, until: Mapping[str, datetime], name: str) -> bool:
        return not self.calm and name in until and self._clock.now() < until[name]

    def _take(self, shipment: Shipment, code: str | None) -> Outcome:
        outcome = self._answer(shipment)
        self._tell(shipment, code)
        return outcome

    def _late_code(self, shipment: Shipment) -> str | None:
        if self.calm or self._random.random() < 0.85:
            return None
        return self._code_of(_LATER, shipment)

    def _code_of(self, codes: Mapping[str, int], shipment: Shipment) -> str:
        code = self._random.choices(list(codes), list(codes.values()))[0]
        if code == "131042":
            self._stopped[shipment.channel_id] = self._later(minutes=self._random.choice((1, 20, 40)))
        if use := shipment.content.template:
            code = self._random.choice((code, "132015"))
            if code == "132015":
                self._paused[use.name] = self._later(minutes=self._random.choice((5, 120)))
            return code if code != "131047" else "131000"
        return code

    def _later(self, minutes: int) -> datetime:
        return self._clock.now() + timedelta(minutes=minutes)

    def _tell(self, shipment: Shipment, code: str | None) -> None:
        message_id = self.message_id(shipment)
        self.since[message_id] = self._heard.get((shipment.channel_id, shipment.to))
        if code:
            self.lost.add(message_id)
        sure = "Failed" if code else self._random.choice(("Delivered", "Read"))
        others = [each for each in _STATUSES if self._random.random() < 0.3]
        if code:
            others = [each for each in others if each == "Sent"]
        for status in (sure, *others, *self._random.choices((sure,), k=self._random.choice((0, 0, 1)))):
            after = self._random.random() * self._random.choice((0.5, 5, _LATEST_REPORT))
            self.report(
                Report(
                    shipment=shipment,
                    message_id=message_id,
                    status=status,
                    code=code if status == "Failed" else None,
                    after=after,
                )
            )

    def _fail(self, shipment: Shipment) -> Outcome:
        match self._random.randrange(9):
            case 0:
                return Postponed(code="503", message="away", in_doubt=False)
            case 1:
                return Postponed(
                    code="429", message="too much", retry_after=self._random.choice((1, 30)), in_doubt=False
                )
            case 2:
                return Postponed(code="no_answer", message="the connection broke")
            case 3:
                self._take(shipment, self._late_code(shipment))
                return Postponed(code="no_answer", message="the connection broke")
            case 4 if self.repeatable:
                self._answers[shipment.request_id] = (shipment, NothingDone())
                return NothingDone()
        return self._answer(shipment, Refusal(code=self._code_of(_AT_ONCE, shipment), message="refused"))
