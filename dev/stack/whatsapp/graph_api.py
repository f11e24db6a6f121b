"""Meta's Graph API over HTTP, under any version: sending, files, templates, and what there is to know of a number.

Served beside ACS, on the root of the same address. Each call needs the token; sends meet the ordered faults. Nothing is
repeatable: each call sends again.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from aiohttp import web

from dev.stack.whatsapp.answers import hang_up
from dev.stack.whatsapp.catalogue import Channel, Provider
from dev.stack.whatsapp.faults import Fault, Faults, Trouble
from dev.stack.whatsapp.graph_errors import graph_error, turned_away, unknown_object
from dev.stack.whatsapp.graph_media import GraphMedia
from dev.stack.whatsapp.graph_reads import GraphReads
from dev.stack.whatsapp.graph_sends import Seen, parse_graph_send
from dev.stack.whatsapp.meta_app import APP_ID, VERSION, MetaApp
from dev.stack.whatsapp.network import Network, Taken, UnknownChannel
from dev.stack.whatsapp.phones import BSUID
from dev.stack.whatsapp.repeatability import AcceptedSend, Ledger
from dev.stack.whatsapp.sends import InvalidSend, Send

type _Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_MANAGEMENT_LIMITS = (4, 80007)


class GraphApi:
    """The routes of the Graph API."""

    def __init__(
        self, *, network: Network, app: MetaApp, faults: Faults, ledger: Ledger, now: Callable[[], datetime]
    ) -> None:
        self._network = network
        self._app = app
        self._faults = faults
        self._ledger = ledger
        self._now = now
        self._media = GraphMedia(network.files, now)
        self._reads = GraphReads(network.catalogue, app)

    def routes(self) -> list[web.RouteDef]:
        """The API's routes, each of which asks for the token."""
        reads = self._reads
        handlers: list[tuple[str, str, _Handler]] = [
            ("GET", f"/{VERSION}/debug_token", reads.token),
            ("GET", f"/{VERSION}/{APP_ID}/subscriptions", reads.subscriptions),
            ("POST", f"/{VERSION}/{{id}}/messages", self.send),
            ("POST", f"/{VERSION}/{{id}}/media", self.upload),
            ("GET", f"/{VERSION}/{{id}}/message_templates", reads.templates),
            ("GET", f"/{VERSION}/{{id}}/phone_numbers", reads.phone_numbers),
            ("GET", f"/{VERSION}/{{id}}/subscribed_apps", reads.subscribed_apps),
            ("POST", f"/{VERSION}/{{id}}/subscribed_apps", reads.subscribe),
            ("GET", f"/{VERSION}/{{id}}", self.read),
            ("GET", "/lookaside/{place}", self._media.download),
        ]
        unknown = ("*", f"/{VERSION}/{{rest:.*}}", _unknown_path)
        return [web.route(method, path, self._guarded(handler)) for method, path, handler in [*handlers, unknown]]

    def _guarded(self, handler: _Handler) -> _Handler:
        async def guarded(request: web.Request) -> web.StreamResponse:
            if not self._app.knows(request.headers.get("Authorization", "")):
                return graph_error(190)
            return await handler(request)

        return guarded

    async def send(self, request: web.Request) -> web.StreamResponse:
        """Sends a message of the business to a customer, or says that it read one."""
        body, channel_id = await request.read(), request.match_info["id"]
        try:
            channel = self._network.channel_at(Provider.WHATSAPP_CLOUD, channel_id)
            send = parse_graph_send(body, channel_id)
        except UnknownChannel:
            return unknown_object(f"no number has the id {channel_id}")
        except InvalidSend as error:
            return graph_error(100, "; ".join(error.problems))
        if isinstance(send, Seen):
            found = self._network.seen(send.message_id)
            return web.json_response({"success": True}) if found else graph_error(131009, "no such message")
        if send.uploaded and not self._media.has(send.uploaded):
            return graph_error(100, f"{send.uploaded} is not a valid media attachment id")
        return await self._meet_fault(request, send, channel)

    async def _meet_fault(self, request: web.Request, send: Send, channel: Channel) -> web.StreamResponse:
        self._ledger.count(send.callback)
        fault = self._faults.take()
        if fault and fault.status == Trouble.TIMEOUT:
            return await hang_up(request, fault.seconds)
        if fault and not fault.sends and (refused := _ordered(fault, channel)):
            return refused
        taken = self._sent(send, channel, fault.code if fault else None)
        if fault and fault.status == Trouble.TIMEOUT_AFTER_SEND:
            return await hang_up(request, fault.seconds)
        if fault and fault.status == Trouble.LATE_ANSWER:
            await asyncio.sleep(fault.seconds)
        if fault and (refused := _ordered(fault, channel)):
            return refused
        return graph_error(int(taken.refused.code), taken.refused.message) if taken.refused else _accepted(send, taken)

    def _sent(self, send: Send, channel: Channel, fail_with: str | None) -> Taken:
        taken = self._network.send(send, channel, fail_with=fail_with)
        if not taken.refused:
            self._ledger.accepted.append(
                AcceptedSend(
                    request_id=send.callback or None,
                    channel_id=channel.id,
                    to=send.to,
                    kind=send.kind,
                    message_id=taken.message_id,
                    at=self._now(),
                )
            )
        return taken

    async def upload(self, request: web.Request) -> web.StreamResponse:
        """Takes a file of the business."""
        try:
            self._network.channel_at(Provider.WHATSAPP_CLOUD, request.match_info["id"])
        except UnknownChannel:
            return unknown_object(f"no number has the id {request.match_info['id']}")
        return await self._media.upload(request)

    async def read(self, request: web.Request) -> web.StreamResponse:
        """Describes a file, a number or an account, whichever has the id."""
        if self._media.has(request.match_info["id"]):
            return self._media.describe(request)
        return await self._reads.object(request)


async def _unknown_path(request: web.Request) -> web.StreamResponse:
    return graph_error(2500, f"/{request.match_info['rest']}")


def _ordered(fault: Fault, channel: Channel) -> web.Response | None:
    """The answer of a fault that is an HTTP status or a code of Meta's."""
    if isinstance(fault.status, int):
        return turned_away(fault.status, fault.retry_after)
    if fault.error is None:
        return None
    answer = graph_error(fault.error, "This answer was ordered from the stand-in.")
    if fault.error in _MANAGEMENT_LIMITS and fault.retry_after is not None:
        answer.headers["X-Business-Use-Case-Usage"] = _usage(channel, math.ceil(fault.retry_after / 60))
    return answer


def _usage(channel: Channel, minutes: int) -> str:
    used = '"type":"whatsapp","call_count":100,"total_cputime":0,"total_time":0'
    return f'{{"{channel.account}":[{{{used},"estimated_time_to_regain_access":{minutes}}}]}}'


def _accepted(send: Send, taken: Taken) -> web.Response:
    known: Mapping[str, str] = (
        {"user_id": send.to} if BSUID.fullmatch(send.to) else {"wa_id": send.to.removeprefix("+")}
    )
    body = {
        "messaging_product": "whatsapp",
        "contacts": [{"input": send.to, **known}],
        "messages": [{"id": taken.message_id, "message_status": "accepted"}],
    }
    return web.json_response(body)
