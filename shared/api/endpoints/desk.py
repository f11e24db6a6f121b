"""The web desk: its page, its files, and what it has to know before anybody has signed in."""

from collections.abc import Mapping
from enum import StrEnum
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from shared.api.call import Call
from shared.api.exchange import Request, Response
from shared.api.models import View, absent
from shared.api.operations import Operation
from shared.desk.local_key import refuse_others
from shared.desk.policy import page_headers
from shared.media.limits import MOST_UPLOADED
from shared.replies.parts import LONGEST_TEXT, MOST_PARTS
from shared.settings import AuthMode
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Refused

if TYPE_CHECKING:
    from shared.desk.files import DeskFile

_FOR_EVER: Final = "public, max-age=31536000, immutable"
_NO_SUCH_FILE: Final = "The desk has no such file; one of an earlier version is not kept."


class State(StrEnum):
    """How the deployed configuration is."""

    OK = "ok"
    BAD = "bad"


class LimitsView(View):
    """What a reply may hold. `parts`: into how many messages a longer text is split; `upload`: bytes, null for none."""

    text: int
    parts: int
    upload: int | None


class DeskConfigView(View):
    """What a desk has to know before sign-in.

    `authority`, `clientId` and `scope` are there in entra mode, for OpenID Connect, and `key` in key mode on the local
    stack. While the `configuration` is bad, nearly every other route answers `misconfigured`.
    """

    mode: AuthMode | None
    configuration: State
    version: str
    languages: tuple[str, ...]
    limits: LimitsView
    authority: str | None = absent()
    client_id: str | None = absent()
    scope: str | None = absent()
    key: str | None = absent()


async def page(call: Call) -> Response:
    """Return the page of the desk."""
    _refuse_others(call)
    desk = call.services.desk
    if desk.page is None:
        raise Refused(Code.NOT_FOUND, _NO_SUCH_FILE)
    path, mark, query = call.request.url.partition("?")
    if path.endswith("/"):  # the same route, but what the page names by desk/… would be a folder deeper
        return Response(status=HTTPStatus.TEMPORARY_REDIRECT, headers={"Location": f"../desk{mark}{query}"})
    etag = f'"{desk.version}"'
    headers = {"Cache-Control": "no-cache", "ETag": etag, **page_headers(call.services.settings)}
    if etag in (call.request.header("If-None-Match") or ""):
        return Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    return _file(call.request, desk.page, headers)


async def file(call: Call) -> Response:
    """Return a file of the desk."""
    _refuse_others(call)
    desk, params = call.services.desk, call.request.params
    found = desk.by_path.get(params.get("path", "")) if params.get("version") == desk.version else None
    if found is None:
        raise Refused(Code.NOT_FOUND, _NO_SUCH_FILE)
    return _file(call.request, found, {"Cache-Control": _FOR_EVER, "Cross-Origin-Resource-Policy": "same-origin"})


async def config(call: Call) -> DeskConfigView:
    """Return what a desk has to know before sign-in."""
    _refuse_others(call)
    services = call.services
    desk, settings = services.desk, services.settings
    view = DeskConfigView(
        mode=settings.auth_mode,
        configuration=State.BAD if services.problems else State.OK,
        version=desk.version,
        languages=desk.languages,
        limits=LimitsView(text=LONGEST_TEXT, parts=MOST_PARTS, upload=MOST_UPLOADED if services.takes_files else None),
    )
    tenant = settings.tenant
    if settings.auth_mode is AuthMode.KEY:
        return view.model_copy(update={"key": settings.desk_local_key})
    if settings.auth_mode is None or tenant is None:
        return view
    sign_in = {
        "authority": f"{tenant.authority}/{tenant.id}/v2.0",
        "client_id": settings.desk_client_id,
        "scope": f"api://{settings.audience}/access_as_user",
    }
    return view.model_copy(update=sign_in)


def _refuse_others(call: Call) -> None:
    settings, header = call.services.settings, call.request.header
    if settings.auth_mode is AuthMode.KEY:
        refuse_others(settings, host=header("Host"), origin=header("Origin"), site=header("Sec-Fetch-Site"))


def _file(request: Request, found: "DeskFile", headers: Mapping[str, str]) -> Response:
    headers = {**headers, "Content-Type": found.content_type, "Vary": "Accept-Encoding"}
    if not _takes_gzip(request.header("Accept-Encoding") or ""):
        return Response(status=HTTPStatus.OK, headers=headers, body=found.body)
    return Response(status=HTTPStatus.OK, headers={**headers, "Content-Encoding": "gzip"}, body=found.zipped)


def _takes_gzip(accepted: str) -> bool:
    """Tell whether a header Accept-Encoding has gzip, and not with a weight of nothing."""
    codings = (coding.partition(";q=") for coding in accepted.replace(" ", "").lower().split(","))
    return any(name == "gzip" and bool(not weight or weight.strip("0.")) for name, _, weight in codings)


_REFUSALS: Final = (Code.NOT_FOUND, Code.FORBIDDEN)
PAGE: Final = Operation(
    endpoint=page, answer=bytes, answer_types=("text/html",), codes=_REFUSALS, works_misconfigured=True
)
FILE: Final = Operation(
    endpoint=file,
    answer=bytes,
    answer_types=("text/javascript", "text/css", "application/json", "image/svg+xml", "image/png", "audio/mpeg"),
    codes=_REFUSALS,
    works_misconfigured=True,
)
CONFIG: Final = Operation(endpoint=config, answer=DeskConfigView, codes=_REFUSALS, works_misconfigured=True)
