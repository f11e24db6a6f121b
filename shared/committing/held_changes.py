"""What a change means for replies that are held back: events and metrics tell the same of it. Pure."""

from collections.abc import Iterator
from typing import Final

from shared.state.change import Change
from shared.state.contact_store import StoredContact
from shared.vocabulary.words import HeldStatus

_ENDS: Final = (HeldStatus.EXPIRED, HeldStatus.CANCELLED)


def held_changes(before: StoredContact | None, change: Change) -> Iterator[tuple[str, HeldStatus]]:
    """Yield each reply that was held, released or ended by a change: its id, and what it became."""
    was_held = [each.id for each in before.contact.held] if before else []
    is_held = [each.id for each in change.contact.held]
    unsent = {each.id for each in change.contact.unsent}
    yield from ((each, HeldStatus.HELD) for each in is_held if each not in was_held)
    yield from ((each, HeldStatus.RELEASED) for each in was_held if each not in is_held and each in unsent)
    for outgoing in change.outgoing:
        if outgoing.id in was_held and outgoing.held in _ENDS:
            yield outgoing.id, outgoing.held
