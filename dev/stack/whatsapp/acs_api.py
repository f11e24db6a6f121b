"""The REST API of ACS Messages as azure-communication-messages 1.1.0 calls it, over HTTP.

Each request is checked for its signature and its api-version; sends meet the ordered faults and are repeatable.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from aiohttp import web
from aiohttp.typedefs import Handler

from dev.stack.whatsapp.access import AccessDenied, AccessKey
from dev.stack.whatsapp.answers import hang_up
from dev.stack.whatsapp.catalogue import Channel, Provider
from dev.stack.whatsapp.faults import Fault, Faults, Trouble
from dev.stack.whatsapp.network import Network, UnknownChannel
from dev.stack.whatsapp.repeatability import (
    REJECTED,
    AcceptedSend,
    Answer,
    InvalidRepeatability,
    Ledger,
    Repeatability,
    read_repeatability,
)
from dev.stack.whatsapp.sends import InvalidSend, parse_send
from dev.stack.whatsapp.templates import Template

_API_VERSIONS = ("2024-02-01", "2024-08-30")
_PAGE_SIZE = 100


def _error(status: int, code: str, message: str, details: Sequence[str] = ()) -> Answer:
    listed = [{"code": code, "message": detail} for detail in details]
    error = {"code": code, "message": message, **({"details": listed} if listed else {})}
    return Answer(status=status, body={"error": error}, code=code)


def _ordered(fault: Fault | None) -> Answer | None:
    """The answer of a fault that is an HTTP status."""
    if fault is None or not (isinstance(fault.status, int) or fault.error):
        return None
    status = fault.status if isinstance(fault.status, int) else 500
    return _error(status, "FaultOnDemand", "This answer was ordered from the stand-in.")


def _response(answer: Answer, fault: Fault | None = None) -> web.Response:
    headers = {"Repeatability-Result": answer.result} if answer.result else {}
    if answer.code:
        headers["x-ms-error-code"] = answer.code
    if fault and fault.retry_after is not None:
        headers["Retry-After"] = str(fault.retry_after)
    return web.json_response(answer.body, status=answer.status, headers=headers)


class AcsApi:
    """The routes of ACS Messages."""

    def __init__(
        self, *, network: Network, key: AccessKey, faults: Faults, ledger: Ledger, now: Callable[[], datetime]
    ) -> None:
        self._network = network
        self._key = key
        self._faults = faults
        self._ledger = ledger
        self._now = now

    def application(self) -> web.Application:
        """The API as an application, to be mounted at `/messages`."""
        application = web.Application(middlewares=[self._guard])
        application.router.add_post("/notifications:send", self.send)
        application.router.add_get("/streams/{id}", self.download)
        application.router.add_get("/channels/{channel}/templates", self.list_templates)
        return application

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            self._key.verify(
                method=request.method,
                target=request.raw_path,
                headers=request.headers,
                body=await request.read(),
                now=self._now(),
            )
        except AccessDenied as error:
            return _response(_error(401, "Denied", f"Denied by the resource provider: {error}."))
        version = request.query.get("api-version")
        if version not in _API_VERSIONS:
            message = f"api-version must be one of {', '.join(_API_VERSIONS)}, not {version}."
            return _response(_error(400, "UnsupportedApiVersion", message))
        response = await handler(request)
        if "x-ms-client-request-id" in request.headers and not response.prepared:
            response.headers["x-ms-client-request-id"] = request.headers["x-ms-client-request-id"]
        return response

    async def send(self, request: web.Request) -> web.StreamResponse:
        """Sends a message of the business to a customer."""
        body = await request.read()
        try:
            repeatability = read_repeatability(request.headers)
        except InvalidRepeatability as error:
            return _response(_error(400, "BadRequest", f"{error}."))
        self._ledger.count(repeatability.request_id if repeatability else None)
        fault = self._faults.take()
        if fault and fault.status == Trouble.TIMEOUT:
            return await hang_up(request, fault.seconds)
        ordered = _ordered(fault)
        if ordered and not ordered.is_final:
            return _response(ordered, fault)
        answer = self._ledger.recall(repeatability, body) or ordered or self._answer(repeatability, body, fault)
        self._ledger.remember(repeatability, body, answer)
        if fault and fault.status == Trouble.TIMEOUT_AFTER_SEND:
            return await hang_up(request, fault.seconds)
        if fault and fault.status == Trouble.LATE_ANSWER:
            await asyncio.sleep(fault.seconds)
        return _response(answer, fault)

    def _answer(self, repeatability: Repeatability | None, body: bytes, fault: Fault | None) -> Answer:
        if fault and fault.status == Trouble.REJECTED:
            return REJECTED
        try:
            send = parse_send(body)
            channel = self._network.channel_at(Provider.ACS, send.channel_id)
        except InvalidSend as error:
            return _error(400, "BadRequest", "The request is not valid.", error.problems)
        except UnknownChannel as error:
            return _error(404, "NotFound", f"channelRegistrationId: {error}.")
        message_id = self._network.send(send, channel, fail_with=fault.code if fault else None).message_id
        self._ledger.accepted.append(
            AcceptedSend(
                request_id=repeatability.request_id if repeatability else None,
                first_sent=repeatability.first_sent if repeatability else None,
                channel_id=channel.id,
                to=send.to,
                kind=send.kind,
                message_id=message_id,
                at=self._now(),
            )
        )
        return Answer(status=202, body={"receipts": [{"messageId": message_id, "to": send.to}]}, result="accepted")

    async def download(self, request: web.Request) -> web.StreamResponse:
        """Streams a file that a customer sent."""
        file = self._network.files.get(request.match_info["id"])
        if file is None:
            return _response(_error(404, "NotFound", "No media has this id."))
        response = web.StreamResponse(
            headers={"Content-Type": file.mime_type, "Content-Length": str(len(file.content))}
        )
        await response.prepare(request)
        await response.write(file.content)
        await response.write_eof()
        return response

    async def list_templates(self, request: web.Request) -> web.StreamResponse:
        """Lists a channel's templates, `maxpagesize` at a time."""
        try:
            channel = self._network.channel_at(Provider.ACS, request.match_info["channel"])
        except UnknownChannel as error:
            return _response(_error(404, "NotFound", f"{error}."))
        size, start = request.query.get("maxpagesize", str(_PAGE_SIZE)), request.query.get("skip", "0")
        if not (size.isdecimal() and start.isdecimal() and int(size) > 0):
            return _response(_error(400, "BadRequest", "maxpagesize must be a whole number above 0."))
        return web.json_response(self._page(request, channel, int(size), int(start)))

    def _page(self, request: web.Request, channel: Channel, size: int, start: int) -> dict[str, object]:
        templates = self._network.catalogue.templates(channel)
        page: dict[str, object] = {"value": [_listed(each) for each in templates[start : start + size]]}
        if start + size < len(templates):
            page["nextLink"] = str(request.url.update_query(skip=str(start + size)))
        return page


def _listed(template: Template) -> dict[str, object]:
    return {
        "name": template.name,
        "language": template.language,
        "status": template.status,
        "kind": "whatsApp",
        "content": template.components,
    }
