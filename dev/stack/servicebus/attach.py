"""Every new link goes through here: by its address and direction it gets the handler that serves it, or is refused.

Source: Microsoft's AMQP protocol guide for Service Bus, and what the SDKs put on the wire (session filter, time-out).
"""

from urllib.parse import urlsplit

from proton import Link, symbol

from dev.stack.servicebus.broker import Broker
from dev.stack.servicebus.connection import ClientConnection, LinkHandler, refuse
from dev.stack.servicebus.links import SESSION_FILTER, Intake, Outlet
from dev.stack.servicebus.management import Management, put_token
from dev.stack.servicebus.records import Condition, RefusedError
from dev.stack.servicebus.requests import Replies, Requests
from dev.stack.servicebus.store import Queue

_CBS = "$cbs"
_MANAGEMENT = "/$management"
_TIMEOUT = symbol("com.microsoft:timeout")
_DEFAULT_TIMEOUT_MS = 65_000


class Attacher:
    """Serves the links of one connection."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._replies: list[Replies] = []

    def attach(self, link: Link, connection: ClientConnection) -> LinkHandler | None:
        """Return the handler of a link that a client opens, or None after it was refused."""
        try:
            return self._receive(link) if link.is_receiver else self._send(link, connection)
        except RefusedError as error:
            refuse(link, error.condition, error.description)
            return None

    def _receive(self, link: Link) -> LinkHandler:
        """The client sends: requests to a node, or messages to a queue."""
        path = _path(link.remote_target.address)
        if path == _CBS:
            return Requests(link, path, put_token, self._replies)
        if path.lower().endswith(_MANAGEMENT):
            queue = self._broker.queue(path[: -len(_MANAGEMENT)])
            return Requests(link, path, Management(queue).answer, self._replies)
        if topic := self._broker.topic(path):
            return Intake(link, topic)
        queue = self._broker.queue(path)
        if queue.dead_letters is None:
            raise RefusedError(Condition.NOT_ALLOWED, f"Nothing can be sent to the dead-letter queue {path}")
        return Intake(link, queue)

    def _send(self, link: Link, connection: ClientConnection) -> LinkHandler:
        """The client receives: the replies of a node, or messages of a queue."""
        path = _path(link.remote_source.address)
        if path == _CBS or path.lower().endswith(_MANAGEMENT):
            return Replies(link, path, self._replies)
        queue = self._broker.queue(path)
        if queue.forward_to is not None:
            raise RefusedError(
                Condition.NOT_ALLOWED,
                f"{path} forwards to {queue.declaration.forward_to}: receive from that queue instead",
            )
        outlet = Outlet(link, queue, connection)
        self._start(outlet, link, queue)
        return outlet

    def _start(self, outlet: Outlet, link: Link, queue: Queue) -> None:
        filters = _filters(link)
        if queue.declaration.requires_session != (SESSION_FILTER in filters):
            need = "requires a session receiver" if queue.declaration.requires_session else "has no sessions"
            raise RefusedError(Condition.NOT_ALLOWED, f"{queue.declaration.name} {need}")
        if SESSION_FILTER not in filters:
            outlet.compete()
        elif (session_id := filters[SESSION_FILTER]) is not None:
            outlet.take_session(queue.sessions.lock(str(session_id), outlet))
        else:
            timeout = (link.remote_properties or {}).get(_TIMEOUT, _DEFAULT_TIMEOUT_MS)
            outlet.wait_for_session(timeout / 1000)


def _path(address: str | None) -> str:
    """Return the entity's path of `amqps://host:port/path` or of a bare path."""
    return urlsplit(address or "").path.strip("/") if "://" in (address or "") else (address or "").strip("/")


def _filters(link: Link) -> dict[str, object]:
    """Return the filters of the client's source; those that are described values are no session filter."""
    data = link.remote_source.filter
    data.rewind()
    return data.get_dict() if data.next() else {}
