"""How a contact's partition is laid out: row keys, and the JSON in each row.

contact                                    the contact and its conversation; once it was erased, when and by whom
conversation:<episode>                     a closed conversation
message:<episode>:<time>:<counter>         the history; keys count down, so that a scan gives the newest first
outgoing:<id>                              what the team sends
status:<hash of the channel's message id>  delivery statuses
mark:<hash>                                changes that were committed

What is stored is read for years, so a row's format changes only by addition (`tests/stored` holds rows as they were
written, which must decode for ever):

- A field may be added, with a default that means what rows without it meant. A default never changes afterwards: a
  value that equals it is not written, so changing it would change what old rows say.
- A field is never renamed, removed or given another meaning; neither is a member of an enum.
- A field that is not known is ignored: a row may have been written by a newer version that was taken back.
"""

import json
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError

from shared.state.change import Change
from shared.state.contact import Erasing
from shared.state.tables import Delete, Insert, Operation, Put, Replace
from shared.vocabulary.errors import Unreadable
from shared.vocabulary.identity import digest, episode_of
from shared.vocabulary.time import of_milliseconds, rfc3339

CONTACT = "contact"
_LAST_MILLISECOND = 9_999_999_999_999
_LAST_COUNT = 999_999_999


_ADAPTERS: dict[type, TypeAdapter[Any]] = {}


def _adapter(kind: type) -> TypeAdapter[Any]:
    """Return the adapter of a row's type, built when it is first needed."""
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


def encode(value: object) -> str:
    """Write a dataclass as JSON; what equals its default is left out."""
    return _adapter(type(value)).dump_json(value, exclude_defaults=True).decode()


def decode[T](kind: type[T], body: str) -> T:
    """Return the dataclass in a row; fields that are not known any more are ignored.

    Raises:
        Unreadable: The row holds something else; says where, and nothing of what it holds.
    """
    try:
        value: T = _adapter(kind).validate_json(body)
    except ValidationError as error:
        places = sorted({".".join(map(str, each["loc"])) for each in error.errors(include_input=False)})
        raise Unreadable(f"a stored {kind.__name__} can't be read at {', '.join(places)}") from None
    return value


def encode_erased(erased: Erasing) -> str:
    """Write what stays of a contact that was erased."""
    return json.dumps({"erasedAt": rfc3339(erased.at), "by": erased.by})


def decode_erased(body: str) -> Erasing | None:
    """Return when the contact in a row was erased; None where it was not."""
    if not body.startswith('{"erasedAt"'):
        return None
    told = json.loads(body)
    return Erasing(at=datetime.fromisoformat(told["erasedAt"]), by=told["by"])


def message_key(episode: str, at: datetime, counter: int) -> str:
    """Return the row key of a line of the history."""
    # Both numbers count down, so that a scan, which only goes upwards, gives the newest line first. WhatsApp's times
    # are whole seconds: the counter keeps the order in which lines of one second were written.
    return f"message:{episode}:{_time_left(at)}:{_LAST_COUNT - counter:09d}"


def line_of(key: str) -> tuple[str, datetime]:
    """Return the episode and the time in the row key of a line of the history."""
    _, episode, time_left, _ = key.split(":")
    return episode, of_milliseconds(_LAST_MILLISECOND - int(time_left))


def counter_of(key: str) -> int:
    """Return the number of a line of the history: the order in which the contact's lines were written."""
    return _LAST_COUNT - int(key.rpartition(":")[2])


def _time_left(at: datetime) -> str:
    return f"{_LAST_MILLISECOND - int(at.timestamp() * 1000):013d}"


def history_range(episode: str, since: datetime | None = None, until: datetime | None = None) -> tuple[str, str]:
    """Return the (first, last) row key of a conversation's history; the last is exclusive, the times are not."""
    lines = f"message:{episode}:"
    first = f"{lines}{_time_left(until)}" if until else lines
    return first, f"{lines}{_time_left(since)};" if since else f"message:{episode};"


def conversation_key(episode: str) -> str:
    """Return the row key of a closed conversation."""
    return f"conversation:{episode}"


def conversation_range() -> tuple[str, str]:
    """Return the (first, last) row key of a contact's closed conversations; the last is exclusive."""
    return "conversation:", "conversation;"


def outgoing_key(outgoing_id: str) -> str:
    """Return the row key of an outgoing message."""
    return f"outgoing:{outgoing_id}"


def status_key(message_id: str) -> str:
    """Return the row key of the delivery status of the channel's message id."""
    return f"status:{digest(message_id)}"


def status_range() -> tuple[str, str]:
    """Return the (first, last) row key of a contact's delivery statuses; the last is exclusive."""
    return "status:", "status;"


def outgoing_range() -> tuple[str, str]:
    """Return the (first, last) row key of a contact's outgoing messages; the last is exclusive."""
    return "outgoing:", "outgoing;"


def mark_range() -> tuple[str, str]:
    """Return the (first, last) row key of a contact's marks; the last is exclusive."""
    return "mark:", "mark;"


def mark_key(*parts: str) -> str:
    """Return the row key of a mark."""
    return f"mark:{digest(*parts)}"


def operations(change: Change, etag: str | None) -> list[Operation]:
    """Return the transaction that writes a change over the contact that had this ETag (None: a new contact).

    The mark comes first, so that a repetition is told from a race.
    """
    steps: list[Operation] = []
    if change.mark:
        steps.append(Insert(change.mark.key, encode(change.mark)))
    contact = encode(change.contact)
    steps.append(Replace(CONTACT, contact, etag) if etag else Insert(CONTACT, contact))
    if change.status:
        key, body = status_key(change.status.message_id), encode(change.status)
        steps.append(Insert(key, body) if change.status_is_new else Put(key, body))
    steps.extend(Put(status_key(each.message_id), encode(each)) for each in change.watched)
    steps.extend(Put(conversation_key(episode_of(each.id)), encode(each)) for each in change.closed)
    steps.extend(Delete(key) for key in change.moved)
    steps.extend(Put(key, encode(message)) for key, message in change.messages.items())
    # No conditions below: whoever writes to this partition does so under the contact's ETag.
    steps.extend(Put(outgoing_key(each.id), encode(each)) for each in change.outgoing)
    return steps
