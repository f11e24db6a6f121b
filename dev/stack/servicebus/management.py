"""The operations of the nodes `<queue>/$management` and `$cbs`.

In: a request whose application property `operation` names what to do. Out: the response with status and body.
Source: Microsoft's "Request-response operations" of Service Bus, and what the SDKs send.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID

from proton import UNDESCRIBED, Array, Data, Message, int32, symbol, timestamp

from dev.stack.servicebus.links import MAX_MESSAGE_SIZE, encode_record
from dev.stack.servicebus.messages import milliseconds, parse
from dev.stack.servicebus.records import Condition, RefusedError
from dev.stack.servicebus.store import Queue

_OK, _ACCEPTED, _NO_CONTENT = 200, 202, 204
_STATUS = {
    Condition.MESSAGE_NOT_FOUND: 404,
    Condition.NOT_FOUND: 404,
    Condition.MESSAGE_LOCK_LOST: 410,
    Condition.SESSION_LOCK_LOST: 410,
    Condition.QUOTA_EXCEEDED: 403,
    Condition.INTERNAL_ERROR: 500,
    Condition.NOT_IMPLEMENTED: 501,
}
_NAMESPACE = "com.microsoft:"
_DEFAULT_LISTING_MS = 253_402_300_799_999
_PEEK_LOCK = 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

type Body = Mapping[str, Any]


def put_token(request: Message) -> Message:
    """Answer a token put on `$cbs`: any token is good."""
    return Message(properties={"status-code": int32(_ACCEPTED), "status-description": "Accepted"})


class Management:
    """Serves the requests about one queue."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue
        self._operations: dict[str, Callable[[Body], Body]] = {
            "renew-lock": self._renew_locks,
            "renew-session-lock": self._renew_session,
            "peek-message": self._peek,
            "schedule-message": self._schedule,
            "cancel-scheduled-message": self._cancel,
            "receive-by-sequence-number": self._receive_deferred,
            "update-disposition": self._settle,
            "get-session-state": self._get_state,
            "set-session-state": self._set_state,
            "get-message-sessions": self._list_sessions,
        }

    def answer(self, request: Message) -> Message:
        """Return the response to `request`, whatever happens."""
        properties: Any = request.properties
        name = str((properties or {}).get("operation", "")).removeprefix(_NAMESPACE)
        try:
            operation = self._operations.get(name)
            if operation is None:
                raise RefusedError(Condition.NOT_IMPLEMENTED, f"The operation {name!r} is not supported here")
            body = operation(cast("Body", request.body))
        except RefusedError as error:
            return _failure(error)
        except (KeyError, TypeError, ValueError) as error:
            return _failure(RefusedError(Condition.ARGUMENT_ERROR, f"{name}: {type(error).__name__}: {error}"))
        empty = not body and name in {"peek-message", "get-message-sessions"}
        properties = {"statusCode": int32(_NO_CONTENT if empty else _OK), "statusDescription": "OK"}
        return Message(body=dict(body), properties=properties)

    def _renew_locks(self, body: Body) -> Body:
        ends = [milliseconds(self._queue.renew(token)) for token in body["lock-tokens"]]
        return {"expirations": _array(Data.TIMESTAMP, ends)}

    def _renew_session(self, body: Body) -> Body:
        return {"expiration": timestamp(milliseconds(self._queue.sessions.renew(body["session-id"])))}

    def _peek(self, body: Body) -> Body:
        records = self._queue.peek(body["from-sequence-number"], body["message-count"], body.get("session-id"))
        return {"messages": [{"message": encode_record(record)} for record in records]} if records else {}

    def _schedule(self, body: Body) -> Body:
        if self._queue.forward_to is not None:
            raise RefusedError(
                Condition.NOT_ALLOWED,
                f"{self._queue.declaration.name} forwards: send with a scheduled enqueue time instead of this call",
            )
        encoded = [bytes(entry["message"]) for entry in body["messages"]]
        if any(len(data) > MAX_MESSAGE_SIZE for data in encoded):
            raise RefusedError(Condition.SIZE_EXCEEDED, f"A message has more than {MAX_MESSAGE_SIZE} bytes")
        messages = [parse(data) for data in encoded]
        self._queue.check(messages)
        return {"sequence-numbers": _array(Data.LONG, [self._queue.accept(message) for message in messages])}

    def _cancel(self, body: Body) -> Body:
        for sequence in body["sequence-numbers"]:
            self._queue.cancel(sequence)
        return {}

    def _receive_deferred(self, body: Body) -> Body:
        keep = body.get("receiver-settle-mode") == _PEEK_LOCK
        records = self._queue.receive_deferred(body["sequence-numbers"], body.get("session-id"), keep=keep)
        return {
            "messages": [
                {"message": encode_record(record)} | ({"lock-token": record.lock_token} if record.lock_token else {})
                for record in records
            ]
        }

    def _settle(self, body: Body) -> Body:
        status = body["disposition-status"]
        properties = {str(name): str(value) for name, value in (body.get("properties-to-modify") or {}).items()}
        settlements: dict[str, Callable[[UUID], None]] = {
            "completed": self._queue.complete,
            "abandoned": lambda token: self._queue.abandon(token, properties),
            "defered": lambda token: self._queue.defer(token, properties),
            "suspended": lambda token: self._queue.dead_letter(
                token, body.get("deadletter-reason"), body.get("deadletter-description")
            ),
        }
        for token in body["lock-tokens"]:
            settlements[status](token)
        return {}

    def _get_state(self, body: Body) -> Body:
        return {"session-state": self._queue.sessions.held(body["session-id"]).state}

    def _set_state(self, body: Body) -> Body:
        state = body["session-state"]
        self._queue.sessions.set_state(body["session-id"], None if state is None else bytes(state))
        return {}

    def _list_sessions(self, body: Body) -> Body:
        since = body["last-updated-time"]
        after = None if since >= _DEFAULT_LISTING_MS else _EPOCH + timedelta(milliseconds=since)
        skip = body["skip"]
        ids = self._queue.sessions.ids(after)[skip : skip + body["top"]]
        return {"skip": int32(skip), "sessions-ids": _array(Data.STRING, ids)} if ids else {}


def _array(kind: int, items: Iterable[int | str]) -> Array:
    return Array(UNDESCRIBED, kind, *items)  # type: ignore[arg-type]  # UNDESCRIBED is the constant meant for this


def _failure(error: RefusedError) -> Message:
    properties = {
        "statusCode": int32(_STATUS.get(error.condition, 400)),
        "statusDescription": error.description,
        "errorCondition": symbol(error.condition),
    }
    return Message(properties=properties)
