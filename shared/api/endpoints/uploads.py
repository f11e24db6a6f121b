"""An agent's upload: a file that is kept for a reply to one contact."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Final
from urllib.parse import unquote

from shared.api.call import Call, Services
from shared.api.exchange import Request
from shared.api.models import View
from shared.api.operations import Header, Operation
from shared.api.preconditions import KEY_HEADER, check_headers, key_of
from shared.api.problems import STATUS_OF
from shared.media.file_names import clean_file_name
from shared.media.limits import MOST_UPLOADED
from shared.media.uploads import File
from shared.vocabulary.codes import Code

FILE_NAME: Final = "X-File-Name"
_LONGEST_NAME: Final = 2048
_FILE_NAME_HEADER: Final = Header("What the file is called, percent-encoded.", {"maxLength": _LONGEST_NAME})


class UploadView(View):
    """A file that can be sent: `mediaId` is good for replies to this contact; the size is in bytes."""

    media_id: str
    mime_type: str
    size: int


async def create(call: Call) -> UploadView:
    """Upload a file for a reply; its type is told by its first bytes."""
    actor, visibility = await call.standing()
    conversation_id = call.request.params["conversationId"]
    key = key_of(call, "upload", conversation_id)
    name = clean_file_name(unquote(call.request.header(FILE_NAME) or ""))
    upload = await call.services.uploads.keep(
        conversation_id,
        File(content=call.request.body, name=name),
        actor,
        visibility.sees,
        call.until,
        key.mark if key else None,
    )
    return UploadView(media_id=upload.id, mime_type=upload.mime_type, size=upload.size)


async def _check(services: Services, request: Request) -> Sequence[tuple[str, str]]:
    """Name headers of the wrong form."""
    return (*await check_headers(services, request), *_problems_with_name(request.header(FILE_NAME) or ""))


def _problems_with_name(name: str) -> Sequence[tuple[str, str]]:
    try:
        unquote(name, errors="strict")
    except UnicodeDecodeError:
        return ((FILE_NAME, "expected UTF-8, percent-encoded"),)
    if len(name) > _LONGEST_NAME:
        return ((FILE_NAME, f"expected at most {_LONGEST_NAME:,} characters"),)
    return ()


CREATE: Final = Operation(
    endpoint=create,
    raw_bytes=MOST_UPLOADED,
    check=_check,
    headers={**KEY_HEADER, FILE_NAME: _FILE_NAME_HEADER},
    answer=UploadView,
    status=HTTPStatus.CREATED,
    most_a_minute=30,
    statuses={Code.MEDIA_TOO_LARGE: STATUS_OF[Code.TOO_LARGE]},
    codes=(
        Code.CONVERSATION_NOT_FOUND,
        Code.CONVERSATION_CLOSED,
        Code.NOT_ASSIGNED_TO_YOU,
        Code.MEDIA_NOT_AVAILABLE,
        Code.MEDIA_TYPE_NOT_SUPPORTED,
        Code.IDEMPOTENCY_KEY_REUSED,
    ),
)
