"""The stream of AMQP frames a client sends, cut where a message is complete, with the one field that Proton hides.

In: received bytes. Out: pieces to push into the Proton transport; a piece that ends with the last frame of a message
comes with the message-format of its transfer, which tells a batch from a single message.
Source: OASIS AMQP 1.0, part 2 (sections 2.3 and 2.7.5).
"""

from collections.abc import Iterator

from dev.stack.servicebus import codec

_PROTOCOL_HEADER = 8
_AMQP_FRAME = 0
_TRANSFER = 0x14
_HANDLE, _FORMAT, _MORE = 0, 3, 5


class FrameReader:
    """Cuts one connection's stream; keeps the beginning of a frame until its rest has come."""

    def __init__(self) -> None:
        self._rest = b""
        self._header_left = _PROTOCOL_HEADER
        self._formats: dict[tuple[int, int], int] = {}

    def feed(self, data: bytes) -> Iterator[tuple[bytes, int | None]]:
        """Yield pieces of the stream in order, each with the message-format of the message it completes, or None."""
        data = self._rest + data
        start, at = 0, min(self._header_left, len(data))
        self._header_left -= at
        while at + 4 <= len(data) and not self._header_left:
            end = at + max(int.from_bytes(data[at : at + 4]), 8)
            if end > len(data):
                break
            message_format = self._completed(data[at:end])
            at = end
            if message_format is not None:
                yield data[start:at], message_format
                start = at
        self._rest = data[at:]
        if at > start:
            yield data[start:at], None

    def _completed(self, frame: bytes) -> int | None:
        """Return the message-format of the message whose last frame this is, or None for any other frame."""
        body = frame[4] * 4
        if frame[5] != _AMQP_FRAME or len(frame) <= body:
            return None
        performative = codec.section(frame, body)
        if performative.descriptor != _TRANSFER:
            return None
        values = [codec.scalar(frame, at) for at in codec.elements(frame, performative.value, limit=_MORE + 1)]
        fields = [value if isinstance(value, int) else 0 for value in values] + [0] * (_MORE + 1 - len(values))
        key = int.from_bytes(frame[6:8]), fields[_HANDLE]
        message_format = self._formats.pop(key, fields[_FORMAT])
        if fields[_MORE]:
            self._formats[key] = message_format
            return None
        return message_format
