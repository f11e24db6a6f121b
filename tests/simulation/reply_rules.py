"""What must hold of replies once all is quiet: none vanishes, none comes twice, none comes in another's place."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from shared.sending.channel import Shipment
from shared.state.contact import Contact
from shared.state.outgoing import Outgoing
from shared.state.session_window import window_open
from shared.vocabulary.message import Message
from shared.vocabulary.words import Direction, MessageStatus
from tests.simulation.correspondence import Written
from tests.simulation.records import Records
from tests.simulation.snapshot import Snapshot

MOST_HELD = 40
_KEPT = timedelta(days=2)
"""Younger than what retention erases."""
_CLOCKS = timedelta(seconds=4)
_UNDER_WAY = timedelta(minutes=2)
_IN_DOUBT = ("no_answer", "address_expired")


def quiet(now: Snapshot, records: Records) -> Iterator[str]:
    """Each reply has arrived, is held, or is over and says why; and nothing is held that could go out."""
    for contact in now.contacts:
        held = {each.id: each for each in contact.held}
        if len(held) > MOST_HELD:
            yield f"{contact.id} holds {len(held)}"
        for each in records.outgoing[contact.id].values():
            yield from (f"{contact.id}: {each.id} {problem}" for problem in _problems(each, contact, now.at))
        lines = {line.reply_id: line for _, line in records.lines[contact.id] if line.reply_id}
        for each in records.outgoing[contact.id].values():
            line = lines.get(each.id)
            if line is None or line.status is not each.status:
                yield f"{contact.id}: {each.id} is {each.status}, and the history has {line}"


def _problems(outgoing: Outgoing, contact: Contact, now: datetime) -> Iterator[str]:
    held = next((each for each in contact.held if each.id == outgoing.id), None)
    match outgoing.status:
        case MessageStatus.HELD if held is None:
            yield "says that it is held, and is not"
        case MessageStatus.HELD if held and held.expires_at < now - _CLOCKS:
            yield f"is held beyond {held.expires_at}"
        case MessageStatus.HELD if held and not held.draft and _wrote_since(contact, held.at, now):
            yield "is held though the customer has written since"
        case MessageStatus.PENDING | MessageStatus.SENT:
            yield f"is {outgoing.status} for ever"
        case MessageStatus.FAILED | MessageStatus.EXPIRED if outgoing.error is None:
            yield f"is {outgoing.status}, and nobody knows why"


def _wrote_since(contact: Contact, at: datetime, now: datetime) -> bool:
    opened = contact.window_from
    return opened is not None and opened > at + _CLOCKS and window_open(contact, now)  # else it answers that message


def phones(arrived: Sequence[tuple[str, Shipment]], records: Records) -> Iterator[str]:
    """A phone has nothing twice, unless somebody had it sent again who could not know; and all in its order."""
    known = {each.id: each for contact in records.outgoing.values() for each in contact.values()}
    unsure = {
        each.content.text or "" for each in known.values() if any(try_.code in _IN_DOUBT for try_ in each.attempts)
    }
    written = [shipment for _, shipment in arrived if not shipment.content.template]
    said = [(shipment.to, shipment.channel_id, _words(shipment)) for shipment in written]
    for (_, _, words), times in Counter(each for each in said if " n0" in each[2]).items():
        if times > 1 and not any(each and each in words for each in unsure) and words not in unsure:
            yield f"a phone has {times} times: {words[:90]}"
    taken = {message_id: place for place, (message_id, _) in enumerate(arrived)}
    for contact, lines in records.lines.items():
        places = [
            (number, taken[line.message_id], line)
            for number, line in lines
            if line.message_id in taken and line.reply_id and _went_straight(records.outgoing[contact][line.reply_id])
        ]
        for (_, before, one), (_, after, other) in pairwise(sorted(places, key=_number)):
            if before > after:
                yield f"{contact}: {other.reply_id} came before {one.reply_id}"


def _number(place: tuple[int, int, Message]) -> int:
    return place[0]


def _words(shipment: Shipment) -> str:
    media = shipment.content.media
    return shipment.content.text or (media.caption if media else None) or ""


def _went_straight(outgoing: Outgoing) -> bool:
    """Tell whether a message was taken the first time, so that it has its place on the phone; a ping goes first."""
    again = outgoing.retries or outgoing.attempts or outgoing.fell_back or outgoing.ping_id
    return not again and not outgoing.id.endswith("-ping")


def heard(wrote: Sequence[Written], erased: Mapping[str, datetime], now: datetime, records: Records) -> Iterator[str]:
    """Each message of a customer is in the history, once; what was written before an erasure is nowhere."""
    counts = Counter(line.message_id for line in records.history if line.direction is Direction.IN)
    for each in wrote:
        found, until = counts[each.message_id], erased.get(each.phone)
        if until and abs(each.at - until) <= _CLOCKS:
            allowed: tuple[int, ...] = (0, 1)
        elif until and each.at < until:
            allowed = (0,)
        else:
            allowed = (1,) if now - each.at < _KEPT else (0, 1)
        if found not in allowed:
            yield f"message {each.message_id} of {each.at} is {found} times in the history, erased until {until}"


def forgotten(
    wrote: Sequence[Written],
    erased: Mapping[str, datetime],
    contacts: Collection[str],
    records: Records,
    files: Collection[str],
) -> Iterator[str]:
    """Nothing of an erased contact is anywhere; `files` are the names of those that are kept."""
    marks = {each.text for each in wrote if " n0" in each.text and each.at < erased.get(each.phone, each.at) - _CLOCKS}
    for place, body in records.everything.items():
        yield from (f"{place} still says {mark}" for mark in marks if mark in body)
    for contact_id in records.erased.keys() & set(contacts):
        yield from (f"{each} is still there" for each in files if contact_id in each)
        rows = [place for place in records.everything if place.startswith(f"contacts/{contact_id}/")]
        if len(rows) > 1:
            yield f"of {contact_id}, which was erased, there is still {rows}"


def spoken(
    taken: Sequence[str], arrived: Sequence[tuple[str, Shipment]], records: Records, *, complete: bool
) -> Iterator[str]:
    """What the history says to have gone out was taken, and what arrived is in the history, once."""
    counts = Counter(line.message_id for line in records.history if line.direction is Direction.OUT and line.message_id)
    yield from (f"the history has {each}, which was never taken" for each in counts.keys() - set(taken))
    yield from (f"the history has {each} {count} times" for each, count in counts.items() if count > 1)
    if complete:
        yield from (
            f"{message_id} arrived, and the history does not have it"
            for message_id, _ in arrived
            if not counts[message_id]
        )


def pings(arrived: Sequence[tuple[str, Shipment]], heard_at: Mapping[str, datetime | None]) -> Iterator[str]:
    """One template a window asks the customer to write; what went out as the customer wrote is of the one before."""
    asked: dict[tuple[str, datetime | None], list[str]] = defaultdict(list)
    for message_id, shipment in arrived:
        use, since = shipment.content.template, heard_at[message_id]
        if since and shipment.first_sent - since < _UNDER_WAY:
            continue
        if use and " T n0" not in f" {use.parameters[-1]}":
            asked[shipment.to, since].append(_words(shipment))
    yield from (
        f"{to} was asked {len(each)} times since {since}: {each}"
        for (to, since), each in asked.items()
        if len(each) > 1
    )
