"""The SASL layer that comes before AMQP: every client is let in.

In: the bytes a client sends first. Out: the bytes to answer, and what follows the layer.
Done by hand because Proton's own server side does not offer MSSBCBS, the mechanism that some SDKs of Service Bus ask
for (claims are put over the node `$cbs` later). Source: OASIS AMQP 1.0, part 5 (section 5.3).
"""

from dev.stack.servicebus import codec

_SASL_HEADER = b"AMQP\x03\x01\x00\x00"
_MECHANISMS, _INIT, _OUTCOME = 0x40, 0x41, 0x44
_OK = b"\x50\x00"
_OFFERED = codec.described(_MECHANISMS, codec.encode_list([b"\xe0\x14\x02\xa3\x09ANONYMOUS\x07MSSBCBS"]))


class SaslHandshake:
    """One client's handshake: feed it until `done`; a client that begins without SASL is done at once."""

    def __init__(self) -> None:
        self.done = False
        self._received = b""
        self._greeted = False

    def feed(self, data: bytes) -> tuple[bytes, bytes]:
        """Take received bytes; return what to send, and what remains for the layer above."""
        self._received += data
        answer = b""
        if not self._greeted:
            if len(self._received) < len(_SASL_HEADER):
                return b"", b""
            if not self._received.startswith(_SASL_HEADER):
                self.done = True
                return b"", self._received
            self._greeted = True
            self._received = self._received[len(_SASL_HEADER) :]
            answer = _SASL_HEADER + _frame(_OFFERED)
        size = int.from_bytes(self._received[:4])
        if len(self._received) < max(size, 8):
            return answer, b""
        if codec.section(self._received, self._received[4] * 4).descriptor != _INIT:
            raise codec.MalformedError("the client answered the SASL mechanisms with something else than sasl-init")
        self.done = True
        return answer + _frame(codec.described(_OUTCOME, codec.encode_list([_OK]))), self._received[size:]


def _frame(body: bytes) -> bytes:
    return (len(body) + 8).to_bytes(4) + b"\x02\x01\x00\x00" + body
