"""The quarantine, for administrators: read, replayed, forgotten."""

from http import HTTPStatus
from typing import Annotated, Final

from pydantic import AwareDatetime

from shared.api.call import Call
from shared.api.models import View
from shared.api.operations import Operation
from shared.api.paging import Page, PageQuery, Place, encode_cursor, place_in
from shared.intake.quarantine import ITEM_ID
from shared.intake.quarantined import Quarantined, Source
from shared.vocabulary.codes import Code

_ORDER = "quarantine"


class QuarantinedView(View):
    """Input that can't be processed: `body` is its text as it came, `replayed` that it has not come again since."""

    id: str
    at: AwareDatetime
    source: Source
    reasons: tuple[str, ...]
    body: str
    replayed: bool
    replayed_at: AwareDatetime | None


class QuarantinePage(Page[QuarantinedView]):
    """Items, the newest month first."""


class QuarantineQuery(PageQuery):
    """Which items."""

    source: Source | None = None
    cursor: Annotated[Place, place_in({_ORDER: (ITEM_ID,)})] | None = None


async def find(call: Call) -> QuarantinePage:
    """List what is in quarantine."""
    query: QuarantineQuery = call.query
    after = str(query.cursor[0]) if query.cursor else None
    page = await call.services.quarantine.page(source=query.source, limit=query.limit, cursor=after)
    cursor = encode_cursor(_ORDER, (page.cursor,)) if page.cursor else None
    return QuarantinePage(items=tuple(_view(item) for item in page.items), next_cursor=cursor)


async def replay(call: Call) -> QuarantinedView:
    """Send an item to its session again; it is marked, not deleted."""
    item_id = call.request.params["itemId"]
    await call.services.replay(item_id)
    return _view(await call.services.quarantine.get(item_id))


async def delete(call: Call) -> None:
    """Forget an item."""
    await call.services.quarantine.delete(call.request.params["itemId"])


def _view(item: Quarantined) -> QuarantinedView:
    return QuarantinedView(
        id=item.id,
        at=item.at,
        source=item.source,
        reasons=item.reasons,
        body=item.body,
        replayed=item.replayed,
        replayed_at=item.replayed_at,
    )


FIND: Final = Operation(endpoint=find, query=QuarantineQuery, answer=QuarantinePage)
REPLAY: Final = Operation(endpoint=replay, answer=QuarantinedView, codes=(Code.NOT_FOUND,))
DELETE: Final = Operation(endpoint=delete, answer=None, status=HTTPStatus.NO_CONTENT, codes=(Code.NOT_FOUND,))
