"""The frame around every endpoint: identity and role, then the configuration, then the request, then the work.

Whatever goes wrong becomes one problem+json answer; one log line a request says what became of it, without names,
numbers, texts or query strings.
"""

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from shared.api.access import Caller, require
from shared.api.body_size import refuse_size
from shared.api.call import Call, Services
from shared.api.cross_origin import preflight, shared_with
from shared.api.exchange import Request, Response, WithHeaders
from shared.api.operations import Method, Operation, Route
from shared.api.problems import REQUEST_ID, problem_response, refusal_of
from shared.api.rate_limit import RateLimit
from shared.api.reading import Reading
from shared.api.routes import ROUTES
from shared.logs import log
from shared.retry import retry_while_unavailable
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Refused
from shared.vocabulary.identity import split_conversation_id
from shared.vocabulary.time import milliseconds
from shared.vocabulary.words import Role

_HEADERS: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_SERVERS_FAULT: Final = 500
_REPEATABLE: Final = ("GET", "HEAD", "PUT")
_NOT_THERE: Final = (Code.CONVERSATION_NOT_FOUND, Code.NOT_FOUND)
"""What is not there is refused like what is not for the caller to see."""
_THE_HOSTS_OWN: Final = ("code", "clientId")
"""Query parameters by which Azure Functions takes its keys."""


class Api:
    """Answers requests."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._rates = RateLimit(services.clock)

    async def __call__(self, name: str, request: Request) -> Response:
        """Answer a request to the route of that name, by whatever method; raises nothing."""
        started, request_id = self._services.clock.now(), self._services.clock.new_id()
        said: dict[str, Any] = {"request_id": request_id}
        try:
            told = preflight(request, self._services.settings.allowed_origins, ROUTES[name].methods)
            response = told or await self._answer(name, _method_of(ROUTES[name], request), request, said)
        except Exception as error:  # noqa: BLE001 - the edge: the caller gets an answer, whatever happened
            refused = refusal_of(error)
            if refused.code is Code.INTERNAL_ERROR:
                log("api.failed", level=logging.ERROR, error=error, route=name, request_id=request_id)
            said["code"] = refused.code
            response = problem_response(refused, request_id)
        self._note(name, request, response, started, said)
        return replace(response, headers=self._headers(request, request_id, response.headers))

    def _note(
        self, name: str, request: Request, response: Response, started: datetime, said: Mapping[str, Any]
    ) -> None:
        method = ROUTES[name].methods.get(request.method)
        quiet, failed = method is not None and method.operation.quiet, response.status >= _SERVERS_FAULT
        if quiet and not failed:
            return
        log(
            "api",
            level=logging.WARNING if quiet else logging.INFO,
            route=name,
            method=request.method,
            status=int(response.status),
            conversation_id=_conversation_of(request),
            duration_ms=milliseconds(started, self._services.clock.now()),
            **said,
        )

    def _headers(self, request: Request, request_id: str, own: Mapping[str, str]) -> Mapping[str, str]:
        """Return the headers of an answer: those of every answer, and its own."""
        shared = shared_with(request, self._services.settings.allowed_origins)
        vary = ", ".join(filter(None, (own.get("Vary"), shared.get("Vary"))))
        return {**_HEADERS, REQUEST_ID: request_id, **shared, **own, **({"Vary": vary} if vary else {})}

    async def _answer(self, route: str, method: Method, request: Request, said: dict[str, Any]) -> Response:
        operation, caller = method.operation, await self._let_in(method.role, request)
        if caller:
            said["role"] = caller.role
        if self._services.problems and not operation.works_misconfigured:
            raise Refused(
                Code.MISCONFIGURED, "The deployed configuration is bad; /api/health/ready names the problems."
            )
        if caller and operation.most_a_minute:
            self._rates.count(caller.id, route, operation.most_a_minute)
        refuse_size(request, operation)
        until = self._services.clock.now() + operation.patience
        call = Call(services=self._services, request=request, caller=caller, until=until)
        if caller:
            call = await _read(call, operation)
        if request.method in _REPEATABLE:
            answer = await retry_while_unavailable(lambda: _carry_out(operation, call), call.clock, call.until)
        else:
            answer = await _carry_out(operation, call)
        return _response(operation, answer)

    async def _let_in(self, role: Role | None, request: Request) -> Caller | None:
        """Identify the caller, unless anyone may call: then nobody is asked who they are."""
        if role is None:
            return None
        caller = await self._services.identify(request)
        require(caller, role)
        return caller


def _method_of(route: Route, request: Request) -> Method:
    method = route.methods.get(request.method)
    if method is None:
        allow = sorted(route.methods)
        raise Refused(Code.METHOD_NOT_ALLOWED, f"There is only {', '.join(allow)} here.", allow=allow)
    return method


def _response(operation: Operation, answer: Any) -> Response:
    if isinstance(answer, Response):
        return answer
    given = answer if isinstance(answer, WithHeaders) else WithHeaders(answer, {})
    status = given.status or operation.status
    if given.view is None:
        return Response(status=status, headers=given.headers)
    written = given.view.model_dump_json(by_alias=True).encode()
    return Response(status=status, headers={"Content-Type": "application/json", **given.headers}, body=written)


async def _carry_out(operation: Operation, call: Call) -> Any:
    """Carry out a call; what an agent may not see is refused by the agent's record as it is now, never by an older one.

    Nothing has been done by then: what may be seen is asked before.
    """
    try:
        return await operation.endpoint(call)
    except Refused as refused:
        if refused.code is Code.NOT_ASSIGNED_TO_YOU:
            raise await _with_holders_name(call, refused) from None
        sees_all = call.caller is None or call.caller.role.includes(Role.SUPERVISOR)
        if sees_all or refused.code not in _NOT_THERE:
            raise
    return await operation.endpoint(replace(call, agent_read_anew=True))


async def _with_holders_name(call: Call, refused: Refused) -> Refused:
    """Return the refusal with the name of the agent who has the conversation, whom it knows by an id."""
    holder_id = refused.extra.get("agent")
    holder = await call.services.agents.recent(holder_id) if holder_id else None
    if holder is None:
        return refused
    extra = {**refused.extra, "agentName": holder.name}
    return Refused(refused.code, f"The conversation is {holder.name}'s.", extra=extra)


async def _read(call: Call, operation: Operation) -> Call:
    """Return the call with its query and its body.

    Raises:
        Refused: With everything that is wrong with the request.
    """
    reading = Reading(call.services)
    query = reading.query(operation.query, _query_of(call.request))
    body = reading.body(operation.body, call.request.body) if operation.raw_bytes is None else None
    if check := operation.check:
        reading.note(await retry_while_unavailable(lambda: check(call.services, call.request), call.clock, call.until))
    reading.finish()
    return replace(call, query=query, body=body)


def _query_of(request: Request) -> Mapping[str, str]:
    return {name: value for name, value in request.query.items() if name not in _THE_HOSTS_OWN}


def _conversation_of(request: Request) -> str | None:
    conversation_id = request.params.get("conversationId", "")
    return conversation_id if split_conversation_id(conversation_id) else None
