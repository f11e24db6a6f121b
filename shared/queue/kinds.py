"""Every message of the queues by its subject: the table by which they are read."""

from collections.abc import Mapping
from typing import Final

from shared.queue.body import decode_body
from shared.queue.erasure_messages import Erase, EraseChanges, EraseOld, ForgetErasure, ForgetHour, House, TellErasure
from shared.queue.media_messages import CopyMedia
from shared.queue.messages import (
    Check,
    Drain,
    EventMessage,
    Merged,
    Message,
    PhoneMoved,
    Reservations,
    RollCall,
    TimerFired,
    Turn,
)
from shared.vocabulary.errors import Unreadable

KINDS: Final[Mapping[str, type[Message]]] = {
    kind.SUBJECT: kind
    for kind in (
        EventMessage,
        Check,
        TimerFired,
        Merged,
        PhoneMoved,
        Turn,
        Reservations,
        Drain,
        RollCall,
        CopyMedia,
        Erase,
        EraseOld,
        ForgetErasure,
        TellErasure,
        House,
        ForgetHour,
        EraseChanges,
    )
}


def decode_message(subject: str, body: bytes) -> Message:
    """Read a message of the queues by its subject.

    Raises:
        Unreadable: The subject is not known, or the body is not as it demands.
    """
    content = decode_body(body)
    if subject not in KINDS:
        raise Unreadable(f"unknown subject {subject}")
    return KINDS[subject].decode(content)
