"""The webhook of Event Grid triggers, `/runtime/webhooks/EventGrid?functionName=…&code=…`, as Azure's extension has it.

Both handshakes; all events of a request at the same time; 202 if every one succeeded, else 500 for the whole request.
What is no object in an array of events fails alone: it can't be bound to the function's parameter.
https://learn.microsoft.com/azure/event-grid/end-point-validation-event-grid-events-schema
"""

import asyncio
import json
import logging
from collections.abc import Iterable
from typing import Any

from aiohttp import web

from dev.stack.host.keys import carries_key
from dev.stack.host.protocol import Value
from dev.stack.host.supervisor import InvocationError, Supervisor, WorkerLostError
from dev.stack.host.trace_context import FIELD
from dev.stack.host.triggers import EventGridTrigger

_CLOUD_EVENTS = ("application/cloudevents+json", "application/cloudevents-batch+json")

log = logging.getLogger("host")


class EventGridWebhook:
    """Answers Event Grid for the functions with an Event Grid trigger."""

    def __init__(self, triggers: Iterable[EventGridTrigger], *, key: str, supervisor: Supervisor) -> None:
        self._triggers = {trigger.function.name.lower(): trigger for trigger in triggers}
        self._key = key
        self._supervisor = supervisor

    async def handle(self, request: web.Request) -> web.Response:
        if not carries_key(request, self._key):
            return web.Response(status=401)
        name = request.query.get("functionName", "")
        trigger = self._triggers.get(name.lower())
        if trigger is None:
            return web.Response(status=404, text=f"cannot find function: '{name}'")
        if request.method == "OPTIONS":
            return _allow_origin(request)
        match _kind(request):
            case "subscriptionvalidation":
                (event, *_) = await _events(request)
                return _confirm(event)
            case "notification":
                return await self._deliver(trigger, await _events(request), request.headers.get(FIELD))
            case "unsubscribe":
                return web.Response(status=202)
        return web.Response(status=400, text="aeg-event-type: SubscriptionValidation, Notification or Unsubscribe")

    async def _deliver(self, trigger: EventGridTrigger, events: list[Any], parent: str | None) -> web.Response:
        succeeded = await asyncio.gather(*(self._invoke(trigger, event, parent) for event in events))
        return web.Response(status=202 if all(succeeded) else 500)

    async def _invoke(self, trigger: EventGridTrigger, event: Any, parent: str | None) -> bool:
        if not isinstance(event, dict):
            log.error(
                "%s was not called: an event is no object; Event Grid is answered with 500", trigger.function.name
            )
            return False
        value = Value(type="json", value=json.dumps(event))
        try:
            await self._supervisor.invoke(trigger.function, {trigger.parameter: value}, {}, parent=parent)
        except (InvocationError, WorkerLostError) as error:
            reason = error if isinstance(error, WorkerLostError) else "it raised an error"
            log.error("%s failed: %s; Event Grid is answered with 500", trigger.function.name, reason)
            return False
        return True


def _kind(request: web.Request) -> str:
    default = "Notification" if request.content_type in _CLOUD_EVENTS else ""
    return request.headers.get("aeg-event-type", default).lower()


async def _events(request: web.Request) -> list[Any]:
    """The events of the body, an array or a single CloudEvent."""
    try:
        body = json.loads(await request.read())
    except (ValueError, RecursionError):
        raise web.HTTPBadRequest(text="the body is not JSON, or nested too deeply") from None
    events = body if isinstance(body, list) else [body]
    if not events or not isinstance(body, list | dict):
        raise web.HTTPBadRequest(text="the body is neither an event nor an array of events")
    return events


def _confirm(event: Any) -> web.Response:
    match event:
        case {"data": {"validationCode": str(code)}}:
            return web.json_response({"validationResponse": code})
    return web.Response(status=400, text="the event has no data.validationCode")


def _allow_origin(request: web.Request) -> web.Response:
    origin = request.headers.get("WebHook-Request-Origin")
    if origin is None:
        return web.Response(status=400, text="the header WebHook-Request-Origin is missing")
    return web.Response(status=200, headers={"WebHook-Allowed-Origin": origin, "WebHook-Allowed-Rate": "*"})
