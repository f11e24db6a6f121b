"""What an event says: its reader is found by its type.

In comes an event in either envelope, as a provider delivers it or as the queue carries it; out goes what it means, or
every reason why it can't be understood: nobody can be told from it, or it holds nothing to show.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from shared.intake import acs, whatsapp
from shared.intake.envelope import normal_form
from shared.intake.events import AccountEvent, CustomerIdentity, Event
from shared.intake.fields import Fields, Problems
from shared.vocabulary.errors import Unreadable

type _Reader = Callable[[Mapping[str, Any], Fields, Problems], Event]

_READERS: Final[Mapping[str, _Reader]] = {**acs.READERS, **whatsapp.READERS}


def parse_event(event: Mapping[str, Any]) -> Event | None:
    """Return what an event of either schema, or its normal form, says; None for an event of another type.

    An event that lost its type is recognised by its data.

    Raises:
        Unreadable: It is an event that the app knows, but can't be understood.
    """
    envelope = normal_form(event)
    read = _reader(envelope)
    if read is None:
        return None
    if not isinstance(envelope["data"], dict):
        raise Unreadable("data is not an object that JSON can carry")
    problems = Problems()
    found = read(envelope, Fields(envelope["data"], "data", problems), problems)
    problems.check()
    return found


def customer_in(event: Mapping[str, Any]) -> CustomerIdentity | None:
    """Return whose an event is that can't be understood as a whole; None where it does not name the customer."""
    envelope = normal_form(event)
    read = _reader(envelope)
    if read is None or not isinstance(envelope["data"], dict):
        return None
    problems = Problems()
    found = read(envelope, Fields(envelope["data"], "data", problems), problems)
    if isinstance(found, AccountEvent):
        return None
    customer = found.customer
    return customer if customer.channel_id and customer.sender else None


def _reader(envelope: Mapping[str, Any]) -> _Reader | None:
    return _READERS.get(envelope["type"].lower()) if envelope["type"] else acs.guess_reader(envelope)
