"""Sends what is in quarantine to its session once more, when its cause has been mended.

Every replay has a message id of its own, or the broker would drop it as a duplicate. It may be repeated without harm:
`route` knows a message that it has handled by the id in its body.
"""

from shared.intake.envelope import normal_form
from shared.intake.ingest import queue_message
from shared.intake.keys import Keys, under_key
from shared.intake.parsing import parse_event
from shared.intake.quarantine import Quarantine
from shared.intake.quarantined import Quarantined, Source
from shared.logs import log
from shared.queue.body import decode_body
from shared.queue.kinds import decode_message
from shared.queue.messages import Subject
from shared.queue.sender import QueueMessage, Sender
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Refused, TooLarge, Unreadable
from shared.vocabulary.time import Clock


class Replay:
    """The work of `POST /quarantine/{id}/replay`.

    Args:
        keys: Of the configuration's channels.
    """

    def __init__(self, *, quarantine: Quarantine, sender: Sender, clock: Clock, keys: Keys) -> None:
        self._quarantine = quarantine
        self._sender = sender
        self._clock = clock
        self._keys = keys

    async def __call__(self, item_id: str) -> None:
        """Send an item again, then mark it with the time before the send: it may come back before the mark is written.

        Raises:
            Refused: `not_found`; `invalid_request` when it still can't be understood; `too_large`.
            Unavailable: Service Bus or Table Storage is away; it may have been sent.
        """
        item = await self._quarantine.get(item_id)
        started = self._clock.now()
        try:
            message = _message(item, self._clock.new_id(), self._keys)
        except Unreadable as unreadable:
            errors = tuple(("body", reason) for reason in unreadable.reasons)
            raise Refused(Code.INVALID_REQUEST, "The item still can't be understood.", errors=errors) from unreadable
        try:
            await self._sender.send(message)
        except TooLarge as too_large:
            raise Refused(Code.TOO_LARGE, "The queue can't take an item of this size.") from too_large
        await self._quarantine.mark_replayed(item_id, started)
        log("replay", quarantine_id=item_id, message_id=message.message_id, session_id=message.session_id)


def _message(item: Quarantined, message_id: str, keys: Keys) -> QueueMessage:
    if item.source is Source.EVENT:
        envelope = normal_form(decode_body(item.body.encode()))
        event = parse_event(envelope)
        if event is None:
            raise Unreadable("it is no event that the app handles")
        return queue_message(envelope, under_key(event, keys), arrived_at=item.at, message_id=message_id)
    if item.subject not in set(Subject):
        raise Unreadable("its subject names no work that route does")
    if not item.session_id:
        raise Unreadable("its session is not known")
    message = decode_message(item.subject, item.body.encode())
    return QueueMessage.of(message, session_id=item.session_id, message_id=message_id, event_time=item.at)
