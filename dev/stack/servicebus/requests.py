"""Request and response over a pair of links: the way to the nodes `$cbs` and `<queue>/$management`.

In: a request message on the client's sending link. Out: the answer on the receiving link of the same AMQP session.
Source: AMQP Management 1.0, AMQP Claims-Based Security 1.0 (OASIS drafts).
"""

from collections.abc import Callable

from proton import Delivery, Link, Message

_CREDIT = 100

type Answer = Callable[[Message], Message]


class Replies:
    """The link on which a client receives the answers of a node."""

    def __init__(self, link: Link, node: str, siblings: "list[Replies]") -> None:
        self.link = link
        self.node = node
        self.address = link.remote_target.address
        self._siblings = siblings
        self._count = 0
        siblings.append(self)
        link.source.copy(link.remote_source)
        link.target.copy(link.remote_target)
        link.open()

    def send(self, message: Message) -> None:
        """Send an answer; Proton keeps it until the client has given credit."""
        self._count += 1
        delivery = self.link.delivery(str(self._count))
        self.link.stream(message.encode())
        delivery.settle()

    def on_flow(self) -> None:
        """Credit is Proton's concern here, except that what is not used must be given back on request."""
        if self.link.drain_mode:
            self.link.drained()

    def on_delivery(self, delivery: Delivery, message_format: int) -> None:
        """Answers are sent settled."""

    def on_gone(self) -> None:
        self._siblings.remove(self)


class Requests:
    """The link on which a client sends requests to a node; `answer` serves one and never raises."""

    def __init__(self, link: Link, node: str, answer: Answer, replies: list[Replies]) -> None:
        self._link = link
        self._node = node
        self._answer = answer
        self._replies = replies
        link.source.copy(link.remote_source)
        link.target.copy(link.remote_target)
        link.open()
        link.flow(_CREDIT)

    def on_flow(self) -> None:
        """A sender's flow needs no answer."""

    def on_gone(self) -> None:
        """Nothing is kept for a sender."""

    def on_delivery(self, delivery: Delivery, message_format: int) -> None:
        if delivery.partial or not delivery.readable:
            return
        request = Message()
        request.decode(self._link.recv(delivery.pending) or b"")
        delivery.update(Delivery.ACCEPTED)
        delivery.settle()
        self._link.flow(1)
        response = self._answer(request)
        response.correlation_id = request.correlation_id or request.id
        if reply := self._reply_link(request.reply_to):
            reply.send(response)

    def _reply_link(self, reply_to: str | None) -> Replies | None:
        """Return the link that `reply_to` names, else the youngest to this node: some SDKs name the node itself."""
        own = [
            reply for reply in self._replies if reply.node == self._node and reply.link.session == self._link.session
        ]
        named = [reply for reply in own if reply.address == reply_to]
        return next(reversed(named or own), None)
