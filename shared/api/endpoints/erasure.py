"""What the law asks for: all that is stored of a contact handed out, or forgotten."""

from datetime import timedelta
from enum import StrEnum
from http import HTTPStatus
from typing import Annotated, Any, Final

from pydantic import AwareDatetime, Field

from shared.api.call import Call
from shared.api.models import View, absent
from shared.api.operations import Operation
from shared.api.paging import Page, PageQuery, Place, encode_cursor, place_in
from shared.commands.finding import no_contact
from shared.vocabulary.codes import Code
from shared.vocabulary.identity import is_contact_id

_ORDER: Final = "export"
_DEAD_LETTERS_KEPT: Final = timedelta(days=30)
_DELETED_BLOBS_KEPT: Final = timedelta(days=7)


class NotReached(StrEnum):
    """Where something may be of a contact that the app can't find, or that is not the app's."""

    QUARANTINE = "quarantine"
    DEAD_LETTER_BLOBS = "dead_letter_blobs"
    DELETED_BLOBS = "deleted_blobs"
    EVENTS_TOPIC = "events_topic"


class NotReachedView(View):
    """A place that the erasure does not reach, and until when something may be there (null: that is not known)."""

    place: NotReached
    until: AwareDatetime | None
    detail: str


class ErasureView(View):
    """An erasure that has begun. From now on there is no such contact; what is stored of it goes within minutes."""

    contact_id: str
    erased_at: AwareDatetime
    not_reached: tuple[NotReachedView, ...]


class StoredView(View):
    """Something that is stored of a contact, as it is stored.

    `place` is the table, `kind` what it is, `beside` what other tables hold of it. `media` is the path at which the API
    gives the file of a message.
    """

    place: str
    contact_id: str
    kind: str
    key: str
    value: Any
    beside: dict[str, Any] | None = absent()
    media: str | None = absent()


class ExportPage(Page[StoredView]):
    """Some of what is stored; a page may be empty although there is another."""


class ExportQuery(PageQuery):
    """Which part."""

    cursor: Annotated[Place, place_in({_ORDER: (int, str)})] | None = Field(default=None)


async def erase(call: Call) -> ErasureView:
    """Forget a contact and whoever was merged with it: all that is stored, for good.

    The answer names what is not reached.
    """
    contact_id = _contact_id(call)
    at = await call.services.erasures.begin(contact_id, call.known_caller.id, call.until)
    kept = call.services.configuration.retention.quarantine
    places = (
        (NotReached.QUARANTINE, at + kept if kept else None, "items of which nobody can tell whose they are"),
        (NotReached.DEAD_LETTER_BLOBS, at + _DEAD_LETTERS_KEPT, "events that Event Grid could not deliver"),
        (NotReached.DELETED_BLOBS, at + _DELETED_BLOBS_KEPT, "deleted files, which Blob Storage can bring back"),
        (NotReached.EVENTS_TOPIC, None, "what consumers of the topic have kept"),
    )
    not_reached = tuple(NotReachedView(place=place, until=until, detail=detail) for place, until, detail in places)
    return ErasureView(contact_id=contact_id, erased_at=at, not_reached=not_reached)


async def export(call: Call) -> ExportPage:
    """Hand out all that is stored of a contact, and of those that were merged with it."""
    query: ExportQuery = call.query
    number, key = query.cursor or (0, "")
    found = await call.services.export.page(_contact_id(call), (int(number), str(key)), query.limit)
    if found is None:
        raise no_contact()
    items, after = found
    views = tuple(
        StoredView(
            place=item.place,
            contact_id=item.contact_id,
            kind=item.kind,
            key=item.key,
            value=item.value,
            beside=dict(item.beside) or None,
            media=item.media,
        )
        for item in items
    )
    return ExportPage(items=views, next_cursor=encode_cursor(_ORDER, after) if after else None)


def _contact_id(call: Call) -> str:
    contact_id = call.request.params["contactId"]
    if not is_contact_id(contact_id):
        raise no_contact()
    return contact_id


ERASE: Final = Operation(endpoint=erase, answer=ErasureView, status=HTTPStatus.ACCEPTED, codes=(Code.NOT_FOUND,))
EXPORT: Final = Operation(endpoint=export, query=ExportQuery, answer=ExportPage, codes=(Code.NOT_FOUND,))
