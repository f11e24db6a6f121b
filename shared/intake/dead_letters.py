"""Dead letters are kept where a person can read and replay them, but for those of customers who were erased since."""

from shared.intake.events import AccountEvent
from shared.intake.identification import Identification, WrittenBeforeErasure
from shared.intake.keys import Keys, keyed
from shared.intake.parsing import parse_event
from shared.intake.quarantine import RETRY_FOR, DeadLetter, Quarantine
from shared.logs import log
from shared.queue.body import decode_body
from shared.queue.messages import EventMessage
from shared.retry import retry_while_unavailable
from shared.telemetry import Metric, Telemetry
from shared.vocabulary.errors import Unreadable
from shared.vocabulary.time import Clock


class KeepDeadLetter:
    """The work of `keep_dead_letter`: works without a configuration, too.

    Args:
        keys: Of the configuration's channels; empty where the file is bad.
    """

    def __init__(
        self,
        quarantine: Quarantine,
        identification: Identification,
        clock: Clock,
        telemetry: Telemetry,
        keys: Keys,
    ) -> None:
        self._quarantine = quarantine
        self._identification = identification
        self._clock = clock
        self._telemetry = telemetry
        self._keys = keys

    async def __call__(self, letter: DeadLetter) -> None:
        """Keep a dead letter; one that a customer wrote before being erased is dropped and counted.

        Raises:
            Unavailable: Storage stayed away; the letter is to be delivered again.
        """
        until = self._clock.now() + RETRY_FOR
        if not await retry_while_unavailable(lambda: self._is_erased(letter), self._clock, until):
            await self._quarantine.keep_dead_letter(letter)

    async def _is_erased(self, letter: DeadLetter) -> bool:
        if letter.subject != EventMessage.SUBJECT:
            return False  # a message of the app's own names nobody
        try:
            event = parse_event(decode_body(letter.body))
        except Unreadable:
            return False
        if event is None or isinstance(event, AccountEvent):
            return False
        customer = keyed(event.customer, self._keys)
        try:
            await self._identification.find(customer, event.at)
        except WrittenBeforeErasure:
            log("event.erased", event_id=event.event_id)
            self._telemetry.record(Metric.EVENTS_ERASED.of(channel=customer.channel_id))
            return True
        return False
